"""The picture as one page that needs nothing else: no network, and no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib.resources import files

from spec_compiler.picture.picture import Picture
from spec_compiler.picture.plain import plain
from spec_compiler.report import escape

STYLES = ("colours", "page", "parts", "graph", "print")
SCRIPTS = (
    "state",
    "elements",
    "facts",
    "aside",
    "worker",
    "layout",
    "view",
    "parts",
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
    text = json.dumps({**plain(picture), "live": live}, separators=(",", ":"))
    return escape.json(text).replace("<", "\\u003c")
