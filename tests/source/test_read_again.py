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
    inside = node.inside(0, len(value)) if isinstance(value, str) else None
    return node.value.__class__, value, node.span, inside


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


NEW = (
    "",
    "# c",
    "  # c",
    "    - z",
    "- {type: A}",
    "- B",
    "  - {type: C, x: 'it'}",
    "- type: D",
    "  y: 2",
    "    z: [1,",
    "    2]",
    "- |",
    "-",
    "w:",
    "- a: |+",
    "  b: >",
    "    text",
    "'q",
    "- &a b",
    "- *a",
    "- - 1",
)
LINES = st.sampled_from(NEW)
OF_LINES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 2), st.lists(LINES, max_size=2)), max_size=6
)


@given(st.sampled_from(TEXTS), OF_LINES)
def test_lines_that_come_and_go_are_read_as_if_for_the_first_time(text, edits):
    reader = ReadAgain()
    both(reader, text)
    lines = text.split("\n")
    for where, removed, new in edits:
        at = int(where * len(lines))
        before = [*lines]
        lines[at : at + removed] = new
        if both(reader, "\n".join(lines)) is None and removed != len(new):
            lines = before  # most that is broken is mended soon
            both(reader, "\n".join(lines))


def test_a_text_at_the_end_of_an_item_ends_with_its_line():
    reader = ReadAgain()
    text = "layers:\n- a: |\n    b\n# c\n- d"
    both(reader, text)
    assert (
        both(reader, text.replace("# c", "    e")).get("layers").value[0].get("a").value == "b\ne\n"
    )
    assert both(reader, text.replace("- d", "- |\n  d")).get("layers").value[1].value == "d"


def layers(text, *changes):
    """How many layers are the nodes that they were, after each change of a text."""
    reader, kept = ReadAgain(), []
    nodes = both(reader, text).get("layers").value
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
        now = both(reader, text).get("layers").value
        kept.append(sum(one is two for one in nodes for two in now))
        nodes = now
    return kept


def test_what_stands_above_lines_that_come_or_go_stays():
    rows = [f"- {{type: Dense, name: d{at}, units: 3}}\n" for at in range(6)]
    text = "specc: 1\nlayers:\n" + "".join(rows) + "outputs: [d5]\n"
    changes = [
        (rows[3], rows[3] + "# a comment\n\n"),
        (rows[3], rows[3] + "- {type: Add, name: new}\n"),
        (rows[4], ""),
        (rows[5], rows[5] + "- {type: Add, name: last}\n"),
        (rows[0], "- {type: Add, name: first}\n" + rows[0]),
    ]
    assert layers(text, *changes) == [3, 3, 4, 5, 0]


@pytest.mark.parametrize(
    "after",
    ["doc: 'it''s'", 'doc: "a\\tb"', "tests:\n- &a b\n- *a", "doc: |\n  a\n  b"],
)
def test_what_cannot_be_moved_is_read_with_the_whole(after):
    text = f"specc: 1\nlayers:\n- A\n- B\n{after}\n"
    assert layers(text, ("- A\n", "- A\n- C\n"), ("- C", "- CC")) == [0, 2]


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


def test_what_moves_says_which_node_it_was_however_often():
    lines = ["specc: 1", "layers:", *(f"- {{type: A, units: {n}}}" for n in range(4))]
    reader, more = ReadAgain(), "- {type: B}"
    first = both(reader, "\n".join(lines)).get("layers").value
    assert {item.was for item in first} == {None}
    for count in (1, 2, 1):
        text = "\n".join([*lines[:3], *[more] * count, *lines[3:]])
        now = both(reader, text).get("layers").value
        assert [item.was for item in now[-2:]] == first[-2:]
        assert [item.span.line for item in now[-2:]] == [5 + count, 6 + count]
