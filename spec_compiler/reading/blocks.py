"""The blocks of a file, read from their section of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spec_compiler.declaring.scope import described
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, advise, nest, put, wrap
from spec_compiler.language.blocks import BlockDeclaration
from spec_compiler.language.names import NAME, check_name, check_size_name
from spec_compiler.reading.authored import mapping
from spec_compiler.reading.library import Block, BlockPort, Library
from spec_compiler.reading.made_params import made_in_order, refuse_cycle
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import SourceNode


def read_blocks(library: Library, diagnostics: Diagnostics) -> dict[str, Block | None]:
    """The blocks of a file by name; None for one that was refused."""
    node = library.node.get("blocks")
    if node is None or node.value is None:
        return {}
    if not isinstance(node.value, dict):
        return _named_in_a_list(library, node, diagnostics)
    if "layers" in node.value and node.value.keys() <= BlockDeclaration.model_fields.keys():
        message = "`blocks` is a mapping from names to blocks, and here is a block without a name"
        fix = nest("ffn", "write `blocks: {ffn: …}`, with these keys under the name")
        diagnostics.at(node).add(Refusal("SPC0104", message, fix=fix))
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
            found[name] = block = _block(name, entry.node, library)
            for path in made_in_order(block.params)[1]:
                refuse_cycle(path, entry.node, diagnostics)
                found[name] = None
    return found


def _named_in_a_list(
    library: Library, node: SourceNode, diagnostics: Diagnostics
) -> dict[str, Block | None]:
    """The names of blocks that stand in a list: what uses another is refused, too."""
    items = node.value if isinstance(node.value, list) else []
    named = [item.get("name") for item in items]
    names = [found.value for found in named if found is not None and isinstance(found.value, str)]
    message = f"`blocks` is a mapping from names to blocks, not {described(node.plain())}"
    words = f"write `blocks: {{{names[0]}: {{…}}}}`, without `name`" if names else ""
    # only where they stand in one
    from spec_compiler.declaring.other_tools.forms import mapping_meant

    library.unsure = not items or len(names) < len(items)
    fix = mapping_meant(node.plain(), words) or advise(words)
    diagnostics.at(node).add(Refusal("SPC0104", message, fix=fix))
    return dict.fromkeys(names)


def _block(name: str, node: SourceNode, library: Library) -> Block:
    if isinstance(node.value, list):
        form = f"`{name}: {{inputs: {{x: {{}}}}, layers: […], outputs: y}}`"
        raise Refusal(
            "SPC0104",
            "a block is a mapping with `layers`, not a list",
            fix=wrap("layers", f"the list stands under `layers`: {form}", beside="inputs: {x: {}}"),
        )
    plain = mapping(node, None, "a block is a mapping with `layers`")
    try:
        declared = validated(BlockDeclaration, plain, library.scope, "a block")
    except Refusal as refusal:
        raise Refusals(
            part.mended(_HELP[part.missing](node)) if part.missing in _HELP else part
            for part in refusal.parts
        ) from None
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
    outputs = {name: item.from_ or name for name, item in declared.outputs.items()}
    return Block(name, node, declared.params, ports, outputs, library)


def _outputs(node: SourceNode) -> Fix:
    """What to write for a block that does not say what comes out of it."""
    layers = node.get("layers")
    last = layers.value[-1] if layers is not None and isinstance(layers.value, list) else None
    name = last.get("name") if last is not None else None
    if name is not None and isinstance(name.value, str):
        return put("outputs", name.value, verb="add")
    words = "name the layer that its result is of, `name: y`, and add `outputs: y`"
    if not isinstance(layers, SourceNode) or not isinstance(last, SourceNode) or last.get("use"):
        return Fix("advise", help=words)
    at = "layers", len(layers.value) - 1 if isinstance(layers.value, list) else 0
    return put("outputs", "y", words=words).on().and_(put("name", "y").on(*at))


_HELP: Mapping[str | None, Callable[[SourceNode], Fix]] = {
    "inputs": lambda _: put(
        "inputs",
        "{x: {}}",
        ", or with what it takes: `{x: {shape: [..., d]}}`",
        verb="add",
    ),
    "outputs": _outputs,
}
"""What to write for a key that a block lacks."""
