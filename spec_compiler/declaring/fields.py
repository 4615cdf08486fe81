"""The kinds of fields that declarations are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.plain import is_mapping, is_sequence, sizes_crossed
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.fixes import Fix, write
from spec_compiler.ir.dim_operations import bounds, doubtful_divisor
from spec_compiler.ir.dims import LARGEST, Dim, Size, is_refused
from spec_compiler.ir.types import DTYPES, MOST_AXES, POLICIES
from spec_compiler.refusals import MOST_KEPT, Refusal
from spec_compiler.source.node import Incomplete
from spec_compiler.source.python_forms import tuple_of
from spec_compiler.spelling import suggestion


def refuse(
    message: str,
    code: str = "SPC0104",
    *,
    about_field: Literal["", "subject", "topic"] = "subject",
    **facts: Any,
) -> Refusal:
    """What a validator raises; the message is a predicate of the field, `must be …`."""
    return Refusal(code, message, about_field=about_field, **facts)


class Declaration(BaseModel):
    """Something that authors write: strict, closed, and frozen."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        defer_build=True,
        arbitrary_types_allowed=True,
        ser_json_inf_nan="constants",  # else they are written as null
    )
    entry: ClassVar[str] = "key"
    """What messages call one of its settings."""
    in_order: ClassVar[tuple[str, ...]] = ()
    """Settings in the order of Keras's, where classes that share some have them in another."""
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {}
    """Settings that authors know from Keras and that are not here: what to do instead."""
    others: ClassVar[str] = ""
    """The function that knows what other tools call its settings, as `room.module.function`: from
    what is written and all that stands beside it to what `belongs` gives."""

    doc: str | None = None
    """Words for the reader."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """What to do about a setting that is not here; None where nothing is known of it.

        Args:
            key: What is written.
            given: All that stands in its mapping.
        """
        if (found := cls.elsewhere.get(key)) is not None or not cls.others:
            return found
        # only where a key is not known
        from importlib import import_module

        module, _, function = cls.others.rpartition(".")
        return getattr(import_module(f"spec_compiler.{module}"), function)(key, given)

    @classmethod
    def instead_of(cls, key: str, given: Mapping[str, object]) -> Fix | None:
        """What to write for a value that is none of the words of a setting; None if unknown."""

    @model_validator(mode="before")
    @classmethod
    def _few_strange(cls, written: object) -> object:
        """Keep of very many unknown keys as many as are reported; pydantic holds each twice."""
        if not is_mapping(written) or len(written) <= MOST_KEPT:
            return written
        known = {field.alias or name for name, field in cls.model_fields.items()}
        strange = [key for key in written if key not in known]
        left_out = set(strange[MOST_KEPT:])
        kept = {key: item for key, item in written.items() if key not in left_out}
        return Incomplete(kept) if isinstance(written, Incomplete) else kept


def scope_of(info: ValidationInfo) -> Scope:
    """The scope that validation runs in."""
    return info.context if isinstance(info.context, Scope) else Scope()


def size_of(written: object, info: ValidationInfo) -> Size:
    """A size from a number or an expression.

    Raises:
        Refusal: it is neither, or too large.
    """
    value = scope_of(info).size(written)
    if isinstance(value, int) and abs(value) > LARGEST:
        raise refuse("is a number beyond 2^63", "SPC0105")
    return value


def doubt(size: Size, otherwise: str = "may be negative") -> str:
    """Why a size whose bounds are not known is refused; `otherwise` where it divides by no 0."""
    divisor = doubtful_divisor(size)
    if divisor is None:
        return f"`{size}` {otherwise}"
    return f"`{size}` divides by `{divisor}`, which may be 0"


def _positive_size(written: object, info: ValidationInfo) -> Size:
    value = size_of(written, info)
    low, _ = bounds(value)
    if isinstance(value, int) and value <= 0:
        raise refuse(f"must be positive, not {value}", "SPC0308")
    if (low is None or low <= 0) and not is_refused(value):
        raise refuse(
            f"must be positive, and {doubt(value, f'may be {0 if low is None else low}')}",
            "SPC0308",
            help="give the dim a larger `min`, or state it under `constraints`",
        )
    return value


def known_size(written: object, info: ValidationInfo) -> int:
    """A size of a weight.

    Raises:
        Refusal: it is not positive, or known only from the data.
    """
    value = _positive_size(written, info)
    if isinstance(value, Dim):
        raise refuse(
            f"must be a number, and `{value}` is known only from the data",
            "SPC0306",
            help="it sizes a weight: use a number or a param",
        )
    return value


def number_of(written: object, info: ValidationInfo) -> float:
    """A number from a literal or an expression over params.

    Raises:
        Refusal: it is neither.
    """
    return scope_of(info).number(written)


def finite(value: float) -> float:
    """The number.

    Raises:
        Refusal: it is infinite, or none.
    """
    if not math.isfinite(value):
        raise refuse(f"must be a finite number, not {value}")
    return value


def axis_size(written: object, info: ValidationInfo) -> Size | None:
    """An entry of a shape; `None` as text is what Python users write for null."""
    if written is None or written == "None":
        return None
    try:
        value = size_of(written, info)
    except Refusal as refusal:
        # only where a name is not known
        from spec_compiler.formula.words import entry_meant

        raise entry_meant(refusal, written) from None
    low, _ = bounds(value)
    if isinstance(value, int) and value < 0:
        fix = write("null", " for a size that the data decides") if value == -1 else None
        raise refuse(f"must be a size or null, not {value}", "SPC0308", fix=fix)
    if isinstance(value, Dim) and (low is None or low < 0) and not is_refused(value):
        raise refuse(f"must be a size or null, and {doubt(value)}", "SPC0308")
    return value


def _sizes_in(written: object) -> list[str]:
    """The sizes in `(28, 28)`, `28x28` and `{height: 28, width: 28}`."""
    if is_mapping(written):
        sizes = list(written.values())
        return [f"{size}" for size in sizes] if all(type(size) is int for size in sizes) else []
    return sizes_crossed(str(written), "x×*") or list(tuple_of(str(written)) or ())


def sizes_listed(written: object) -> Fix | None:
    """The list for what says sizes in another way; None where it says none."""
    sizes = [f"{written}"] if type(written) is int else _sizes_in(written)
    return write(f"[{', '.join(sizes)}]") if sizes else None


def _shape(written: object) -> object:
    if not is_sequence(written):
        message = f"must be a list of sizes such as `[28, 28]`, not {described(written)}"
        raise refuse(message, fix=sizes_listed(written))
    if len(written) > MOST_AXES:  # before each of its sizes is looked at
        raise refuse(f"has {len(written)} axes, and {MOST_AXES} are the most", "SPC0304")
    return tuple(written)


def _dtype(written: object) -> str:
    return _one_of(written, DTYPES, "dtype")


def _policy(written: object) -> str:
    if isinstance(written, str) and written in DTYPES and written not in POLICIES:
        raise refuse(
            f"must be a floating dtype or a mixed policy, not `{written}`",
            "SPC0106",
            help=f"one of {', '.join(POLICIES)}",
            allowed=POLICIES,
        )
    return _one_of(written, POLICIES, "dtype")


def _one_of(written: object, known: tuple[str, ...], what: str) -> str:
    if isinstance(written, str) and written in known:
        return written
    if not isinstance(written, str):
        message = f"must be the name of a {what}, not {described(written)}"
        raise refuse(message, allowed=known)
    # only where a word is none
    from spec_compiler.declaring.other_tools.dtypes import dtype_meant

    guess = dtype_meant(written, known)
    raise refuse(
        f"there is no {what} `{written}`",
        "SPC0106",
        about_field="topic",
        **suggestion(guess, f"one of {', '.join(known)}", known),
    )


def _printed(size: Size | None) -> int | str | None:
    return str(size) if isinstance(size, Dim) else size


_SIZE_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "integer"},
        {"type": "string", "description": "arithmetic over params and dims"},
    ]
}
_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "description": "arithmetic over params"}]
}
AXIS_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}, {"type": "null"}]
}

AnySize: TypeAlias = Annotated[
    Size, BeforeValidator(size_of), PlainSerializer(_printed), WithJsonSchema(_SIZE_SCHEMA)
]
"""A whole number or an expression, of any sign."""

PositiveSize: TypeAlias = Annotated[
    Size, BeforeValidator(_positive_size), PlainSerializer(_printed), WithJsonSchema(_SIZE_SCHEMA)
]
"""A size that is certain to be at least 1."""

KnownSize: TypeAlias = Annotated[int, BeforeValidator(known_size), WithJsonSchema(_SIZE_SCHEMA)]
"""A size of a weight: at least 1, and a number before anything runs."""

AxisSize: TypeAlias = Annotated[
    Size | None,
    BeforeValidator(axis_size),
    PlainSerializer(_printed),
    WithJsonSchema(AXIS_SCHEMA),
]
"""An entry of a shape; null is a size that only the data knows."""

ShapeField: TypeAlias = Annotated[tuple[AxisSize, ...], BeforeValidator(_shape)]
"""A list of sizes."""

Number: TypeAlias = Annotated[
    float, BeforeValidator(number_of), AfterValidator(finite), WithJsonSchema(_NUMBER_SCHEMA)
]
"""A finite number or an expression over params."""

AnyNumber: TypeAlias = Annotated[float, BeforeValidator(number_of), WithJsonSchema(_NUMBER_SCHEMA)]
"""A number that may be infinite."""

DTypeName: TypeAlias = Annotated[
    str, BeforeValidator(_dtype), WithJsonSchema({"enum": list(DTYPES)})
]
"""The name of a dtype."""

PolicyName: TypeAlias = Annotated[
    str, BeforeValidator(_policy), WithJsonSchema({"enum": list(POLICIES)})
]
"""The name of a dtype or of a mixed policy."""
