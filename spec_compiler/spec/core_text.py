"""The core form as a document that authors could have written: nothing is implied in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from spec_compiler.expression import with_values
from spec_compiler.ir.dims import Dim, as_symbol
from spec_compiler.ir.types import Policy
from spec_compiler.layers.interface import ByAuthor
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.ports import names_in
from spec_compiler.notation.plain import is_list
from spec_compiler.spec.core import Call, Core
from spec_compiler.spec.document import WeightsDeclaration
from spec_compiler.spec.inputs import Input
from spec_compiler.spec.outputs import Output
from spec_compiler.spec.tests_section import SpecTest

_AROUND = ("input_spec", "expect", "mask", "dtype", "trainable", "doc")
"""What every layer may have beside its own arguments."""


def core_document(core: Core, outputs: Iterable[str]) -> dict[str, Any]:
    """The core form as plain data: a valid spec of the same meaning.

    There are no params; every item has a name and `from`, every layer all of its own arguments.
    What is absent is null in the language too.

    Args:
        core: A spec that was accepted.
        outputs: The names of its outputs.
    """
    header = core.header
    document: dict[str, Any] = {"specc": header.specc}
    document |= _stated(header, ("name", "doc", "metadata"))
    document |= {"seed": header.seed, "dtype": header.dtype, "mask_policy": header.mask_policy}
    document["dims"] = _dims(core)
    document["constraints"] = [
        f"{left} {relation} {right}"
        for _, (left, relation, right) in core.relations
        if isinstance(left, Dim) or isinstance(right, Dim)
    ]
    document["inputs"] = {
        name: _input(declared, header.dtype)
        for name, declared in core.inputs.items()
        if declared is not None
    }
    document["layers"] = [_item(call) for call in core.calls]
    declared = core.outputs or {}
    document["outputs"] = {name: _output(name, declared.get(name)) for name in outputs}
    weights = core_weights(core)
    if weights is not None:
        document["weights"] = weights.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["tests"] = [_stated(test, SpecTest.model_fields) for _, test in core.tests]
    return {key: value for key, value in document.items() if value not in ({}, [])}


def core_weights(core: Core) -> WeightsDeclaration | None:
    """Where the weights are, with transforms that name no params."""
    declared = core.header.weights
    if declared is None:
        return None
    values = {name: item for name, item in core.scope.values.items() if name != "w"}
    return declared.model_copy(
        update={
            "map": {
                key: entry.model_copy(update={"as_": with_values(entry.as_, values)})
                if entry.as_ is not None
                else entry
                for key, entry in declared.map.items()
            }
        }
    )


def _dims(core: Core) -> dict[str, Any]:
    """The named sizes that the data decides; one whose bounds are equal is a number everywhere."""
    found: dict[str, Any] = {}
    for name, size in core.scope.dims.items():
        known = as_symbol(size)
        if known is not None and name != "batch":
            found[name] = {"min": known.low}
            if known.high is not None:
                found[name]["max"] = known.high
    return found


def _input(declared: Input, dtype: str) -> dict[str, Any]:
    stated = _stated(declared, [key for key in Input.model_fields if key != "name"])
    return {"dtype": Policy.named(dtype).variable, **stated}


def _item(call: Call) -> dict[str, Any]:
    layer = call.layer
    if layer is None:  # an accepted spec has no layer that was refused
        raise TypeError(call.name)
    around = _stated(layer, _AROUND)
    if call.mask is not None:
        around["mask"] = call.mask
    if call.reuse is not None:
        own = {key: around[key] for key in ("expect", "mask", "doc") if key in around}
        return {"reuse": call.reuse, "name": call.name, "from": _sources(call), **own}
    head = {"type": type(layer).__name__, "name": call.name, "from": _sources(call)}
    return {**head, **_arguments(layer), **around}


def _sources(call: Call) -> Any:
    """What a call reads; as roles where the layer's own text calls the inputs by their names."""
    layer, sources = call.layer, call.sources
    if layer is None or not isinstance(layer.ports, ByAuthor) or not is_list(sources):
        return sources
    return dict(zip(names_in(layer.from_), sources, strict=True))


def _arguments(layer: Layer) -> dict[str, Any]:
    return {key: value for key, value in layer.arguments().items() if value not in (None, {}, [])}


def _output(name: str, declared: Output | None) -> Any:
    claims = _stated(declared, ("from", "shape", "dtype", "mask", "doc")) if declared else {}
    source = claims.pop("from", name)
    return {"from": source, **claims} if claims else source


def _stated(declaration: BaseModel, keys: Iterable[str]) -> dict[str, Any]:
    """The keys whose values are not their defaults, as authors write them."""
    written = declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {key: written[key] for key in keys if key in written}
