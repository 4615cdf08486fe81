"""Numbers that stand in a spec: one, or lists of them with a shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import finite, number_of, refuse
from spec_compiler.declaring.plain import is_list
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType, TensorType


class GivenNumbers(NamedTuple):
    """A number, or one for each entry of some axes.

    Attributes:
        values: All numbers, row by row.
        shape: The sizes of the axes that they are for; `()` for a single number.
    """

    values: tuple[float, ...]
    shape: tuple[int, ...]

    def plain(self) -> Any:
        """As an author writes it."""
        rows: list[Any] = list(self.values)
        for size in reversed(self.shape):
            rows = [rows[i : i + size] for i in range(0, len(rows), size)]
        return rows[0]

    def literal(self, b: Builder, dtype: DType) -> Value:
        """The numbers as a value."""
        return b.literal(self.values, TensorType(dtype, self.shape))


def given_numbers(number: Callable[[object, ValidationInfo], float]) -> tuple[Any, ...]:
    """What makes a field of such numbers, of which each is read by `number`."""

    def read(written: object, info: ValidationInfo) -> GivenNumbers:
        if not is_list(written):
            return GivenNumbers((number(written, info),), ())
        rows = [read(item, info) for item in written]
        shapes = {row.shape for row in rows}
        if len(shapes) != 1:
            raise refuse(
                "must be a number or a list with one for each feature"
                + (", and its rows differ in length" if shapes else ", not an empty list")
            )
        values = tuple(value for row in rows for value in row.values)
        return GivenNumbers(values, (len(rows), *shapes.pop()))

    schema = {"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "array"}]}
    return PlainValidator(read), PlainSerializer(GivenNumbers.plain), WithJsonSchema(schema)


def _finite(written: object, info: ValidationInfo) -> float:
    return finite(number_of(written, info))


NumbersField: TypeAlias = Annotated[GivenNumbers, *given_numbers(_finite)]
"""A finite number, or lists of them."""
