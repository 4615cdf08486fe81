"""What is no size is refused with its code and exactly its columns; no text exhausts the stack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.formula import arithmetic
from spec_compiler.ir.dims import symbol
from spec_compiler.refusals import Refusal

SEQ = symbol("seq")
NAMES = {
    "seq": SEQ,
    "other": symbol("other"),
    "d": 64,
    "rate": 0.5,
    "causal": True,
    "lambda": 3,
    "in": 7,
    "not": 2,
}

# the guillemets stand around what is to blame
WRONG = [
    ("SPC0104", "", "seq +«»"),
    ("SPC0104", "", "(seq«»"),
    ("SPC0104", "", "seq «)»"),
    ("SPC0104", "", "seq «d»"),
    ("SPC0104", "", "«*» seq"),
    ("SPC0104", "", "seq «==» d"),
    ("SPC0104", "", "«»"),
    ("SPC0104", "in a size", "seq«[»0]"),
    ("SPC0104", "in a size", "seq «@» d"),
    ("SPC0104", "in a size", "d «&» 1"),
    ("SPC0104", "in a size", "d * «'»a'"),
    ("SPC0104", "U+00D7", "seq «×» 2"),
    ("SPC0104", "in a size", "seq «**» 2"),
    ("SPC0104", "no function `ceil`", "«ceil»(seq / 2)"),
    ("SPC0104", "takes numbers", "1 + «min()»"),
    ("SPC0104", "no meaning", "max(seq, d«=»1)"),
    ("SPC0104", "not a whole number", "d * «1.50»"),
    ("SPC0104", "not a whole number", "d * «rate»"),
    ("SPC0104", "not a number", "d * «causal»"),
    ("SPC0105", "2^63", "«9223372036854775808»"),
    ("SPC0105", "2^63", "9223372036854775807 «+» 1"),
    ("SPC0205", "neither a param nor a dim", "2*«sqe» + 1"),
    ("SPC0205", "neither a param nor a dim", "d + «min» + 1"),
    ("SPC0205", "neither a param nor a dim", "«True»"),
    ("SPC0307", "division by zero", "seq «//» 0"),
    ("SPC0307", "not divisible", "d «/» 7"),
    ("SPC0307", "only from the data", "(seq + 1) «/» 2"),
]


def columns(marked):
    start, end = marked.index("«"), marked.index("»") - 1
    return marked.replace("«", "").replace("»", ""), (start, max(end, start + 1))


@pytest.mark.parametrize(("code", "said", "marked"), WRONG)
def test_blame_is_exact(code, said, marked):
    text, within = columns(marked)
    with pytest.raises(Refusal) as refused:
        arithmetic.size(text, NAMES)
    assert refused.value.code == code
    assert refused.value.within == within
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("seq«»", "a relation such as"),
        ("seq «)» d", "a relation such as"),
        ("seq == d «==» 3", "one relation"),
        ("(seq «==» d) == 1", "`)`"),
    ],
)
def test_a_constraint_is_one_relation(marked, said):
    text, within = columns(marked)
    with pytest.raises(Refusal) as refused:
        arithmetic.relation(text, NAMES)
    assert refused.value.within == within
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lambda * in", 21),
        ("not + 1", 3),
        ("-d // -3", 21),
        ("max(min(d, 9), -1)", 9),
        ("min(d, 9, 12, 3)", 3),
        ("max(d, 9, 70, 3,)", 70),
        ("min(seq)", SEQ),
        ("max(1, seq, 0)", SEQ),
        ("min(seq, other, 9) - min(9, other, seq)", 0),
        ("6 / 2", 3),
        ("2*(seq + 1) - 2", SEQ * 2),
        ("--d", 64),
    ],
)
def test_a_word_of_lambda_is_a_name_like_others(text, value):
    assert arithmetic.size(text, NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("7 / 2", 3.5), ("rate * 3 // 1", 1.0), ("d % 1.5", 1.0), ("max(1, rate, 2.5)", 2.5)],
)
def test_a_number_that_is_no_size_may_have_decimals(text, value):
    assert arithmetic.number(text, NAMES) == value


@pytest.mark.parametrize("text", ["rate // 0", "1.5 % 0", "1 / 0", "0.5 / 0.0"])
def test_decimals_are_not_divided_by_zero(text):
    with pytest.raises(Refusal, match="division by zero"):
        arithmetic.number(text, NAMES)


HOSTILE = {
    "parentheses": "(" * 500 + "1" + ")" * 499,
    "choices": "min(" * 249 + "1",
    "signs": "-" * 999 + "1",
    "sums": "1+" * 499 + "1",
    "powers": "2" + "**2" * 300,
    "long": "1" * 1001,
    "squares": "*".join(["(seq + d)"] * 90),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_in_a_refusal_or_a_value(text):
    try:
        arithmetic.size(text, NAMES)
    except Refusal as refusal:
        assert refusal.code in {"SPC0104", "SPC0105", "SPC0307"}  # noqa: PT017


PIECES = "seq d rate 1 0 2.5 + - * / // % ** == < ( ) , min( max( . [ é".split()  # noqa: SIM905


@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_any_text_has_a_value_or_a_place_to_blame(pieces):
    text = " ".join(pieces)
    try:
        arithmetic.size(text, NAMES)
    except Refusal as refusal:
        start, end = refusal.within or (0, 1)
        assert 0 <= start < end <= len(text) + 1
