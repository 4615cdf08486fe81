"""From a name to where it is declared, to every place that says it, and to another name."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from spec_compiler.authoring.document import Document, Position, read_document
from spec_compiler.authoring.left_behind import left_behind
from spec_compiler.authoring.occurrences import occurrences
from spec_compiler.authoring.symbols import Kind, Occurrence, Symbol
from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.edits.applied import applied
from spec_compiler.language.names import COPY, NAME, SIZE_NAME
from spec_compiler.reading.packaged import LIBRARIES, place_of
from spec_compiler.source import SourceNode, load, read
from spec_compiler.source.node import Entry
from spec_compiler.spans import Edit, Span

Trees = Callable[[str], SourceNode | None]
"""Reads a file by its path, links followed, as it stands in the editor or on the disk."""

_WORDS: Mapping[Kind, str] = {
    "layer": "a layer",
    "input": "an input",
    "output": "an output",
    "param": "a param",
    "dim": "a dim",
    "block": "a block",
    "import": "an import",
}
_SIZES = frozenset(("param", "dim"))
_WORDS_OF_YAML = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", "none"))


class CannotRenameError(ValueError):
    """Why a name cannot be another one; its text is for people."""


@lru_cache(maxsize=1)
def _names(root: SourceNode) -> Sequence[Occurrence]:
    """The names of a document, which is asked again as long as it does not change."""
    return occurrences(root)


def found_at(document: Document, position: Position) -> Occurrence | None:
    """The name that is said at a place."""
    root = document.analysis.node
    if root is None:
        return None
    here = [item for item in _names(root) if document.covers(item.span, position)]
    return max(here, key=lambda item: (item.span.column, not item.declares), default=None)


def definition(document: Document, position: Position, trees: Trees) -> list[Span]:
    """Where the name at a place is declared; of an import, and of what it names, the file."""
    found = found_at(document, position)
    if found is None:
        return _file_named(document, position) or _unnamed(document, position)
    if found.symbol.kind == "import" and found.declares:
        return _imported(document, found.symbol.name)
    root = _tree(document, found.symbol.file, trees)
    if root is None:
        return []
    declared = [it.span for it in _names(root) if it.declares and it.symbol == found.symbol]
    if not declared and found.symbol.kind == "block" and not found.symbol.name:
        return [_top(root.span.file)]
    return declared


def references(
    document: Document, position: Position, others: Iterable[SourceNode], *, declared: bool = True
) -> list[Span]:
    """Every place that says the name at a place, in this file and in others; each once.

    Args:
        document: A spec.
        position: A place in it.
        others: Other documents that may say the name, too.
        declared: Whether its declaration is among them.
    """
    found = found_at(document, position)
    if found is None or document.analysis.node is None:
        return []
    said = [
        item
        for names in (_names(document.analysis.node), *map(occurrences, others))
        for item in names
        if item.symbol == found.symbol
    ]
    declarations = {item.span for item in said if item.declares}
    spans = dict.fromkeys(item.span for item in said)
    return sorted(span for span in spans if declared or span not in declarations)


def renameable(document: Document, position: Position) -> tuple[Span, str]:
    """The name at a place.

    Raises:
        CannotRenameError: there is none, or it is not the author's.
    """
    found = found_at(document, position)
    if found is None or not found.symbol.name:
        raise CannotRenameError("this is not the name of a layer, a size, a block or a port")
    if found.symbol.file in map(place_of, LIBRARIES):
        raise CannotRenameError(f"`{found.symbol.name}` belongs to a library of specc")
    return found.span, found.symbol.name


def renamed(
    document: Document,
    position: Position,
    name: str,
    others: Iterable[SourceNode],
    texts: Mapping[str, str],
) -> list[Edit]:
    """The edits that give a name to what is at a place, wherever it is said.

    Args:
        document: A spec.
        position: A place in it.
        name: The new name.
        others: Other documents that may say the name, too.
        texts: The texts of all of these documents by path, as their spans say it.

    Raises:
        CannotRenameError: it cannot have that name, or others would mean something else then.
    """
    _, old = renameable(document, position)
    found = found_at(document, position)
    if found is None or name == old:
        return []
    _check(found.symbol, name)
    others = list(others)
    declared = [it for root in _all(document, others) for it in occurrences(root) if it.declares]
    taken = next((it.symbol for it in declared if _collides(it.symbol, found.symbol, name)), None)
    if taken is not None:
        raise CannotRenameError(f"`{name}` is {_WORDS[taken.kind]} already")
    if not any(it.symbol == found.symbol for it in declared):
        raise CannotRenameError(f"the file that declares `{old}` is not known")
    edits = [Edit(span, name) for span in references(document, position, others)]
    before, after = _both(edits, texts)
    for root in _all(document, others):
        _require_same_names(root, found.symbol, name, after)
        _require_no_more_errors(root, edits, (before, after), (old, name))
    return edits


def _all(document: Document, others: list[SourceNode]) -> Iterator[SourceNode]:
    if document.analysis.node is not None:
        yield document.analysis.node
    yield from others


def _check(symbol: Symbol, name: str) -> None:
    if name == COPY and symbol.kind not in ("block", "import"):
        raise CannotRenameError(f"`{COPY}` is the number of a copy where a block is repeated")
    pattern = SIZE_NAME if symbol.kind in _SIZES else NAME
    if not pattern.fullmatch(name) or name.lower() in _WORDS_OF_YAML:
        signs = "letters, digits and `_`" if symbol.kind in _SIZES else "letters, digits, `_`, `-`"
        raise CannotRenameError(f"the name of {_WORDS[symbol.kind]} must be {signs}")


def _collides(other: Symbol, symbol: Symbol, name: str) -> bool:
    """Whether something has the name where the other is looked for."""
    if other.name != name or other.file != symbol.file:
        return False
    if symbol.kind in ("block", "import"):
        return other.kind in ("block", "import")
    if (other.kind in _SIZES) != (symbol.kind in _SIZES) or other.kind in ("block", "import"):
        return False
    shadows = symbol.kind in _SIZES and "" in (other.block, symbol.block)
    return other.block == symbol.block or shadows


def _require_same_names(
    root: SourceNode, symbol: Symbol, name: str, after: Mapping[str, str]
) -> None:
    """Refuse a name that means something else in a place, or that something else means then.

    Args:
        root: A document as it is.
        symbol: What gets the name.
        name: The name.
        after: The texts with it, by their real paths.
    """
    file = root.span.file
    renamed = read(after[os.path.realpath(file)], file, Diagnostics())
    if renamed is None or _meanings(renamed) != [
        (symbol.called(name, meant), declares) for meant, declares in _meanings(root)
    ]:
        where = os.path.basename(file)
        raise CannotRenameError(f"in {where} `{name}` has another meaning where `{symbol.name}` is")


def _meanings(root: SourceNode) -> list[tuple[Symbol, bool]]:
    """What the names of a document mean, in the order in which they are said."""
    said = sorted(occurrences(root), key=lambda item: (item.span, item.symbol.kind, item.declares))
    return [(item.symbol, item.declares) for item in said]


def _require_no_more_errors(
    root: SourceNode,
    edits: list[Edit],
    texts: tuple[dict[str, str], dict[str, str]],
    names: tuple[str, str],
) -> None:
    """Check a file that is edited, or imports others: what was not wrong before had that name."""
    file = root.span.file
    real = os.path.realpath(file)
    edited = any(os.path.realpath(edit.span.file) == real for edit in edits)
    if not edited and root.get("imports") is None:
        return
    before, after = (
        Counter((item.code, _without(item.message, names)) for item in found.errors)
        for found in (_analysis(file, known).found for known in texts)
    )
    if news := after - before:
        said = next(iter(news))[1]
        raise CannotRenameError(f"{os.path.basename(file)} would be wrong then: {said}")


def _without(message: str, names: tuple[str, str]) -> str:
    for name in names:
        message = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[1], message)
    return message


def _both(edits: list[Edit], texts: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The texts by their real paths, as they are and with edits."""
    before = {os.path.realpath(path): text for path, text in texts.items()}
    by_file: dict[str, list[Edit]] = {path: [] for path in before}
    for edit in edits:
        by_file.setdefault(os.path.realpath(edit.span.file), []).append(edit)
    return before, {path: applied(text, by_file[path]) for path, text in before.items()}


