"""What strangers may send: limits hold before anything large is built, and nothing else escapes."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import Limits, load, read


def only(text, file="m.yaml", limits=None):
    diagnostics = Diagnostics()
    tree = read(text, file, diagnostics, limits or Limits())
    (found,) = diagnostics
    return tree, found


DEEP = {
    "lists": "[" * 100_000,
    "mappings": "{a: " * 100_000,
    "lines": "[\n" * 100_000,
    "dashes": "- " * 100_000,
    "keys": "? " * 100_000,
    "lists as keys": "? " + "[" * 100_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(2000)),
    "through aliases": f"- &a {'[' * 40}{']' * 40}\n- {'[' * 40}*a{']' * 40}\n",
}


@pytest.mark.parametrize("kind", DEEP)
def test_depth_ends_with_a_message(kind):
    tree, found = only(DEEP[kind])
    assert tree is None
    assert found.code == "SPC0031"


def test_depth_of_json():
    assert only("[" * 100_000, "m.json")[1].span[1:] == (1, 65, 1, 66)
    assert only('{"a":' * 100_000, "m.json")[1].code == "SPC0031"


def test_the_deepest_text_allowed_is_read():
    for file in ("m.yaml", "m.json"):
        diagnostics = Diagnostics()
        tree = read("[" * 64 + "]" * 64, file, diagnostics)
        assert not diagnostics.items
        assert str(tree.plain()) == "[" * 64 + "]" * 64


def bomb():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for above, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{above}'] * 9)}]")
    return "\n".join(lines)


def test_an_alias_bomb_counts_at_its_full_size():
    assert len(bomb()) < 324
    tree, found = only(bomb())
    assert tree is None
    assert found.code == "SPC0030"


def test_an_alias_counts_as_much_as_what_it_names():
    text = "a: &a [1, 2]\nb: [*a, *a]\n"  # 1 + 3 + 1 + 3 + 3 nodes
    diagnostics = Diagnostics()
    assert read(text, "m.yaml", diagnostics, Limits(nodes=11))
    assert not diagnostics.items
    assert only(text, limits=Limits(nodes=10))[1].code == "SPC0030"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("a: " + "x" * 100, Limits(bytes=50)),
        ("a: [" + "1, " * 100 + "1]", Limits(nodes=50)),
        ("a: '" + "x" * 100 + "'", Limits(scalar=50)),
        ("a: " + "x " * 100, Limits(scalar=50)),
        ("? " + "x" * 100 + "\n: 1", Limits(key=50)),
        ("x" * 2000 + ": 1", Limits()),
    ],
)
def test_each_size_has_its_limit(text, limits):
    tree, found = only(text, limits=limits)
    assert (tree, found.code) == (None, "SPC0030")


def test_numbers_of_a_million_digits_are_not_converted():
    for file in ("m.yaml", "m.json"):
        assert only("[" + "9" * 1_000_000 + "]", file)[1].code == "SPC0022"


@pytest.mark.parametrize(
    ("raw", "line", "column", "words"),
    [
        (b"a: \xff", 1, 4, "byte 3 (0xff)"),
        ("é: ü\r\né: ".encode() + b"\xc3(", 2, 4, "byte 12 (0xc3)"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16"),
        (b"a: \xed\xa0\x80", 1, 4, "byte 3"),
    ],
)
def test_bytes_that_are_not_utf8(raw, line, column, words):
    tree, found = only(raw)
    assert tree is None
    assert (found.code, *found.span[1:3]) == ("SPC0002", line, column)
    assert words in found.message


def test_a_text_is_kept_for_its_frames():
    diagnostics = Diagnostics()
    read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "m.yaml", diagnostics)
    assert diagnostics.sources == {"m.yaml": "a: 1\nb: 2\n"}


def survives(text, file):
    diagnostics = Diagnostics()
    tree = read(text, file, diagnostics)
    assert tree is not None or diagnostics.errors
    shown = diagnostics.sources[file].split("\n")
    for item in diagnostics:
        assert 1 <= item.span.line <= item.span.end_line <= len(shown)
        assert 1 <= item.span.column <= len(shown[item.span.line - 1]) + 1
        assert item.span.end_column <= len(shown[item.span.end_line - 1]) + 1
        assert "\n" not in item.message + item.help


SIGNS = list("{}[],:-?&*!|>'\"%@`#\n\t \\")
WORDS = ["a", "b: ", "010", "&a ", "*a", "->", "<<: ", '"x"', "é", "\\u", "1_0", "null", "1e5"]
BREAKS = [": ", "- ", "\n  ", "---\n", "...\n", "\r\n", "\ufeff"]
PIECES = st.lists(st.sampled_from([*SIGNS, *WORDS, *BREAKS]), max_size=25).map("".join)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.sampled_from(["m.yaml", "m.json"]))
def test_any_text_gives_a_tree_or_a_finding_in_the_text(text, file):
    survives(text, file)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.text(max_size=60)), st.sampled_from(["m", "m.json"]))
def test_any_bytes_give_a_tree_or_a_finding_in_the_text(raw, file):
    survives(raw, file)


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_spec_with_a_few_wrong_characters(chance):
    text = list(
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers:\n"
        '  - {type: Dense, name: "d", units: 8}\n  - type: Dense\n    units: 2 * d\n'
    )
    for _ in range(chance.randint(1, 3)):
        text[chance.randrange(len(text))] = chance.choice("{}[],:-'\"\n\t #&*x")
    survives("".join(text), "m.yaml")


def test_load(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_bytes(b"a: 1\n")
    assert load(path, Diagnostics()).plain() == {"a": 1}
    diagnostics = Diagnostics()
    assert load(path, diagnostics, Limits(bytes=3)) is None
    assert [(item.code, item.file) for item in diagnostics] == [("SPC0030", str(path))]


def test_what_is_no_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "missing", "."):
        with pytest.raises(OSError):  # noqa: PT011 - the kinds differ
            load(tmp_path / name, Diagnostics())
    with pytest.raises(OSError):  # noqa: PT011
        load("/dev/zero", Diagnostics())
