"""Embedding: whole numbers become the rows of a learned table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, TypeAlias

from pydantic import PlainSerializer, PlainValidator, StrictBool, WithJsonSchema, model_validator

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.plain import is_list
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix, advise, put, remove, write
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.build import Builder
from spec_compiler.ir.primitives.structure import require_held
from spec_compiler.layers.base.interface import Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.lora import Adaptable, adaptation
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import Draws, Initializer, InitializerField
from spec_compiler.layers.choices.initializers.random import RandomUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.places import on_input
from spec_compiler.refusals import Refusal, under

Rows: TypeAlias = tuple[tuple[float, ...], ...]


class GivenRows(Initializer):
    """The values that stand in the spec."""

    names: ClassVar[tuple[str, ...]] = ("given",)

    rows: Rows
    """One for each row of the table."""

    def reach(self, shape: tuple[int, ...], fans: tuple[int, int] | None) -> float:
        """Its layer looks at each number."""
        return 0.0

    def draw(self, stream: Draws, shape: tuple[int, ...], fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return np.array(self.rows, np.float64).reshape(shape)


def _rows(written: object) -> Rows:
    """A table of numbers; Keras wraps it in a list of one."""
    table = written
    if is_list(table) and len(table) == 1 and is_list(table[0]) and any(map(is_list, table[0])):
        table = table[0]
    if not is_list(table) or not all(map(is_list, table)):
        raise refuse(f"must be a list of rows of numbers, not {described(written)}")
    rows = [row for row in table if is_list(row)]
    found: list[tuple[float, ...]] = []
    for i, row in enumerate(rows):
        numbers: list[float] = []
        for j, value in enumerate(row):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise refuse(f"must hold numbers, not {described(value)}", argument=(i, j))
            numbers.append(float(value))
        if len(row) != len(rows[0]):
            raise refuse(
                f"must have rows of one length: row {i} has {len(row)}, row 0 has {len(rows[0])}",
                argument=(i,),
            )
        found.append(tuple(numbers))
    return tuple(found)


RowsField = Annotated[
    Rows,
    PlainValidator(_rows),
    PlainSerializer(lambda rows: [list(row) for row in rows]),
    WithJsonSchema({"type": "array", "items": {"type": "array"}}),
]


class Embedding(Adaptable, Layer):
    """Replace each whole number of the input by that row of a learned table.

    `int[batch, …]` to `float[batch, …, output_dim]`. Weight: `embeddings [input_dim, output_dim]`.
    With `mask_zero` the result has a mask that is true where the input is not 0; row 0 is given out
    as it is. An index outside the table is refused: when compiling where the numbers are known,
    as those of `arange` and of an input with `values`, else when running.

    Source: Keras's Embedding.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "int32[batch, seq]",
            {"input_dim": 50, "output_dim": 8},
            gives="float32[batch, seq, 8]",
            equals="one_hot(x, 50) @ embeddings",
        ),
        Example(
            "int32[batch, seq]",
            {"input_dim": 50, "output_dim": 8, "mask_zero": True},
            gives="float32[batch, seq, 8] mask",
            equals="one_hot(x, 50) @ embeddings",
            keeps="x != 0",
        ),
        Example(
            "uint8[batch]",
            {"input_dim": 2, "output_dim": 3, "weights": [[0, 0, 0], [1, 2, 3]]},
            gives="float32[batch, 3]",
            equals="one_hot(x, 2) @ embeddings",
            why="first values in the spec",
        ),
        Example(
            "int32[batch, seq]",
            {"input_dim": 50, "output_dim": 8, "lora_rank": 2, "lora_alpha": 3},
            gives="float32[batch, seq, 8]",
            equals="one_hot(x, 50) @ (embeddings + 3 / 2 * lora_embeddings_a @ lora_embeddings_b)",
            why="an adapted table",
        ),
        Example("float32[batch, seq]", {"input_dim": 50, "output_dim": 8}, refuses="SPC0403"),
        Example("int32[batch, seq]", {"input_dim": 0, "output_dim": 8}, refuses="SPC0308"),
        Example(
            "int32[batch]",
            {"input_dim": 3, "output_dim": 2, "weights": [[0, 0], [1, 2]]},
            refuses="SPC0336",
        ),
    )
    learned: ClassVar[tuple[Named, ...]] = (Named("embeddings"), *adaptation("embeddings"))
    masks: ClassVar[Masks] = Masks(makes=True, by="mask_zero", when=("mask_zero",), provable=True)

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        "input_length": remove(
            "leave it out: the length is a size in the `shape` of the input", safe=True
        ),
    }

    input_dim: KnownSize
    """Number of rows: one more than the greatest index."""
    output_dim: KnownSize
    """Size of a row."""
    embeddings_initializer: InitializerField = RandomUniform()
    """Gives the table its first values."""
    embeddings_regularizer: RegularizerField | None = None
    """Penalty on the table."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    embeddings_constraint: ConstraintField | None = None
    """Projection of new tables."""
    mask_zero: StrictBool = False
    """Whether index 0 is padding: the result is masked there."""
    weights: RowsField | None = None
    """First values by row, in place of the initialiser; large tables belong in a weights file."""

    @model_validator(mode="after")
    def _weights_fit(self) -> Embedding:
        if self.weights is not None:
            rows, size = self.input_dim, self.output_dim
            given = (len(self.weights), len(self.weights[0]) if self.weights else 0)
            if given != (rows, size):
                raise refuse(
                    f"has the shape {list(given)}, and the table needs [{rows}, {size}]",
                    "SPC0336",
                    argument=("weights",),
                    related=((("input_dim",), "the rows"), (("output_dim",), "the size of a row")),
                    fix=put("input_dim", given[0], beside=True) if given[1] == size else None,
                )
        return self

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        if not x.value.type.is_integer:
            raise Refusal(
                "SPC0403",
                f"Embedding looks up rows by whole numbers, and its input is {x.value.type}",
                argument=("from",),
                origins=((x.value, "dtype"),),
                fix=on_input("dtype", "int32", "write `dtype: int32` on the input"),
            )
        self._check_range(b, x)
        training = self.training("embeddings")
        if self.weights is not None:
            numbers = [number for row in self.weights for number in row]
            with under("weights"):
                for dtype in b.policy:
                    require_held(numbers, dtype)
            training = training._replace(initializer=GivenRows(rows=self.weights))
        table = self.adapted(
            b,
            "embeddings",
            (self.input_dim, self.output_dim),
            training,
        )
        y = b.take(table, x.value)
        if not self.mask_zero:
            return Signal(y)
        return Signal(y, Mask(b.binary("not_equal", x.value, 0), b.layer))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask of the indices: all their axes are the first ones of the result."""
        return x.mask if x.mask is not None else super().carry_mask(b, result, x)

    def _check_range(self, b: Builder, x: Signal) -> None:
        rows = self.input_dim
        why, at = f"the indices of `{b.layer}`", ("input_dim",)
        outside = b.require_index(x.value, 0, rows, why, at)
        if outside is not None:
            low, high, _ = b.range_of(x.value)
            raise Refusal(
                "SPC0501",
                f"the input may hold {outside}, and `{b.layer}` has rows 0 to {rows - 1}",
                argument=at,
                intervals=(0,),
                annotation=f"rows 0 to {rows - 1}",
                related=((("from",), f"values from {low} to {high}"),),
                fix=advise("declare what the input holds: `values: {min: 0, …}`")
                if outside is low
                else write(
                    f"{high + 1}",
                    words=f"write `input_dim: {high + 1}`, or a smaller `max` in the input's "
                    "`values`",
                    safe=False,
                ),
            )
