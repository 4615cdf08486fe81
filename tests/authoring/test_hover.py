"""What is told of a word."""

import pytest
from authoring.cursor import standing_text
from authoring.test_completion_in_text import LAST

from spec_compiler.authoring.hover import hover

USE = "  - {use: ffn, name: q, from: first, with: {width: 3}}\noutputs: {last"
LAMBDA = '  - {type: Lambda, from: first, function: "softmax(first) * letters"}\noutputs: {last'


def told(at, text=LAST, path="model.yaml"):
    """What is told of the first place that reads so, `|` being the cursor; and of which word."""
    document, position = standing_text(text.replace(at.replace("|", ""), at, 1), path)
    found = hover(document, position)
    if found is None:
        return None
    _, line, start, last, end = found.span
    assert line == last
    return document.line(line)[start - 1 : end - 1], found.words


@pytest.mark.parametrize(
    ("at", "word", "parts"),
    [
        ("mask_|zero", "mask_zero", ["default: `false`", "Whether index 0 is padding"]),
        ("input|_dim", "input_dim", ["must be given"]),
        ("dtype: in|t32", "int32", ["Dtype of the data"]),
        ("{type: LS|TM", "LSTM", [
            "**`lstm`**", "`state_h`: `[batch, 8] float32`",
            # four gates of (8 + 8) * 8 + 8
            "parameters: 544", "`kernel` `[8, 32]`", "FLOPs: `", "Read a sequence",
        ]),
        ("{type: Emb|edding", "Embedding", [
            "gives `[batch, length, 8] float32`, masked `[batch, length]` by `embed`",
            "parameters: 872",  # 109 * 8
        ]),
        ("name: ls|tm", "lstm", ["**`lstm`**", "Unique name"]),
        ("let|ters + 1", "letters", ["a param: `int`", "default: `108`"]),
        ("{lett|ers: {type", "letters", ["a param: `int`"]),
        ("lengt|h: {min", "length", ["a dim: at least 1, at most 64"]),
        ("[len|gth]", "length", ["a dim: at least 1, at most 64"]),
        ("from: lstm|.output", "lstm.output", ["a result: `[batch, 8] float32`"]),
        ("tok|ens: {shape", "tokens", ["an input: `[batch, length] int32`"]),
        ("  ff|n:", "ffn", ["block `ffn`", "`(x: [..., d])` → `y`", "`act`: activation = `relu`"]),
        ("units: wid|th", "width", ["a param: `int`", "it must be given"]),
        ("units: d|}", "d", ["the inputs of `ffn` bind"]),
        ("{la|st: {shape", "last", ["an output: `[batch, 8] float32`"]),
        ("[bat|ch, 8]", "batch", ["a dim"]),
    ],
)  # fmt: skip
def test_a_word_is_told(at, word, parts):
    found, words = told(at)
    assert found == word
    assert all(part in words for part in parts), words


def test_a_use_is_told_with_its_block():
    text = LAST.replace("outputs: {last", USE)
    word, words = told("use: f|fn", text)
    assert word == "ffn"
    assert words.startswith("**`q`**  \ngives `[batch, 8] float32`")
    assert "`width`: int" in words
    assert told("wid|th: 3", text) == ("width", "`width`, a param: `int`  \nit must be given")


def test_words_of_formulas_are_told():
    text = LAST.replace("outputs: {last", LAMBDA)
    word, words = told("soft|max(first)", text)
    assert word == "softmax"
    assert words.startswith("`softmax(x, axis=-1)`")
    assert told("(fir|st)", text) == ("first", "`first`, a result: `[batch, 8] float32`")
    assert told("* lett|ers", text)[1].startswith("`letters`, a param")
    assert told("first) |*", text) is None


def test_copies_are_counted():
    text = LAST.replace("outputs: {last", USE.replace("from:", "repeat: 2, from:"))
    assert "and 1 more copies" in told("name: u|p", text)[1]


def test_codes_are_told_where_they_are_suppressed():
    text = LAST + "# specc: ignore[SPC1012]\n"
    word, words = told("SPC10|12", text)
    assert word == "SPC1012"
    assert words.startswith("`SPC1012`: bias before a normalization")
    assert told("spe|cc: ignore", text) is None


def test_each_weight_is_told_by_its_own_name():
    text = """\
specc: 1
inputs: {x: {shape: [5, 8]}}
layers:
  - {type: Bidirectional, name: read, layer: {type: SimpleRNN, units: 3, use_bias: false}}
"""
    _, words = told("{type: Bi|directional", text)
    weights = next(line for line in words.splitlines() if line.startswith("weights: "))
    assert weights.strip() == "weights: " + ", ".join(
        f"`{side}_layer.{name}`"
        for side in ("forward", "backward")
        for name in ("kernel` `[8, 3]", "recurrent_kernel` `[3, 3]")
    )


def test_choices_are_told():
    text = LAST.replace("units: 8, from: first", "units: 8, activation: gelu, from: first")
    word, words = told("gel|u", text)
    assert (word, words.split("\n")[0]) == ("gelu", "`gelu`")
    assert "erf" in words


def test_nothing_is_told_of_nothing():
    assert told("specc: 1|\n", "specc: 1\n")[1].startswith("`specc`")
    assert told("a|b", "ab: 3") is None
    assert told("\n|", "\n") is None


def test_words_of_strangers_do_not_act():
    text = LAST.replace("  ffn:\n", "  ffn:\n    doc: 'a <b> [x](y) `c\u202e'\n")
    words = told("  ff|n:", text)[1]
    assert "\u202e" not in words
    assert r"a \<b\> \[x\](y) `c" in words
    made = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers:\n- {type: Lambda, name: n, function: "
    hostile = made + '{"[a](b)`": x, b: x}}\n'
    assert "`[a](b)\\x60`" in told("type: Lam|bda", hostile)[1]
