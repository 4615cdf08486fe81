"""Inputs to signals: what is fed at run time, and constants."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

from spec_compiler.declaring.plain import is_list
from spec_compiler.files import Origin
from spec_compiler.fixes import put
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import Dim, Size
from spec_compiler.ir.types import (
    DType,
    End,
    Policy,
    TensorType,
    as_held,
    closed,
    ends,
    interval_text,
    limits,
)
from spec_compiler.language.inputs import Input, TensorFile, Values, WholeValues
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import ItemPath, Refusal, under
from spec_compiler.spelling import suggestion

_OF_NUMBER = 250
"""The bytes that a number of a constant in a file takes while it becomes one of the graph."""
_WEIGHT = "make so large a constant a weight"


def input_signal(name: str, declared: Input, b: Builder, origin: Origin, policy: Policy) -> Signal:
    """The signal of an input.

    Raises:
        Refusal: the declaration contradicts itself, or a constant is not what it says.
    """
    dtype = cast("DType", declared.dtype or policy.variable)
    if declared.tensor is not None:
        return _constant(declared, dtype, b, origin)
    shape = declared.full_shape(name)
    of = TensorType(dtype, shape)
    if declared.values is not None:
        _check_values(declared.values, of)
    mask = None
    if declared.mask:
        # the mask stands beside steps: without the features from rank 2 up, the batch not counted
        mask_shape = shape[:-1] if len(shape) > 2 else shape
        mask = Mask(b.value(TensorType("bool", mask_shape)), name)
    value = b.value(of)
    if declared.interval is not None:
        low, high = (as_held(end, dtype) for end in closed(*declared.interval, dtype))
        b.ranges.state(value, low, high)
    return Signal(value, mask, declared.sparse)


def _check_values(values: Values | WholeValues, of: TensorType) -> None:
    """Refuse an interval of what are no numbers, or of numbers that the dtype does not hold."""
    if of.dtype == "bool":
        message = "`values` bounds numbers, and the input is `bool`"
        raise Refusal(
            "SPC0107", message, argument=("values",), fix=put("dtype", "int32", beside=True)
        )
    least, most = ends(of.dtype)
    low, high = values.min, values.max
    outside = any(isinstance(end, int | float) and not least <= end <= most for end in (low, high))
    if outside or _may_leave(low, high, least, most):
        held = f"{least} to {most}" if of.is_integer else f"{least:.4g} to {most:.4g}"
        raise Refusal(
            "SPC0107",
            f"`values` are {interval_text(low, high)}, and `{of.dtype}` holds {held}",
            argument=("values",),
            help="narrow `values`, or write a wider `dtype`",
        )


def _may_leave(low: End | None, high: End | None, least: float, most: float) -> bool:
    """Whether ends that dims decide may leave no number of a dtype between them."""
    if isinstance(high, Dim):
        below, _ = bounds(high)
        if below is None or below < least:
            return True
    if isinstance(low, Dim):
        above, beyond = bounds(low)
        return (above is not None and above > most) or (beyond is not None and beyond > most)
    return False


def _constant(declared: Input, dtype: DType, b: Builder, origin: Origin) -> Signal:
    tensor: Any = declared.tensor
    if isinstance(tensor, TensorFile):
        tensor = _from_file(tensor, origin)
        found: tuple[int, ...] = tuple(tensor.shape)
        values: Any = tensor
    else:
        found = extent(tensor, ("tensor",), "a constant")
        values = tensor
    for key, claimed in (("shape", declared.shape), ("batch_shape", declared.batch_shape)):
        if claimed is not None:
            _check_claim(key, claimed, found)
    of = TensorType(dtype, found)
    if of.is_integer:
        _check_whole(values, dtype)
    with under("tensor"):
        return Signal(b.literal(_numbers(values), of), batch=None)


def _check_claim(key: str, claimed: tuple[Size | None, ...], found: tuple[int, ...]) -> None:
    """Refuse a constant of another shape than is claimed: both keys claim all of it."""
    same = len(claimed) == len(found) and all(
        size is None or size == real for size, real in zip(claimed, found, strict=True)
    )
    if not same:
        sizes = ", ".join("null" if size is None else str(size) for size in claimed)
        raise Refusal(
            "SPC0309",
            f"the constant has shape {list(found)}, and `{key}` says [{sizes}]",
            argument=(key,),
            help="a constant has no batch axis" if len(claimed) == len(found) + 1 else "",
        )


def _check_whole(values: Any, dtype: DType) -> None:
    """Refuse a constant with numbers that its integer dtype does not hold."""
    low, high = limits(dtype)
    for number in _numbers(values):
        if not low <= number <= high or number != int(number):
            raise Refusal(
                "SPC0519",
                f"the constant holds {number}, which is no `{dtype}`",
                argument=("tensor",),
                help=f"`{dtype}` holds whole numbers from {low} to {high}",
            )


def _numbers(values: Any) -> Iterator[int | float]:
    """The numbers of nested lists, or of an array, in row-major order."""
    if hasattr(values, "tolist"):
        values = values.tolist()
    if is_list(values):
        for item in values:
            yield from _numbers(item)
    else:
        yield values


def extent(tensor: object, at: ItemPath, what: str) -> tuple[int, ...]:
    """The shape of nested lists.

    Args:
        tensor: Numbers, or lists of them.
        at: Where it stands.
        what: What messages call it.

    Raises:
        Refusal: it is empty, holds something else, or its rows have different lengths.
    """
    if not is_list(tensor):
        if isinstance(tensor, bool | int | float):
            return ()
        raise Refusal("SPC0104", f"{what} holds numbers only", argument=at)
    if not tensor:
        raise Refusal("SPC0309", f"{what} needs at least one element", argument=at)
    first = extent(tensor[0], (*at, 0), what)
    for index, item in enumerate(tensor[1:], 1):
        if extent(item, (*at, index), what) != first:
            raise Refusal(
                "SPC0309",
                f"the rows of {what} have different shapes",
                argument=(*at, index),
                help="give all of them as many entries; where a mask says what counts, fill up "
                "with its value",
            )
    return (len(tensor), *first)


def _from_file(tensor: TensorFile, origin: Origin) -> Any:
    # only a constant in a file needs the readers of data, and with them NumPy
    from spec_compiler.data import Allowance, called, read_one

    try:
        path = origin.locate(tensor.file)
        allowance = Allowance(instead=_WEIGHT)
        with called(str(path), tensor.file):
            found = read_one(str(path), key=tensor.key, name=path.stem, allowance=allowance)
            if found.sparse:
                message = f"`{found.origin}` is sparse, and a constant is dense"
                raise Refusal("SPC0518", message, help="save `matrix.toarray()`")
            allowance.take(found.origin, 0, _OF_NUMBER * math.prod(found.shape))
            return found.load()
    except Refusal as refusal:
        if refusal.fix is not None and refusal.code == "SPC0564":
            # loaded only to say it of the path as it is written
            from spec_compiler.formats import unknown_format

            refusal = unknown_format(tensor.file)
        raise refusal.but(argument=("tensor", "file")) from None
    except OSError as error:
        raise Refusal(
            "SPC0566",
            f"{tensor.file}: {error.strerror or error}",
            argument=("tensor", "file"),
            **suggestion(origin.meant(tensor.file)),
        ) from None
