"""Arguments that every layer of a type has unless it says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.nested import declaration_at
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, advise, remove
from spec_compiler.language.items import unknown_type
from spec_compiler.language.settings import Settings, read_settings
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inner_layer import UnknownLayer
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.authored import authored, mapping
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.source.node import Incomplete, SourceNode
from spec_compiler.spans import Label

OWN = ("type", "name", "from", "doc")
"""Keys that belong to one layer, and to no type of layer."""
_NO_CELL = Refusal(
    "SPC0107",
    "a block as a cell belongs to one layer; it cannot be a default",
    argument=("cell",),
    blame_key=True,
    help="write `cell` in each RNN that has it",
)


@record
class Defaults:
    """What `defaults` says, without what was refused.

    Attributes:
        node: The section.
        by_type: Arguments by the name of the layer's type, as they are written.
        unsure: Types of which an argument was refused: what their layers lack may be that.
    """

    node: SourceNode | None = None
    by_type: Mapping[str, Mapping[str, SourceNode]] = field(
        default_factory=dict[str, Mapping[str, SourceNode]]
    )
    unsure: frozenset[str] = frozenset()

    def under(self, kind: str, plain: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
        """What is written for a layer, above the defaults of its type."""
        if not self.by_type and not self.unsure:
            return plain
        own = self.by_type.get(kind, {})
        found = {**{key: authored(node, scope) for key, node in own.items()}, **plain}
        for key, item in found.items():
            if isinstance(item, dict | list):
                found[key] = self._inside(LAYERS[kind], (key,), item, scope)
        untold = kind in self.unsure and _lacks(LAYERS[kind], found)
        return Incomplete(found) if untold or isinstance(plain, Incomplete) else found

    def _inside(self, cls: type[Declaration], at: ItemPath, written: Any, scope: Scope) -> Any:
        """The same of layers that are arguments of another, one by one or in a list."""
        if is_list(written):
            return [
                self._inside(cls, (*at, index), item, scope) for index, item in enumerate(written)
            ]
        found = declaration_at(cls, at) if is_mapping(written) else None
        kind = written.get("type") if found is not None and issubclass(found, Layer) else None
        if not isinstance(kind, str) or kind not in LAYERS:
            return written
        return self.under(kind, written, scope)

    def shown(self, refusal: Refusal, kind: str, plain: Mapping[str, Any]) -> Refusal:
        """The refusal of a layer; where a default is blamed it is shown."""
        key = refusal.argument[0] if refusal.argument else None
        if self.node is not None and key not in plain and key in self.by_type.get(kind, {}):
            span = self.node.key_span((kind, str(key)))
            label = Label(span, f"`{key}` is set here")
            return refusal.but(labels=(*refusal.labels, label))
        return refusal


def read_defaults(document: SourceNode, scope: Scope, diagnostics: Diagnostics) -> Defaults:
    """The section `defaults`, checked whether or not there are layers of its types."""
    node = document.get("defaults")
    if node is None or node.value is None:
        return Defaults()
    if not isinstance(node.value, dict):
        message = f"`defaults` is a mapping from types of layers, not {described(node.plain())}"
        # only where it is something else
        from spec_compiler.declaring.other_tools.forms import mapping_meant

        words = "write `defaults: {Dense: {use_bias: false}}`"
        fix = mapping_meant(node.plain(), words, ("type", "name")) or advise(words)
        diagnostics.at(node).add(Refusal("SPC0104", message, fix=fix))
        return Defaults()
    found: dict[str, dict[str, SourceNode]] = {}
    unsure: set[str] = set()
    for kind, entry in node.value.items():
        if kind.startswith("x-") or kind == "doc":
            continue
        before = len(diagnostics.errors)
        with diagnostics.at(node, (kind,)):
            found[kind] = _arguments(kind, entry.node, scope, diagnostics)
        if kind in LAYERS and len(diagnostics.errors) > before:
            unsure.add(kind)
    return Defaults(node, found, frozenset(unsure))


def _lacks(cls: type[Layer], given: Mapping[str, Any]) -> bool:
    """Whether a layer needs an argument that is not there."""
    fields = cls.model_fields.items()
    return any(field.is_required() and (field.alias or key) not in given for key, field in fields)


def settings(
    cls: type[Layer], plain: Mapping[str, Any], scope: Scope, defaults: Defaults, above: str
) -> Settings:
    """The settings of a layer as written, above the defaults of its type.

    `above` is what an absent `from` means.

    Raises:
        Refusals: one for each mistake; where a default is to blame, it is shown.
    """
    kind = cls.__name__
    try:
        return read_settings(cls, defaults.under(kind, plain, scope), scope, above)
    except Refusal as refusal:
        parts = map(_told, refusal.parts)
        raise Refusals(defaults.shown(item, kind, plain) for item in parts) from None


def _told(refusal: Refusal) -> Refusal:
    """A refusal of a layer inside of another, as it is said of a layer of the list."""
    if isinstance(refusal, UnknownLayer):
        return unknown_type(refusal.kind, refusal.given).under(refusal.argument[:-1])
    return refusal


def _arguments(
    kind: str, node: SourceNode, scope: Scope, diagnostics: Diagnostics
) -> dict[str, SourceNode]:
    """The defaults of one type that are as they should be."""
    cls = LAYERS.get(kind)
    if cls is None and not isinstance(node.value, dict):
        raise Refusal(
            "SPC0202",
            f"`{kind}` stands under no type of layer",
            blame_key=True,
            fix=Fix("entry", f"{{{kind}: @}}", "Dense", safe=False)
            if kind in LAYERS["Dense"].model_fields
            else None,
            help=f"write the type around it: `defaults: {{Dense: {{{kind}: …}}}}`",
        )
    if cls is None:
        raise unknown_type(kind).but(argument=(), blame_key=True)
    plain = mapping(node, scope, f"`{kind}` holds arguments of {kind}")
    problems = [
        Refusal(
            "SPC0107",
            f"`{key}` belongs to one layer; it cannot be a default",
            argument=(key,),
            blame_key=True,
            fix=remove(""),
        )
        for key in OWN
        if key in plain and key != "doc"
    ]
    kept = {key: value for key, value in plain.items() if key not in OWN}
    cell = kept.get("cell") if kind == "RNN" else None
    if (isinstance(cell, str) and cell not in LAYERS) or (is_mapping(cell) and "use" in cell):
        problems.append(_NO_CELL)
        kept.pop("cell")
    problems += _wrong(cls, kept, scope)
    diagnostics.at(node).add(Refusals(problems))
    refused = {refusal.argument[0] for refusal in problems if refusal.argument}
    return {key: node.nearest((key,)) for key in kept if key not in refused}


def _wrong(cls: type[Layer], plain: dict[str, Any], scope: Scope) -> list[Refusal]:
    """What is wrong with some of a layer's arguments; those that are missing may be."""
    try:
        read_settings(cls, plain, scope)
    except Refusal as refusal:
        return [_told(part) for part in refusal.parts if not part.missing or part.argument]
    return []
