"""The library is a file like others: where it is from, what it means, whom a slip blames."""

from __future__ import annotations

import re
import subprocess
import tomllib
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from cases import CASES

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_file, program_of_text, prove_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.reference.std_page import EXAMPLES, example_text
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
LIBRARY = (ROOT / "spec_compiler" / "libraries" / "std.yaml").read_text()
BLOCKS = yaml.safe_load(LIBRARY)["blocks"]
HEAD = "specc: 1\nimports: {std: specc:std}\ndims: {t: {max: 9}}\ninputs: {x: {shape: [t, 16]}}\n"
USE = "layers: [{use: std.encoder_block, name: e, repeat: 2, with: {heads: 4, hidden: 8}}]\n"


def test_the_library_is_valid():
    assert prove_text(LIBRARY, "std.yaml") is None


def test_each_block_says_what_it_does_and_is_compared():
    assert {case.block for case in CASES.values()} == BLOCKS.keys()
    assert all(block["doc"] for block in BLOCKS.values())
    assert all(isinstance(block["outputs"], dict) for block in BLOCKS.values())


def test_the_wheel_has_the_library():
    """A wheel holds all files of its packages; the library is one of them."""
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    assert built["targets"]["wheel"] == {"packages": ["spec_compiler"]}
    assert files("spec_compiler").joinpath("libraries/std.yaml").read_text() == LIBRARY


# --- what it means -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for group in EXAMPLES.values() for name in group])
def test_the_example_of_a_block_runs_with_one_step_too(name):
    (example,) = (group[name] for group in EXAMPLES.values() if name in group)
    text = example_text(name, example)
    program = program_of_text(text, "example.yaml")
    sizes = random_sizes(program, {"batch": 2, "t": 1} if "{t:" in text else {"batch": 2})
    model = Model(program, Diagnostics())
    assert model(random_inputs(program, sizes)) is not None


def test_a_use_is_the_block_written_here():
    blocks = LIBRARY[LIBRARY.index("\nblocks:\n") :]
    here = HEAD.replace("imports: {std: specc:std}\n", "") + blocks + USE.replace("std.", "")
    assert identity(program_of_text(HEAD + USE)) == identity(program_of_text(here))


@pytest.mark.parametrize("name", ["llama_stack_masked", "wavenet_block", "inverted_residual"])
def test_the_core_form_is_the_same_model(name):
    program = program_of_text(CASES[name].text("float32"))
    text = to_yaml(core_document(program))
    assert "std" not in text
    assert identity(program_of_text(text)) == identity(program)


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if "Lambda" in str(BLOCKS[case.block])] + ["llama_block"],
)
def test_a_block_computes_in_less_precision(name):
    program = program_of_text(CASES[name].text("mixed_float16"))
    assert {str(port.type.dtype) for port in program.outputs.values()} == {"float16"}


@pytest.mark.parametrize(
    "use",
    [
        "encoder_block, with: {heads: 4, hidden: 8}",
        "post_norm_encoder_block, with: {heads: 4, hidden: 8}",
        "causal_block, with: {heads: 4, hidden: 8}",
        "llama_block, with: {heads: 4, kv_heads: 2, hidden: 8}",
        "rotary_attention, with: {heads: 4, kv_heads: 2}",
        "alibi_attention, with: {heads: 4}",
        "learned_positions, with: {length: 9}",
        "sinusoidal_positions",
        "feed_forward, with: {hidden: 8}",
        "swiglu, with: {hidden: 8}",
        "geglu, with: {hidden: 8}",
        "highway",
        "class_token",
        "wavenet_block, with: {filters: 3, skip_filters: 3}",
    ],
)
def test_a_mask_goes_through(use):
    masked = HEAD.replace("16]", "16], mask: true")
    output = "y.x" if "skip" in use else "y"
    program = program_of_text(
        f"{masked}layers: [{{use: std.{use}, name: y}}]\noutputs: [{output}]\n"
    )
    assert program.outputs[output].mask is not None


# --- where it comes from -------------------------------------------------------------------------


