"""The tests of a model, as authors write them beside it."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
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
    KnownSize,
    Number,
    ShapeField,
    refuse,
)
from spec_compiler.declaring.plain import is_list, is_mapping, is_sequence
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.fixes import Fix, put, remove, write
from spec_compiler.language.inputs import TensorFile, require_several
from spec_compiler.layers.base.claim import claimed_shape, plain_shape
from spec_compiler.refusals import Refusal

MOST_CASES = 1000
"""The most combinations of sizes that one test may sweep over."""

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
_SIZES: dict[str, Any] = {
    "anyOf": [
        {"type": ["integer", "string"]},
        {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1},
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


def _sizes(written: object) -> object:
    if not is_sequence(written):
        return (written,)
    if not written:
        raise refuse("must have at least one size")
    return tuple(written)


def _each_once(sizes: tuple[int, ...]) -> tuple[int, ...]:
    twice = next((size for index, size in enumerate(sizes) if size in sizes[:index]), None)
    if twice is not None:
        raise refuse(f"has {twice} twice", "SPC0107", help="each size is one case: leave one out")
    return sizes


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
Sizes = Annotated[
    tuple[KnownSize, ...],
    BeforeValidator(_sizes),
    AfterValidator(_each_once),
    WithJsonSchema(_SIZES),
]


class SumClaim(Declaration):
    """What the elements of a result add up to."""

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
            raise _twice("file", "value", "says the same as `value`")
        require_several(self.file, self.key)
        if self.min is not None and self.max is not None and self.min > self.max:
            raise _twice("max", "min", "is below `min`: no number fits")
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


class Twin(Declaration):
    """Other inputs that give the same results."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = dict.fromkeys(
        ("outputs", "output", "expect", "value"),
        "what is compared stands under the test's `expect`: `expect: {y: {finite: true}}`",
    )

    inputs: dict[str, Data]
    """The data by input."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        # only where a key is not known
        from spec_compiler.language.near_tests import of_a_twin

        return cls.elsewhere.get(key) or of_a_twin(key, given)


class SpecTest(Declaration):
    """A test of the model, run by `specc test`."""

    name: StrictStr
    """What reports call it."""
    inputs: dict[str, Data] | None = None
    """The data by input, a mask as `NAME.mask`; a number alone is every entry; else random."""
    dims: dict[str, Sizes] = {}
    """Sizes by dim, one or a list; every combination is run."""
    seed: Annotated[StrictInt, Field(ge=0)] | None = None
    """What random inputs are drawn from; default: the spec's seed."""
    expect: dict[str, ExpectationField] = {}
    """What is expected, by output; numbers alone are its `value`, a single one of every entry."""
    same_as: Twin | None = None
    """Other inputs, whose results must be the same."""
    raises: StrictStr | None = None
    """The code that these inputs are refused with."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        # only where a key is not known
        from spec_compiler.language.near_tests import of_a_test

        return of_a_test(key, given)

    @model_validator(mode="after")
    def _consistent(self) -> SpecTest:
        if not (self.expect or self.same_as or self.raises):
            raise refuse(
                "a test needs `expect`, `same_as` or `raises`",
                "SPC0102",
                about_field="",
                fix=put("expect", "{y: {finite: true}}", verb="add"),
            )
        for other in ("expect", "same_as"):
            if self.raises is not None and getattr(self, other):
                raise _twice("raises", other, "means that there are no results")
        if self.same_as is not None and self.inputs is None:
            raise refuse("needs `inputs` to compare with", "SPC0107", argument=("same_as",))
        if self.seed is not None and self.inputs is not None:
            raise _twice("seed", "inputs", "draws random inputs, and they are given")
        for name, expected in self.expect.items():
            self._check_expected(name, expected)
        return self

    def _check_expected(self, name: str, expected: Expectation) -> None:
        given = [key for key in ("rtol", "atol") if getattr(expected, key) is not None]
        compared = expected.is_compared or expected.sum is not None or self.same_as is not None
        if given and not compared:
            raise refuse(
                "has nothing to compare",
                "SPC0107",
                argument=("expect", name, given[0]),
                help="add `value`, `file` or `sum`",
            )
        if not expected.model_fields_set - {"doc"} and self.same_as is None:
            raise refuse(
                "expects nothing",
                "SPC0102",
                argument=("expect", name),
                fix=put("finite", "true", verb="add"),
            )
        alone = isinstance(expected.value, int | float)
        if expected.is_compared and not alone and self.count > 1:
            key = "value" if expected.value is not None else "file"
            raise refuse(
                f"is one array, and `dims` makes {self.count} cases",
                "SPC0107",
                argument=("expect", name, key),
                related=((("dims",), "here"),),
            )

    @property
    def count(self) -> int:
        """How many combinations of sizes it runs over."""
        return prod(len(sizes) for sizes in self.dims.values())


def _twice(key: str, other: str, why: str) -> Refusal:
    return refuse(why, "SPC0107", argument=(key,), related=(((other,), "here"),))
