"""What stands beside layers, drawn so that it is valid: params, constants, claims and tests."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from random_rows import names_in
from random_tensors import CONSTRAINTS, FLOATS, REGULARIZERS, VECTORS, Growing, Tensor

CONSTANTS = ((), (1,), (3,), (2, 2), (3, 2), (1, 2), (2, 1, 3))
RELATIONS = (
    "width >= 2", "width % 2 == 0", "width == 4", "seq >= 2", "seq <= 9", "steps >= 1",
    "batch >= 1", "2 * seq >= seq + 2", "seq * steps > 1",
)  # fmt: skip
"""What holds at every size that is drawn."""


def add_params(g: Growing) -> None:
    """Params of every type; those that layers look for have a name for each type."""
    params = g.document["params"]
    typed = {
        "p3": {"type": "int", "default": 3, "min": 1},
        "p4": {"type": "int", "default": 4, "max": 8, "multiple_of": 2},
        "act": {"type": "activation", "default": g.pick("tanh", "gelu", {"type": "elu"})},
        "init": {"type": "initializer", "default": g.pick(*VECTORS)},
        "reg": {"type": "regularizer", "default": g.pick(*REGULARIZERS)},
        "con": {"type": "constraint", "default": g.pick(*CONSTRAINTS)},
        "dt": {"type": "dtype", "default": g.pick(*FLOATS)},
        "rate": {"type": "float", "default": 0.5, "min": 0, "max": 1},
        "flag": {"type": "bool", "default": g.pick(True, False), "doc": "whether"},
        "form": {"type": "text", "default": "channels_last"},
    }
    params |= {name: entry for name, entry in typed.items() if g.chance(25)}
    if g.chance(30):
        params["p2"] = {"value": "width / p2b"} | g.pick({}, {"type": "int", "max": 2})
        params["p2b"] = {"value": 2}


def add_words(g: Growing) -> None:
    """What means nothing to the numbers, and what always holds."""
    document = g.document
    if g.chance(10):
        document |= {"name": "drawn", "doc": "words", "metadata": {"by": "lot"}, "x-note": [1]}
    if g.chance(25):
        known = re.findall(r"[a-z]+", str([t.shape for t in g.tensors if "?" not in str(t.shape)]))
        words = {*known, "width"}
        fits = [text for text in RELATIONS if set(re.findall(r"[a-z]+", text)) <= words]
        document["constraints"] = g.several(fits, 3)


def constant(g: Growing, name: str) -> None:
    """An input that is not fed."""
    shape = g.pick(*CONSTANTS)
    dtype = g.pick(None, None, "int32", "float64")
    numbers = np.arange(math.prod(shape)).reshape(shape) % 4
    entry: dict[str, Any] = {"tensor": numbers.tolist()}
    entry |= {"dtype": dtype} if dtype else {}
    entry |= {"shape": list(shape)} if shape and g.chance(30) else {}
    g.document["inputs"][name] = entry
    variable = "float32" if g.policy.startswith("mixed") else g.policy
    high = int(numbers.max()) if dtype == "int32" else None
    g.tensors.append(Tensor(name, shape, dtype or variable, None, high, constant=True))


def sayable(shape: tuple[Any, ...]) -> list[Any]:
    """A shape as an author may claim it: a size without a name is null."""
    return [
        size if isinstance(size, int) else None if {*"?`"} & {*str(size)} else str(size)
        for size in shape
    ]


def _claims(g: Growing, t: Tensor) -> dict[str, Any]:
    said = {
        "shape": sayable(t.shape),
        "dtype": t.dtype,
        "mask": "none" if t.mask is None else sayable(t.mask),
    }
    return {key: said[key] for key in g.several(tuple(said), 3)}


def claim(g: Growing, outputs: dict[str, Tensor]) -> None:
    """What is so of layers and outputs, said."""
    known = {t.name: t for t in g.tensors}
    for layer in g.document["layers"]:
        made = known.get(layer["name"])
        of_a_block = "use" in layer or ("reuse" in layer and "from" in layer and made is None)
        if made is None or of_a_block or layer.get("reuse") in g.uses or not g.chance(12):
            continue
        layer["expect"] = _claims(g, made)
        sources = [known.get(name) for name in names_in(layer.get("from", []))]
        again = {name for name, _, _ in g.first_calls}  # what is said of a layer holds of its reuse
        if (
            "type" in layer
            and layer["name"] not in again
            and sources
            and all(t is not None and not t.constant for t in sources)
        ):
            layer["input_spec"] = [{"ndim": t.rank, "dtype": t.dtype} for t in sources if t]
    for key, t in outputs.items():
        if g.chance(25):
            written = g.document["outputs"][key]
            came = written if isinstance(written, str) else written.get("from")
            g.document["outputs"][key] = ({"from": came} if came else {}) | _claims(g, t)


def add_tests(g: Growing, outputs: dict[str, Tensor]) -> None:
    """Tests that pass."""
    fed = {name: entry for name, entry in g.document["inputs"].items() if "tensor" not in entry}
    named = g.several(tuple(outputs), 2)
    expected = {key: _claims(g, outputs[key]) for key in named}
    test: dict[str, Any] = {"name": "as inferred", "expect": expected}
    if _has_batch(fed) and g.chance(70):
        test["dims"] = {"batch": g.pick(1, [1, 3])}
    if g.chance(30):
        test["seed"] = g.whole(0, 9)
    tests = [test]
    data = _zeros(fed)
    if data is not None and fed and g.chance(50):
        same = {"name": "the same twice", "inputs": data, "same_as": {"inputs": data}}
        alone = {name: False if _is_true(fed.get(name, {})) else 0 for name in data}
        filled = {"name": "a number is every entry", "inputs": alone, "same_as": {"inputs": alone}}
        wrong = {**data, next(iter(fed)): [[[[[[[[0]]]]]]]]}
        tests += [same, filled, {"name": "of no rank", "inputs": wrong, "raises": "SPC0512"}]
    g.document["tests"] = tests


def _is_true(entry: dict[str, Any]) -> bool:
    """Whether an input, or the mask of one, holds booleans."""
    return entry.get("dtype") == "bool" or not entry


def _has_batch(fed: dict[str, Any]) -> bool:
    return any("batch_size" not in entry for entry in fed.values())


def _zeros(fed: dict[str, Any]) -> dict[str, Any] | None:
    """Data of zeros for every input; None where it would be long."""
    sizes = {"batch": 1, "seq": 2, "steps": 1, "width": 4, "wide": 3}
    data: dict[str, Any] = {}
    for name, entry in fed.items():
        shape = entry.get("batch_shape") or [entry.get("batch_size", "batch"), *entry["shape"]]
        shape = ["batch", *shape[1:]] if shape[0] is None else shape
        if _has_batch(fed) and shape[0] != "batch":
            return None
        numbers = [
            1 if n is None else eval(str(n), {}, dict(sizes))  # noqa: S307 - our own text
            for n in shape
        ]
        if math.prod(numbers) > 40:
            return None
        whole = entry.get("dtype") in {"int32", "int64", "uint8", "int8"}
        kind = bool if entry.get("dtype") == "bool" else int if whole else float
        data[name] = np.zeros(numbers, kind).tolist()
        if entry.get("mask"):
            data[f"{name}.mask"] = np.ones(numbers[:-1] if len(numbers) > 2 else numbers, bool)
            data[f"{name}.mask"] = data[f"{name}.mask"].tolist()
    return data
