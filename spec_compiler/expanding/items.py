"""The items of a list of layers, read in order; one that is wrong keeps its place."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import partial
from typing import Any, cast

from spec_compiler.declaring.validated import validated
from spec_compiler.expanding.cells import cells_in, with_cells
from spec_compiler.expanding.copies import Instance
from spec_compiler.expanding.core import Item, Pending, Refused
from spec_compiler.expanding.layer_list import LayerList, snake
from spec_compiler.expanding.use import before_shapes
from spec_compiler.fixes import Fix, advise, entry, put, remove, write
from spec_compiler.language.items import (
    Reuse,
    as_input,
    is_input,
    no_kind,
    no_mapping,
    unknown_type,
)
from spec_compiler.language.settings import Edges, Settings
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.authored import authored
from spec_compiler.reading.defaults import settings
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.source.node import Incomplete, SourceNode
from spec_compiler.spelling import nearest, suggestion

_EDGES = ("type", "name", "from", "mask")


class TooMuch(Exception):
    """The limit of an expansion was met, and said."""


class ItemReader(LayerList, ABC):
    """Reads the items of a list: layers, second calls of layers, and uses of blocks."""

    def read_items(self, items: list[SourceNode], document: SourceNode) -> None:
        """Read the layers of a file or of a block; `document` is what holds them."""
        for item in items:
            name = item.get("name")
            if name is not None and isinstance(name.value, str):
                self.claim(name.value, name, document)
        for item in items:
            counts = dict(self.counts)
            before = len(self.whole.items), len(self.whole.instances)
            # what could not be read of it may have been its name
            self.names.unsure |= isinstance(item.value, Incomplete) and item.get("name") is None
            # names that layers have inside of one
            self.names.unsure |= item.get("layers") is not None
            with self.at(item) as attempt:
                try:
                    self._read_item(item)
                except TooMuch:
                    if self.instance is not None:
                        raise
                    self.forget(*before)
                    self.add_broken(item)
            if attempt.refused is not None:
                self.counts = counts
                strange = any(found.blame_key for found in attempt.refused.parts)
                self.add_broken(item, strange_key=strange)

    def _read_item(self, item: SourceNode) -> None:
        if not isinstance(item.value, dict):
            raise no_mapping(item.plain())
        kinds = [key for key in ("type", "use", "reuse") if key in item.value]
        if len(kinds) > 1:
            raise Refusal(
                "SPC0107",
                "a layer has one of `type`, `use` and `reuse`, not "
                f"{' and '.join(f'`{kind}`' for kind in kinds)}",
                argument=(kinds[1],),
                fix=remove("leave `type` out").on("type")
                if kinds[0] == "type"
                else advise("leave one of them out"),
            )
        if not kinds:  # unless the line that says it could not be read
            if isinstance(item.value, Incomplete):
                raise Refusals()
            raise no_kind(item, self.library.holds)
        if kinds == ["use"]:
            self.read_use(item)
        elif kinds == ["reuse"]:
            self._read_reuse(item)
        else:
            self._read_layer(item)

    def _read_layer(self, item: SourceNode) -> None:
        if self.instance is not None:
            self._defer_layer(item, self.instance)
            return
        before = self.whole.read_before
        known = None if before is None else before.item(item, self.implied)
        cls, found = known or self._read_anew(item)
        self._add_layer(cls, found.around, found, item)

    def _read_anew(self, item: SourceNode) -> tuple[type[Layer], Settings]:
        cells = self._cells(item)
        plain = with_cells(cast("dict[str, Any]", authored(item, self.scope)), cells)
        cls = self._type(plain.pop("type"), item)
        before = None if cells else self.whole.read_before
        read = settings if before is None else partial(before.settings, item)
        return cls, read(cls, plain, self.scope, self.library.defaults, self.implied)

    def _cells(self, item: SourceNode) -> dict[ItemPath, Layer]:
        """The blocks that are cells of a layer, by where they stand."""
        found: dict[ItemPath, Layer] = {}
        for path, node in cells_in(item, self.library):
            try:
                found[path] = self.read_cell(node)
            except Refusal as refusal:
                raise refusal.under(path) from None
        return found

    def _defer_layer(self, item: SourceNode, instance: Instance) -> None:
        """Keep a block's layer whose settings may name sizes that its inputs bind."""
        plain = before_shapes(item, self.known, _EDGES)
        cls = self._type(plain.pop("type"), item)
        edges = validated(Edges, plain, self.scope, cls.__name__)
        pending = Pending(item, self.library.defaults, self.implied, self._cells(item))
        self._add_layer(cls, edges, pending, item, instance)

    def _add_layer(
        self,
        cls: type[Layer],
        edges: Edges,
        found: Settings | Pending,
        item: SourceNode,
        instance: Instance | None = None,
    ) -> None:
        self.add(
            Item(
                self.name_for(edges.name, snake(cls.__name__)),
                cls,
                found,
                edges.from_,
                edges.named_mask,
                item,
                self.names,
                explicit_name=edges.name is not None,
                instance=instance,
            )
        )

    def _type(self, kind: object, item: SourceNode) -> type[Layer]:
        cls = LAYERS.get(kind) if isinstance(kind, str) else None
        if cls is not None:
            return cls
        given = cast("dict[str, Any]", item.plain())  # as it is written
        refusal = unknown_type(kind, given, axes=self._axes())
        if is_input(kind) and self.instance is None:
            raise refusal.but(fix=self._declared(item))
        # only where a layer is not known
        from spec_compiler.expanding.blocks_for_layers import said_by_a_block

        refusal = said_by_a_block(refusal, item, self.library)
        if isinstance(kind, str) and self.library.holds(kind):
            message = f"`{kind}` is a block, and no layer type"
            refusal = refusal.but(
                message=message,
                annotation="",
                help="",
                fix=None,
            )
            refusal = refusal.mended(entry("use", "@", f"write `use: {kind}`", safe=True))
        raise refusal

    def _axes(self) -> int | None:
        """How many axes there probably are between batch and channels; None where none tells."""
        names = [item.kind.__name__ for item in self.whole.items.values() if isinstance(item, Item)]
        said = [found.group(1) for name in names if (found := re.search("([123])D", name))]
        if said:
            return int(said[-1])
        shapes = [held.shape for held in self.whole.inputs.values() if held is not None]
        ranks = {len(shape or ()) for shape in shapes}
        rank = ranks.pop() if len(ranks) == 1 else 0
        return max(rank - 1 + ("Embedding" in names), 0) or None

    def _declared(self, item: SourceNode) -> Fix:
        """An input that is written as a layer, where inputs are."""
        name, declared = as_input(cast("dict[str, Any]", item.plain()))
        document, gone = self.library.node, remove("").on()
        inputs = document.get("inputs")
        if inputs is None:
            made = put("inputs", f"{{{name}: {declared}}}")
            return gone.and_(made._replace(at=document, ahead="layers", path=()))
        if inputs.get(name) is not None:
            return gone
        return gone.and_(put(name, declared)._replace(at=inputs, path=()))

    def _read_reuse(self, item: SourceNode) -> None:
        named = item.get("reuse")
        if named is not None and isinstance(named.value, str) and named.value in self.uses:
            self.read_reuse_of_block(item, before_shapes(item, self.known))
            return
        keys = None if self.instance is None else ("reuse", *_EDGES)
        plain = before_shapes(item, self.known, keys)
        reuse = validated(Reuse, plain, self.scope, "a reuse")
        first = self.items.get(reuse.reuse)
        if isinstance(first, Refused):
            self.refuse(self.name_for(reuse.name, reuse.reuse, call=True), item)
            return
        if first is None:
            raise self._nothing_to_reuse(reuse.reuse)
        target = first.reuse or first.name
        known = first.settings
        self.add(
            Item(
                self.name_for(reuse.name, target.removeprefix(self.owner), call=True),
                first.kind,
                known._replace(around=reuse) if isinstance(known, Settings) else known,
                reuse.from_,
                reuse.named_mask,
                item,
                self.names,
                target,
                explicit_name=reuse.name is not None,
                instance=first.instance,
            )
        )

    def _nothing_to_reuse(self, name: str) -> Refusal:
        """Why there is no layer of a name above."""
        outer = next((use for use in self.uses if name.startswith(f"{use}.")), None)
        if outer is not None:
            return Refusal(
                "SPC0203",
                f"`{name}` stands inside of the block `{outer}`, whose layers are not reused one "
                "by one",
                argument=("reuse",),
                fix=write(outer, words=f"reuse the whole block: `reuse: {outer}`", safe=False),
            )
        known = [*self.items, *self.uses]
        found = suggestion(nearest(name, known), allowed=known)
        if name in self.explicit:
            found["annotation"], found["fix"] = "it stands below, or is broken", None
        return Refusal("SPC0203", f"there is no layer `{name}` above", argument=("reuse",), **found)

    @abstractmethod
    def read_reuse_of_block(self, item: SourceNode, plain: dict[str, Any]) -> None:
        """Put the layers of a block that is used above in the place of the item that reuses it."""

    @abstractmethod
    def read_cell(self, node: SourceNode) -> Layer:
        """A block that is the cell of a layer."""

    @abstractmethod
    def read_use(self, item: SourceNode) -> None:
        """Put the layers of a block in the place of the item that uses it."""
