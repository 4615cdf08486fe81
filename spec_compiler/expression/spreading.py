"""What was meant where two tensors do not meet: an axis that one lacks, or the batch is summed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spec_compiler.expression.operand import Operand, Tensor
from spec_compiler.fixes import Fix, rewrite
from spec_compiler.formula.syntax import Binary, Expression, Unary
from spec_compiler.formula.tokens import Columns

_OVER_BATCH = re.compile(r"\baxis ?= ?0\b(?!\.)")


def made_to_meet(text: str, parts: Sequence[tuple[Expression, Operand]], of: Columns) -> Fix | None:
    """What to write for one of some parts that are to be paired; None where that is not clear.

    Args:
        text: The expression.
        parts: Parts of it, and what they are.
        of: The columns that are blamed.
    """
    tensors = [(node, item) for node, item in parts if isinstance(item, Tensor)]
    most = max((item.rank for _, item in tensors), default=0)
    for node, item in tensors:
        wide = [other for _, other in tensors if other.rank == most == item.rank + 1]
        lacks = {axis for other in wide for axis in _lacking(item, other)}
        if len(lacks) == 1 and item.batch is not None:
            return _with_axis(text, node, lacks.pop(), item.rank, of)
    for node, item in tensors:
        over = [*_OVER_BATCH.finditer(text, *node.at)]
        if item.batch is None and len(over) == 1:
            words = "axis 0 is the batch: write `axis=1`"
            return rewrite("axis=1", over[0].span(), of=of, words=words)
    return None


def _lacking(item: Tensor, other: Tensor) -> list[int]:
    """The axes of another tensor without which it is of the same shape."""
    shapes = [(*other.shape[:axis], *other.shape[axis + 1 :]) for axis in range(other.rank)]
    return [axis for axis, shape in enumerate(shapes) if shape == tuple(item.shape)]


def _with_axis(text: str, node: Expression, axis: int, rank: int, of: Columns) -> Fix:
    entries = "..., None" if axis == rank else ", ".join([*[":"] * axis, "None"])
    weak = isinstance(node, Binary | Unary)
    new = f"{'(@0)' if weak else '@0'}[{entries}]"
    shown = new.replace("@0", text[slice(*node.at)].strip())
    words = f"axes are paired from the last: write `{shown}`"
    return rewrite(new, node.at, node.at, of=of, words=words)
