"""How a still picture looks: the rules and colours of the page, with every colour written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Theme = Literal["auto", "light", "dark"]
THEMES: Mapping[str, Theme] = {"auto": "auto", "light": "light", "dark": "dark"}

_COLOUR = re.compile(r"--([\w-]+):\s*([^;]+);")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_USED = re.compile(r"var\(--([\w-]+)\)")
_FAMILY = "font-family: "
_OWN = """
.drawing .ground { fill: var(--ground); }
.drawing .title .name { font-size: 15px; }
.drawing .legend .kind { fill: var(--soft); }
"""


def style(theme: Theme, font: str = "") -> str:
    """Rules for a drawing: no variables, which not every reader of SVG knows.

    Args:
        theme: `auto` is light, and dark where the reader prefers it.
        font: The family that comes before those of the page.
    """
    light, dark = _colours()
    if theme != "auto":
        return "".join(_rules(dark if theme == "dark" else light, font))
    changed = "".join(_rules(dark, "", only_colours=True))
    both = "".join(_rules(light, font))
    return f"{both}@media (prefers-color-scheme: dark) {{\n{changed}}}\n"


def _rules(colours: Mapping[str, str], font: str, *, only_colours: bool = False) -> Iterator[str]:
    for selector, body in _RULE.findall(_COMMENT.sub("", _part("parts.css") + _OWN)):
        lines = [line.strip() for line in body.strip().split(";") if line.strip()]
        if only_colours:
            lines = [line for line in lines if _USED.search(line)]
        if font:
            lines = [line.replace(_FAMILY, f'{_FAMILY}"{font}", ') for line in lines]
        if lines:
            said = "; ".join(_USED.sub(lambda found: colours[found[1]], line) for line in lines)
            yield f"{' '.join(selector.split())} {{ {said} }}\n"


@cache
def _colours() -> tuple[dict[str, str], dict[str, str]]:
    """Those of the light theme and of the dark one."""
    light, dark = (dict(_COLOUR.findall(body)) for _, body in _RULE.findall(_part("colours.css")))
    return light, {**light, **dark}


@cache
def _part(name: str) -> str:
    return files("spec_compiler.picture").joinpath("page", name).read_text("utf-8")
