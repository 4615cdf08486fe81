"""Ranges hold every number that can come of numbers in their operands, and no end is too far."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.ir import intervals

ENDS = st.integers(-6, 6)
RANGES = st.tuples(ENDS, ENDS).map(sorted).map(tuple)
MEANINGS = {
    intervals.added: operator.add,
    intervals.multiplied: operator.mul,
    intervals.smaller: min,
    intervals.larger: max,
    intervals.remaining: operator.mod,
    intervals.divided: operator.floordiv,
}


def within(number, interval):
    low, high = interval
    return (low is None or low <= number) and (high is None or number <= high)


@pytest.mark.parametrize("rule", MEANINGS, ids=lambda rule: rule.__name__)
@given(a=RANGES, b=RANGES)
def test_every_result_lies_in_the_range(rule, a, b):
    found = rule(a, b)
    for x in range(a[0], a[1] + 1):
        for y in range(b[0], b[1] + 1):
            if y or rule not in {intervals.remaining, intervals.divided}:
                assert within(MEANINGS[rule](x, y), found), (x, y)


@pytest.mark.parametrize("rule", [intervals.added, intervals.multiplied])
@given(a=RANGES, b=RANGES)
def test_sums_and_products_reach_both_ends(rule, a, b):
    results = [MEANINGS[rule](x, y) for x in a for y in b]
    assert rule(a, b) == (min(results), max(results))


@pytest.mark.parametrize("rule", MEANINGS, ids=lambda rule: rule.__name__)
@given(a=RANGES, b=RANGES, opened=st.integers(0, 3))
def test_without_a_limit_the_range_is_no_narrower(rule, a, b, opened):
    ends = [*a, *b]
    ends[opened] = None
    wide, narrow = rule((ends[0], ends[1]), (ends[2], ends[3])), rule(a, b)
    assert wide[0] is None or (narrow[0] is not None and wide[0] <= narrow[0])
    assert wide[1] is None or (narrow[1] is not None and narrow[1] <= wide[1])


@given(RANGES, RANGES, ENDS)
def test_what_lies_in_both_lies_in_the_narrower(a, b, number):
    both = within(number, a) and within(number, b)
    assert within(number, intervals.narrower(a, b)) == both
