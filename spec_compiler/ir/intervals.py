"""Ranges of whole numbers, and those of sums, products and quotients of what lies in them."""

from __future__ import annotations

import math
from typing import TypeAlias

Bound: TypeAlias = "int | None"
"""An end of a range; None where there is no limit."""
Interval: TypeAlias = tuple[Bound, Bound]


def added(a: Interval, b: Interval) -> Interval:
    """The range of sums."""
    return (
        None if a[0] is None or b[0] is None else a[0] + b[0],
        None if a[1] is None or b[1] is None else a[1] + b[1],
    )


def multiplied(a: Interval, b: Interval) -> Interval:
    """The range of products; infinities are carried as floats only inside this function."""
    ends = (
        -math.inf if a[0] is None else a[0],
        math.inf if a[1] is None else a[1],
        -math.inf if b[0] is None else b[0],
        math.inf if b[1] is None else b[1],
    )
    products = [0 if 0 in (x, y) else x * y for x in ends[:2] for y in ends[2:]]
    low, high = min(products), max(products)
    return None if low == -math.inf else int(low), None if high == math.inf else int(high)


def smaller(a: Interval, b: Interval) -> Interval:
    """The range of the smaller of two numbers."""
    highs = [high for high in (a[1], b[1]) if high is not None]
    low = None if a[0] is None or b[0] is None else min(a[0], b[0])
    return low, min(highs) if highs else None


def larger(a: Interval, b: Interval) -> Interval:
    """The range of the larger of two numbers."""
    lows = [low for low in (a[0], b[0]) if low is not None]
    high = None if a[1] is None or b[1] is None else max(a[1], b[1])
    return max(lows) if lows else None, high


def remaining(a: Interval, b: Interval) -> Interval:
    """The range of `a % b`; told only of positive divisors."""
    if b[0] is None or b[0] <= 0:
        return None, None
    return 0, None if b[1] is None else b[1] - 1


def divided(a: Interval, b: Interval) -> Interval:
    """The range of `a // b`; told only where neither is negative, and `b` is not 0."""
    if b[0] is None or b[0] <= 0 or a[0] is None or a[0] < 0:
        return None, None
    low = 0 if b[1] is None else a[0] // b[1]
    return low, None if a[1] is None else a[1] // b[0]


def narrower(a: Interval, b: Interval) -> Interval:
    """What lies in both ranges."""
    return (
        max((low for low in (a[0], b[0]) if low is not None), default=None),
        min((high for high in (a[1], b[1]) if high is not None), default=None),
    )
