"""Names that are written, where nothing is known of what they mean: of text that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.spot import section_at
from spec_compiler.authoring.standing import Standing
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.source.node import SourceNode


class Known(NamedTuple):
    """A name.

    Attributes:
        name: As it is written.
        kind: What it is: `layer`, `input`, `dim`, `param`, `block`, `output`.
        detail: A short word on it: its type, its value.
        far: How unlikely it is; the nearest is 0.
    """

    name: str
    kind: str
    detail: str = ""
    far: int = 0


NAMED = re.compile(r"""\bname["']?:[ ]*["']?([A-Za-z_][\w-]*)""")
_HEAD = re.compile(r"""["']?inputs["']?\s*:""")


def written_sources(document: Document, standing: Standing) -> list[Known]:
    """Names that are written above, where nothing is known of what they mean."""
    if standing.spot.path[:1] == ("blocks",):
        return _of_written_block(document, standing)
    found = [Known(name, "input") for name in _inputs(document)]
    section, last = "", standing.spot.span.line
    wanted = standing.spot.path[0] if standing.spot.path else ""
    for line in document.lines[: last - 1]:
        if line[:1].isalpha():
            section = line.partition(":")[0]
        elif section == wanted and (named := NAMED.search(line)):
            found.append(Known(named[1], "layer"))
    return [known._replace(far=at) for at, known in enumerate(reversed(found))]


def _inputs(document: Document) -> list[str]:
    """The names that stand under `inputs`."""
    heads = (at for at, line in enumerate(document.lines, 1) if _HEAD.match(line))
    line = 1 if document.is_json else next(heads, 1)
    inputs = section_at(document, line).root.get("inputs")
    return [key.text for key, value in inputs.entries if value is not None] if inputs else []


def _written_block(document: Document, standing: Standing) -> SourceNode | None:
    """What is written of the block that a place is in, where it could not be read."""
    node, path = document.analysis.node, standing.spot.path
    written = node.get("blocks") if node is not None and path[:1] == ("blocks",) else None
    return written.get(path[1]) if written is not None and len(path) > 1 else None


def _of_written_block(document: Document, standing: Standing) -> list[Known]:
    block = _written_block(document, standing)
    ports, layers = (block.get("inputs"), block.get("layers")) if block else (None, None)
    found = [Known(name, "input") for name in _keys(ports)]
    for item in layers.value if layers is not None and isinstance(layers.value, list) else ():
        name = item.get("name")
        if item.span.line < standing.spot.span.line and name and isinstance(name.value, str):
            found.append(Known(name.value, "layer"))
    return [known._replace(far=at) for at, known in enumerate(reversed(found))]


def sizes_of_written_block(document: Document, standing: Standing) -> Iterator[Known]:
    """Params and sizes that the signature of a block names."""
    block = _written_block(document, standing)
    if block is None:
        return
    params, ports = block.get("params"), block.get("inputs")
    yield from (Known(name, "param") for name in _keys(params))
    known = {*_keys(params), BATCH_NAME}
    for port in _keys(ports):
        shape = block.nearest(("inputs", port, "shape")).value
        for item in shape if isinstance(shape, list) else ():
            if (
                isinstance(item.value, str)
                and item.value.isidentifier()
                and item.value not in known
            ):
                known.add(item.value)
                yield Known(item.value, "dim", "bound by the inputs")


def _keys(node: SourceNode | None) -> list[str]:
    return [*node.value] if node is not None and isinstance(node.value, dict) else []
