"""Sums of products."""

from __future__ import annotations

import re
from string import ascii_letters

from spec_compiler.diagnostics import Refusal
from spec_compiler.expression.operand import Context, Tensor, described
from spec_compiler.ir.primitives.elementwise import broadcast_shapes


def matmul(c: Context, x: Tensor, y: Tensor) -> Tensor:
    """NumPy's `x @ y`: the last axis of `x` with the last but one of `y`, others side by side."""
    left, right = _factors(c, x, y)
    b = c.b
    if right.rank == 1:
        return dot(c, left, right)
    if left.rank == 1:
        moved = b.contract(right.value, left.value, ((right.rank - 2,), (0,)))
        axes = [*range(right.rank - 2), right.rank - 1]
        return c.result(moved, (right, axes), (left, [None] * (right.rank - 1)))
    if right.rank == 2:
        return dot(c, left, right)
    lead = broadcast_shapes(b, "matmul", left.shape[:-2], right.shape[:-2])
    operands = [b.broadcast_to(t.value, (*lead, *t.shape[-2:])) for t in (left, right)]
    n = len(lead)
    batch = tuple(range(n))
    value = b.contract(operands[0], operands[1], ((n + 1,), (n,)), (batch, batch))
    axes = [
        [i - n + t.rank - 2 if i >= n - t.rank + 2 else None for i in range(n)]
        for t in (left, right)
    ]
    return c.result(
        value,
        (left, [*axes[0], left.rank - 2, None]),
        (right, [*axes[1], None, right.rank - 1]),
    )


def dot(c: Context, x: Tensor, y: Tensor) -> Tensor:
    """NumPy's `dot`: the last axis of `x` with the last but one of `y`, then all others."""
    left, right = _factors(c, x, y)
    inner = max(right.rank - 2, 0)
    value = c.b.contract(left.value, right.value, ((left.rank - 1,), (inner,)))
    free = [axis for axis in range(right.rank) if axis != inner]
    rows = left.rank - 1
    return c.result(
        value, (left, [*range(rows), *[None] * len(free)]), (right, [*[None] * rows, *free])
    )


def _factors(c: Context, x: Tensor, y: Tensor) -> list[Tensor]:
    for item in (x, y):
        if not item.rank:
            raise Refusal("SPC0127", f"a product of matrices needs axes, not {described(item)}")
    return c.together(c.numeric(x), c.numeric(y))


def einsum(c: Context, equation: str, *operands: Tensor) -> Tensor:
    """One or two tensors by labels, with an explicit arrow; `...` are leading axes."""
    match = re.fullmatch(r"([a-zA-Z.,\s]*)->([a-zA-Z.\s]*)", equation)
    terms = re.sub(r"\s", "", equation).partition("->")
    labels = terms[0].split(",")
    if match is None:
        raise _equation(c, "an equation looks like `bij,bjk->bik`")
    if len(labels) != len(operands) or len(labels) > 2:
        raise _equation(
            c, f"the equation has {len(labels)} operands, and {len(operands)} are given"
        )
    elided = _elided(c, labels, operands)
    sides = [_expanded(c, side, elided) for side in (*labels, terms[2])]
    result = sides.pop()
    for side in (*sides, result):
        if len(set(side)) < len(side):
            raise _equation(c, "a label stands twice in one operand")
    if not set(result) <= set("".join(sides)):
        raise _equation(c, "a label stands only in the result")
    tensors = c.together(*map(c.numeric, operands))
    if len(tensors) == 2:
        value = c.b.einsum(sides[0], sides[1], result, tensors[0].value, tensors[1].value)
    else:
        lonely = tuple(i for i, label in enumerate(sides[0]) if label not in result)
        kept = [label for label in sides[0] if label in result]
        value = c.b.reduce("sum", tensors[0].value, lonely) if lonely else tensors[0].value
        value = c.b.transpose(value, tuple(kept.index(label) for label in result))
    axes = [[side.index(x) if x in side else None for x in result] for side in sides]
    return c.result(value, *zip(tensors, axes, strict=True))


def _elided(c: Context, labels: list[str], operands: tuple[Tensor, ...]) -> str:
    """Labels for the axes that `...` stands for, the same in every operand that has it."""
    counts: set[int] = set()
    for side, operand in zip(labels, operands, strict=True):
        named = len(side.replace("...", ""))
        if operand.rank < named or (operand.rank > named and "..." not in side):
            raise _equation(
                c, f"`{side}` names {named} axes, and the operand has rank {operand.rank}"
            )
        if "..." in side:
            counts.add(operand.rank - named)
    if len(counts) > 1:
        raise _equation(c, "`...` stands for different numbers of axes")
    free = [label for label in ascii_letters if label not in "".join(labels)]
    needed = counts.pop() if counts else 0
    if needed > len(free):
        raise _equation(c, "the equation has more axes than there are letters")
    return "".join(free[:needed])


def _expanded(c: Context, side: str, elided: str) -> str:
    if side.count("...") > 1 or "." in side.replace("...", ""):
        raise _equation(c, "an ellipsis is three dots, once in an operand")
    return side.replace("...", elided)


def _equation(c: Context, message: str) -> Refusal:
    return Refusal("SPC0132", message, within=c.blame.get("equation"))
