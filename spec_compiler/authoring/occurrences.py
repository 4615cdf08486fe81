"""Every place where a spec says a name: of layers, inputs, outputs, sizes, blocks, imports.

The text alone is looked at, so that a spec that is refused has its names, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from spec_compiler.authoring.symbols import (
    Kind,
    Occurrence,
    Symbol,
    entries_of,
    imported,
    in_key,
    in_text,
    items_of,
    longest_declared,
    text_of,
)
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Span

_NAME = re.compile(r"(?<![\w.$])\$?([A-Za-z_]\w*)(?![\w(])")
_SIZES = re.compile(r"\$?[\w\s+*/%().,<>=!\[\]:^'\"-]*")
_KEEPS = ("drop", "pass")
"""What `mask` may say beside names."""
_NO_FORMULAS = frozenset(
    [
        "activation",
        "data_format",
        "doc",
        "dtype",
        "equation",
        "file",
        "get",
        "key",
        "mask_policy",
        "metadata",
        "name",
        "padding",
        "pattern",
        "reuse",
        "sha256",
        "specc",
        "type",
        "use",
    ]
)
"""Keys whose values hold no sizes."""
_CHOICES = ("_initializer", "_regularizer", "_constraint", "_activation")
_BY_OUTPUT = frozenset(("loss", "metrics", "labels", "loss_weights", "class_weight"))
"""Keys of `train` under which outputs are keys."""


class _Scope(NamedTuple):
    """What names mean in a file, or in a block of it."""

    block: str
    sources: Mapping[str, Symbol]
    sizes: Mapping[str, Symbol]


def occurrences(root: SourceNode) -> list[Occurrence]:
    """Every name of a document, in no order."""
    return [*_Walk(root).all()]


class _Walk:
    """Walks a document once, with what names mean in each part."""

    def __init__(self, root: SourceNode) -> None:
        self.root = root
        self.file = os.path.realpath(root.span.file)
        folder = os.path.dirname(root.span.file)
        self.imports = {
            alias: imported(folder, text_of(entry.node))
            for alias, entry in entries_of(root.get("imports"))
            if text_of(entry.node)
        }

    def symbol(self, kind: Kind, name: str, block: str = "") -> Symbol:
        return Symbol(kind, self.file, block, name)

    def all(self) -> Iterator[Occurrence]:
        root = self.root
        for alias, entry in entries_of(root.get("imports")):
            yield self.declared("import", alias, entry)
        yield from self._list("", root)
        for name, entry in entries_of(root.get("blocks")):
            yield self.declared("block", name, entry)
            yield from self._list(name, entry.node)

    def declared(self, kind: Kind, name: str, entry: Entry, block: str = "") -> Occurrence:
        span = Span(*entry.key_span[:3], *entry.node.span[3:])
        return Occurrence(self.symbol(kind, name, block), in_key(name, entry), True, span)

    # --- a file, or a block ---------------------------------------------------------------------

    def _list(self, block: str, node: SourceNode) -> Iterator[Occurrence]:
        """What is declared in a file or in a block, and what is said there."""
        items, scope = items_of(node.get("layers")), self._scope(block, node)
        sections: tuple[tuple[str, Kind], ...] = (("params", "param"), ("inputs", "input"))
        for section, kind in (*sections, *((("dims", "dim"),) if not block else ())):
            for name, entry in entries_of(node.get(section)):
                yield self.declared(kind, name, entry, block)  # pyright: ignore[reportArgumentType]
        yield from self._free_sizes(scope, node)
        for item in items:
            named = item.get("name")
            if named is not None and (name := text_of(named)):
                span = in_text(named, 0, len(name))
                if span is not None:
                    yield Occurrence(self.symbol("layer", name, block), span, True, item.span)
            yield from self._item(scope, item)
        yield from self._outputs(scope, node)
        for key, entry in entries_of(node):
            if key not in ("layers", "blocks", "imports", "outputs", "metadata", "weights"):
                yield from self._formulas(scope, key, entry.node)
        if not block:
            yield from self._beside(scope, node)

    def _scope(self, block: str, node: SourceNode) -> _Scope:
        names = [(text_of(item.get("name"))) for item in items_of(node.get("layers"))]
        sources = {
            **{name: self.symbol("layer", name, block) for name in names if name},
            **{key: self.symbol("input", key, block) for key, _ in entries_of(node.get("inputs"))},
        }
        sizes = {key: self.symbol("param", key) for key, _ in entries_of(self.root.get("params"))}
        if block:
            sizes |= {n: self.symbol("param", n, block) for n, _ in entries_of(node.get("params"))}
        else:
            sizes |= {n: self.symbol("dim", n) for n, _ in entries_of(node.get("dims"))}
        for name, _ in self._shape_names(node):
            sizes.setdefault(name, self.symbol("dim", name, block))
        return _Scope(block, sources, sizes)

    def _shape_names(self, node: SourceNode) -> Iterator[tuple[str, Span]]:
        """Names that stand alone as sizes of inputs, which they bind."""
        for _, entry in entries_of(node.get("inputs")):
            for size in items_of(entry.node.get("shape")):
                name = text_of(size)
                if name.isidentifier() and (span := in_text(size, 0, len(name))) is not None:
                    yield name, span

    def _free_sizes(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """Sizes that no section declares: where an input has them first."""
        seen: set[str] = set()
        declared = (
            {name for name, _ in entries_of(self.root.get("dims"))} if not scope.block else ()
        )
        for name, span in self._shape_names(node):
            symbol = scope.sizes[name]
            if symbol.kind == "dim" and name not in declared and name not in seen:
                seen.add(name)
                yield Occurrence(symbol, span, True, span)

    # --- layers ---------------------------------------------------------------------------------

    def _item(self, scope: _Scope, item: SourceNode) -> Iterator[Occurrence]:
        ports: set[str] = set()
        used = text_of(item.get("use"))
        block = self._block(used)
        for key, entry in entries_of(item):
            node = entry.node
            if key == "from":
                if isinstance(node.value, dict):
                    ports |= node.value.keys()
                yield from self._feeds(scope, node, block)
            elif key == "reuse" or (key == "mask" and text_of(node) not in _KEEPS):
                yield from self._reference(scope, node)
            elif key == "use":
                yield from self._use(used, node)
            elif key in ("with", "each"):
                yield from self._given(node, block)
                yield from self._formulas(scope, key, node)
            else:
                yield from self._formulas(scope, key, node, ports)
            if isinstance(node.value, dict) and text_of(node.get("use")):  # a cell, or a layer
                yield from self._item(scope, node)

    def _feeds(self, scope: _Scope, node: SourceNode, block: Symbol | None) -> Iterator[Occurrence]:
        if isinstance(node.value, dict):
            for port, entry in entries_of(node):
                if block is not None:
                    inner = Symbol("input", block.file, block.name, port)
                    yield Occurrence(inner, in_key(port, entry))
                yield from self._reference(scope, entry.node)
        for part in items_of(node) or [node]:
            yield from self._reference(scope, part)

    def _reference(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """The longest declared name that a text begins with."""
        found = longest_declared(text_of(node), scope.sources)
        if found and (span := in_text(node, 0, len(found))) is not None:
            yield Occurrence(scope.sources[found], span)

    def _block(self, used: str) -> Symbol | None:
        """The block, or the file, that a `use` names."""
        alias, dot, name = used.partition(".")
        if alias in self.imports and not self._has_block(used):
            return Symbol("block", self.imports[alias], "", name if dot else "")
        return self.symbol("block", used) if self._has_block(used) else None

    def _has_block(self, name: str) -> bool:
        return any(name == block for block, _ in entries_of(self.root.get("blocks")))

    def _use(self, used: str, node: SourceNode) -> Iterator[Occurrence]:
        symbol = self._block(used)
        alias, dot, name = used.partition(".")
        known = any(alias == key for key, _ in entries_of(self.root.get("imports")))
        if not self._has_block(used) and known:
            if (span := in_text(node, 0, len(alias))) is not None:
                yield Occurrence(self.symbol("import", alias), span)
            if dot and symbol is not None:
                span = in_text(node, len(alias) + 1, len(used))
                if span is not None:
                    yield Occurrence(symbol._replace(name=name), span)
        elif symbol is not None and (span := in_text(node, 0, len(used))) is not None:
            yield Occurrence(symbol, span)

    def _given(self, node: SourceNode, block: Symbol | None) -> Iterator[Occurrence]:
        if block is None:
            return
        for name, entry in entries_of(node):
            symbol = Symbol("param", block.file, block.name, name)
            yield Occurrence(symbol, in_key(name, entry))

    # --- formulas -------------------------------------------------------------------------------

    def _formulas(
        self, scope: _Scope, key: str, node: SourceNode, ports: Collection[str] = ()
    ) -> Iterator[Occurrence]:
        """The sizes in all texts that may be formulas."""
        waiting = [(key, node)]
        while waiting:
            key, node = waiting.pop()
            plain = key in _NO_FORMULAS or key.endswith(_CHOICES)
            if plain and not isinstance(node.value, (dict, list)) and text_of(node)[:1] != "$":
                continue
            if isinstance(node.value, dict):
                waiting += [(inner, entry.node) for inner, entry in node.value.items()]
            elif isinstance(node.value, list):
                waiting += [(key, item) for item in node.value]
            elif isinstance(node.value, str) and _SIZES.fullmatch(node.value):
                for found in _NAME.finditer(node.value):
                    symbol = scope.sizes.get(found[1])
                    if symbol is None or found[1] in ports:
                        continue
                    span = in_text(node, *found.span(1))
                    if span is not None:
                        yield Occurrence(symbol, span)

    # --- outputs, weights, tests, training --------------------------------------------------------

    def _outputs(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        written = node.get("outputs")
        if written is None:
            return
        for item in items_of(written) or [written]:
            yield from self._reference(scope, item)
        for name, entry in entries_of(written):
            source = entry.node if text_of(entry.node) else entry.node.get("from")
            if source is not None:
                yield self.declared("output", name, entry, scope.block)
                yield from self._reference(scope, source)
            elif found := longest_declared(name, scope.sources):
                yield Occurrence(scope.sources[found], in_key(name, entry, 0, len(found)))
            yield from self._formulas(scope, "outputs", entry.node)

    def _beside(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """Keys that are names, in the sections that say something of the whole."""
        named = {
            name: self.symbol("output", name)
            for name, entry in entries_of(node.get("outputs"))
            if text_of(entry.node) or entry.node.get("from") is not None
        }
        known = {**scope.sources, **named}
        weights, train = node.get("weights"), node.get("train")
        mappings = [(weights.get("map") if weights is not None else None, known)]
        mappings += [(e.node, known) for key, e in entries_of(train) if key in _BY_OUTPUT]
        for test in items_of(node.get("tests")):
            twin = test.get("same_as")
            mappings += [(test.get("inputs"), known), (test.get("expect"), known)]
            mappings += [(test.get("dims"), scope.sizes)]
            mappings += [(twin.get("inputs") if twin is not None else None, known)]
        for mapping, names in mappings:
            for key, entry in entries_of(mapping):
                if found := longest_declared(key, names):
                    yield Occurrence(names[found], in_key(key, entry, 0, len(found)))
