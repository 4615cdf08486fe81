"""Random expressions with what NumPy makes of them, over inputs with named sizes.

Every term keeps its own account of its shape and kind, and its array, apart from the compiler's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from choices import Choices, Searched
from hypothesis import strategies as st
from random_functions import ALONG_THE_LAST, CLOSE, EXACT, JUMPING
from random_moves import index, joining, movement
from random_picks import bits, matrices, ordering, picking
from random_terms import Growing, Term


@dataclass(frozen=True)
class Drawn:
    """An expression, and the world that it was drawn in."""

    term: Term
    sizes: dict[str, int]
    inputs: dict[str, np.ndarray]
    keep: np.ndarray
    width: Any
    """The last size of `y`, as it is declared."""


def unary(g: Growing, x: Term) -> Term:
    x = g.floating(x)
    tables = [EXACT, CLOSE, CLOSE]
    tables += [JUMPING] if x.exact else []
    tables += [ALONG_THE_LAST] if x.rank and "batch" not in str(x.shape[-1]) else []
    table = g.pick(*tables)
    text = g.pick(*table)
    array = np.asarray(table[text](x.array))
    return Term(re.sub(r"\bx\b", lambda _: x.text, text), x.shape, array)


def arithmetic(g: Growing, x: Term) -> Term:
    x = g.floating(x)
    jumps = ("<", ">=") if x.exact else ()
    sign = g.pick("+", "-", "*", "maximum", "minimum", *jumps)
    other = g.pick("number", "size", "shape", "leaf", "itself", "row", "made", "like")
    named = [leaf for leaf in g.leaves if leaf.text.isidentifier() and leaf.rank]
    if other == "number":
        number = g.pick(2, -1, 0.5, 3.0)
        y = Term(f"({number})", (), np.float64(number))
    elif other == "size":
        name = g.pick(*g.sizes)
        y = Term(f"({name} - 2)", (), np.float64(g.sizes[name] - 2))
    elif other == "shape" and named:
        leaf = g.pick(*named)
        at, _ = g.axis(leaf)
        y = Term(f"shape({leaf.text})[{at}]", (), np.float64(leaf.array.shape[at]))
    elif other == "made" and x.rank:
        y = g.floating(_made(g, x))
    elif other == "like":
        name = g.pick("zeros_like", "ones_like")
        y = Term(f"{name}({x.text})", x.shape, getattr(np, name)(x.array))
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


def _made(g: Growing, x: Term) -> Term:
    """A tensor from nothing that lies along the last axis."""
    size, count = x.shape[-1], x.array.shape[-1]
    name = g.pick("arange", "zeros", "ones", "full")
    if name == "arange":
        return Term(f"arange({size})", (size,), np.arange(count, dtype="int32"))
    if name == "full":
        return Term(f"full([{size}], 0.5)", (size,), np.full(count, 0.5))
    return Term(f"{name}([{size}])", (size,), getattr(np, name)(count))


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
    jumps = ("any", "all", "argmax", "argmin") if x.exact else ()
    plain = ("sum", "prod", "mean", "max", "min", "std", "var", "logsumexp", "norm")
    name = g.pick(*plain, *jumps)
    x = g.boolean(x) if name in {"any", "all"} else g.floating(x)
    at, written = g.axis(x)
    if not name.startswith("arg") and g.pick(True, False):
        at = tuple(sorted({at, g.number(0, x.rank - 1)}))
        written = g.choices.shuffled(at)
        written = f"({', '.join(map(str, written))},)"
    keep = g.pick(True, False)
    if name == "norm":
        array = np.sqrt(np.square(x.array).sum(axis=at, keepdims=keep))
    elif name == "logsumexp":
        array = np.log(np.exp(x.array).sum(axis=at, keepdims=keep))
    else:
        array = getattr(np, name)(x.array, axis=at, keepdims=keep)
    if name.startswith("arg"):
        array = array.astype("int32")
    gone = at if isinstance(at, tuple) else (at,)
    shape = tuple(1 if i in gone else n for i, n in enumerate(x.shape) if keep or i not in gone)
    more = f", keepdims={keep}" if keep else ""
    return Term(f"{name}({x.text}, axis={written}{more})", shape, np.asarray(array))


def ordered(g: Growing, x: Term) -> Term:
    if not x.rank:
        return x
    name = g.pick("cumsum", "cumprod", "sort", "flip", "softmax")
    x = g.floating(x)
    at, written = g.axis(x)
    if name == "softmax":
        e = np.exp(x.array - x.array.max(at, keepdims=True))
        array = e / e.sum(at, keepdims=True)
    else:
        array = getattr(np, name)(x.array, axis=at)
    return Term(f"{name}({x.text}, axis={written})", x.shape, array)


def product(g: Growing, x: Term) -> Term:
    if x.rank < 2:
        return x
    x = g.floating(x)
    last = x.array.swapaxes(-1, -2)
    if x.rank == 2 and g.pick(True, False):
        text = f"dot({x.text}, transpose({x.text}))"
        return Term(text, (x.shape[0], x.shape[0]), np.dot(x.array, x.array.T))
    if g.pick(True, False):
        text = f"matmul({x.text}, swapaxes({x.text}, -1, -2))"
        return Term(text, (*x.shape[:-1], x.shape[-2]), x.array @ last)
    text = f'einsum("...a,...a->...", {x.text}, {x.text})'
    return Term(text, x.shape[:-1], (x.array * x.array).sum(-1))


def lookup(g: Growing, x: Term) -> Term:
    if not x.rank or x.rank > 4 or not isinstance(x.shape[-1], int):
        return x
    if not x.exact or g.pick(True, False):
        chosen = g.number(0, x.shape[-1] - 1)
        array = np.take(x.array, [chosen, 0], axis=-1)
        return Term(f"gather({x.text}, [{chosen}, 0], axis=-1)", (*x.shape[:-1], 2), array)
    at = x.array.argmax(-1)
    text = f"one_hot(argmax({g.numeric(x).text}, axis=-1), {x.shape[-1]})"
    return Term(text, x.shape, np.eye(x.shape[-1])[at])


STEPS = (
    *(unary, arithmetic, logic, reduction, ordered, index, movement, joining, product, lookup),
    *(picking, bits, ordering, matrices),
)


@st.composite
def expressions(draw: Any) -> Drawn:
    """An expression over `x` (with a mask over its first two axes) and `y`."""
    return grown(Searched(draw))


def grown(choices: Choices) -> Drawn:
    """An expression of at most seven steps."""
    sizes = {"batch": choices.whole(1, 3), "seq": choices.whole(1, 4)}
    rng = np.random.default_rng(choices.whole(0, 2**16))
    b, s = sizes.values()
    width = choices.pick(["seq", 3])
    inputs = {
        "x": rng.integers(-8, 9, (b, s, 4)) / 4,
        "y": rng.integers(-8, 9, (b, sizes.get(width, width))).astype("int32"),
    }
    keep = rng.random((b, s)) > 0.4
    leaves = [
        Term("x", ("batch", "seq", 4), inputs["x"]),
        Term("y", ("batch", width), inputs["y"]),
        Term("mask(x)", ("batch", "seq"), keep),
    ]
    g = Growing(choices, leaves, sizes)
    term = choices.pick([leaves[0], *leaves])
    for _ in range(choices.whole(1, 7)):
        with np.errstate(all="ignore"):
            term = choices.pick(STEPS)(g, term)
    return Drawn(term, sizes, inputs, keep, width)
