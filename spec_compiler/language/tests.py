"""The tests of a model, as authors write them beside it."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import Declaration, KnownSize, refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.fixes import Fix, put, write
from spec_compiler.language.expectations import (
    Data,
    Expectation,
    ExpectationField,
    SumClaim,
    holds_booleans,
    twice,
)

MOST_CASES = 1000
"""The most combinations of sizes that one test may sweep over."""

_SIZES: dict[str, Any] = {
    "anyOf": [
        {"type": ["integer", "string"]},
        {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1},
    ]
}


def _sizes(written: object) -> object:
    if isinstance(written, str) and not written.isidentifier():
        # only for what is not a plain size
        from spec_compiler.declaring.other_tools.forms import range_meant

        ends = range_meant(written)
        if ends and ends[0] < ends[1]:
            text = f"[{ends[0]}, {ends[1]}]"
            message = f"must be a size or a list of sizes, not `{written}`"
            raise refuse(message, fix=write(text, ": each of them is one case", safe=False))
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


Sizes = Annotated[
    tuple[KnownSize, ...],
    BeforeValidator(_sizes),
    AfterValidator(_each_once),
    WithJsonSchema(_SIZES),
]


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

    others: ClassVar[str] = "language.other_tools.tests.of_test"

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

        return of_a_test(key, given) or super().belongs(key, given)

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
                raise twice("raises", other, "means that there are no results")
        if self.same_as is not None and self.inputs is None:
            raise refuse("needs `inputs` to compare with", "SPC0107", argument=("same_as",))
        if self.seed is not None and self.inputs is not None:
            raise twice("seed", "inputs", "draws random inputs, and they are given")
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


__all__ = ["MOST_CASES", "Expectation", "SpecTest", "SumClaim", "holds_booleans"]
