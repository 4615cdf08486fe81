"""Arithmetic over sizes agrees with whole numbers, and what is proved is true."""

import re
from itertools import product

from hypothesis import assume, given
from hypothesis import strategies as st

from spec_compiler.formula import arithmetic
from spec_compiler.ir import dim_operations, dims
from spec_compiler.ir.dims import SizeError
from spec_compiler.ir.facts import RELATIONS, Facts
from spec_compiler.refusals import Refusal

NAMES = {"a": dims.symbol("a", 1, 4), "b": dims.symbol("b", 0, 3), "c": dims.symbol("c", 2)}
GRID = [
    dict(zip(NAMES, values, strict=True)) for values in product(range(1, 5), range(4), (2, 3, 5))
]

TEXTS = st.recursive(
    st.one_of(st.integers(0, 6).map(str), st.sampled_from([*NAMES, "k"])),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        inner.map(lambda part: f"(-{part})"),
    ),
    max_leaves=7,
)


def in_python(text, values):
    """What Python makes of the text; None where it divides by zero."""
    try:
        return eval(text, {"min": min, "max": max}, {**values, "k": 3})  # noqa: S307
    except ZeroDivisionError:
        return None


def parsed(text):
    try:
        return arithmetic.size(text, {**NAMES, "k": 3})
    except (Refusal, SizeError):
        return None


def at(size, values):
    try:
        return dim_operations.evaluate(size, values)
    except SizeError:
        return None


@given(TEXTS)
def test_sizes_are_whole_numbers(text):
    size = parsed(text)
    if size is None:  # refused: it divides by what is always zero
        assert "//" in text or "%" in text
        return
    low, high = dim_operations.bounds(size)
    for values in GRID:
        expected = in_python(text, values)
        if expected is None:
            continue
        assert at(size, values) == expected, values
        assert low is None or low <= expected, values
        assert high is None or expected <= high, values


@given(TEXTS)
def test_a_size_prints_as_what_it_is(text):
    size = parsed(text)
    assume(size is not None)
    assert arithmetic.size(str(size), NAMES) == size


@given(TEXTS, TEXTS)
def test_equal_forms_are_equal_numbers(left, right):
    one, other = parsed(left), parsed(right)
    assume(one is not None and one == other)
    for values in GRID:
        numbers = in_python(left, values), in_python(right, values)
        assert None in numbers or numbers[0] == numbers[1], values


@given(
    st.lists(st.tuples(TEXTS, st.sampled_from([*RELATIONS][:6]), TEXTS), max_size=2),
    TEXTS,
    st.sampled_from([*RELATIONS][:6]),
    TEXTS,
)
def test_what_is_proved_holds(stated, left, relation, right):
    """Where the constraints hold, what is proved holds, and what is refuted does not."""
    facts = Facts()
    sizes = [(parsed(a), sign, parsed(b)) for a, sign, b in stated]
    one, other = parsed(left), parsed(right)
    assume(one is not None and other is not None)
    assume(all(a is not None and b is not None for a, _, b in sizes))
    for a, sign, b in sizes:
        facts.state(a, sign, b)
    answer = facts.compare(one, relation, other)
    if answer is None:
        return
    for values in GRID:
        known = [(in_python(a, values), sign, in_python(b, values)) for a, sign, b in stated]
        if any(None in (a, b) or not RELATIONS[sign](a, b) for a, sign, b in known):
            continue
        numbers = in_python(left, values), in_python(right, values)
        if None not in numbers:
            assert RELATIONS[relation](*numbers) is answer, values


WIDE = {"h": dims.symbol("h", 3), "w": dims.symbol("w", 0)}
WIDE_GRID = [{"h": h, "w": w} for h in range(3, 40) for w in range(13)]
TERMS = st.lists(
    st.tuples(
        st.sampled_from(["", "-"]),
        st.integers(1, 12),
        st.sampled_from(["1", "h", "w", "h * w", "(h // K)", "(w // K)", "w * (h // K)"])
        | st.sampled_from(["(h % K)", "(h // K // 2)", "((h + w) // K)", "min(h, K)"]),
        st.sampled_from([2, 3, 4, 6, 8]),
    ).map(lambda parts: f"{parts[0]}{parts[1]} * {parts[2].replace('K', str(parts[3]))}"),
    min_size=1,
    max_size=3,
).map(lambda parts: "0" + "".join(f" + ({part})" for part in parts))
MULTIPLES = st.tuples(
    st.sampled_from(["h", "w", "h + w", "h + 2", "h * w", "h // 2"]),
    st.sampled_from([2, 3, 4, 6, 8]),
).map(lambda parts: (f"({parts[0]}) % {parts[1]}", "==", "0"))
EQUATIONS = st.sampled_from(
    [
        *("h == w", "h // 4 == w", "h == 2*w + 3", "h * w != 12", "h // 2 == w // 3"),
        *("2*h == 3*w", "h >= 3*w", "w != 4", "h <= 9"),
    ]
).map(lambda text: tuple(re.split(" (==|!=|>=|<=) ", text)))


@given(st.lists(MULTIPLES | EQUATIONS, max_size=3), TERMS, st.sampled_from([*RELATIONS][:6]), TERMS)
def test_what_is_proved_of_quotients_holds(stated, left, relation, right):
    facts = Facts()
    for one, sign, other in stated:
        facts.state(arithmetic.size(one, WIDE), sign, arithmetic.size(other, WIDE))
    sizes = arithmetic.size(left, WIDE), arithmetic.size(right, WIDE)
    answer = facts.compare(sizes[0], relation, sizes[1])
    low, high = dim_operations.bounds(sizes[0])
    for values in WIDE_GRID:
        number, other = in_python(left, values), in_python(right, values)
        assert low is None or low <= number
        assert high is None or number <= high
        holds = all(
            RELATIONS[sign](in_python(a, values), in_python(b, values)) for a, sign, b in stated
        )
        if holds and answer is not None:
            assert RELATIONS[relation](number, other) is answer, values


def test_a_product_less_a_factor_has_a_narrow_range():
    n, m = dims.symbol("n", 2, 5), dims.symbol("m")
    assert dim_operations.bounds(n * n - n) == (2, 20)
    assert dim_operations.bounds(m * n - m)[0] == 1
