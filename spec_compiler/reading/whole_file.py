"""A whole model file as a block: its params are the block's, its dims are bound by what is fed."""

from __future__ import annotations

from pathlib import PurePath

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.language.document import Header
from spec_compiler.reading.inputs import read_inputs
from spec_compiler.reading.layers import layer_items
from spec_compiler.reading.library import Block, BlockPort, Library, SizeEntry
from spec_compiler.reading.outputs import read_outputs
from spec_compiler.source.node import SourceNode


def whole_file(library: Library, header: Header, diagnostics: Diagnostics) -> Block | None:
    """The block that a model file is where it is imported; None when a part of it was refused."""
    node = library.node
    before = diagnostics.counts[Severity.ERROR]
    inputs = read_inputs(node, library.scope, diagnostics)
    outputs = read_outputs(node, library.scope, diagnostics)
    items = layer_items(node, diagnostics)
    if diagnostics.counts[Severity.ERROR] > before or not items:
        return None
    if outputs is None:
        name = items[-1].get("name")
        last = name.value if name is not None else None
        given = {last if isinstance(last, str) else "output": None}
    else:
        given = {
            name: name if output.from_ is None else output.from_ for name, output in outputs.items()
        }
    fed = [name for name, item in inputs.items() if item is not None and item.tensor is None]
    return Block(
        PurePath(library.origin.file).name,
        node,
        header.params,
        {name: _port(node.nearest(("inputs", name))) for name in fed},
        given,
        library,
        is_whole_file=True,
        dims=header.dims,
        constraints=tuple(header.constraints),
        constants=tuple(name for name in inputs if name not in fed),
    )


def _port(node: SourceNode) -> BlockPort:
    """An input as a port; sizes stay as they are written, since params get values at each use."""
    shape, batch = _sizes(node, "shape"), _entry(node.get("batch_size"))
    whole = _sizes(node, "batch_shape")
    if whole is not None:
        batch, shape = whole[0], whole[1:]
    dtype = node.get("dtype")
    values = node.get("values")
    interval = (_end(values.get("min")), _end(values.get("max"))) if values else None
    named = dtype.value if dtype is not None else None
    return BlockPort(shape, named if isinstance(named, str) else None, batch, interval)


def _sizes(node: SourceNode, key: str) -> tuple[SizeEntry, ...] | None:
    shape = node.get(key)
    if shape is None or not isinstance(shape.value, list):
        return None
    return tuple(_entry(item) for item in shape.value)


def _end(node: SourceNode | None) -> SizeEntry | float:
    """An end of an interval as it is written."""
    value = node.value if node is not None else None
    return value if isinstance(value, float) else _entry(node)


def _entry(node: SourceNode | None) -> SizeEntry:
    """A size as it is written; `None` is null, and `$name` the param itself."""
    value = node.value if node is not None else None
    if not isinstance(value, int | str) or value == "None":
        return None
    return value.removeprefix("$") if isinstance(value, str) else value
