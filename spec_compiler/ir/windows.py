"""Windows over axes: the one rule of `padding`, strides and dilation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Size

Padding: TypeAlias = Literal["valid", "same", "causal"]
"""`valid`: each window lies within the axis. `same`: a window for each `step` entries, what is
lacking divided between both ends, the end having the odd one. `causal`: as many, and a window ends
with its own entry, so that all that is lacking lies before the axis."""


class Window(NamedTuple):
    """The windows over an axis: `size` places, `dilation` apart, one window every `step` entries.

    Attributes:
        size: Places in a window.
        step: From a window's first place to that of the next one.
        dilation: From a place to the next one.
        padding: Where windows may lie.
    """

    size: int
    step: int = 1
    dilation: int = 1
    padding: Padding = "valid"

    @property
    def span(self) -> int:
        """From the first place to behind the last one."""
        return (self.size - 1) * self.dilation + 1

    def over(self, entries: Size) -> Size:
        """How many windows there are over so many entries; at least `span` if `valid`."""
        if self.padding == "valid":
            return floor_divide(entries - self.span, self.step) + 1
        return floor_divide(entries + (self.step - 1), self.step)

    def before(self, entries: int) -> int:
        """How many entries of the first window are lacking before the axis."""
        if self.padding == "valid":
            return 0
        if self.padding == "causal":
            return self.span - 1
        windows = -(-entries // self.step)
        return max((windows - 1) * self.step + self.span - entries, 0) // 2


class Place(NamedTuple):
    """One place of all windows over some axes, and where it falls.

    Attributes:
        at: Its number along each axis.
        windows: The windows that have an entry there, for each axis.
        entries: These entries.
    """

    at: tuple[int, ...]
    windows: tuple[slice, ...]
    entries: tuple[slice, ...]


def places(
    windows: tuple[Window, ...],
    before: tuple[int, ...],
    counts: tuple[int, ...],
    entries: tuple[int, ...],
) -> Iterator[Place]:
    """The places of windows, in row-major order, that fall on entries anywhere.

    Args:
        windows: Those over each axis.
        before: How many entries the first one begins before the axis; negative: behind its start.
        counts: How many there are.
        entries: How many entries each axis has.
    """
    axes = (list(_met(*axis)) for axis in zip(windows, before, counts, entries, strict=True))
    for found in product(*axes):
        at, parts, falls = zip(*found, strict=True)
        yield Place(at, parts, falls)


def _met(
    window: Window, before: int, count: int, entries: int
) -> Iterator[tuple[int, slice, slice]]:
    """The places of an axis on entries: which windows have one there, and which entries."""
    step, dilation = window.step, window.dilation
    lowest = max(-(((count - 1) * step - before) // dilation), 0)
    highest = min((entries - 1 + before) // dilation, window.size - 1)
    for place in range(lowest, highest + 1):
        ahead = place * dilation - before
        first = max(-(ahead // step), 0)
        stop = min((entries - 1 - ahead) // step + 1, count)
        if first < stop:
            start, end = first * step + ahead, (stop - 1) * step + ahead
            yield place, slice(first, stop), slice(start, end + 1, step)
