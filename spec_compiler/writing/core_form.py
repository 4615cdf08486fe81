"""The core form as a document that authors could have written: nothing is implied in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spec_compiler.declaring.fields import Declaration
from spec_compiler.expanding.cells import with_cells
from spec_compiler.expanding.core import Core
from spec_compiler.expression import with_values
from spec_compiler.formula.arithmetic import SizeRelation
from spec_compiler.ir.dims import Dim, as_symbol, symbols
from spec_compiler.ir.types import Policy
from spec_compiler.language.inputs import Input
from spec_compiler.language.settings import input_names
from spec_compiler.language.tests import SpecTest
from spec_compiler.language.weights import SourceTensor, WeightsDeclaration
from spec_compiler.layers.base.interface import ByAuthor
from spec_compiler.layers.base.layer import Layer
from spec_compiler.program import Program, Step
from spec_compiler.reading.dims import dim_limits
from spec_compiler.wiring import Call, Outlet
from spec_compiler.writing.cells import CellsWritten, with_sizes
from spec_compiler.writing.unnamed import with_names

_AROUND = ("input_spec", "expect", "mask", "dtype", "trainable", "doc")
"""What every layer may have beside its own arguments, in the order in which it is written."""


def core_document(program: Program) -> dict[str, Any]:
    """The core form as plain data: a valid spec of the same meaning.

    There are no params; every item has a name and `from`, every layer all of its own arguments.
    What is absent is null in the language too. A block that is the cell of a layer stays one, with
    the sizes that it has there.

    """
    core = program.core
    header = core.header
    document: dict[str, Any] = {"specc": header.specc}
    document |= _stated(header, ("name", "doc", "metadata"))
    document |= {"seed": header.seed, "dtype": header.dtype, "mask_policy": header.mask_policy}
    document["dims"] = _dims(core)
    document["constraints"] = _constraints(program)
    document["inputs"] = {
        name: _input(declared, header.dtype)
        for name, declared in core.inputs.items()
        if declared is not None
    }
    blocks = CellsWritten(program.cells, lambda step: _item(step, core, blocks))
    document["layers"] = [_item(program.steps[item.name], core, blocks) for item in core.items]
    document["blocks"] = blocks.found
    document = with_sizes(with_names(document))
    document["outputs"] = {
        name: _output(name, program.wiring.outputs.get(name)) for name in program.outputs
    }
    weights = core_weights(core)
    if weights is not None:
        document["weights"] = weights.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["tests"] = [_stated(test, SpecTest.model_fields) for _, test in core.tests]
    if core.train is not None:
        document["train"] = _stated(core.train, type(core.train).model_fields)
    return {key: value for key, value in document.items() if value not in ({}, [])}


def _constraints(program: Program) -> list[str]:
    """Relations of the spec, and those that uses leave to the data: signatures are not written.

    A size that the author left null has no name by which a constraint could say it.
    """
    stated = [relation for _, relation in program.core.relations]
    asked = [
        SizeRelation(check.left, check.relation, check.right)
        for check in program.graph.checks
        if check.layer and check.layer not in program.steps
    ]
    written = [
        f"{left} {relation} {right}"
        for left, relation, right in (*stated, *asked)
        if isinstance(left, Dim) or isinstance(right, Dim)
        if not any(symbol.anonymous for size in (left, right) for symbol in symbols(size))
    ]
    return list(dict.fromkeys(written))


def core_weights(core: Core) -> WeightsDeclaration | None:
    """Where the weights are, with transforms that name no params."""
    declared = core.header.weights
    if declared is None:
        return None
    return declared.model_copy(
        update={"map": {key: _closed(entry, core) for key, entry in declared.map.items()}}
    )


def _closed(entry: SourceTensor, core: Core) -> SourceTensor:
    """An entry of `map` with a transform that names no params."""
    if entry.as_ is None:
        return entry
    known = core.scope.values.items()
    values = {name: item for name, item in known if name not in entry.sources}
    return entry.model_copy(update={"as_": with_values(entry.as_, values)})


def _dims(core: Core) -> dict[str, Any]:
    """The named sizes that the data decides; one whose bounds are equal is a number everywhere."""
    found: dict[str, Any] = {}
    for name, size in core.scope.dims.items():
        known = as_symbol(size)
        if known is not None and known.kind == "named":
            found[name] = {"min": known.low}
            if known.high is not None:
                found[name]["max"] = known.high
            multiple = dim_limits(core.header.dims[name], core.scope).multiple
            if multiple != 1:
                found[name]["multiple_of"] = multiple
    return found


def _input(declared: Input, dtype: str) -> dict[str, Any]:
    stated = _stated(declared, [key for key in Input.model_fields if key != "name"])
    return {"dtype": Policy.named(dtype).variable, **stated}


def _item(step: Step, core: Core, blocks: CellsWritten) -> dict[str, Any]:
    call, layer, around = step.call, step.settings.layer, step.settings.around
    said = _stated(around, ("expect", "mask", "doc"))
    if call.feeds.mask is not None:
        said["mask"] = call.feeds.mask.text
    if call.reuse is not None:
        return {"reuse": call.reuse, "name": call.name, **_sources(call, core), **said}
    said |= _stated(layer, ("input_spec", "dtype", "trainable"))
    head = {"type": step.kind, "name": call.name, **_sources(call, core)}
    own = with_cells(_arguments(layer), blocks.of(call.name, layer))
    return {**head, **own, **{key: said[key] for key in _AROUND if key in said}}


def _sources(call: Call, core: Core) -> dict[str, Any]:
    """What a call reads, by full names; as roles where the layer's own text names its inputs."""
    return {"from": _read(call, core)} if call.feeds.inputs else {}


def _read(call: Call, core: Core) -> str | list[str] | dict[str, str]:
    texts = [reference.text for reference in call.feeds.inputs]
    written = call.item.sources
    if isinstance(written, dict):
        return dict(zip(written, texts, strict=True))
    named = isinstance(call.kind.ports, ByAuthor)
    if not isinstance(written, list):
        # with a role, so that what is called as a dim is not meant where the dim is
        return {"x": texts[0]} if named and texts[0] in core.scope.dims else texts[0]
    return dict(zip(input_names(written), texts, strict=True)) if named else texts


def _arguments(layer: Layer) -> dict[str, Any]:
    stated = layer.model_dump(by_alias=True, exclude_defaults=True)
    arguments = layer.arguments().items()
    return {key: value for key, value in arguments if key in stated or value not in (None, {}, [])}


def _output(name: str, outlet: Outlet | None) -> Any:
    if outlet is None:  # one of several results of the last layer
        return name
    declared = outlet.declared
    claims = _stated(declared, ("shape", "dtype", "mask", "doc")) if declared is not None else {}
    source = outlet.reference.text
    return {"from": source, **claims} if claims else source


def _stated(declaration: Declaration, keys: Iterable[str]) -> dict[str, Any]:
    """The keys whose values are not their defaults, as authors write them."""
    written = declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {key: written[key] for key in keys if key in written}
