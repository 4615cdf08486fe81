"""Layers that are expressions, drawn so that they are valid."""

from __future__ import annotations

from typing import Any

import numpy as np
from random_expressions import STEPS
from random_tensors import FLOATS, Growing, Tensor, base
from random_terms import Growing as GrowingTerm
from random_terms import Term

SIZES = {"batch": 2, "seq": 4, "steps": 3}
"""What named sizes are while a term grows; its shape is kept in names."""


def express(g: Growing) -> None:
    """A Lambda: of a few templates, of random steps, of several expressions, or of nothing."""
    way = g.pick("templates", "templates", "steps", "steps", "several", "nothing", "name")
    ways = {"templates": _template, "nothing": _of_nothing, "name": _name}
    ways.get(way, _of_steps)(g, **{"several": way == "several"} if way not in ways else {})


def _template(g: Growing) -> None:
    x = g.choose(lambda t: t.rank >= 2 and t.dtype in FLOATS and not t.constant)
    if x is None:
        return
    dtype, settings = base(g)
    same = ("tanh(x) * 2 + k", "where(x > 0.5, x, -x)", "sqrt(abs(x)) ** 2", "x[...]", "gelu(x)")
    takes, shape, mask, made_dtype = [x], x.shape, x.mask, dtype
    way = g.pick("same", "same", "norm", "flag", "last", "two")
    other = g.choose(
        lambda t: t is not x and t.shape == x.shape and t.dtype in FLOATS and not t.constant
    )
    names = other is not None and "." not in x.name + other.name
    outer = x.mask is not None and len(x.mask) == x.rank
    if outer:
        way = "same"
    if way == "two" and names and not (x.mask or other.mask):
        takes, settings["function"] = [x, other], f"{x.name} * sin({other.name})"
    elif way == "norm":
        settings["function"] = "x / sqrt(sum(x ** 2, axis=-1, keepdims=True) + 0.01)"
    elif way == "flag":
        settings["function"], made_dtype = "x > 0", "bool"
    elif way == "last":
        settings["function"], shape = "max(x, axis=-1)", x.shape[:-1]
    else:
        settings["function"] = g.pick(*same)
        settings |= {"arguments": {"k": 0.5}} if "k" in settings["function"] else {}
    if mask is not None and g.chance(20):
        settings["mask"], mask = "drop", None
    if g.chance(20):
        settings["output_shape"] = [size if isinstance(size, int) else None for size in shape[1:]]
    made = g.layer("Lambda", takes, settings)
    if len(takes) == 1:
        made["from"] = x.name
    g.tensors.append(Tensor(made["name"], shape, made_dtype, mask))


def _name(g: Growing) -> None:
    """The name of a function alone."""
    x = g.choose(lambda t: t.rank >= 2 and t.dtype in FLOATS)
    if x is None:
        return
    dtype, settings = base(g)
    settings["function"] = g.pick("tanh", "gelu", "square", "softplus", "abs")
    made = g.layer("Lambda", [x], settings)
    g.tensors.append(Tensor(made["name"], x.shape, dtype, x.mask, constant=x.constant))


def _of_nothing(g: Growing) -> None:
    """A tensor that no input is read for: it has no batch."""
    above = g.choose(lambda t: t.mask is None)
    if above is None:
        return
    rows, (columns, written) = g.whole(1, 5), g.number(1, 4)
    dtype, settings = base(g)
    way = g.pick("arange", "ones", "full")
    if way == "arange":
        settings["function"], shape, high = f"arange({rows})", (rows,), rows - 1
    else:
        size = written if isinstance(written, str) and "$" not in written else columns
        text = {"ones": f"ones([{rows}, {size}])", "full": f"full([{rows}, {size}], 0.5)"}[way]
        settings["function"], shape, high = text, (rows, columns), None
    made = g.layer("Lambda", [above], settings)
    made_dtype = "int32" if way == "arange" else dtype
    g.tensors.append(Tensor(made["name"], shape, made_dtype, None, high, constant=True))


