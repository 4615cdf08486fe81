"""Steps of random expressions that pick entries by whole numbers, and those on whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from random_terms import Growing, Term


def picking(g: Growing, x: Term) -> Term:
    """Entries of an axis in other places; a named axis is rolled, the others picked from."""
    if not x.rank:
        return x
    at, written = g.axis(x)
    size = x.shape[at]
    name = g.pick("roll", "pad", "windows", "take_along_axis", "scatter")
    if name == "roll":
        shift = g.number(-5, 5)
        text = f"roll({x.text}, {shift}, axis={written})"
        return Term(text, x.shape, np.roll(x.array, shift, at))
    if not isinstance(size, int) or not 1 <= size <= 8 or x.array.size > 2000:
        return x
    if name == "pad":
        return _padded(g, x, at)
    if name == "take_along_axis":
        entry = g.number(-size, size - 1)
        places = np.reshape([entry, 0], [2 if i == at else 1 for i in range(x.rank)]).tolist()
        shape = (*x.shape[:at], 2, *x.shape[at + 1 :])
        array = np.take(x.array, [entry, 0], at)
        return Term(f"take_along_axis({x.text}, {places}, axis={written})", shape, array)
    if name == "windows":
        return x if x.rank > 4 else _windows(g, x, at, written)
    if at or x.kind == "b":
        return x
    places = [g.number(0, 2) for _ in range(size)]
    array = np.zeros((3, *x.array.shape[1:]), x.array.dtype)
    for place, row in zip(places, x.array, strict=True):
        array[place] += row
    shape = (3, *x.shape[1:])
    written = f"[{', '.join(map(str, shape))}]"
    return Term(f"scatter({[[at] for at in places]}, {x.text}, {written})", shape, array)


def ordering(g: Growing, x: Term) -> Term:
    """Entries of an axis in order; where they lie only of exact ones, which compare the same."""
    if not x.rank:
        return x
    x = g.numeric(x)
    at, written = g.axis(x)
    name = g.pick("sort", "argsort", "top_k")
    if name == "sort" or not x.exact:
        array = np.flip(np.sort(x.array, at), at)
        return Term(f"sort({x.text}, axis={written}, descending=True)", x.shape, array)
    turned = np.flip(np.flip(x.array, at).argsort(at, kind="stable"), at)
    places = (x.array.shape[at] - 1 - turned).astype("int32")
    if name == "argsort":
        return Term(f"argsort({x.text}, axis={written}, descending=True)", x.shape, places)
    if not isinstance(x.shape[at], int) or not x.shape[at]:
        return x
    k = g.number(1, x.shape[at])
    first = places[(slice(None),) * at + (slice(k),)]
    shape = (*x.shape[:at], k, *x.shape[at + 1 :])
    return Term(f"top_k({x.text}, {k}, axis={written})[1]", shape, first)


def matrices(g: Growing, x: Term) -> Term:
    """Parts beside the diagonal, and the sums of rows."""
    name, k = g.pick("tril", "triu", "eye", "segment_sum"), g.number(-2, 2)
    if x.rank < 3 or x.array.size > 2000 or "batch" in x.shape[-2:]:
        return x
    if name in {"tril", "triu"}:
        return Term(f"{name}({x.text}, {k})", x.shape, getattr(np, name)(x.array, k))
    size = x.shape[-1]
    if name == "eye":
        if not isinstance(size, int) or x.kind == "b":
            return x
        dtype = x.array.dtype.name
        text = f'{x.text} * eye({size}, k={k}, dtype="{dtype}")[0]'
        return Term(f"({text})", x.shape, x.array * np.eye(size, k=k, dtype=dtype)[0])
    x = g.numeric(x)
    if not isinstance(x.shape[1], int) or not 1 <= x.shape[1] <= 8:
        return x
    places = [g.number(0, 2) for _ in range(x.shape[1])]
    array = np.zeros((x.array.shape[0], 3, *x.array.shape[2:]), x.array.dtype)
    for column, place in enumerate(places):
        array[:, place] += x.array[:, column]
    ids = f"zeros([{x.shape[0]}, 1], 'int32') + {places}"
    return Term(f"segment_sum({x.text}, {ids}, 3)", (x.shape[0], 3, *x.shape[2:]), array)


def _padded(g: Growing, x: Term, at: int) -> Term:
    mode = g.pick("constant", "edge", "wrap", "reflect", "symmetric")
    widths = [[1, 2] if i == at else [0, 0] for i in range(x.rank)]
    shape = (*x.shape[:at], x.shape[at] + 3, *x.shape[at + 1 :])
    if mode == "constant":
        array = np.pad(x.array, widths, constant_values=1)
        return Term(f"pad({x.text}, {widths}, value=1)", shape, array)
    return Term(f'pad({x.text}, {widths}, mode="{mode}")', shape, np.pad(x.array, widths, mode))


def _windows(g: Growing, x: Term, at: int, written: int) -> Term:
    wide, stride = g.number(1, x.shape[at]), g.number(1, 3)
    array = sliding_window_view(x.array, wide, at)[
        (slice(None),) * at + (slice(None, None, stride),)
    ]
    shape = (*x.shape[:at], array.shape[at], *x.shape[at + 1 :], wide)
    return Term(f"windows({x.text}, {written}, {wide}, stride={stride})", shape, array)


_TRUNCATED: dict[str, Any] = {
    "bit_and": np.bitwise_and,
    "bit_or": np.bitwise_or,
    "bit_xor": np.bitwise_xor,
    "shift_left": np.left_shift,
    "shift_right": np.right_shift,
    "fmod": np.fmod,
}


def bits(g: Growing, x: Term) -> Term:
    """Of whole numbers, which are made of what is exact."""
    if not x.exact:
        return x
    name, other = g.pick(*_TRUNCATED), g.number(1, 6)
    if x.kind == "i" and x.array.dtype == "int32":
        whole = x
    else:
        floats = g.floating(x)
        array = np.floor(np.clip(floats.array, -99, 99)).astype("int32")
        text = f'cast(floor(clip({floats.text}, -99, 99)), "int32")'
        whole = Term(text, x.shape, array)
    array = _TRUNCATED[name](whole.array, np.int32(other))
    return Term(f"{name}({whole.text}, {other})", x.shape, np.asarray(array))
