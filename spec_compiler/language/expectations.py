"""What a test expects of a result, as authors write it, and the data that stands in one."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import (
    AnyNumber,
    Declaration,
    DTypeName,
    Number,
    ShapeField,
    refuse,
)
from spec_compiler.declaring.plain import is_list, is_mapping, is_sequence
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.fixes import Fix, remove, write
from spec_compiler.language.inputs import TensorFile, require_several
from spec_compiler.layers.base.claim import claimed_shape, plain_shape
from spec_compiler.refusals import Refusal

_NUMBERS: dict[str, Any] = {"type": ["number", "boolean", "array"]}
_TENSOR: dict[str, Any] = {
    "anyOf": [
        _NUMBERS,
        {
            "type": "object",
            "properties": {"file": {"type": "string"}, "key": {"type": "string"}},
            "required": ["file"],
        },
    ]
}
_MASK: dict[str, Any] = {"anyOf": [{"const": "none"}, {"type": "array"}]}


def _tensor(written: object) -> object:
    if is_mapping(written):
        return validated(TensorFile, written, Scope(), "the data")
    return _numbers(written)


def _numbers(written: object) -> object:
    if is_list(written) or isinstance(written, int | float):
        return written
    fix = _alike(written) if isinstance(written, str) else None
    raise refuse(f"must be numbers or nested lists of them, not {described(written)}", fix=fix)


def _alike(word: str) -> Fix | None:
    """What to write for the name of an array of one number."""
    number = _ALIKE.get(word)
    return None if number is None else write(number, ": a number alone stands for every entry")


_ALIKE = {"zeros": 0, "zero": 0, "ones": 1, "one": 1}
"""Words for arrays of one number."""


def _mask(written: object, info: ValidationInfo) -> object:
    if written == "none":
        return written
    if not is_sequence(written):
        raise refuse(f"must be `none`, a shape, or nested lists of booleans, not {written!r}")
    if holds_booleans(written):
        return written
    return claimed_shape(written, info)


def holds_booleans(written: object) -> bool:
    """Whether a mask is given by its values, rather than by its shape."""
    while is_list(written) and written:
        written = written[0]
    return isinstance(written, bool)


def _true(written: bool) -> bool:
    if not written:
        raise refuse("claims something only when it is true", "SPC0107", fix=remove())
    return written


def _a_number(value: float) -> float:
    if value != value:
        raise refuse("must be a number: nothing is above or below NaN")
    return value


def _not_negative(value: float) -> float:
    if value < 0:
        raise refuse(f"must not be negative, and it is {value:g}")
    return value


Data = Annotated[Any, BeforeValidator(_tensor), WithJsonSchema(_TENSOR)]
Numbers = Annotated[Any, BeforeValidator(_numbers), WithJsonSchema(_NUMBERS)]
Tolerance = Annotated[Number, AfterValidator(_not_negative)]
ValueBound = Annotated[AnyNumber, AfterValidator(_a_number)]


class SumClaim(Declaration):
    """What the elements of a result add up to."""

    others: ClassVar[str] = "language.other_tools.tests.of_sum"

    value: Number
    """The sum."""
    axis: StrictInt | None = None
    """The axis to sum over; all of them by default."""
    rtol: Tolerance | None = None
    """Allowed error, relative to the sum; default: that beside `sum`."""
    atol: Tolerance | None = None
    """Allowed absolute error; default: that beside `sum`."""


class Expectation(Declaration):
    """What a test expects of one output."""

    others: ClassVar[str] = "language.other_tools.tests.of_claim"

    value: Numbers | None = None
    """The numbers, as nested lists."""
    file: StrictStr | None = None
    """A file that holds the numbers; `specc test --update` writes it."""
    key: StrictStr | None = None
    """Name of the array in a file that holds several."""
    rtol: Tolerance | None = None
    """Allowed error, relative to the number expected; that of `sum`, too."""
    atol: Tolerance | None = None
    """Allowed absolute error."""
    shape: ShapeField | None = None
    """The shape with the batch axis; null claims nothing about an axis."""
    dtype: DTypeName | None = None
    """The dtype."""
    finite: Annotated[StrictBool, AfterValidator(_true)] | None = None
    """That no number is NaN or infinite."""
    min: ValueBound | None = None
    """What no number is below."""
    max: ValueBound | None = None
    """What no number is above."""
    sum: SumClaim | None = None
    """What the elements add up to."""
    mask: Annotated[
        Any, BeforeValidator(_mask), PlainSerializer(plain_shape), WithJsonSchema(_MASK)
    ] = None
    """`none`, the shape of the mask, or its values."""

    @model_validator(mode="after")
    def _consistent(self) -> Expectation:
        if self.value is not None and self.file is not None:
            raise twice("file", "value", "says the same as `value`")
        require_several(self.file, self.key)
        if self.min is not None and self.max is not None and self.min > self.max:
            raise twice("max", "min", "is below `min`: no number fits")
        return self

    @property
    def is_compared(self) -> bool:
        """Whether it has numbers of its own."""
        return self.value is not None or self.file is not None


def _expectation(written: object) -> object:
    if isinstance(written, str):
        fix = _alike(written) or write("{finite: true}", safe=False)
        raise refuse(f"must be a mapping, not {described(written)}", fix=fix)
    return {"value": written} if is_list(written) or isinstance(written, int | float) else written


ExpectationField = Annotated[
    Expectation,
    BeforeValidator(_expectation),
    WithJsonSchema({"anyOf": [_NUMBERS, {"$ref": "#/$defs/Expectation"}]}),
]
"""What is expected; a bare array is its `value`."""


def twice(key: str, other: str, why: str) -> Refusal:
    """The refusal of a key that says what another says, or cannot stand beside it."""
    return refuse(why, "SPC0107", argument=(key,), related=(((other,), "here"),))
