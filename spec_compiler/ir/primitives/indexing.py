"""Entries that whole numbers name: rows of a table, entries of an axis, and where to add."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import held_bytes
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

_LOOKED_AT = 11
"""Bytes for each index: truth values, and the index as NumPy wants it."""


class OutOfRange(Refusal):
    """A whole number in the data that names nothing.

    Attributes:
        position: Where the first one stands.
    """

    def __init__(
        self, number: int, position: tuple[int, ...], count: int, others: int, of: str, help: str
    ) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            "SPC0502",
            f"{of} {number} at position {list(position)} is outside 0 to {count - 1}{more}",
            help=f"mend the data, or clip what is computed from it{help}",
        )
        self.position = position
        self._facts = (number, count, others, of, help)

    def moved(self, axis: int, by: int) -> OutOfRange:
        """The same, so many entries further along an axis."""
        number, count, others, of, help = self._facts
        position = [*self.position]
        position[axis] += by
        return OutOfRange(number, tuple(position), count, others, of, help)


def require_within(numbers: Array, count: int, of: str = "index", help: str = "") -> None:
    """Refuse whole numbers that do not lie from 0 up to `count`, which is not among them.

    Raises:
        OutOfRange: one does not.
    """
    outside = (numbers < 0) | (numbers >= count)
    if outside.any():
        first = np.unravel_index(int(np.argmax(outside)), outside.shape)
        position = tuple(int(i) for i in first)
        others = int(outside.sum()) - 1
        raise OutOfRange(int(numbers[position]), position, count, others, of, help)


def _require_whole(indices: TensorType) -> None:
    if not indices.is_integer:
        raise Refusal("SPC0403", f"an index must be a whole number, not `{indices.dtype}`")


class Take(Primitive):
    """The rows of a table that whole numbers name; the axes of the indices come first."""

    __slots__ = ()
    name: ClassVar[str] = "take"
    rounds: ClassVar[bool] = False

    def infer(self, prover: Prover, table: TensorType, indices: TensorType) -> TensorType:
        """A row for each index."""
        _require_whole(indices)
        return TensorType(table.dtype, (*indices.shape, *table.shape[1:]))

    def evaluate(self, table: Array, indices: Array, *, of: TensorType) -> Array:
        """A copy.

        Raises:
            OutOfRange: an index names no row.
        """
        require_within(indices, len(table), help=", or give the table more rows")
        return table[indices]

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """What looking at the indices takes."""
        return _LOOKED_AT * prod(concrete(operands[1]))

    def within(self, result: TensorType, *operands: TensorType) -> tuple[int, Shape]:
        """The indices, and the rows."""
        return 1, operands[0].shape[:1]


@record
class TakeAlong(Primitive):
    """Along an axis the entries that whole numbers name, for each place of the other axes."""

    name: ClassVar[str] = "take_along"
    rounds: ClassVar[bool] = False

    axis: int

    def infer(self, prover: Prover, x: TensorType, indices: TensorType) -> TensorType:
        """An entry for each index; the other axes are the same in both."""
        _require_whole(indices)
        if x.rank != indices.rank:
            raise Refusal("SPC0304", f"indices of rank {indices.rank} for a rank of {x.rank}")
        for axis, (size, other) in enumerate(zip(x.shape, indices.shape, strict=True)):
            if axis != self.axis:
                prover.require_equal(size, other, f"axis {axis} of the indices")
        return TensorType(x.dtype, indices.shape)

    def evaluate(self, x: Array, indices: Array, *, of: TensorType) -> Array:
        """A copy.

        Raises:
            OutOfRange: an index names no entry.
        """
        require_within(indices, x.shape[self.axis])
        return np.take_along_axis(x, indices.astype(np.int64, copy=False), self.axis)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """What looking at the indices takes, and NumPy's places along each of the other axes."""
        sizes = concrete(operands[1])
        return _LOOKED_AT * prod(sizes) + 8 * (sum(sizes) - sizes[self.axis])

    def within(self, result: TensorType, *operands: TensorType) -> tuple[int, Shape]:
        """The indices, and the entries of the axis."""
        return 1, (operands[0].shape[self.axis],)


@record
class ScatterAdd(Primitive):
    """Zeros, with values added where the last axis of the indices says, a number for an axis."""

    name: ClassVar[str] = "scatter_add"
    flops: ClassVar[int] = 1

    shape: Shape

    def infer(self, prover: Prover, indices: TensorType, values: TensorType) -> TensorType:
        """The shape; a value has what is left of it, and there is one for each index."""
        _require_whole(indices)
        named: Size = indices.shape[-1] if indices.rank else 0
        if not isinstance(named, int) or not 1 <= named <= len(self.shape):
            raise Refusal(
                "SPC0304",
                f"the last axis of the indices names 1 to {len(self.shape)} axes, not {named}",
            )
        wanted = (*indices.shape[:-1], *self.shape[named:])
        if values.rank != len(wanted):
            raise Refusal("SPC0304", f"values of rank {values.rank}, and {len(wanted)} axes")
        for axis, (size, other) in enumerate(zip(values.shape, wanted, strict=True)):
            prover.require_equal(size, other, f"axis {axis} of the values")
        return TensorType(values.dtype, self.shape)

    def evaluate(self, indices: Array, values: Array, *, of: TensorType) -> Array:
        """A new array; what meets is added, float16 in float32.

        Raises:
            OutOfRange: an index names no entry.
        """
        places = [indices[..., axis] for axis in range(indices.shape[-1])]
        for place, size in zip(places, concrete(of), strict=False):
            require_within(place, size)
        half = values.dtype == np.float16
        total = np.zeros(concrete(of), np.float32 if half else values.dtype)
        at = tuple(place.astype(np.int64, copy=False) for place in places)
        np.add.at(total, at, values.astype(total.dtype, copy=False))
        return total.astype(values.dtype, copy=False)

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """Every value is added once."""
        return operands[1].shape

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """What looking at the indices takes; float16 is widened."""
        indices, values = operands
        widened = 2 * (held_bytes(values) + held_bytes(result))
        looked_at = _LOOKED_AT * prod(concrete(indices))
        return looked_at + (widened if values.dtype == "float16" else 0)

    def within(self, result: TensorType, *operands: TensorType) -> tuple[int, Shape]:
        """The indices, and the sizes of the axes that they name."""
        named = operands[0].shape[-1]
        return 0, self.shape[: named if isinstance(named, int) else 0]


INDEXING: tuple[type[Primitive], ...] = (Take, TakeAlong, ScatterAdd)
