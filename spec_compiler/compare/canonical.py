"""What a spec means, in one form: two specs with the same identity are the same model.

In it are the names of inputs, layers and outputs, generated ones too, by which data and weights
are found; every argument of every layer, by its value; what each layer reads; what the data may
be (`dims`, `constraints`, `values`), also dtypes and masks; constants by their content; the seed,
which initial weights are drawn from, and the mask policy, which decides what masks reach.

Not in it are what only people read (comments, the model's `name`, `doc`, `metadata`, the order of
layers, inputs and outputs), how things were put (params, defaults, blocks, imports, the spelling of
numbers, blanks in expressions), claims that are proved (`expect`, `input_spec`, those of outputs),
`tests`, and `weights`: the identity is the model's, not that of the numbers in it. Arguments are
compared as they are: `axis: 1` and `axis: -1` are two models, even where they are one axis.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.expression import spelled, with_values
from spec_compiler.ir.arrays import np
from spec_compiler.ir.dims import Dim, short_text
from spec_compiler.ir.storage import as_stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.layers import LAYERS
from spec_compiler.program import Port, Program
from spec_compiler.wiring import Feeds
from spec_compiler.writing.core_form import core_document

_AROUND = ("name", "from", "doc", "expect", "input_spec")
"""Keys of a layer that are said elsewhere, or that only people read."""
_EXACT = 2**53
"""Below it every whole number is a float."""


def identity(program: Program) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    text = json.dumps(canonical(program), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(program: Program) -> dict[str, Any]:
    """The core form as plain data without what changes no meaning; nothing depends on order.

    `layers` is a mapping by name; what a layer or an output reads is resolved; shapes of inputs
    have their batch axis; a layer's `dtype` is always there.
    """
    document = core_document(program)
    policy = document["dtype"]
    return {
        "specc": document["specc"],
        "seed": document["seed"],
        "mask_policy": document["mask_policy"],
        "dims": {
            name: bounds
            for name, bounds in document.get("dims", {}).items()
            # one that nothing has means nothing; what stands for a `null` is not among the dims
            if name in program.named_sizes or name not in program.core.scope.dims
        },
        "constraints": sorted(document.get("constraints", ())),
        "inputs": {
            name: _as_written(port_facts(port), document["inputs"][name])
            for name, port in program.inputs.items()
        },
        "constants": dict(_constants(program)),
        "layers": {
            item["name"]: _layer(item, program.wiring.calls[item["name"]].feeds, policy)
            for item in _in_place(document["layers"], document.get("blocks", {}))
        },
        "outputs": {name: _read(program, name) for name in program.outputs},
    }


def _in_place(item: Any, blocks: dict[str, Any]) -> Any:
    """What is written, with blocks where layers name them: their own names mean nothing."""
    if is_mapping(item):
        if item.get("use") in blocks:
            block: dict[str, Any] = _in_place(blocks[str(item["use"])], blocks)
            layers: list[dict[str, Any]] = block["layers"]
            named = {str(layer["name"]): _closed(layer) for layer in layers}
            return {**block, "layers": named, "with": item.get("with", {})}
        return {key: _in_place(value, blocks) for key, value in item.items()}
    return [_in_place(value, blocks) for value in item] if is_list(item) else item


def _closed(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer of a block that is a cell, in one spelling."""
    own = {key: item for key, item in layer.items() if key not in _AROUND}
    return {**_arguments(own), "from": layer.get("from")}


