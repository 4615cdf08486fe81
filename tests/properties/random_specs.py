"""Random valid specs as plain documents, and data that fits them.

The strategy keeps its own account of every tensor (shape, dtype, mask), apart from the compiler's,
so that what it writes is valid by the language's rules and not because the compiler said so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from choices import Choices, Searched
from hypothesis import strategies as st
from random_attention import ATTENTION
from random_blocks import BLOCK_USES, add_defaults
from random_categories import CATEGORIES
from random_conv_lstm import CONV_LSTM
from random_inert import GROUPS, INERT
from random_language import add_params, add_tests, add_words, claim, constant
from random_layers import WEIGHTED
from random_merges import MERGES
from random_normalizations import NORMALIZATIONS
from random_recurrent import RECURRENT
from random_rows import draw
from random_sequences import SEQUENCES
from random_shapes import SHAPES
from random_spatial import SPATIAL
from random_tensors import FLOATS, INTS, POLICIES, SAME_SHAPE, Growing, Tensor
from random_training import add_training
from random_windows import WINDOWS

__all__ = [
    "DRAWN",
    "FLOATS",
    "INTS",
    "ITEMS",
    "SAME_SHAPE",
    "Spec",
    "arrays_for",
    "grown",
    "sizes_for",
    "specs",
]

ITEMS = {
    **WEIGHTED,
    **MERGES,
    **SEQUENCES,
    **ATTENTION,
    **RECURRENT,
    **CONV_LSTM,
    **SHAPES,
    **NORMALIZATIONS,
    **SPATIAL,
    **WINDOWS,
    **INERT,
    **CATEGORIES,
    **BLOCK_USES,
}
"""What may stand under `layers`: a layer by its name, `reuse` and `use`."""
DRAWN = (
    *(*WEIGHTED, *MERGES, *SEQUENCES, *SHAPES, *BLOCK_USES),
    *(*[tuple(WINDOWS)] * 4, *[tuple(SPATIAL)] * 2, *[tuple(NORMALIZATIONS)] * 2),
    *(*[tuple(RECURRENT)] * 2, tuple(CONV_LSTM), *ATTENTION, *CATEGORIES, *GROUPS.values()),
    tuple(kind for kind in INERT if kind not in sum(GROUPS.values(), ())),
)
"""The same, as often as each is drawn: of kin, all together as often as a few others."""


def _input(g: Growing, name: str) -> None:
    kind = g.pick("features", "tokens", "sequence", "any", "any", "bool", "constant", "sparse")
    entry: dict[str, Any] = {}
    sizes = (1, 2, 3, 4, "seq", "steps", "2*batch", "seq - 1", "wide", "width // 2", None)
    high = None
    if kind == "features":
        shape = [g.pick(2, 3, 4)]
    elif kind == "tokens":
        shape = [g.pick("seq", "steps", 3, None)]
        high = g.whole(1, 5)
        entry |= {"dtype": g.pick("int32", "int64", "uint8"), "values": {"min": 0, "max": high}}
        if shape == ["seq"] and g.chance(40):
            entry["values"]["max"], high = "seq - 1", 8
        elif g.chance(30):
            entry["values"]["max"] = f"width - {g.document['params']['width'] - high}"
    elif kind == "sequence":
        shape = [g.pick("seq", "steps", 3, "2*seq", None), g.pick(1, 2, 3)]
    elif kind == "sparse":
        shape = [g.pick(2, 3, "seq", None) for _ in range(g.pick(1, 1, 1, 2))]
        entry["sparse"] = True
    elif kind == "constant":
        constant(g, name)
        return
    else:
        shape = [g.pick(*sizes) for _ in range(g.whole(0, 4))]
        entry["dtype"] = "bool" if kind == "bool" else g.pick(*FLOATS, *INTS)
    if kind in {"features", "sequence"} and g.chance(30):
        entry["dtype"] = g.pick(*FLOATS)
    if kind in {"any", "features"} and g.chance(15):
        entry["values"] = g.pick({"min": 0}, {"max": 3}, {"max": "width - 4"})
    if kind == "sequence" and g.chance(30):
        entry["values"] = {"min": g.pick(-3, -0.5, "-1 / 3"), "max": g.pick(0.5, 3, "width / 2")}
    full: list[Any] = ["batch", *shape]
    way = g.pick("shape", "shape", "shape", "batch_shape", "batch_size")
    if way == "batch_shape":
        entry["batch_shape"] = [None, *shape]
    else:
        entry["shape"] = shape
        if way == "batch_size":
            full[0] = entry["batch_size"] = 2
    masked = kind != "sparse" and kind != "bool" and g.chance(25)
    if masked:
        entry["mask"] = True
    resolved = tuple(
        f"?{name}.{axis}" if size is None else KNOWN.get(size, size)
        for axis, size in enumerate(full)
    )
    mask = (resolved[:-1] if len(resolved) > 2 else resolved) if masked else None
    g.document["inputs"][name] = entry
    g.tensors.append(Tensor(name, resolved, entry.get("dtype", _variable(g)), mask, high))


KNOWN = {"width": 4, "width // 2": 2, "wide": 3}
"""Sizes that are numbers."""


def _variable(g: Growing) -> str:
    return "float32" if g.policy.startswith("mixed") else g.policy


Kinds: TypeAlias = "tuple[str | tuple[str, ...], ...]"
"""Items by name, or one of several."""


@dataclass(frozen=True)
class Spec:
    """A document, and what the strategy knows of its outputs."""

    document: dict[str, Any]
    outputs: dict[str, Tensor]


@st.composite
def specs(draw: Any, largest: int = 6, kinds: Kinds = DRAWN) -> Spec:
    """A valid spec."""
    return grown(Searched(draw), largest, kinds)


def grown(choices: Choices, largest: int, kinds: Kinds) -> Spec:
    """A valid spec of at most `largest` items of these kinds."""
    document: dict[str, Any] = {"specc": 1, "mask_policy": "error", "params": {"width": 4}}
    dims: dict[str, Any] = {"seq": {"min": 2, "max": 9}, "steps": None, "wide": 3}
    document |= {"dims": dims, "inputs": {}, "layers": []}
    g = Growing(choices, document)
    if g.chance(30):
        document["dims"]["seq"] |= {"max": "2 * width", "multiple_of": g.pick(2, "width / 2")}
    if g.chance(30):
        dims["steps"] = {"min": "width - 3", "doc": "of a sequence"}
    document["mask_policy"] = g.pick("error", "keras", "warn")
    if g.chance(30):
        document["dtype"] = g.pick(*POLICIES)
    if g.chance(30):
        document["seed"] = g.whole(0, 5)
    add_params(g)
    if g.chance(25):
        add_defaults(g)
    for index in range(g.whole(1, 3)):
        _input(g, f"x{index}")
    add_words(g)
    for _ in range(g.whole(1, largest)):
        kind = g.pick(*kinds)
        kind = kind if isinstance(kind, str) else g.pick(*kind)
        draw(g, kind, ITEMS[kind])
    if all(t.name in document["inputs"] for t in g.tensors):
        WEIGHTED["Identity"](g)
    made = [t for t in g.tensors if t.name not in document["inputs"] and t.name not in g.weights]
    chosen = g.several(made, 3)
    if made[-1] not in chosen:
        chosen.append(made[-1])
    outputs = {
        t.name if "." not in t.name or g.chance(50) else f"y{i}": t for i, t in enumerate(chosen)
    }
    document["outputs"] = {
        key: {} if key == t.name else g.pick(t.name, {"from": t.name}) for key, t in outputs.items()
    }
    claim(g, outputs)
    if g.chance(20):
        add_tests(g, outputs)
    if g.chance(30) and not any("reuse" in layer for layer in document["layers"]):
        document["layers"] = g.shuffled(document["layers"])
    if g.chance(20):
        add_training(g, outputs)
    return Spec(document, outputs)


def arrays_for(model: Any, rng: np.random.Generator, sizes: dict[str, int]) -> dict[str, Any]:
    """Data for every input of a model."""
    from spec_compiler.ir.dim_operations import evaluate

    found: dict[str, Any] = {}
    for name, value in model.program.graph.inputs.items():
        shape = tuple(evaluate(size, sizes) for size in value.shape)
        port = model.inputs[name.removesuffix(".mask")]
        if value.dtype == "bool":
            found[name] = rng.random(shape) < 0.7
        elif value.dtype in FLOATS:
            array = rng.standard_normal(shape).round(1)
            array[rng.random(shape) < 0.3] = 0
            array = array.clip(*port.said_for(sizes))
            found[name] = array.astype("float32" if value.dtype == "bfloat16" else value.dtype)
        else:
            low, high = port.said_for(sizes)
            low = min(0, high or 0) if low is None else low
            high = low + 3 if high is None else high
            found[name] = rng.integers(low, high, shape, endpoint=True).astype(value.dtype)
    return found


def sizes_for(program: Any, rng: np.random.Generator) -> dict[str, int]:
    """A number for every named size, within its bounds; what is left to the data holds."""
    from spec_compiler.ir.dims import symbols

    shapes = [value.shape for value in program.graph.inputs.values()]
    named = {item for shape in shapes for size in shape for item in symbols(size)}
    for _ in range(100):
        drawn = {item.name: _size_of(item, rng) for item in sorted(named, key=lambda x: x.name)}
        if all(check.holds(drawn) for check in program.graph.checks if check.relation == "== or 1"):
            break
    return drawn


def _size_of(item: Any, rng: np.random.Generator) -> int:
    high = min(item.high or 5, item.low + 4)
    return int(rng.integers(item.low, high, endpoint=True)) // item.multiple * item.multiple
