"""The outputs of a model, read from their section of a document."""

from __future__ import annotations

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import write
from spec_compiler.language.names import check_output_name
from spec_compiler.language.outputs import Output
from spec_compiler.reading.authored import authored
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.source.node import SourceNode


def read_outputs(
    document: SourceNode, scope: Scope, diagnostics: Diagnostics
) -> dict[str, Output] | None:
    """The outputs by name; None stands for the last layer.

    Args:
        document: The whole spec.
        scope: What names mean.
        diagnostics: Collects what is wrong.
    """
    node = document.get("outputs")
    if node is None or node.value is None:
        return None
    found: dict[str, Output] = {}
    with diagnostics.at(document, ("outputs",)):
        for name, item in _mapping(authored(node, scope)).items():
            with diagnostics.at(node):
                check_output_name(name, alone=isinstance(node.value, str))
                if is_list(item):
                    sizes = ", ".join("null" if size is None else str(size) for size in item)
                    raise refuse(
                        f"`{name}` must be a name or a mapping, not a list",
                        argument=(name,),
                        about_field="",
                        fix=write(f"{{shape: [{sizes}]}}", " for a claim about the shape"),
                    )
                with diagnostics.at(node.nearest((name,))):
                    try:
                        found[name] = validated(Output, item, scope, "an output")
                    except Refusal as refusal:
                        # only where one is refused
                        from spec_compiler.reading.misplaced import in_its_layer

                        raise Refusals(
                            in_its_layer(part, name, item, document) for part in refusal.parts
                        ) from None
    return found


def reference_at(node: SourceNode, name: str) -> ItemPath:
    """The path of an output's reference, whichever way `outputs` is written.

    Args:
        node: What it stands in: a spec, a block.
        name: The output.
    """
    written = node.get("outputs")
    if written is None or isinstance(written.value, str):
        return ("outputs",)
    if isinstance(written.value, list):
        values = [item.value for item in written.value]
        return ("outputs", values.index(name)) if name in values else ("outputs",)
    item = written.get(name)
    return ("outputs", name, "from") if item is not None and item.get("from") else ("outputs", name)


def _mapping(written: object) -> dict[str, object]:
    """A name, a list of names, or a mapping; brought to a mapping."""
    items: dict[str, object] = {}
    if isinstance(written, str):
        items = {written: {}}
    elif is_list(written):
        for item in written:
            if not isinstance(item, str):
                # only where it is a list of mappings
                from spec_compiler.declaring.other_tools.forms import mapping_meant

                raise refuse(
                    f"must be names of layers, not {described(item)}", fix=mapping_meant(written)
                )
            if item in items:
                raise refuse(f"names `{item}` twice", "SPC0201")
            items[item] = {}
    elif is_mapping(written):
        for key, item in written.items():
            items[str(key)] = (
                {"from": item} if isinstance(item, str) else item if item is not None else {}
            )
    else:
        raise refuse(f"must be a name, a list of names or a mapping, not {described(written)}")
    if not items:
        raise refuse("must name at least one output", "SPC0102")
    return items
