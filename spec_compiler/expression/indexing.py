"""`x[…]` on tensors and lists: constants, slices, `None` and `...`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import EllipsisType
from typing import NamedTuple, TypeAlias

from spec_compiler.expression.operand import Columns, Context, Operand, Tensor, described, size_of
from spec_compiler.fixes import Fix, advise, rewrite, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import maximum, minimum
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.refusals import Refusal


class Range(NamedTuple):
    """A slice whose parts are known; None where one is absent."""

    first: Operand
    stop: Operand
    step: Operand


ALL = Range(None, None, None)
IndexEntry: TypeAlias = "Operand | Range | EllipsisType"
IndexEntries: TypeAlias = Sequence[tuple[IndexEntry, Columns]]


def pick(c: Context, items: list[Operand], entries: IndexEntries) -> Operand:
    """An entry or a part of a list."""
    entry, columns = entries[0]
    if len(entries) > 1:
        raise Refusal("SPC0128", "a list has one axis", within=entries[1][1])
    if isinstance(entry, Range):
        whole = [part if type(part) is int else None for part in entry]
        if whole != list(entry) or entry.step == 0:
            raise Refusal("SPC0128", "a list is sliced with whole numbers", within=columns)
        return items[slice(*whole)]
    if type(entry) is not int or not -len(items) <= entry < len(items):
        raise Refusal("SPC0128", f"the list has {len(items)} entries", within=columns)
    return items[entry]


def index(c: Context, x: Tensor, entries: IndexEntries) -> Tensor:
    """The part of a tensor that an index names.

    Args:
        c: The context.
        x: The tensor.
        entries: A size, a `Range`, None or `...`, each with its columns.

    Raises:
        Refusal: there are too many entries, or one lies outside.
    """
    rests = [columns for entry, columns in entries if entry is ...]
    if len(rests) > 1:
        raise Refusal("SPC0128", "`...` may stand once", within=rests[1])
    named = [columns for entry, columns in entries if entry is not None and entry is not ...]
    if len(named) > x.rank:
        raise Refusal(
            "SPC0128",
            f"{len(named)} indices, and the tensor {x.value.type} has {x.rank} axes",
            within=named[x.rank],
        )
    axis = 0
    for entry, columns in entries:
        if entry is ...:
            axis += x.rank - axis - _axes_after(entries)
        elif entry is None:
            x = expanded(c, x, axis)
            axis += 1
        elif isinstance(entry, Range):
            x = _part(c, x, axis, entry, columns)
            axis += 1
        else:
            x = _one(c, x, axis, entry, columns)
    return x


def expanded(c: Context, x: Tensor, axis: int) -> Tensor:
    """A new axis of size 1."""
    axes = [*range(axis), None, *range(axis, x.rank)]
    return c.result(c.b.expand(x.value, axis), (x, axes))


def part(
    c: Context, x: Tensor, axis: int, first: Size, stop: Size, length: Size | None = None
) -> Tensor:
    """The entries of an axis from `first` up to `stop`, both within the axis.

    Args:
        c: What the operations are added with.
        x: The tensor.
        axis: The axis, from 0.
        first: The first entry.
        stop: The one behind the last.
        length: How many there are, where that can be said more simply than by the other two.
    """
    b, size, value = c.b, x.shape[axis], x.value
    if length is None:
        length = _least(c, stop - first, 0, maximum)
    if first == 0 and length == size:
        return x
    if isinstance(first, int):
        return c.along(b.slice(value, axis, first, first + length), x, axis)
    if stop != size:
        value = b.slice(value, axis, 0, stop)
    # where the first one stands is known only from the data; how many are kept before the end is
    # a size like others
    kept = b.slice(b.reverse(value, axis), axis, 0, length)
    return c.along(b.reverse(kept, axis), x, axis)


def taken(b: Builder, x: Value, places: Value, axis: int) -> Value:
    """The entries of an axis that places name; the axes of the places stand for it."""
    rank, n = len(x.shape), len(places.shape)
    rest = [i for i in range(rank) if i != axis]
    rows = b.take(b.transpose(x, (axis, *rest)), places)
    return b.transpose(rows, (*range(n, n + axis), *range(n), *range(n + axis, n + len(rest))))


def _axes_after(entries: IndexEntries) -> int:
    at = next(i for i, (entry, _) in enumerate(entries) if entry is ...)
    return sum(entry is not None for entry, _ in entries[at + 1 :])


def _one(c: Context, x: Tensor, axis: int, entry: Operand, columns: Columns) -> Tensor:
    at = size_of(entry)
    if at is None:
        raise Refusal(
            "SPC0128",
            f"an index is a whole number, a slice, `None` or `...`, not {described(entry)}",
            within=columns,
            fix=_gathered(c, axis, columns) if isinstance(entry, Tensor | list) else None,
        )
    size = x.shape[axis]
    first = size + at if isinstance(at, int) and at < 0 else at
    fits = c.b.require(first, ">=", 0, f"index {at}") and c.b.require(
        first, "<", size, f"index {at}"
    )
    if not fits:
        raise Refusal(
            "SPC0128",
            f"index {at} is outside axis {axis} of size {size}",
            within=columns,
            fix=write("-1", " for the last one", safe=False) if isinstance(at, int) else None,
        )
    one = part(c, x, axis, first, first + 1)
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    axes = [*range(axis), *range(axis + 1, x.rank)]
    return c.result(c.b.reshape(one.value, shape), (one, axes))


def _gathered(c: Context, axis: int, columns: Columns) -> Fix | None:
    """What to write for an index that is a tensor or a list."""
    words = f"write `gather(x, …, axis={axis})`"
    target, *entries = c.operands
    others = [c.text[slice(*at)].strip() for at in entries if at != columns]
    if set(others) - {":", "..."}:
        return advise(words)
    return rewrite(f"gather(@0, @1, axis={axis})", c.at, target, columns, of=columns, words=words)


def _part(c: Context, x: Tensor, axis: int, entry: Range, columns: Columns) -> Tensor:
    if entry == ALL:
        return x
    first, stop, step = (
        None if item is None else size_of(item) for item in (entry.first, entry.stop, entry.step)
    )
    for written, size in ((entry.first, first), (entry.stop, stop), (entry.step, step)):
        if written is not None and size is None:
            raise Refusal(
                "SPC0128", f"a slice has whole numbers, not {described(written)}", within=columns
            )
    step = 1 if step is None else step
    if not isinstance(step, int) or step == 0:
        raise Refusal("SPC0128", "a step is a whole number that is not 0", within=columns)
    size = x.shape[axis]
    if step > 0:
        low, high = _clamped(c, first, size, 0), _clamped(c, stop, size, size)
    else:  # from `first` down to the one behind `stop`
        low = 0 if stop is None else size if stop == -1 else _clamped(c, stop, size, 0, 1)
        high = size if first is None or first == -1 else _clamped(c, first, size, size, 1)
    length = _length(c, first, stop, size) if step > 0 else None
    x = part(c, x, axis, low, high, length)
    if step < 0:
        x = c.along(c.b.reverse(x.value, axis), x, axis)
    if abs(step) == 1:
        return x
    return c.along(c.b.stride(x.value, axis, abs(step)), x, axis)


def _length(c: Context, first: Size | None, stop: Size | None, size: Size) -> Size | None:
    """How many entries there are between two places as they are written, if that is enough to say.

    It is where the first is not below 0 and the other not beyond the end: wherever one of them is
    outside of the axis none are left, and their difference is not above 0.
    """
    first = 0 if first is None else first
    stop = size if stop is None else stop
    if c.b.facts.compare(stop, "<", 0):
        stop = size + stop
    if c.b.facts.compare(first, ">=", 0) and c.b.facts.compare(stop, "<=", size):
        return _least(c, stop - first, 0, maximum)
    return None


def _clamped(c: Context, place: Size | None, size: Size, default: Size, beyond: int = 0) -> Size:
    """A place of a slice, or the one `beyond` it: counted from 0, within the axis, as in Python."""
    if place is None:
        return default
    if c.b.facts.compare(place, "<", 0):
        return _least(c, size + place + beyond, 0, maximum)
    # from which end it counts must not depend on the data: neither would the size be known
    c.b.require(place, ">=", 0, "a place in a slice counts from the first entry")
    return _least(c, place + beyond, size, minimum)


def _least(c: Context, left: Size, right: Size, choose: Callable[[Size, Size], Size]) -> Size:
    """The smaller or larger of two, by what is known about them."""
    answer = c.b.facts.compare(left, "<=", right)
    if answer is None:
        return choose(left, right)
    return left if answer == (choose is minimum) else right
