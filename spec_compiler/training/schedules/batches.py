"""Numbers of batches, in which `epoch` is how many an epoch has: only the data tells."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import refuse, scope_of
from spec_compiler.declaring.numbers import whole_of
from spec_compiler.ir.dim_operations import bounds, evaluate
from spec_compiler.ir.dims import Size, symbol, symbols

EPOCH = symbol("epoch")
"""How many batches an epoch has."""
_NAME = "epoch"


def counted(size: Size, epoch: int) -> int:
    """The number of batches where an epoch has so many."""
    return size if isinstance(size, int) else evaluate(size, {_NAME: epoch})


def _at_least(written: object, info: ValidationInfo, least: int) -> Size:
    scope = scope_of(info)
    if _NAME not in scope.names:
        scope = scope._replace(dims={**scope.dims, _NAME: EPOCH})
    value = scope.size(written)
    other = next((item.name for item in symbols(value) if item not in set(symbols(EPOCH))), None)
    if other is not None:
        raise refuse(
            f"must be a number of batches, and `{other}` is known only from the data",
            help="write a number, or `10 * epoch` for the batches of ten epochs",
        )
    low, _ = bounds(value)
    if low is None or low < least:
        raise refuse(f"must be {least} or more, and `{value}` may be less")
    return value


def positive(written: object, info: ValidationInfo) -> Size:
    """At least one batch.

    Raises:
        Refusal: it is no such number.
    """
    return _at_least(written, info, 1)


def _none_or_more(written: object, info: ValidationInfo) -> Size:
    return _at_least(written, info, 0)


def _printed(size: Size) -> int | str:
    return size if isinstance(size, int) else str(size)


def _steps(written: object, info: ValidationInfo) -> int:
    value = whole_of(written, info)
    if value < 0:
        raise refuse(f"must be 0 or more, not {value}")
    return value


_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}
Batches = Annotated[
    Size, BeforeValidator(positive), PlainSerializer(_printed), WithJsonSchema(_SCHEMA)
]
"""A number of batches, 1 or more; `epoch` may stand in it."""
BatchesOrNone = Annotated[
    Size, BeforeValidator(_none_or_more), PlainSerializer(_printed), WithJsonSchema(_SCHEMA)
]
"""A number of batches, 0 or more; `epoch` may stand in it."""
Steps = Annotated[int, BeforeValidator(_steps), WithJsonSchema(_SCHEMA)]
"""A number of steps, 0 or more."""
