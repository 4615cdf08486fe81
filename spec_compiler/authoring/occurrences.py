"""Every place where a spec says a name: of layers, inputs, outputs, sizes, blocks, imports.

The text alone is looked at, so that a spec that is refused has its names, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.reading.packaged import is_packaged, place_of
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.source.positions import span_at
from spec_compiler.source.written import Written
from spec_compiler.spans import Span

Kind: TypeAlias = Literal["layer", "input", "output", "param", "dim", "block", "import"]

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


class Symbol(NamedTuple):
    """What a name means.

    Attributes:
        kind: What kind of thing it is.
        file: The file that declares it, links followed.
        block: The block in which it is declared; empty for the file itself.
        name: The name.
    """

    kind: Kind
    file: str
    block: str
    name: str


class Occurrence(NamedTuple):
    """A place where a name is said.

    Attributes:
        symbol: What it means.
        span: The name alone, without quotes and roles.
        declares: Whether it is said here first.
        extent: All of what is declared.
    """

    symbol: Symbol
    span: Span
    declares: bool = False
    extent: Span | None = None


class _Scope(NamedTuple):
    """What names mean in a file, or in a block of it."""

    block: str
    sources: Mapping[str, Symbol]
    sizes: Mapping[str, Symbol]


def occurrences(root: SourceNode) -> list[Occurrence]:
    """Every name of a document, in no order."""
    return [*_Walk(root).all()]


def _imported(folder: str, written: str) -> str:
    """The file that an import names; that of a library stands in the package."""
    if is_packaged(written):
        return str(place_of(written))
    return os.path.realpath(os.path.join(folder, written))


def _entries(node: SourceNode | None) -> list[tuple[str, Entry]]:
    value = node.value if node is not None else None
    if not isinstance(value, dict):
        return []
    return [(key, entry) for key, entry in value.items() if not key.startswith("x-")]


def _items(node: SourceNode | None) -> list[SourceNode]:
    return node.value if node is not None and isinstance(node.value, list) else []


def _text(node: SourceNode | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


def _in_key(key: str, entry: Entry, start: int = 0, end: int | None = None) -> Span:
    """Some characters of a key, without its quotes."""
    span = entry.key_span
    quote = (span.end_column - span.column - len(key)) // 2 if span.line == span.end_line else 0
    return span.inside(start + quote, (len(key) if end is None else end) + quote)


def _in_text(node: SourceNode, start: int, end: int) -> Span | None:
    offset = node.text_offset
    if isinstance(offset, Written) and isinstance(node.value, str):
        found = offset.within(node.value, start, end)
        return None if found is None else span_at(node.span.file, offset.source, *found)
    return node.inside(start, end)


class _Walk:
    """Walks a document once, with what names mean in each part."""

    def __init__(self, root: SourceNode) -> None:
        self.root = root
        self.file = os.path.realpath(root.span.file)
        folder = os.path.dirname(root.span.file)
        self.imports = {
            alias: _imported(folder, _text(entry.node))
            for alias, entry in _entries(root.get("imports"))
            if _text(entry.node)
        }

    def symbol(self, kind: Kind, name: str, block: str = "") -> Symbol:
        return Symbol(kind, self.file, block, name)

    def all(self) -> Iterator[Occurrence]:
        root = self.root
        for alias, entry in _entries(root.get("imports")):
            yield self.declared("import", alias, entry)
        yield from self._list("", root)
        for name, entry in _entries(root.get("blocks")):
            yield self.declared("block", name, entry)
            yield from self._list(name, entry.node)

    def declared(self, kind: Kind, name: str, entry: Entry, block: str = "") -> Occurrence:
        span = Span(*entry.key_span[:3], *entry.node.span[3:])
        return Occurrence(self.symbol(kind, name, block), _in_key(name, entry), True, span)

    # --- a file, or a block ---------------------------------------------------------------------

    def _list(self, block: str, node: SourceNode) -> Iterator[Occurrence]:
        """What is declared in a file or in a block, and what is said there."""
        items, scope = _items(node.get("layers")), self._scope(block, node)
        sections: tuple[tuple[str, Kind], ...] = (("params", "param"), ("inputs", "input"))
        for section, kind in (*sections, *((("dims", "dim"),) if not block else ())):
            for name, entry in _entries(node.get(section)):
                yield self.declared(kind, name, entry, block)  # pyright: ignore[reportArgumentType]
        yield from self._free_sizes(scope, node)
        for item in items:
            named = item.get("name")
            if named is not None and (name := _text(named)):
                span = _in_text(named, 0, len(name))
                if span is not None:
                    yield Occurrence(self.symbol("layer", name, block), span, True, item.span)
            yield from self._item(scope, item)
        yield from self._outputs(scope, node)
        for key, entry in _entries(node):
            if key not in ("layers", "blocks", "imports", "outputs", "metadata", "weights"):
                yield from self._formulas(scope, key, entry.node)
        if not block:
            yield from self._beside(scope, node)

    def _scope(self, block: str, node: SourceNode) -> _Scope:
        names = [(_text(item.get("name"))) for item in _items(node.get("layers"))]
        sources = {
            **{name: self.symbol("layer", name, block) for name in names if name},
            **{key: self.symbol("input", key, block) for key, _ in _entries(node.get("inputs"))},
        }
        sizes = {key: self.symbol("param", key) for key, _ in _entries(self.root.get("params"))}
        if block:
            sizes |= {n: self.symbol("param", n, block) for n, _ in _entries(node.get("params"))}
        else:
            sizes |= {n: self.symbol("dim", n) for n, _ in _entries(node.get("dims"))}
        for name, _ in self._shape_names(node):
            sizes.setdefault(name, self.symbol("dim", name, block))
        return _Scope(block, sources, sizes)

    def _shape_names(self, node: SourceNode) -> Iterator[tuple[str, Span]]:
        """Names that stand alone as sizes of inputs, which they bind."""
        for _, entry in _entries(node.get("inputs")):
            for size in _items(entry.node.get("shape")):
                name = _text(size)
                if name.isidentifier() and (span := _in_text(size, 0, len(name))) is not None:
                    yield name, span

    def _free_sizes(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """Sizes that no section declares: where an input has them first."""
        seen: set[str] = set()
        declared = {name for name, _ in _entries(self.root.get("dims"))} if not scope.block else ()
        for name, span in self._shape_names(node):
            symbol = scope.sizes[name]
            if symbol.kind == "dim" and name not in declared and name not in seen:
                seen.add(name)
                yield Occurrence(symbol, span, True, span)

    # --- layers ---------------------------------------------------------------------------------

    def _item(self, scope: _Scope, item: SourceNode) -> Iterator[Occurrence]:
        ports: set[str] = set()
        used = _text(item.get("use"))
        block = self._block(used)
        for key, entry in _entries(item):
            node = entry.node
            if key == "from":
                if isinstance(node.value, dict):
                    ports |= node.value.keys()
                yield from self._feeds(scope, node, block)
            elif key == "reuse" or (key == "mask" and _text(node) not in _KEEPS):
                yield from self._reference(scope, node)
            elif key == "use":
                yield from self._use(used, node)
            elif key in ("with", "each"):
                yield from self._given(node, block)
                yield from self._formulas(scope, key, node)
            else:
                yield from self._formulas(scope, key, node, ports)
            if isinstance(node.value, dict) and _text(node.get("use")):  # a cell, or a layer
                yield from self._item(scope, node)

    def _feeds(self, scope: _Scope, node: SourceNode, block: Symbol | None) -> Iterator[Occurrence]:
        if isinstance(node.value, dict):
            for port, entry in _entries(node):
                if block is not None:
                    inner = Symbol("input", block.file, block.name, port)
                    yield Occurrence(inner, _in_key(port, entry))
                yield from self._reference(scope, entry.node)
        for part in _items(node) or [node]:
            yield from self._reference(scope, part)

    def _reference(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """The longest declared name that a text begins with."""
        found = _declared(_text(node), scope.sources)
        if found and (span := _in_text(node, 0, len(found))) is not None:
            yield Occurrence(scope.sources[found], span)

    def _block(self, used: str) -> Symbol | None:
        """The block, or the file, that a `use` names."""
        alias, dot, name = used.partition(".")
        if alias in self.imports and not self._has_block(used):
            return Symbol("block", self.imports[alias], "", name if dot else "")
        return self.symbol("block", used) if self._has_block(used) else None

    def _has_block(self, name: str) -> bool:
        return any(name == block for block, _ in _entries(self.root.get("blocks")))

    def _use(self, used: str, node: SourceNode) -> Iterator[Occurrence]:
        symbol = self._block(used)
        alias, dot, name = used.partition(".")
        known = any(alias == key for key, _ in _entries(self.root.get("imports")))
        if not self._has_block(used) and known:
            if (span := _in_text(node, 0, len(alias))) is not None:
                yield Occurrence(self.symbol("import", alias), span)
            if dot and symbol is not None:
                span = _in_text(node, len(alias) + 1, len(used))
                if span is not None:
                    yield Occurrence(symbol._replace(name=name), span)
        elif symbol is not None and (span := _in_text(node, 0, len(used))) is not None:
            yield Occurrence(symbol, span)

    def _given(self, node: SourceNode, block: Symbol | None) -> Iterator[Occurrence]:
        if block is None:
            return
        for name, entry in _entries(node):
            symbol = Symbol("param", block.file, block.name, name)
            yield Occurrence(symbol, _in_key(name, entry))

    # --- formulas -------------------------------------------------------------------------------

    def _formulas(
        self, scope: _Scope, key: str, node: SourceNode, ports: Collection[str] = ()
    ) -> Iterator[Occurrence]:
        """The sizes in all texts that may be formulas."""
        waiting = [(key, node)]
        while waiting:
            key, node = waiting.pop()
            plain = key in _NO_FORMULAS or key.endswith(_CHOICES)
            if plain and not isinstance(node.value, (dict, list)) and _text(node)[:1] != "$":
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
                    span = _in_text(node, *found.span(1))
                    if span is not None:
                        yield Occurrence(symbol, span)

    # --- outputs, weights, tests, training --------------------------------------------------------

    def _outputs(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        written = node.get("outputs")
        if written is None:
            return
        for item in _items(written) or [written]:
            yield from self._reference(scope, item)
        for name, entry in _entries(written):
            source = entry.node if _text(entry.node) else entry.node.get("from")
            if source is not None:
                yield self.declared("output", name, entry, scope.block)
                yield from self._reference(scope, source)
            elif found := _declared(name, scope.sources):
                yield Occurrence(scope.sources[found], _in_key(name, entry, 0, len(found)))
            yield from self._formulas(scope, "outputs", entry.node)

    def _beside(self, scope: _Scope, node: SourceNode) -> Iterator[Occurrence]:
        """Keys that are names, in the sections that say something of the whole."""
        named = {
            name: self.symbol("output", name)
            for name, entry in _entries(node.get("outputs"))
            if _text(entry.node) or entry.node.get("from") is not None
        }
        known = {**scope.sources, **named}
        weights, train = node.get("weights"), node.get("train")
        mappings = [(weights.get("map") if weights is not None else None, known)]
        mappings += [(e.node, known) for key, e in _entries(train) if key in _BY_OUTPUT]
        for test in _items(node.get("tests")):
            twin = test.get("same_as")
            mappings += [(test.get("inputs"), known), (test.get("expect"), known)]
            mappings += [(test.get("dims"), scope.sizes)]
            mappings += [(twin.get("inputs") if twin is not None else None, known)]
        for mapping, names in mappings:
            for key, entry in _entries(mapping):
                if found := _declared(key, names):
                    yield Occurrence(names[found], _in_key(key, entry, 0, len(found)))


def _declared(written: str, known: Collection[str]) -> str:
    """The longest known name that a reference begins with, up to a dot."""
    end = len(written)
    while end > 0:
        if written[:end] in known:
            return written[:end]
        end = written.rfind(".", 0, end)
    return ""
