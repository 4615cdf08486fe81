"""A spec's text in the style of the house: what `specc fmt` makes of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal
from spec_compiler.source import Limits, SourceNode, present, read
from spec_compiler.source.presentation import Group, Part, Presentation
from spec_compiler.writing.arranged import arranged
from spec_compiler.writing.json_text import printed_json
from spec_compiler.writing.printed import printed
from spec_compiler.writing.scalars import double_quoted

_MARKS = frozenset({"specc", "inputs", "layers", "blocks"})
_NO_LIMIT = Limits(bytes=2**62)


def formatted(text: str | bytes, file: str, diagnostics: Diagnostics) -> str | None:
    """The text in the one style that specs have; it means the same, and no comment is lost.

    Args:
        text: The spec; bytes must be UTF-8.
        file: Its name; one that ends with `.json` makes it JSON, others YAML.
        diagnostics: Collects why it cannot be formatted.

    Returns:
        The text with a final line feed, without byte order mark, its lines ended by line feeds;
        None where the document cannot be read or is no spec, or where nothing that was tried
        could be proved to mean the same.
    """
    found = Diagnostics()
    before = present(text, file, found)
    diagnostics.extend(found)
    if before is None or found.errors:
        return None
    root = before.root
    if not isinstance(root, Group) or not _MARKS & set(_keys(root)):
        with diagnostics.at(before.data):
            raise Refusal(
                "SPC0100", "only specs are formatted: this has no `specc` and no `layers`"
            )
        return None
    for made in _attempts(arranged(root), file):
        if made == diagnostics.sources[file] or _means(before, made, file):
            return made
    with diagnostics.at(Outside()):
        raise Refusal(
            "SPC0553",
            f"`{file}` is left as it is: in style, it would not mean the same",
            help="this is a fault of specc, please report it with the spec",
        )
    return None


def _attempts(root: Group, file: str) -> Iterator[str]:
    """The text in style, and what is tried where that says something else."""
    if file.endswith(".json"):
        yield printed_json(root)
    else:
        yield printed(root)
        yield printed(_in_quotes(root))


Node = TypeVar("Node", bound=Part)


def _in_quotes(part: Node) -> Node:
    """Each text of several lines within one, in quotes, which every reader reads alike."""
    if isinstance(part, Group):
        entries = (entry._replace(value=_in_quotes(entry.value)) for entry in part.entries)
        return part._replace(entries=tuple(entries))
    if part.style == "*" or "\n" not in part.raw:
        return part
    return part._replace(style='"', raw=double_quoted(part.value))


def _means(before: Presentation, made: str, file: str) -> bool:
    """Whether what was made reads like what there was: a fault of ours must not reach a file."""
    if before.comments:
        again = present(made, file, Diagnostics(), _NO_LIMIT)
        data, comments = (again.data, again.comments) if again else (None, [])
    else:
        data, comments = read(made, file, Diagnostics(), _NO_LIMIT), []
    same = data is not None and _same(before.data, data)
    return same and sorted(comments) == sorted(before.comments)


def _keys(root: Group) -> list[str]:
    return [entry.key.value for entry in root.entries if entry.key is not None]


def _same(one: SourceNode, other: SourceNode) -> bool:
    """Whether two trees have the same data; mappings may have another order."""
    value, beside = one.value, other.value
    if isinstance(value, dict):
        return (
            isinstance(beside, dict)
            and value.keys() == beside.keys()
            and all(_same(entry.node, beside[key].node) for key, entry in value.items())
        )
    if isinstance(value, list):
        return (
            isinstance(beside, list)
            and len(value) == len(beside)
            and all(map(_same, value, beside))
        )
    return value.__class__ is beside.__class__ and repr(value) == repr(beside)
