"""Every place where a spec says a name: of layers, inputs, outputs, sizes, blocks, imports.

What may be written in a place says which texts and keys are names, whatever is known of the model;
so a spec that is refused has its names, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from spec_compiler.authoring.formulas import ARITHMETIC, TENSORS, words_of_formula
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
from spec_compiler.authoring.walk import Key, Text, walk
from spec_compiler.layers.core.lambda_names import names_source
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Span

_OUTPUT = re.compile(r"(?:\.\d+)*\.([A-Za-z_][\w-]*)")
"""What stands behind a use: the number of a copy, if there are several, and an output."""
_PARAM = re.compile(r"\$[A-Za-z_]\w*")
_SIZES = ARITHMETIC | {"unknown"}
_SOURCES = frozenset({"source", "layer name", "mask"})
_KEEPS = ("drop", "pass")
"""What `mask` may say beside names."""


class _Scope(NamedTuple):
    """What names mean in a file, or in a block of it.

    Attributes:
        sources: The layers and inputs.
        outputs: The outputs that have names of their own.
        sizes: The params and dims.
        above: The name of the layer that stands before one, by where that one stands.
        uses: The block that each use of one is of, as it is written.
    """

    sources: Mapping[str, Symbol]
    outputs: Mapping[str, Symbol]
    sizes: Mapping[str, Symbol]
    above: Mapping[Span, str]
    uses: Mapping[str, str]


def occurrences(root: SourceNode) -> list[Occurrence]:
    """Every name of a document, in no order."""
    return [*_Names(root).all()]


class _Names:
    """The names of a document, with what they mean in each part of it."""

    def __init__(self, root: SourceNode) -> None:
        self.root = root
        self.file = os.path.realpath(root.span.file)
        folder = os.path.dirname(root.span.file)
        self.imports = {
            alias: imported(folder, text_of(entry.node))
            for alias, entry in entries_of(root.get("imports"))
            if text_of(entry.node)
        }
        self.blocks = {name: entry.node for name, entry in entries_of(root.get("blocks"))}

    def symbol(self, kind: Kind, name: str, block: str = "") -> Symbol:
        return Symbol(kind, self.file, block, name)

    def all(self) -> Iterator[Occurrence]:
        for alias, entry in entries_of(self.root.get("imports")):
            yield self._declared("import", alias, entry)
        for name, entry in entries_of(self.root.get("blocks")):
            yield self._declared("block", name, entry)
        scopes: dict[str, _Scope] = {}
        for block, node in {"": self.root, **self.blocks}.items():
            scopes[block] = self._scope(block, node)
            yield from self._declarations(block, node, scopes[block])
        for met in walk(self.root):
            scope = scopes[met.block]
            yield from self._key(scope, met) if isinstance(met, Key) else self._text(scope, met)

    # --- what is declared -----------------------------------------------------------------------

    def _declared(self, kind: Kind, name: str, entry: Entry, block: str = "") -> Occurrence:
        span = Span(*entry.key_span[:3], *entry.node.span[3:])
        return Occurrence(self.symbol(kind, name, block), in_key(name, entry), True, span)

    def _declarations(self, block: str, node: SourceNode, scope: _Scope) -> Iterator[Occurrence]:
        for name, entry in entries_of(node.get("params")):
            yield self._declared("param", name, entry, block)
        for name, entry in entries_of(node.get("inputs")):
            yield self._declared("input", name, entry, block)
        for name, entry in entries_of(node.get("outputs")):
            if name in scope.outputs:
                yield self._declared("output", name, entry, block)
        for item in items_of(node.get("layers")):
            named = item.get("name")
            if named is not None and (name := text_of(named)):
                span = in_text(named, 0, len(name))
                if span is not None:
                    yield Occurrence(self.symbol("layer", name, block), span, True, item.span)
        stated = dict(entries_of(node.get("dims"))) if not block else {}
        for name, entry in stated.items():
            yield self._declared("dim", name, entry, block)
        for name, span in dict(reversed([*self._shape_names(node)])).items():
            if scope.sizes[name].kind == "dim" and name not in stated:
                yield Occurrence(scope.sizes[name], span, True, span)

    def _scope(self, block: str, node: SourceNode) -> _Scope:
        items = items_of(node.get("layers"))
        names = [text_of(item.get("name")) for item in items]
        sources = {
            **{name: self.symbol("layer", name, block) for name in names if name},
            **{key: self.symbol("input", key, block) for key, _ in entries_of(node.get("inputs"))},
        }
        outputs = {
            name: self.symbol("output", name, block)
            for name, entry in entries_of(node.get("outputs"))
            if text_of(entry.node) or entry.node.get("from") is not None
        }
        sizes = {key: self.symbol("param", key) for key, _ in entries_of(self.root.get("params"))}
        if block:
            sizes |= {n: self.symbol("param", n, block) for n, _ in entries_of(node.get("params"))}
        else:
            sizes |= {n: self.symbol("dim", n) for n, _ in entries_of(node.get("dims"))}
        for name, _ in self._shape_names(node):
            sizes.setdefault(name, self.symbol("dim", name, block))
        above = {item.span: name for name, item in zip(names, items[1:], strict=False)}
        uses: dict[str, str] = {}
        for name, item in zip(names, items, strict=True):
            uses[name] = text_of(item.get("use")) or uses.get(text_of(item.get("reuse")), "")
        return _Scope(sources, outputs, sizes, above, uses)

    def _shape_names(self, node: SourceNode) -> Iterator[tuple[str, Span]]:
        """Names that stand alone as sizes of inputs, which they bind."""
        for _, entry in entries_of(node.get("inputs")):
            for size in items_of(entry.node.get("shape")):
                name = text_of(size)
                if name.isidentifier() and (span := in_text(size, 0, len(name))) is not None:
                    yield name, span

    # --- what is said ---------------------------------------------------------------------------

    def _key(self, scope: _Scope, met: Key) -> Iterator[Occurrence]:
        if met.names in ("port", "block param"):
            block = self._block(text_of(met.holder.get("use")))
            if block is not None:
                kind: Kind = "input" if met.names == "port" else "param"
                yield Occurrence(Symbol(kind, block.file, block.name, met.key), in_key(*met[:2]))
            return
        known = {
            "dim": scope.sizes,
            "input": scope.sources,
            "weight": scope.sources,
            "source": {} if met.key in scope.outputs else scope.sources,
            "output": {**scope.sources, **scope.outputs},
        }.get(met.names, {})
        for symbol, start, end in self._mentioned(scope, met.key, known):
            yield Occurrence(symbol, in_key(*met[:2], start, end))

    def _text(self, scope: _Scope, met: Text) -> Iterator[Occurrence]:
        kinds, node = met.kinds, met.node
        if kinds & _SOURCES:
            if "mask" not in kinds or met.value not in _KEEPS:
                yield from self._reference(scope, node, scope.sources)
        elif "output" in kinds:
            yield from self._reference(scope, node, {**scope.sources, **scope.outputs})
        elif "block" in kinds:
            yield from self._use(met.value, node)
        elif kinds & TENSORS:
            tensors = _of_file(met) if "transform" in kinds else _fed(scope, met)
            yield from self._formula(met, {**scope.sizes, **tensors})
        elif kinds & _SIZES or _PARAM.fullmatch(met.value):
            yield from self._formula(met, scope.sizes)

    def _reference(
        self, scope: _Scope, node: SourceNode, known: Mapping[str, Symbol]
    ) -> Iterator[Occurrence]:
        """The names that a reference says."""
        for symbol, start, end in self._mentioned(scope, text_of(node), known):
            if (span := in_text(node, start, end)) is not None:
                yield Occurrence(symbol, span)

    def _mentioned(
        self, scope: _Scope, text: str, known: Mapping[str, Symbol]
    ) -> Iterator[tuple[Symbol, int, int]]:
        """The longest declared name that a text begins with, and the output of a use behind it."""
        if not (found := longest_declared(text, known)):
            return
        yield known[found], 0, len(found)
        block = self._block(scope.uses.get(found, "")) if known[found].kind == "layer" else None
        behind = _OUTPUT.fullmatch(text, len(found))
        if block is not None and behind is not None:
            yield Symbol("output", block.file, block.name, behind[1]), *behind.span(1)

    def _block(self, used: str) -> Symbol | None:
        """The block, or the file, that a `use` names."""
        if used in self.blocks:
            return self.symbol("block", used)
        alias, dot, name = used.partition(".")
        if alias in self.imports:
            return Symbol("block", self.imports[alias], "", name if dot else "")
        return None

    def _use(self, used: str, node: SourceNode) -> Iterator[Occurrence]:
        symbol = self._block(used)
        alias, dot, name = used.partition(".")
        known = any(alias == key for key, _ in entries_of(self.root.get("imports")))
        if used not in self.blocks and known:
            if (span := in_text(node, 0, len(alias))) is not None:
                yield Occurrence(self.symbol("import", alias), span)
            if dot and symbol is not None:
                span = in_text(node, len(alias) + 1, len(used))
                if span is not None:
                    yield Occurrence(symbol._replace(name=name), span)
        elif symbol is not None and (span := in_text(node, 0, len(used))) is not None:
            yield Occurrence(symbol, span)

    def _formula(self, met: Text, known: Mapping[str, Symbol | None]) -> Iterator[Occurrence]:
        """The names in a formula that stand for values."""
        for start, end, kind in words_of_formula(met.value, known):
            symbol = known[met.value[start:end]] if kind == "parameter" else None
            span = in_text(met.node, start, end) if symbol is not None else None
            if span is not None and symbol is not None:
                yield Occurrence(symbol, span)


def _fed(scope: _Scope, met: Text) -> Mapping[str, Symbol | None]:
    """What an expression calls what feeds its layer; None for names of the layer's own."""
    layer = met.holder
    feeds, own = layer.get("from"), (layer.get("arguments"), layer.get("function"))
    found: dict[str, Symbol | None] = {key: None for node in own for key, _ in entries_of(node)}
    if feeds is None:
        sources = [scope.above.get(layer.span, "")]
    elif isinstance(feeds.value, dict):
        return found | dict.fromkeys(feeds.value)
    else:
        sources = [text_of(item) for item in items_of(feeds) or [feeds]]
    if len(sources) > 1:
        return found | {name: scope.sources.get(name) for name in sources}
    if sources[0] not in found and names_source(sources[0], sources[0], met.value):
        found[sources[0]] = scope.sources.get(sources[0])
    return {**found, "x": None}


def _of_file(met: Text) -> Mapping[str, None]:
    """What the transform of a weight calls the tensors of the file."""
    return dict.fromkeys([name for name, _ in entries_of(met.holder.get("from"))] or ["w"])
