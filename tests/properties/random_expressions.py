"""Random expressions with what NumPy makes of them, over inputs with named sizes.

Every term keeps its own account of its shape and kind, and its array, apart from the compiler's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True)
class Term:
    """A part of an expression: its text, its sizes as written, and its array."""

    text: str
    shape: tuple[Any, ...]
    array: np.ndarray

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def kind(self) -> str:
        return self.array.dtype.kind


@dataclass(frozen=True)
class Drawn:
    """An expression, and the world that it was drawn in."""

    term: Term
    sizes: dict[str, int]
    inputs: dict[str, np.ndarray]
    keep: np.ndarray
    width: Any
    """The last size of `y`, as it is declared."""


class Growing:
    """A term that grows step by step."""

    def __init__(self, draw: Any, leaves: list[Term], sizes: dict[str, int]) -> None:
        self.draw, self.leaves, self.sizes = draw, leaves, sizes

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def axis(self, term: Term) -> tuple[int, int]:
        """An axis from 0, and as it is written."""
        at = self.number(0, term.rank - 1)
        return at, at - term.rank if self.pick(True, False) else at

    def floating(self, term: Term) -> Term:
        if term.kind == "f":
            return term
        return Term(f'cast({term.text}, "float64")', term.shape, term.array.astype("float64"))

    def numeric(self, term: Term) -> Term:
        if term.kind != "b":
            return term
        return Term(f'cast({term.text}, "int32")', term.shape, term.array.astype("int32"))

    def boolean(self, term: Term) -> Term:
        return term if term.kind == "b" else Term(f"({term.text} > 0)", term.shape, term.array > 0)


def unary(g: Growing, x: Term) -> Term:
    name = g.pick("tanh", "sin", "cos", "square", "abs", "sign", "floor", "ceil", "-", "sigmoid")
    x = g.floating(x)
    if name == "-":
        return Term(f"-({x.text})", x.shape, -x.array)
    if name == "sigmoid":
        return Term(f"sigmoid({x.text})", x.shape, 1 / (1 + np.exp(-x.array)))
    return Term(f"{name}({x.text})", x.shape, getattr(np, name)(x.array))


def arithmetic(g: Growing, x: Term) -> Term:
    sign = g.pick("+", "-", "*", "<", ">=", "maximum", "minimum")
    x = g.floating(x)
    other = g.pick("number", "size", "leaf", "itself", "row")
    if other == "number":
        number = g.pick(2, -1, 0.5, 3.0)
        y = Term(f"({number})", (), np.float64(number))
    elif other == "size":
        name = g.pick(*g.sizes)
        y = Term(f"({name} - 2)", (), np.float64(g.sizes[name] - 2))
    elif other == "row" and x.rank and x.shape[0] != 1:
        y = Term(f"({x.text})[:1]", (1, *x.shape[1:]), x.array[:1])
    else:
        fits = [leaf for leaf in g.leaves if leaf.shape == x.shape[len(x.shape) - leaf.rank :]]
        y = g.floating(g.pick(*fits, x))
    if sign.isalpha():
        return Term(f"{sign}({x.text}, {y.text})", x.shape, getattr(np, sign)(x.array, y.array))
    operation = {"+": "add", "-": "subtract", "*": "multiply", "<": "less", ">=": "greater_equal"}
    array = getattr(np, operation[sign])(x.array, y.array)
    return Term(f"({x.text} {sign} {y.text})", x.shape, np.asarray(array))


def logic(g: Growing, x: Term) -> Term:
    t = g.boolean(x)
    if g.pick(True, False):
        return Term(f"(not {t.text})", t.shape, ~t.array)
    y = g.floating(x)
    text = f"where({t.text}, {y.text}, 0.25)"
    return Term(text, x.shape, np.where(t.array, y.array, 0.25))


def reduction(g: Growing, x: Term) -> Term:
    if not x.rank:
        return x
    name = g.pick("sum", "mean", "max", "min", "any", "all", "std", "argmax", "argmin")
    x = g.boolean(x) if name in {"any", "all"} else g.floating(x)
    at, written = g.axis(x)
    keep = g.pick(True, False)
    array = getattr(np, name)(x.array, axis=at, keepdims=keep)
    if name.startswith("arg"):
        array = array.astype("int32")
    shape = (*x.shape[:at], *((1,) if keep else ()), *x.shape[at + 1 :])
    more = f", keepdims={keep}" if keep else ""
    return Term(f"{name}({x.text}, axis={written}{more})", shape, np.asarray(array))


def ordered(g: Growing, x: Term) -> Term:
    if not x.rank:
        return x
    name = g.pick("cumsum", "sort", "flip", "softmax")
    x = g.floating(x)
    at, written = g.axis(x)
    if name == "softmax":
        e = np.exp(x.array - x.array.max(at, keepdims=True))
        array = e / e.sum(at, keepdims=True)
    else:
        array = getattr(np, name)(x.array, axis=at)
    return Term(f"{name}({x.text}, axis={written})", x.shape, array)


def index(g: Growing, x: Term) -> Term:
    entries: list[tuple[str, Any]] = []
    shape: list[Any] = []
    for size in x.shape[: g.number(0, x.rank)]:
        kind = g.pick("all", "reverse", "none", "entry", "part")
        if kind == "none" and x.rank < 5:
            entries.append(("None", None))
            shape.append(1)
            kind = "all"
        if kind == "entry":
            entry = g.pick(0, -1)
            entries.append((str(entry), entry))
        elif kind == "part" and isinstance(size, int) and size > 1:
            entries.append((f"{size - 1}:0:-1", slice(size - 1, 0, -1)))
            shape.append(size - 1)
        elif kind == "reverse":
            entries.append(("::-1", slice(None, None, -1)))
            shape.append(size)
        else:
            entries.append((":", slice(None)))
            shape.append(size)
    if not entries:
        return x
    text = ", ".join(text for text, _ in entries)
    array = x.array[tuple(entry for _, entry in entries)]
    return Term(f"({x.text})[{text}]", (*shape, *x.shape[len(shape_of(entries)) :]), array)


def shape_of(entries: list[tuple[str, Any]]) -> list[Any]:
    """The entries that stand for axes which were there before."""
    return [entry for _, entry in entries if entry is not None]


def movement(g: Growing, x: Term) -> Term:
    name = g.pick("transpose", "expand", "reshape", "flatten", "stack", "concat", "tile")
    if name == "expand" and x.rank < 5:
        at = g.number(0, x.rank)
        shape = (*x.shape[:at], 1, *x.shape[at:])
        return Term(f"expand({x.text}, {at})", shape, np.expand_dims(x.array, at))
    if not x.rank:
        return x
    if name == "transpose":
        order = g.draw(st.permutations(range(x.rank)))
        shape = tuple(x.shape[at] for at in order)
        return Term(f"transpose({x.text}, {list(order)})", shape, x.array.transpose(order))
    at, written = g.axis(x)
    if name == "stack" and x.rank < 5:
        shape = (*x.shape[:at], 2, *x.shape[at:])
        text = f"stack([{x.text}, {x.text}], axis={at})"
        return Term(text, shape, np.stack([x.array, x.array], at))
    if name in {"concat", "tile"} and isinstance(x.shape[at], int) and x.shape[at] < 9:
        shape = (*x.shape[:at], 2 * x.shape[at], *x.shape[at + 1 :])
        array = np.concatenate([x.array, x.array], at)
        if name == "concat":
            return Term(f"concat([{x.text}, {x.text}], axis={written})", shape, array)
        return Term(f"tile({x.text}, {[1 + (i == at) for i in range(x.rank)]})", shape, array)
    if x.rank > 1:
        merged = f"{x.shape[-2]} * {x.shape[-1]}"
        shape = (*x.shape[:-2], merged)
        kept = ", ".join(map(str, x.shape[:-2]))
        rest = g.pick(merged, "-1")
        text = f"reshape({x.text}, [{kept}{', ' if kept else ''}{rest}])"
        if any(isinstance(size, str) and "*" in size for size in x.shape):
            return x  # one account of products is enough
        return Term(text, shape, x.array.reshape(*x.array.shape[:-2], -1))
    return x


def product(g: Growing, x: Term) -> Term:
    if x.rank < 2:
        return x
    x = g.floating(x)
    last = x.array.swapaxes(-1, -2)
    if g.pick(True, False):
        text = f"matmul({x.text}, swapaxes({x.text}, -1, -2))"
        return Term(text, (*x.shape[:-1], x.shape[-2]), x.array @ last)
    text = f'einsum("...a,...a->...", {x.text}, {x.text})'
    return Term(text, x.shape[:-1], (x.array * x.array).sum(-1))


def lookup(g: Growing, x: Term) -> Term:
    if not x.rank or x.rank > 4 or not isinstance(x.shape[-1], int):
        return x
    if g.pick(True, False):
        chosen = g.number(0, x.shape[-1] - 1)
        array = np.take(x.array, [chosen, 0], axis=-1)
        return Term(f"gather({x.text}, [{chosen}, 0], axis=-1)", (*x.shape[:-1], 2), array)
    at = x.array.argmax(-1)
    text = f"one_hot(argmax({g.numeric(x).text}, axis=-1), {x.shape[-1]})"
    return Term(text, x.shape, np.eye(x.shape[-1])[at])


STEPS = (unary, arithmetic, logic, reduction, ordered, index, movement, product, lookup)


@st.composite
def expressions(draw: Any) -> Drawn:
    """An expression over `x` (with a mask over its first two axes) and `y`."""
    sizes = {"batch": draw(st.integers(1, 3)), "seq": draw(st.integers(1, 4))}
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    b, s = sizes.values()
    width = draw(st.sampled_from(["seq", 3]))
    inputs = {
        "x": rng.integers(-8, 9, (b, s, 4)) / 4,
        "y": rng.integers(-8, 9, (b, sizes.get(width, width))).astype("int32"),
    }
    leaves = [Term("x", ("batch", "seq", 4), inputs["x"]), Term("y", ("batch", width), inputs["y"])]
    g = Growing(draw, leaves, sizes)
    term = draw(st.sampled_from(leaves))
    for step in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=7)):
        with np.errstate(all="ignore"):
            term = step(g, term)
    return Drawn(term, sizes, inputs, rng.random((b, s)) > 0.4, width)