def _as_written(facts: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """The facts of an input, with the names that the core form has for sizes without one."""
    whole = "batch_shape" in written
    sizes: list[Any] = written.get("batch_shape" if whole else "shape") or []
    entries = sizes if whole else [facts["shape"][0], *sizes]
    shape = [
        entry if size == "?" and isinstance(entry, str) else size
        for size, entry in zip(facts["shape"], entries, strict=False)
    ]
    return {**facts, "shape": shape}


def _read(program: Program, name: str) -> str:
    """What an output reads; one of several results of the last layer is called as it is."""
    outlet = program.wiring.outputs.get(name)
    return name if outlet is None else outlet.reference.text


def port_facts(port: Port) -> dict[str, Any]:
    """What is known of an input or an output, as plain data."""
    facts: dict[str, Any] = {"dtype": port.type.dtype, "shape": _shape(port.type)}
    if port.mask is not None:
        facts["mask"] = _shape(port.mask)
    if port.interval is not None:
        facts["values"] = [str(end) if isinstance(end, Dim) else end for end in port.interval]
    if port.sparse:
        facts["sparse"] = True
    return facts


def _shape(of: TensorType) -> list[int | str]:
    return [short_text(size) if isinstance(size, Dim) else size for size in of.shape]


def layers_inside(value: object) -> dict[str, Any]:
    """The settings of a layer that is an argument, or such layers by number; else nothing."""
    if is_list(value):
        inside = {str(index): layers_inside(item) for index, item in enumerate(value)}
        return inside if all(inside.values()) else {}
    if not is_mapping(value):
        return {}
    # a block that is a cell, a second call in one, or its layers by name
    of_block = "layers" in value or "reuse" in value or _by_name(value)
    return value if of_block or value.get("type") in LAYERS else {}


def _by_name(value: Mapping[str, Any]) -> bool:
    """Whether it is the layers of a block that is a cell."""
    return bool(value) and all(is_mapping(item) and layers_inside(item) for item in value.values())


def _layer(item: dict[str, Any], feeds: Feeds, policy: str) -> dict[str, Any]:
    own = _arguments({key: value for key, value in item.items() if key not in _AROUND})
    if "type" in own:
        own.setdefault("dtype", policy)
    edges = [reference.text for reference in feeds.inputs]
    # the core form gives roles also where a list is read by the names in it
    read = item.get("from")
    return {**own, "from": dict(zip(read, edges, strict=True)) if is_mapping(read) else edges}


def _arguments(own: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a layer, also of one inside of another, in one spelling."""
    function, values = own.pop("function", None), own.pop("arguments", {})
    inner = {key: _inside(item) for key, item in own.items() if layers_inside(item)}
    own = _meaning({key: item for key, item in own.items() if key not in inner}) | inner
    if function is not None:  # of Lambda, in which 2 and 2.0 differ, and `doc` may be an output
        own["function"] = _written_once(function, values)
    if isinstance(own.get("equation"), str):
        own["equation"] = "".join(own["equation"].split())
    return own


def _inside(value: Any) -> Any:
    """The same of a layer that is an argument, or of several."""
    if is_list(value):
        return list(map(_inside, value))
    held: dict[str, Any] = dict(value)
    if "type" not in held and _by_name(held):
        return {name: _inside(item) for name, item in held.items()}
    return _arguments(held)


def _written_once(function: Any, values: dict[str, Any]) -> Any:
    """Expressions with the values of their arguments, and each of their parts in one spelling."""
    if is_mapping(function):
        return {name: _written_once(text, values) for name, text in function.items()}
    if not isinstance(function, str):
        return function
    return spelled(with_values(function, values))


def _meaning(value: Any) -> Any:
    """An argument without the words for the reader in it; 1.0 is written 1."""
    if is_mapping(value):
        return {
            key: _meaning(item)
            for key, item in value.items()
            if key != "doc" or not isinstance(item, str | None)
        }
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return [_meaning(item) for item in value] if is_list(value) else value


def _constants(program: Program) -> Iterator[tuple[str, dict[str, Any]]]:
    """Constants by their content, which may stand in the spec or in a file."""
    constants = program.graph.constants()
    for name, port in program.constants.items():
        of = port.type
        # as the model has them: 0.1 in the spec is the float32 nearest to it in a file
        values = np.array(constants[port.signal.value].values).reshape(concrete(of))
        held = as_stored(values, of.dtype)
        digest = hashlib.sha256(json.dumps(held.tolist()).encode()).hexdigest()
        yield name, {"dtype": of.dtype, "shape": _shape(of), "sha256": digest}
