"""The picture as one page that needs nothing else: no network, and no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib.resources import files

from spec_compiler.picture.picture import Box, Edge, Group, Lines, Picture, Remark
from spec_compiler.report import escape

STYLES = ("colours", "page", "graph", "print")
SCRIPTS = (
    "state",
    "elements",
    "facts",
    "worker",
    "layout",
    "view",
    "draw",
    "selection",
    "text",
    "search",
    "keys",
    "live",
    "main",
)
LIBRARY = "dagre.min.js"


def page(picture: Picture, *, live: int = 0) -> str:
    """A document of HTML, ending with a newline.

    Its policy allows the one script and the one style that are written into it, by their hashes,
    and a worker that lays out; nothing is loaded. What comes from the spec is data, never markup.

    Args:
        picture: What it shows.
        live: Which one it is of those that are served, from 1, where another may follow it.
    """
    style = "".join(_part(f"{name}.css") for name in STYLES)
    script = f'"use strict";\n(() => {{\n{"".join(_part(f"{name}.js") for name in SCRIPTS)}}})();\n'
    rules = [
        "default-src 'none'",
        f"script-src '{digest(script)}'",
        f"style-src '{digest(style)}'",
        "worker-src blob:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        *(["connect-src 'self'"] if live else []),
    ]
    title = escape.terminal(picture.title)
    data = _data(picture, live=live)
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{html.escape(title)} – specc</title>
<style>{style}</style>
</head>
<body>
{_part("shell.html")}
<script type="application/json" id="picture">{data}</script>
<script type="text/plain" id="layout-library">{_library()}</script>
<script>{script}</script>
</body>
</html>
"""


def digest(text: str) -> str:
    """The hash of an inline script or style, as a policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _part(name: str) -> str:
    return files("spec_compiler.picture").joinpath("page", name).read_text("utf-8")


def _library() -> str:
    """The library with its licence, without the name of a file that is not there."""
    code = _part(LIBRARY).partition("\n//# sourceMappingURL=")[0]
    return f"/*!\n{_part('dagre.LICENSE')}*/\n{code}\n"


def _data(picture: Picture, *, live: int) -> str:
    document = {
        "file": picture.file,
        "title": picture.title,
        "doc": picture.doc,
        "text": picture.text,
        "boxes": [_box(box) for box in picture.boxes],
        "groups": [_group(group) for group in picture.groups],
        "edges": [_edge(edge) for edge in picture.edges],
        "remarks": [_remark(remark) for remark in picture.remarks],
        "assumed": picture.assumed,
        "old": picture.old,
        "verdict": picture.verdict,
        "live": live,
    }
    text = json.dumps(document, separators=(",", ":"))
    return escape.json(text).replace("<", "\\u003c")


def _box(box: Box) -> dict[str, object]:
    return {
        "id": box.id,
        "name": box.name,
        "kind": box.kind,
        "role": box.role,
        "group": box.group,
        "tensors": box.tensors,
        "trainable": box.costs.trainable,
        "frozen": box.costs.frozen,
        "flops": box.costs.flops,
        "flopsWords": box.costs.flops_words,
        "memory": box.costs.memory,
        "memoryWords": box.costs.memory_words,
        "lines": _lines(box.lines),
        "reuse": box.reuse,
        "change": box.change,
        "words": box.words,
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "id": group.id,
        "name": group.name,
        "block": group.block,
        "group": group.group,
        "copies": group.copies,
        "lines": _lines(group.lines),
    }


def _edge(edge: Edge) -> dict[str, object]:
    return {
        "source": edge.source,
        "target": edge.target,
        "name": edge.name,
        "label": edge.label,
        "mask": edge.mask,
        "kind": edge.kind,
        "change": edge.change,
    }


def _remark(remark: Remark) -> dict[str, object]:
    return {
        "severity": remark.severity,
        "code": remark.code,
        "message": remark.message,
        "help": remark.help,
        "notes": remark.notes,
        "lines": _lines(remark.lines),
        "columns": remark.columns,
        "place": remark.place,
        "boxes": remark.boxes,
    }


def _lines(lines: Lines | None) -> list[int] | None:
    return None if lines is None else [*lines]
