"""Blocks as they are declared: params, ports with shapes, and what comes out."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, StrictStr, WithJsonSchema

from spec_compiler.diagnostics import Diagnostics, Refusal
from spec_compiler.notation.fields import Declaration, DTypeName, refuse
from spec_compiler.notation.plain import is_mapping, is_sequence
from spec_compiler.notation.scope import described
from spec_compiler.notation.validated import validated
from spec_compiler.source.node import Node
from spec_compiler.spec.authored import mapping
from spec_compiler.spec.document import ParamField
from spec_compiler.spec.library import Block, BlockPort, Library
from spec_compiler.spec.names import NAME, check_name, check_size_name


def _entries(written: object) -> object:
    if not is_sequence(written):
        raise refuse(f"must be a list of sizes such as `[..., d]`, not {described(written)}")
    for item in written:
        if not (item is None or isinstance(item, str) or type(item) is int):
            raise refuse(f"must hold sizes, names and at most one `...`, not {described(item)}")
    if list(written).count("...") > 1:
        raise refuse("must have at most one `...`")
    return tuple(written)


class BlockInput(Declaration):
    """A port of a block: what it must be fed with."""

    shape: Annotated[
        tuple[int | str | None, ...] | None,
        BeforeValidator(lambda value: value if value is None else _entries(value)),
        WithJsonSchema({"type": "array", "items": {"type": ["integer", "string", "null"]}}),
    ] = None
    """The shape without the batch axis. A name that is no param is bound at each call, `...` is
    any number of axes, null any size."""
    dtype: DTypeName | None = None
    """The dtype."""


def _outputs(written: object) -> object:
    if isinstance(written, str):
        return {written: written}
    if is_sequence(written) and all(isinstance(item, str) for item in written):
        written = {str(item): item for item in written}
    if not is_mapping(written) or not written:
        raise refuse(f"must name what comes out, as `{{y: layer}}`, not {described(written)}")
    return {str(key): item for key, item in written.items() if not str(key).startswith("x-")}


class BlockDeclaration(Declaration):
    """A named list of layers with params, ports and outputs."""

    params: dict[str, ParamField] = {}
    """Its params; those without a default are given under `with`."""
    inputs: dict[str, BlockInput | None]
    """Its ports, by name."""
    layers: list[Any]
    """Its layers; the first reads the only input."""
    outputs: Annotated[
        dict[str, StrictStr],
        BeforeValidator(_outputs),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string"},
                    {"type": "array", "items": {"type": "string"}, "minItems": 1},
                    {
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                        "minProperties": 1,
                    },
                ]
            }
        ),
    ]
    """What stands outside: names to references inside."""


def read_blocks(library: Library, diagnostics: Diagnostics) -> dict[str, Block | None]:
    """The blocks of a file by name; None for one that was refused."""
    node = library.node.get("blocks")
    if node is None or node.value is None:
        return {}
    if not isinstance(node.value, dict):
        message = f"`blocks` is a mapping from names to blocks, not {described(node.plain())}"
        diagnostics.at(node).add(Refusal("SPC0104", message))
        library.unsure = True
        return {}
    if "layers" in node.value and node.value.keys() <= BlockDeclaration.model_fields.keys():
        message = "`blocks` is a mapping from names to blocks, and here is a block without a name"
        help = "write `blocks: {ffn: …}`, with these keys under the name"
        diagnostics.at(node).add(Refusal("SPC0104", message, help=help))
        library.unsure = True
        return {}
    found: dict[str, Block | None] = {}
    for name, entry in node.value.items():
        if name.startswith("x-") or name == "doc":
            continue
        found[name] = None
        with diagnostics.at(entry.node):
            library.unsure |= not NAME.fullmatch(name)
            check_name(name, "a block", ())
            found[name] = _block(name, entry.node, library)
    return found


def _block(name: str, node: Node, library: Library) -> Block:
    plain = mapping(node, None, "a block is a mapping with `layers`")
    declared = validated(BlockDeclaration, plain, library.scope, "a block")
    if not declared.layers:
        raise Refusal("SPC0104", "a block needs at least one layer", argument=("layers",))
    for param in declared.params:
        check_size_name(param, "params")
    ports: dict[str, BlockPort] = {}
    for port, item in declared.inputs.items():
        if not port.startswith("x-"):
            check_name(port, "a block's input", ("inputs", port), key=True)
            ports[port] = BlockPort(item.shape, item.dtype) if item else BlockPort()
    for output in declared.outputs:
        check_name(output, "a block's output", ("outputs", output), key=True)
    if not ports:
        raise Refusal("SPC0102", "a block needs at least one input", argument=("inputs",))
    return Block(name, node, declared.params, ports, declared.outputs, library)
