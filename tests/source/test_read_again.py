"""A text that is read again is read as it would be for the first time, wherever it changed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import load, read
from spec_compiler.source.read_again import ReadAgain

ROOT = Path(__file__).parents[2]
TEXTS = [
    (ROOT / "examples" / name / "model.yaml").read_text()
    for name in ("digits", "residual", "text", "many", "siamese")
]
TEXTS.append(
    "specc: 1\nlayers:\n- {type: A, units: 2}\n- type: B\n  units: |\n    2\n\n# c\n- C\nx: 1\n"
)


def shown(node):
    """All that a tree says, places and classes too."""
    if node is None:
        return None
    value = node.value
    if isinstance(value, dict):
        value = {key: (entry.key_span, shown(entry.node)) for key, entry in value.items()}
    elif isinstance(value, list):
        value = [shown(item) for item in value]
    return node.value.__class__, value, node.span


def both(reader, text):
    """A text read again, and for the first time."""
    found, fresh = Diagnostics(), Diagnostics()
    again, first = reader.read(text, "m.yaml", found), read(text, "m.yaml", fresh)
    assert shown(again) == shown(first)
    assert [*found.one_by_one()] == [*fresh.one_by_one()]
    assert found.sources == fresh.sources
    return again


SIGNS = "abc 0:-,{}[]\"'#&*!|>%\n\té🙂"
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.text(SIGNS, max_size=3)), max_size=6
)


@given(st.sampled_from(TEXTS), EDITS)
def test_edits_anywhere_are_read_as_if_for_the_first_time(text, edits):
    reader = ReadAgain()
    both(reader, text)
    for where, removed, typed in edits:
        at = int(where * len(text))
        text = text[:at] + typed + text[at + removed :]
        both(reader, text)


def test_a_layer_that_changes_is_read_alone():
    reader = ReadAgain()
    before = both(reader, TEXTS[0])
    kept = shown(before)
    after = both(reader, TEXTS[0].replace("units: 10,", "units: 11,"))
    pairs = list(zip(before.get("layers").value, after.get("layers").value, strict=True))
    assert [one is two for one, two in pairs] == [True] * 5 + [False]
    assert shown(before) == kept


def test_a_comment_that_changes_reads_nothing():
    reader = ReadAgain()
    text = TEXTS[0] + "# last\n"
    before = both(reader, text)
    assert both(reader, text.replace("# last", "# é: [")) is before
    assert both(reader, text.replace("# last", "  # x")) is before
    assert both(reader, text.replace("# last", "last")) is None
    both(reader, text.replace("# last", "# \x1b"))


@pytest.mark.parametrize(
    "scalar",
    [
        "|\n    a\n    # b\n",
        '"a\n    # b\n    c"\n',
        "'a\n\n    # b'\n",
        ">+\n    # b\n\n\n",
        "|\n    # b\n",
    ],
)
@pytest.mark.parametrize(
    "place", ["doc: {}", "outputs:\n  x-a: {}", "x-b:\n  - {}", "layers:\n  - {}"]
)
def test_what_looks_like_a_comment_in_a_text_is_read(scalar, place):
    reader = ReadAgain()
    text = "specc: 1\n" + place.format(scalar) + "x-last: 1\n"
    before = both(reader, text)
    assert before is not None
    assert both(reader, text.replace("# b", "# bc")) is not before


@pytest.mark.parametrize(
    "raw", [b"specc: 1\r\nx: \xff\n", b"", b"\xef\xbb\xbfx: 1\r\ny: [1\r\n]", b"x: \x1b"]
)
def test_a_file_is_read_as_it_is_without_memory(tmp_path, raw):
    path = str(tmp_path / "a.yaml")
    reader = ReadAgain()
    for content in (b"x: 1\n", raw, raw + b"# more\n"):
        Path(path).write_bytes(content)
        found, fresh = Diagnostics(), Diagnostics()
        assert shown(reader.load(path, found)) == shown(load(path, fresh))
        assert [*found.one_by_one()] == [*fresh.one_by_one()]
        assert found.sources == fresh.sources


@pytest.mark.parametrize("line", range(1, 70, 2))
def test_a_letter_at_the_end_of_any_line(line):
    lines = TEXTS[0].split("\n")
    reader = ReadAgain()
    both(reader, TEXTS[0])
    for letter in ("x", " ", ":", "\\"):
        changed = [*lines]
        changed[line] += letter
        both(reader, "\n".join(changed))
