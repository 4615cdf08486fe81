"""Sums of products."""

from __future__ import annotations

import re

from spec_compiler.expression.operand import Context, Tensor, described
from spec_compiler.fixes import Fix, in_quotes, write
from spec_compiler.formula.einsum import Term, elided, parse
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.primitives.elementwise import broadcast_shapes
from spec_compiler.refusals import Refusal


def matmul(c: Context, x: Tensor, y: Tensor) -> Tensor:
    """NumPy's `x @ y`: the last axis of `x` with the last but one of `y`, others side by side."""
    left, right = _factors(c, x, y)
    b = c.b
    if right.rank == 1:
        return dot(c, left, right)
    _require_same(c, left, left.rank - 1, right, right.rank - 2)
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
    _require_same(c, left, left.rank - 1, right, inner)
    value = c.b.contract(left.value, right.value, ((left.rank - 1,), (inner,)))
    free = [axis for axis in range(right.rank) if axis != inner]
    rows = left.rank - 1
    return c.result(
        value, (left, [*range(rows), *[None] * len(free)]), (right, [*[None] * rows, *free])
    )


def _require_same(c: Context, x: Tensor, axis: int, y: Tensor, other: int) -> None:
    """Refuse two axes that cannot be equal, each called as it is written."""
    sizes = x.shape[axis], y.shape[other]
    if c.b.apart(*sizes):
        raise Refusal(
            "SPC0301",
            f"axis {axis} of {c.written(0)} is {quoted(sizes[0])}, and axis {other} of "
            f"{c.written(1)} is {quoted(sizes[1])}",
            origins=((x.value, axis), (y.value, other)),
            help=_products_of_rows(c, x, y)
            or "a product sums over the last axis of the first and the last but one of the "
            "second: `transpose` changes their order",
        )


def _products_of_rows(c: Context, x: Tensor, y: Tensor) -> str:
    """What to write where rows beside rows were meant, whose batch is an axis like others here."""
    if x.rank != 2 or x.shape != y.shape or not x.batch == y.batch == 0:
        return ""
    first, second = (c.written(at).strip("`") for at in (0, 1))
    if "operand" in first + second:
        return "for a number of each row, multiply them and `sum` over `axis=-1`"
    return f"for a number of each row write `sum({first} * {second}, axis=-1)`"


def _require_labels(c: Context, sides: list[str], x: Tensor, y: Tensor) -> None:
    """Refuse a label that stands for two sizes."""
    for axis, label in enumerate(sides[0]):
        other = sides[1].find(label)
        sizes = (x.shape[axis], y.shape[other]) if other >= 0 else ()
        if sizes and c.b.apart(*sizes):
            called = f"`{label}`" if label.isascii() else "an axis of `...`"
            raise Refusal(
                "SPC0301",
                f"{called} is {quoted(sizes[0])} in {c.written(0)} (axis {axis}) and "
                f"{quoted(sizes[1])} in {c.written(1)} (axis {other})",
                within=c.blame.get("equation"),
                origins=((x.value, axis), (y.value, other)),
                help="give axes of different sizes different labels",
            )


def _factors(c: Context, x: Tensor, y: Tensor) -> list[Tensor]:
    for item in (x, y):
        if not item.rank:
            raise Refusal("SPC0127", f"a product of matrices needs axes, not {described(item)}")
    return c.together(c.numeric(x), c.numeric(y))


def einsum(c: Context, equation: str, *operands: Tensor) -> Tensor:
    """Tensors by labels, from the left, with an explicit arrow; `...` are leading axes."""
    terms, result = _terms(c, equation)
    if len(terms) != len(operands):
        raise _refused(c, f"the equation has {len(terms)} operands, and {len(operands)} are given")
    extra = elided(_axes_elided(c, terms, operands))
    if any(term.repeated for term in (*terms, result)):
        raise _refused(c, "a label stands twice in one operand")
    sides, kept = [term.axes(extra) for term in terms], result.axes(extra)
    if not set(kept) <= set("".join(sides)):
        raise _refused(c, "a label stands only in the result")
    tensors = c.together(*map(c.numeric, operands))
    if len(tensors) == 2:
        _require_labels(c, sides, *tensors)
    value, labels = tensors[0].value, sides[0]
    for at in range(1, len(sides)):
        needed = kept + "".join(sides[at + 1 :])
        made = "".join(dict.fromkeys(label for label in labels + sides[at] if label in needed))
        made = made if at + 1 < len(sides) else kept
        value, labels = c.b.einsum(labels, sides[at], made, value, tensors[at].value), made
    lonely = tuple(i for i, label in enumerate(labels) if label not in kept)
    value = c.b.reduce("sum", value, lonely) if lonely else value
    order = [label for label in labels if label in kept]
    value = c.b.transpose(value, tuple(order.index(label) for label in kept))
    axes = [[side.index(x) if x in side else None for x in kept] for side in sides]
    return c.result(value, *zip(tensors, axes, strict=True))


def _terms(c: Context, equation: str) -> tuple[list[Term], Term]:
    try:
        terms, results = parse(equation)
    except Refusal:
        terms = results = []
    dots = "." in equation.replace("...", "")
    if dots or any(len(term.ellipses) > 1 for term in (*terms, *results)):
        raise _refused(c, "an ellipsis is three dots, once in an operand")
    if len(results) != 1:
        refused = _refused(c, "an equation looks like `bij,bjk->bik`")
        raise refused.but(fix=_with_result(c, equation))
    return terms, results[0]


def _axes_elided(c: Context, terms: list[Term], operands: tuple[Tensor, ...]) -> int:
    """How many axes `...` stands for, the same in every operand that has it."""
    counts: set[int] = set()
    for term, operand in zip(terms, operands, strict=True):
        named = len(term.labels)
        if operand.rank < named or (operand.rank > named and not term.ellipsis):
            raise _refused(
                c, f"`{term}` names {named} axes, and the operand has rank {operand.rank}"
            )
        if term.ellipsis:
            counts.add(operand.rank - named)
    if len(counts) > 1:
        raise _refused(c, "`...` stands for different numbers of axes")
    return counts.pop() if counts else 0


def _with_result(c: Context, equation: str) -> Fix | None:
    """The equation with the labels of its result: the first, and those that stand once."""
    labels = re.sub(r"[^A-Za-z]", "", equation)
    if "->" in equation or "." in equation or not labels or labels != equation.replace(",", ""):
        return None
    kept = [label for label in dict.fromkeys(labels) if labels.count(label) == 1]
    result = "".join(dict.fromkeys([labels[0], *kept]))
    return write(in_quotes(f"{equation}->{result}"), safe=False)


def _refused(c: Context, message: str) -> Refusal:
    return Refusal("SPC0132", message, within=c.blame.get("equation"))
