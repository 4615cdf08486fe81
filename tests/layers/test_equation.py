"""Every way an einsum equation can be wrong has a code, and the caret stands under the culprit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.layers.core.equation import parse
from spec_compiler.refusals import Refusal

# the caret line marks the columns that are blamed; without one the whole text is
WRONG = [
    ("SPC0320", "", ""),
    ("SPC0320", "abc,cd", ""),
    ("SPC0320", "ab,bc->ac->a", "         ^^"),
    ("SPC0321", "abc->ab", ""),
    ("SPC0321", "ab,bc,cd->ad", "     ^"),
    ("SPC0321", "ab,bc->a,c", "        ^"),
    ("SPC0321", ",ab->ab", ""),
    ("SPC0321", "ab,->ab", ""),
    ("SPC0321", "ab,ab->", ""),
    ("SPC0322", "ab,b1->a1", "    ^"),
    ("SPC0322", "ab,bc=>ac", "     ^"),
    ("SPC0322", "..b,bc->..c", "^"),
    ("SPC0322", "…b,bc->…c", "^"),
    ("SPC0322", "äb,bc->äc", "^"),
    ("SPC0323", "abb,bc->ac", "  ^"),
    ("SPC0323", "ab,b c b->ac", "       ^"),
    ("SPC0324", "ab,bc->a c a", "           ^"),
    ("SPC0325", "ab,bc->ac fog", "          ^"),
    ("SPC0325", "ab,bc->aC", "        ^"),
    ("SPC0326", "ab,bcd->ac", "     ^"),
    ("SPC0327", "...b,bc->c", "^^^"),
    ("SPC0327", "ab,bc->...ac", "       ^^^"),
    ("SPC0327", "...b,bc->c...", "          ^^^"),
    ("SPC0328", "a...b,bc->a...c", " ^^^"),
    ("SPC0328", "...ab...,bc->...ac...", "     ^^^"),
    ("SPC0328", "ab...,bc->a...c", "           ^^^"),
    ("SPC0329", "...b,...bc->...c", "     ^^^"),
    ("SPC0330", "x...,xy->y...", "^"),
]


@pytest.mark.parametrize(("code", "text", "carets"), WRONG)
def test_a_wrong_equation_is_refused_under_its_culprit(code, text, carets):
    with pytest.raises(Refusal) as refused:
        parse(text)
    assert refused.value.code == code
    start, end = refused.value.within or (0, 0)
    assert " " * start + "^" * (end - start) == carets


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("abc,cd->abd", ("abc", "cd", "abd")),
        ("  a b , b c\t-> a c ", ("ab", "bc", "ac")),
        ("...x,xy->...y", ("...x", "xy", "...y")),
        ("... bc,bc -> ... b", ("...bc", "bc", "...b")),
        ("bc...,cde->bde...", ("bc...", "cde", "bde...")),
        ("aA,AB->aB", ("aA", "AB", "aB")),
    ],
)
def test_blanks_drop_and_case_counts(text, terms):
    equation = parse(text)
    assert tuple(map(str, (equation.input, equation.kernel, equation.output))) == terms
    for term in (equation.input, equation.kernel, equation.output):
        assert "".join(text[slice(*term.columns(label))] for label in term.labels) == term.labels


@pytest.mark.parametrize(
    ("text", "rank", "elided"),
    [
        ("abc,cd->abd", 3, 0),
        ("...x,xy->...y", 1, 0),
        ("...x,xy->...y", 4, 3),
        ("bc...,cd->bd...", 5, 3),
    ],
)
def test_an_ellipsis_stands_for_the_axes_that_are_left(text, rank, elided):
    labels = parse(text).elided(rank)
    assert len(set(labels)) == elided
    assert not any(label.isascii() for label in labels)


@pytest.mark.parametrize(
    ("text", "rank"), [("abc,cd->abd", 2), ("abc,cd->abd", 4), ("...bx,xy->...by", 1)]
)
def test_rank_and_labels_must_fit(text, rank):
    with pytest.raises(Refusal) as refused:
        parse(text).elided(rank)
    assert refused.value.code == "SPC0331"
    assert refused.value.argument == ("from",)


def test_long_equations_are_read_in_linear_steps():
    with pytest.raises(Refusal) as refused:
        parse(" " * 100_000 + "a" * 100_000 + ",b->b")
    assert refused.value.within == (100_001, 100_002)


@given(st.text("abcA,.-> \t1…", max_size=16) | st.text(max_size=8))
def test_any_text_has_a_meaning_or_a_place_to_blame(text):
    try:
        equation = parse(text)
    except Refusal as refusal:
        start, end = refusal.within or (0, 1)
        assert 0 <= start < end <= max(len(text), 1)
    else:
        terms = f"{equation.input},{equation.kernel}->{equation.output}"
        assert terms == "".join(text.split())