def test_only_a_spec_that_imports_it_reads_it(monkeypatch):
    def never(*_):
        raise AssertionError("read")

    monkeypatch.setattr("spec_compiler.reading.imports.read_packaged", never)
    program_of_text(HEAD.replace("imports: {std: specc:std}\n", "") + "layers: [{type: Flatten}]\n"
                    .replace("Flatten", "LayerNormalization"))  # fmt: skip
    with pytest.raises(AssertionError, match="read"):
        program_of_text(HEAD + USE)


def test_no_file_of_that_name_stands_for_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("specc:std").write_text("nonsense")
    Path("model.yaml").write_text(HEAD + USE)
    assert identity(program_of_file("model.yaml")) == identity(program_of_text(HEAD + USE))


def test_an_imported_file_may_use_it(tmp_path):
    (tmp_path / "model.yaml").write_text(
        f"{HEAD.replace('specc:std', 'parts.yaml')}layers: [{{use: std.e}}]\n"
    )
    (tmp_path / "parts.yaml").write_text(
        "specc: 1\nimports: {s: specc:std}\nblocks:\n  e:\n    inputs: {x: {}}\n"
        "    layers: [{use: s.swiglu, name: f, with: {hidden: 3}}]\n    outputs: f\n"
    )
    program = program_of_file(tmp_path / "model.yaml", root=tmp_path)
    assert "e.f.gate.kernel" in program.graph.weights


