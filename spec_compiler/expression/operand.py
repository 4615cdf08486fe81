"""What an expression computes with: tensors, numbers, sizes, texts and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from spec_compiler.expression.meeting import Met, met, met_in_place
from spec_compiler.expression.promotion import check_fits, promoted
from spec_compiler.expression.size_values import size_value
from spec_compiler.formula.operations import Exact, within_reach
from spec_compiler.formula.tokens import Columns as Columns
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import MOST_TERMS, TOO_LONG, Dim, Shape, Size, holds_batch
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType, TensorType
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

Axis: TypeAlias = "tuple[Value, int]"
"""A mask and one of its axes."""


@record
class Tensor:
    """A value, and what is known about its masked axes.

    Attributes:
        value: The value in the graph.
        along: For each axis, the axes of masks that it runs along.
        mixed: Masks of which padded entries may have met kept ones or moved, and how first.
        mask: Its own mask, for an input that has one.
        batch: The axis that runs along the batch; None where it is the same for every row. Where
            rows are joined with other axes, it is the first, as a layer would take it.
    """

    value: Value
    along: tuple[frozenset[Axis], ...]
    mixed: Mapping[Value, Met] = field(default_factory=dict[Value, Met])
    mask: Value | None = None
    batch: int | None = None

    @classmethod
    def input(cls, value: Value, mask: Value | None = None, batch: int | None = None) -> Tensor:
        """What an expression starts from."""
        masked = len(mask.shape) if mask is not None else 0
        along = tuple(
            frozenset({(mask, axis)} if mask is not None and axis < masked else ())
            for axis in range(len(value.shape))
        )
        return cls(value, along, mask=mask, batch=_told(value.shape) if batch is None else batch)

    @property
    def shape(self) -> Shape:
        """The sizes of the axes."""
        return self.value.shape

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self.value.dtype

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.value.shape)


Operand: TypeAlias = "Tensor | Exact | str | list[Any] | None"

_LONGEST_SHOWN = 30
"""Of an operand; a longer one is called the first or the second."""
_MOST_FACTORS = 16
"""Sizes that a product in the formula of a size may have."""


def bounded(number: Any) -> Any:
    """A number that is not too large to go on with.

    Raises:
        Refusal: it is.
    """
    if isinstance(number, int | float):
        return within_reach(number, "SPC0122")
    if isinstance(number, Dim):
        factors = max(len(monomial) for monomial, _ in number.terms)
        if len(number.terms) > MOST_TERMS or factors > _MOST_FACTORS:
            raise Refusal("SPC0122", TOO_LONG)
        for _, factor in number.terms:
            bounded(factor)
    return number


def described(item: Operand) -> str:
    """An operand in the words of the language."""
    if isinstance(item, Tensor):
        return f"a tensor {item.value.type}"
    if item is None or isinstance(item, bool):
        return f"`{item}`"
    if isinstance(item, str):
        return f'the text "{item}"' if len(item) <= 40 else "a text"
    if isinstance(item, list):
        return "a list"
    return f"the {'size' if isinstance(item, Dim) else 'number'} `{item}`"


@dataclass(slots=True)
class Context:
    """What functions write with, and how they say which axes of the operands stay.

    Attributes:
        b: The builder.
        at: The columns of what is being lowered.
        blame: The columns of the arguments of the function that is being lowered, by name.
        text: The whole expression.
        operands: The columns of the tensors that meet in what is being lowered.
    """

    b: Builder
    at: Columns = (0, 0)
    blame: dict[str, Columns] = field(default_factory=dict[str, Columns])
    text: str = ""
    operands: tuple[Columns, ...] = ()

    def written(self, operand: int) -> str:
        """How a message calls an operand of what is being lowered: as it is written."""
        text = self.text[slice(*self.operands[operand])] if operand < len(self.operands) else ""
        ordinal = ("the first operand", "the second operand")[operand]
        return f"`{text}`" if 0 < len(text) <= _LONGEST_SHOWN else ordinal

    def result(self, value: Value, *sources: tuple[Tensor, Sequence[int | None]]) -> Tensor:
        """A tensor made of others.

        Args:
            value: The result.
            sources: Each operand, with the axis of it that each axis of the result runs along;
                None where entries meet or move.
        """
        along: list[frozenset[Axis]] = [frozenset()] * len(value.shape)
        mixed: dict[Value, Met] = {}
        batches: list[int] = []
        for tensor, axes in sources:
            mixed = {**tensor.mixed, **mixed}
            stays = {
                i: axis
                for i, axis in enumerate(axes)
                if axis is not None and tensor.shape[axis] == value.shape[i]
            }
            kept = {*stays.values()}
            still = {mark for axis in kept for mark in tensor.along[axis]}
            for axis, marks in enumerate(tensor.along):
                if axis not in kept and marks:
                    how = met(self.text, self.at, (tensor.value, axis), value, self.b.nodes)
                    mixed = {**dict.fromkeys((mask for mask, _ in marks), how), **mixed}
            # of a mask that lost an axis none is left: another operand may bring that one alone
            lost = {mark[0] for marks in tensor.along for mark in marks if mark not in still}
            for i, axis in stays.items():
                along[i] |= {mark for mark in tensor.along[axis] if mark[0] not in lost}
            found = tensor.batch
            if found is not None and (found in kept or None in axes):
                batches.append(list(axes).index(found) if found in kept else 0)
        batch = min(batches) if batches and along else _told(value.shape)
        return Tensor(value, tuple(along), mixed, batch=batch)

    def elementwise(self, value: Value, *operands: Tensor) -> Tensor:
        """The result of an operation with broadcasting.

        Raises:
            Refusal: the batch would be paired with an axis that is not.
        """
        rank = len(value.shape)
        for x in operands:
            _require_apart(x, operands)
        return self.result(
            value,
            *(
                (x, [None if i < rank - x.rank else i - rank + x.rank for i in range(rank)])
                for x in operands
            ),
        )

    def along(self, value: Value, x: Tensor, axis: int) -> Tensor:
        """The result of an operation that moves or drops entries of one axis."""
        return self.result(value, (x, [None if i == axis else i for i in range(x.rank)]))

    def meeting(self, value: Value, x: Tensor, axis: int) -> Tensor:
        """The result of an operation in which entries of one axis meet and stay where they are."""
        stayed = self.elementwise(value, x)
        mixed = dict.fromkeys((mask for mask, _ in x.along[axis]), met_in_place(self.at, axis))
        return replace(stayed, mixed={**mixed, **stayed.mixed})

    def tensor(self, item: Operand, dtype: DType | None = None) -> Tensor:
        """A tensor from anything numeric; numbers take `dtype`, else the one that they suggest.

        Raises:
            Refusal: it is not numeric, or does not fit the dtype.
        """
        if isinstance(item, Tensor):
            return item if dtype is None else self.cast(item, dtype)
        if isinstance(item, bool | int | float):
            to = dtype or self.natural(item)
            check_fits(item, to)
            return Tensor.input(self.b.constant(item, to))
        if isinstance(item, Dim):
            return self.size(item, dtype or "int32")
        if isinstance(item, list):
            return self.constant(item, dtype)
        raise Refusal("SPC0126", f"a tensor or a number belongs here, not {described(item)}")

    def natural(self, number: float | Dim) -> DType:
        """The dtype of a number or a size that stands alone."""
        if isinstance(number, bool):
            return "bool"
        return "int32" if isinstance(number, int | Dim) else self.b.policy.compute

    def size(self, size: Dim, dtype: DType) -> Tensor:
        """A size as a tensor of rank 0."""
        return Tensor.input(size_value(self.b, size, dtype))

    def constant(self, items: list[Any], dtype: DType | None) -> Tensor:
        """Nested lists of numbers and sizes as a tensor."""
        flat, shape = _flattened(items)
        if not flat:
            raise Refusal("SPC0126", "an empty list is no tensor")
        kinds = {self.natural(item) for item in flat}
        natural = self.b.policy.compute if kinds & FLOATS else "int32"
        to = dtype or ("bool" if kinds == {"bool"} else natural)
        numbers = [item for item in flat if not isinstance(item, Dim)]
        for item in numbers:
            check_fits(item, to)
        if len(numbers) == len(flat):
            return Tensor.input(self.b.literal(numbers, TensorType(to, shape)))
        entries = [self.b.expand(self.tensor(item, to).value, 0) for item in flat]
        return Tensor.input(self.b.reshape(self.b.concatenate(entries, 0), shape))

    def cast(self, x: Tensor, dtype: DType) -> Tensor:
        """The same in another dtype."""
        return x if x.dtype == dtype else self.elementwise(self.b.cast(x.value, dtype), x)

    def floating(self, item: Operand) -> Tensor:
        """A tensor to compute with in floating point."""
        if isinstance(item, Dim):
            return self.size(item, self.b.policy.compute)
        x = self.tensor(item)
        return x if x.dtype in FLOATS else self.cast(x, self.b.policy.compute)

    def numeric(self, item: Operand) -> Tensor:
        """A tensor to count with: truth values become 0 and 1."""
        x = self.tensor(item)
        return self.cast(x, "int32") if x.dtype == "bool" else x

    def together(self, *items: Operand) -> list[Tensor]:
        """Operands in one dtype: floating ones win, and numbers follow tensors."""
        tensors = [self.tensor(item) for item in items if isinstance(item, Tensor | list)]
        dtypes: tuple[DType, ...] = tuple(tensor.dtype for tensor in tensors)
        to: DType = dtypes[0] if dtypes else "int32"
        for dtype in dtypes[1:]:
            to = promoted(to, dtype)
        for item in items:
            if isinstance(item, float) and to not in FLOATS:
                to = self.b.policy.compute
            elif isinstance(item, int | Dim) and not isinstance(item, bool) and to == "bool":
                to = "int32"
        return [self.tensor(item, to) for item in items]


def _require_apart(x: Tensor, others: Sequence[Tensor]) -> None:
    """Refuse to pair the batch, whose size is open, with an axis of another meaning."""
    if x.batch is None or isinstance(x.shape[x.batch], int):
        return
    back = x.rank - x.batch
    for y in others:
        if y.batch is not None and y.rank - y.batch == back:
            continue  # the batch of both, whatever its size is
        if back <= y.rank and y.shape[-back] != 1 and not holds_batch(y.shape[-back]):
            raise Refusal(
                "SPC0303",
                f"the batch, axis {x.batch} of {x.value.type}, would be paired with axis "
                f"{y.rank - back} of {y.value.type}",
                origins=((x.value, x.batch), (y.value, y.rank - back)),
                help="axes are paired from the last: `expand(…, -1)` gives the first one another",
            )


def _told(shape: Shape) -> int | None:
    """The axis that is the batch by its size alone."""
    return next((axis for axis, size in enumerate(shape) if holds_batch(size)), None)


def _flattened(items: list[Any]) -> tuple[list[float | Dim], tuple[int, ...]]:
    """The numbers and sizes of nested lists, and how they nest."""
    shape = (len(items),)
    if items and all(isinstance(item, list) for item in items):
        parts = [_flattened(item) for item in items]
        if len({inner for _, inner in parts}) > 1:
            raise Refusal("SPC0126", "the lists inside a tensor differ in length")
        return [number for flat, _ in parts for number in flat], (*shape, *parts[0][1])
    for item in items:
        if not isinstance(item, bool | int | float | Dim):
            tensors = isinstance(item, Tensor)
            raise Refusal(
                "SPC0126",
                f"a list that is a tensor holds numbers, not {described(item)}",
                help="write `stack([…])` or `concat([…])`" if tensors else "",
            )
    return items, shape


def size_of(item: Operand) -> Size | None:
    """The size that an operand is, if it is one; `6 / 2` is.

    Raises:
        Refusal: it is beyond 2^63.
    """
    if isinstance(item, float) and item.is_integer():
        return bounded(int(item))
    return item if isinstance(item, int | Dim) and not isinstance(item, bool) else None