def _of_steps(g: Growing, several: bool) -> None:
    """Random steps of random expressions over tensors whose sizes have names."""
    sources: list[Tensor] = []
    for _ in range(g.whole(1, 3)):
        found = g.choose(_readable)
        if found is not None and found not in sources:
            sources.append(found)
    if not sources:
        return
    settings: dict[str, Any] = {"dtype": "float64"}
    alone = len(sources) == 1
    names = [f"a{i}" for i in range(len(sources))]
    if alone:
        names = [g.pick("x", sources[0].name) if "." not in sources[0].name else "x"]
    leaves = [_leaf(name, t) for name, t in zip(names, sources, strict=True)]
    leaves += [
        Term(f"mask({name})", t.mask, _array("bool", t.mask))
        for name, t in zip(names, sources, strict=True)
        if t.mask is not None and t.rank > 0
    ]
    growing = GrowingTerm(g.choices, leaves, _sizes_in(sources))
    if not growing.sizes:
        if not any("batch" in t.shape for t in g.tensors):
            return  # a size that nothing settles
        growing.sizes = {"batch": SIZES["batch"]}
    terms = [_grow(g, growing)]
    text: Any = terms[0].text
    if several:
        first = Term("first", terms[0].shape, terms[0].array)
        growing.leaves.append(first)
        terms.append(_grow(g, growing, first))
        text = {"first": terms[0].text, "second": terms[1].text}
    settings["function"] = text
    if any(t.mask is not None for t in sources):
        settings["mask"] = "drop"
    made = g.layer("Lambda", sources, settings)
    if not alone:
        made["from"] = {name: t.name for name, t in zip(names, sources, strict=True)}
    for part, term in zip(("first", "second"), terms, strict=False):
        name = f"{made['name']}.{part}" if several else made["name"]
        made_dtype = str(term.array.dtype)
        with_batch = any("batch" in str(size) for size in term.shape)
        plain = all(isinstance(n, int) or str(n) in SIZES for n in term.shape)
        if plain and not with_batch and not any("batch" in str(t.shape) for t in sources):
            g.tensors.append(Tensor(name, term.shape, made_dtype, constant=True))
        elif plain and term.shape[:1] == ("batch",) and "batch" not in term.shape[1:]:
            g.tensors.append(Tensor(name, term.shape, made_dtype))


def _readable(t: Tensor) -> bool:
    """Whether the account of expressions can be kept of it."""
    sizes = [size for size in t.shape if not isinstance(size, int)]
    known = all(size in SIZES for size in sizes) and "batch" not in t.shape[1:]
    rows = t.constant or t.shape[:1] == ("batch",)
    return known and rows and t.rank <= 3 and (t.mask is None or t.mask == t.shape[: len(t.mask)])


def _sizes_in(sources: list[Tensor]) -> dict[str, int]:
    return {size: SIZES[size] for t in sources for size in t.shape if isinstance(size, str)}


def _array(dtype: str, shape: tuple[Any, ...]) -> np.ndarray:
    sizes = tuple(size if isinstance(size, int) else SIZES[size] for size in shape)
    rng = np.random.default_rng(len(sizes))
    values = rng.integers(0, 2 if dtype == "bool" else 4, sizes)
    return values.astype("float64" if dtype in FLOATS else dtype)


def _leaf(name: str, t: Tensor) -> Term:
    return Term(name, t.shape, _array(t.dtype, t.shape))


def _grow(g: Growing, growing: GrowingTerm, start: Term | None = None) -> Term:
    term = start or g.pick(*growing.leaves)
    for _ in range(g.whole(1, 3)):
        with np.errstate(all="ignore"):
            term = g.pick(*STEPS)(growing, term)
    return growing.numeric(term) if term.kind == "b" and g.chance(50) else term