def test_a_past_of_a_spec_has_the_library_too(tmp_path, specc, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    model = tmp_path / "model.yaml"
    model.write_text(HEAD + USE)
    for words in (["init"], ["add", "."], ["commit", "-m", "first"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)
    model.write_text(HEAD + USE.replace("hidden: 8", "hidden: 9"))
    status, out, _ = specc("diff", model, "--rev", "HEAD")
    assert status == 0
    assert "e.0.up.units" in out
    assert "weights of 4 of 10 layers no longer load" in out


@pytest.mark.parametrize(
    ("written", "message", "guess"),
    [
        ("specc:stdd", "there is no library `specc:stdd` in specc", "did you mean `specc:std`?"),
        ("specc:", "there is no library `specc:` in specc", ""),
        ("specc:vision", "there is no library `specc:vision` in specc", ""),
        ("std", "the import `std` cannot be read: No such file or directory",
         "did you mean `specc:std`?"),
        ("specc.std", "the import `std` cannot be read: No such file or directory",
         "did you mean `specc:std`?"),
    ],
)  # fmt: skip
def test_an_import_that_is_no_library(written, message, guess):
    (finding,) = errors(HEAD.replace("specc:std", f'"{written}"') + USE)
    assert (finding.code, finding.message, finding.annotation) == ("SPC0217", message, guess)
    assert guess or "`specc:std`" in finding.help


def test_a_use_without_the_import_is_told_of_it():
    (finding,) = errors(HEAD.replace("imports: {std: specc:std}\n", "") + USE)
    assert (finding.code, finding.message) == ("SPC0215", "there is no import `std`")
    assert finding.help.endswith("`imports: {std: specc:std}`")


# --- whom a slip blames --------------------------------------------------------------------------


def errors(text):
    found = Diagnostics()
    with pytest.raises(SpecError):
        prove_text(text, "model.yaml", diagnostics=found)
    return found.errors


SLIPS = {
    "encoder_block, with: {heads: 3, hidden: 8}": (
        "SPC0307", "3", "`head_dim` of `encoder_block`: `d / heads`: 16 is not "
        "divisible by 3; `//` rounds down",
    ),
    "encoder_block, with: {heads: 4, hidden: 0}": (
        "SPC0206", "0", "`hidden` is 0, below its `min` 1",
    ),
    "feed_forward": (
        "SPC0102", "std.feed_forward", "`use: feed_forward` needs `hidden` under `with`",
    ),
    "encoder_block, with: {heads: 4, hiden: 8}": (
        "SPC0103", "hiden", "the block `encoder_block` has no param `hiden`",
    ),
    "encoder_blok, with: {heads: 4, hidden: 8}": (
        "SPC0210", "encoder_blok", "there is no block `encoder_blok` in specc:std",
    ),
    "feed_forward, with: {hidden: 8, activation: {type: softmax, axis: 7}}": (
        "SPC0310", "softmax", "`softmax` has axis 7, and its input "
        "float32[batch, t, 8] has axes -3 to 2",
    ),
    "llama_block, with: {heads: 16, kv_heads: 2, hidden: 3}": (
        "SPC0206", "16", "`head_dim` of `llama_block`: `head_dim` is 1, not a "
        "multiple of 2",
    ),
    "llama_block, with: {heads: 3, kv_heads: 2, hidden: 3}": (
        "SPC0307", "3", "`group` of `llama_block`: `heads / kv_heads`: 3 is not "
        "divisible by 2; `//` rounds down",
    ),
    "mixer_block, with: {token_hidden: 3, channel_hidden: 3}": (
        "SPC0306", "std.mixer_block", "the weight `kernel` needs sizes that are known; `t` is "
        "known only from the data",
    ),
    "rotary": (
        "SPC0213", "std.rotary",
        "`x` of `rotary` is [t, h, k], and it is fed [t, 16]: the rank is 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("use", SLIPS)
def test_a_slip_is_one_finding_where_the_author_wrote_it(use):
    code, blamed, message = SLIPS[use]
    text = f"{HEAD}layers: [{{use: std.{use}, name: y}}]\n"
    (finding,) = errors(text)
    assert (finding.code, finding.message) == (code, message)
    assert finding.span.file == "model.yaml"
    line = text.splitlines()[finding.span.line - 1]
    shown = line[finding.span.column - 1 : finding.span.end_column - 1]
    assert shown == blamed


@pytest.mark.parametrize("value", ["3", "abc", "99999999999999999999"])
def test_any_wrong_number_is_at_most_one_finding_in_the_authors_file(value):
    for case in CASES.values():
        text = case.text("float32")
        start = text.index("  - {use")
        for number in re.finditer(r"(?<=: )[\d.]+(?=[,}])", text[start:]):
            begin, end = (start + at for at in number.span())
            found = Diagnostics()
            with suppress(SpecError):
                prove_text(text[:begin] + value + text[end:], "model.yaml", diagnostics=found)
            assert len(found.errors) <= 1, (case.use, number.group(), found.errors)
            assert {item.span.file for item in found.errors} <= {"model.yaml"}


def test_a_mask_that_a_block_does_not_take_is_ended_before_it():
    head = HEAD.replace("[t, 16]", "[5, 16], mask: true")
    block = "{use: std.mixer_block, name: y, with: {token_hidden: 3, channel_hidden: 3}}"
    (finding,) = errors(f"{head}layers: [{block}]\n")
    assert (finding.code, finding.span.line) == ("SPC0410", 5)
    ended = finding.help[finding.help.index("`") + 1 : finding.help.rindex("`")]
    assert program_of_text(f"{head}layers: [{ended}, {block}]\n")


def test_the_line_of_the_library_is_shown_beside_it():
    given = "{hidden: 8, activation: {type: softmax, axis: 7}}"
    (finding,) = errors(f"{HEAD}layers: [{{use: std.feed_forward, with: {given}}}]\n")
    ours = [label for label in finding.labels if label.span.file == "specc:std"]
    assert "in the block `feed_forward`" in [label.text for label in ours]


def test_a_use_inside_a_block_of_the_author_shows_both():
    block = (
        "blocks:\n  mine:\n    params: {n: int}\n    inputs: {x: {}}\n"
        "    layers:\n"
        "      - {use: std.mixer_block, name: y, with: {token_hidden: n, channel_hidden: 3}}\n"
        "    outputs: y\nlayers: [{use: mine, with: {n: 3}}]\n"
    )
    (finding,) = errors(HEAD + block)
    assert (finding.span.file, finding.span.line) == ("model.yaml", 10)
    assert finding.labels[-1].text == "expanded from `use: mine`"
    assert finding.labels[-1].span.line == 12
