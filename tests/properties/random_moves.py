"""Steps of random expressions that move, join and part entries."""

from __future__ import annotations

from typing import Any

import numpy as np
from random_terms import Growing, Term


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
    """Axes in another order, or other axes for the same entries."""
    name = g.pick("transpose", "swapaxes", "expand", "squeeze", "reshape", "flatten")
    if name == "expand" and x.rank < 5:
        at = g.number(0, x.rank)
        shape = (*x.shape[:at], 1, *x.shape[at:])
        return Term(f"expand({x.text}, {at})", shape, np.expand_dims(x.array, at))
    if name == "squeeze":
        ones = [at for at, size in enumerate(x.shape) if size == 1]
        if not ones:
            return Term(f"squeeze(expand({x.text}, 0), 0)", x.shape, x.array)
        at = g.pick(*ones)
        shape = (*x.shape[:at], *x.shape[at + 1 :])
        return Term(f"squeeze({x.text}, {at})", shape, x.array.squeeze(at))
    if not x.rank:
        return x
    if name == "transpose":
        order = g.choices.shuffled(range(x.rank))
        shape = tuple(x.shape[at] for at in order)
        return Term(f"transpose({x.text}, {list(order)})", shape, x.array.transpose(order))
    if name == "swapaxes":
        (at, one), (to, other) = g.axis(x), g.axis(x)
        shape = list(x.shape)
        shape[at], shape[to] = shape[to], shape[at]
        return Term(f"swapaxes({x.text}, {one}, {other})", (*shape,), x.array.swapaxes(at, to))
    if x.rank < 2 or any(isinstance(size, str) and "*" in size for size in x.shape):
        return x  # one account of products is enough
    if name == "flatten":
        shape = (x.shape[0], " * ".join(map(str, x.shape[1:])))
        return Term(f"flatten({x.text})", shape, x.array.reshape(len(x.array), -1))
    merged = f"{x.shape[-2]} * {x.shape[-1]}"
    kept = ", ".join(map(str, x.shape[:-2]))
    rest = g.pick(merged, "-1")
    text = f"reshape({x.text}, [{kept}{', ' if kept else ''}{rest}])"
    return Term(text, (*x.shape[:-2], merged), x.array.reshape(*x.array.shape[:-2], -1))


def joining(g: Growing, x: Term) -> Term:
    """More entries, or fewer, along an axis; or a new axis."""
    if not x.rank:
        return x
    name = g.pick("stack", "broadcast_to", "concat", "tile", "repeat", "split", "glu")
    at, written = g.axis(x)
    if name in {"stack", "broadcast_to"}:
        return x if x.rank > 4 else _with_new_axis(g, x, name)
    if not isinstance(x.shape[at], int) or x.shape[at] > 8:
        return x
    if name == "split":
        part = g.number(0, x.shape[at] - 1)
        shape = (*x.shape[:at], 1, *x.shape[at + 1 :])
        array = np.split(x.array, x.shape[at], at)[part]
        return Term(f"split({x.text}, {x.shape[at]}, axis={written})[{part}]", shape, array)
    if name == "glu":
        return _halved(g.floating(x), at, written)
    shape = (*x.shape[:at], 2 * x.shape[at], *x.shape[at + 1 :])
    if name == "repeat":
        return Term(f"repeat({x.text}, 2, axis={written})", shape, np.repeat(x.array, 2, at))
    array = np.concatenate([x.array, x.array], at)
    if name == "concat":
        return Term(f"concat([{x.text}, {x.text}], axis={written})", shape, array)
    return Term(f"tile({x.text}, {[1 + (i == at) for i in range(x.rank)]})", shape, array)


def _with_new_axis(g: Growing, x: Term, name: str) -> Term:
    if name == "stack":
        at = g.number(0, x.rank)
        shape = (*x.shape[:at], 2, *x.shape[at:])
        text = f"stack([{x.text}, {x.text}], axis={at})"
        return Term(text, shape, np.stack([x.array, x.array], at))
    shape = (2, *x.shape)
    text = f"broadcast_to({x.text}, [{', '.join(map(str, shape))}])"
    return Term(text, shape, np.stack([x.array, x.array]))


def _halved(x: Term, at: int, written: int) -> Term:
    if x.shape[at] % 2:
        return x
    first, second = np.split(x.array, 2, at)
    shape = (*x.shape[:at], x.shape[at] // 2, *x.shape[at + 1 :])
    return Term(f"glu({x.text}, axis={written})", shape, first / (1 + np.exp(-second)))
