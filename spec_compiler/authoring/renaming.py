"""Another name for what a place says: where it can be given, and all edits that give it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from spec_compiler.authoring.document import Document, Position, read_document
from spec_compiler.authoring.left_behind import left_behind
from spec_compiler.authoring.navigation import found_at, references
from spec_compiler.authoring.occurrences import occurrences
from spec_compiler.authoring.symbols import Kind, Symbol
from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.edits.applied import applied
from spec_compiler.language.names import COPY, NAME, SIZE_NAME
from spec_compiler.reading.packaged import LIBRARIES, place_of
from spec_compiler.source import SourceNode, load, read
from spec_compiler.spans import Edit, Span

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
