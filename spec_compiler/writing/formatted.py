"""A spec's text in the style of the house: what `specc fmt` makes of a file."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.refusals import Refusal
from spec_compiler.source import Limits, SourceNode, present, read
from spec_compiler.source.presentation import Group, Presentation
from spec_compiler.writing.arranged import arranged
from spec_compiler.writing.json_text import printed_json
from spec_compiler.writing.printed import printed

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
        None where the document cannot be read or is no spec.
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
    write = printed_json if file.endswith(".json") else printed
    made = write(arranged(root))
    if made == diagnostics.sources[file]:
        return made
    _verify(before, made, file)
    return made


def _verify(before: Presentation, made: str, file: str) -> None:
    """Read what was made: a fault of ours must not reach a file."""
    if before.comments:
        again = present(made, file, Diagnostics(), _NO_LIMIT)
        data, comments = (again.data, again.comments) if again else (None, [])
    else:
        data, comments = read(made, file, Diagnostics(), _NO_LIMIT), []
    same = data is not None and _same(before.data, data)
    if not same or sorted(comments) != sorted(before.comments):
        raise RuntimeError(f"what is formatted means something else: {file}")


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
