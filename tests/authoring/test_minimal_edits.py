"""A text becomes another one by few edits, which do exactly that."""

from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.authoring.minimal_edits import edits_between
from spec_compiler.edits.applied import applied

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "é🙂\n", "\n", "end"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_the_edits_make_the_other_text(before, after):
    assert applied(before, edits_between(before, after, "m")) == after


def test_lines_that_stay_are_not_touched():
    edits = edits_between("a\nb\nc\nd\n", "a\nB\nc\nd\ne\n", "m")
    assert [(edit.span[1:], edit.text) for edit in edits] == [
        ((2, 1, 3, 1), "B\n"),
        ((5, 1, 5, 1), "e\n"),
    ]