def in_vain(
    document: Document, edits: list[Edit], others: Iterable[SourceNode], texts: Mapping[str, str]
) -> list[str]:
    """What to tell of weights that files hold under the old name; see `renamed`.

    Args:
        document: A spec.
        edits: What gives it, and other documents, other names.
        others: The other documents.
        texts: The texts of all of these documents by path, as their spans say it.
    """
    found: list[str] = []
    for root in _all(document, list(others)) if edits else ():
        if root.get("weights") is None and root.get("train") is None:
            continue
        before, after = (_analysis(root.span.file, known).program for known in _both(edits, texts))
        if before is not None and after is not None:
            found += left_behind(before, after)
    return found


def _analysis(file: str, texts: Mapping[str, str]) -> Analysis:
    def load_file(path: str, diagnostics: Diagnostics) -> SourceNode | None:
        own = texts.get(os.path.realpath(path))
        return load(path, diagnostics) if own is None else read(own, path, diagnostics)

    text = texts[os.path.realpath(file)]
    return read_document(text, file, load_file=load_file, weights=False).analysis


def _tree(document: Document, file: str, trees: Trees) -> SourceNode | None:
    if os.path.realpath(document.path) == file:
        return document.analysis.node
    return trees(file)


def _file_named(document: Document, position: Position) -> list[Span]:
    """The file that an import at a place names."""
    root = document.analysis.node
    imports = root.get("imports") if root is not None else None
    entries = imports.value if imports is not None else None
    for alias, entry in entries.items() if isinstance(entries, dict) else ():
        if document.covers(entry.node.span, position):
            return _imported(document, alias)
    return []


def _imported(document: Document, alias: str) -> list[Span]:
    library = document.analysis.library
    known = library.imports.get(alias) if library is not None else None
    if known is None:
        return []
    return [_top(place_of(known.node.span.file))]


def _top(file: str) -> Span:
    return Span(file, 1, 1, 1, 1)


def _unnamed(document: Document, position: Position) -> list[Span]:
    """The layer that a reference at a place names, which has no name of its own."""
    core, root = document.analysis.core, document.analysis.node
    node = None if root is None else _scalar_at(root, document, position)
    if core is None or node is None or not isinstance(node.value, str):
        return []
    items = {item.name: item for item in core.items if item.instance is None}
    written = node.value
    while written and written not in items:
        written = written.rpartition(".")[0]
    return [items[written].node.headline] if written else []


def _scalar_at(root: SourceNode, document: Document, position: Position) -> SourceNode | None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, dict):
            entries: Mapping[str, Entry] = node.value
            waiting += [entry.node for entry in entries.values()]
        elif isinstance(node.value, list):
            waiting += node.value
        elif document.covers(node.span, position):
            return node
    return None
