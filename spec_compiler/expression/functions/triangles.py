"""Functions of matrices, by where an entry lies beside the diagonal."""

from __future__ import annotations

from typing import Literal

from spec_compiler.expression.function import DTYPE, SIZE, WHOLE, Function, of_x
from spec_compiler.expression.operand import Context, Tensor
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType
from spec_compiler.refusals import Refusal


def _beside(
    b: Builder,
    sign: Literal["equal", "less_equal", "greater_equal"],
    rows: Size,
    columns: Size,
    k: int,
) -> Value:
    """Where a column less its row is `k`, at most or at least."""
    diagonal = b.expand(b.arange(rows, "int64"), 1)
    diagonal = b.add(diagonal, k) if k else diagonal
    return b.binary(sign, b.arange(columns, "int64"), diagonal)


def _eye(c: Context, n: Size, m: Size | None, k: int, dtype: DType | None) -> Tensor:
    found = _beside(c.b, "equal", n, n if m is None else m, k)
    return Tensor.input(c.b.cast(found, dtype or c.b.policy.compute))


def _triangle(name: str, sign: Literal["less_equal", "greater_equal"], does: str) -> Function:
    def rule(c: Context, x: Tensor, k: int) -> Tensor:
        if x.rank < 2:
            message = f"`{name}` is of matrices, and this is {x.value.type}"
            raise Refusal("SPC0304", message, within=c.blame["x"])
        if x.batch is not None and x.batch >= x.rank - 2:
            raise Refusal(
                "SPC0358",
                f"`{name}` would work along the batch, axis {x.batch} of {x.value.type}: "
                "rows would differ",
                within=c.blame["x"],
                help=f"multiply with `{name}(ones([…, …]))` if that is meant",
            )
        kept = _beside(c.b, sign, x.shape[-2], x.shape[-1], k)
        return c.elementwise(c.b.select(kept, x.value, c.b.constant(0, x.dtype)), x)

    return of_x(name, rule, does, k=WHOLE.or_(0))


TRIANGLES: tuple[Function, ...] = (
    Function(
        "eye",
        {"n": SIZE, "m": SIZE.or_(None), "k": WHOLE.or_(0), "dtype": DTYPE.or_(None)},
        _eye,
        does="`n` rows of `m` columns, or of `n`: 1 on the diagonal, or `k` above it, else 0",
        gives="`dtype`, without it the layer's",
    ),
    _triangle("tril", "less_equal", "the last two axes with 0 above the diagonal, or `k` above it"),
    _triangle(
        "triu", "greater_equal", "the last two axes with 0 below the diagonal, or `k` above it"
    ),
)
