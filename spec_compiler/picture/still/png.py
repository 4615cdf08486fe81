"""A picture as PNG, which is its SVG painted; text has a font that comes with specc."""

from __future__ import annotations

import re
from contextlib import ExitStack
from importlib.resources import as_file, files

import resvg_py

from spec_compiler.picture.picture import Picture
from spec_compiler.picture.still.staging import TooMuch
from spec_compiler.picture.still.style import Theme
from spec_compiler.picture.still.svg import svg

FONT = "Specc Mono"
FONT_FILES = ("specc-mono-regular.ttf", "specc-mono-bold.ttf")
PIXELS = 64_000_000
"""That are painted: four bytes each, in memory."""

_SIZE = re.compile(r'width="(\d+)" height="(\d+)"')
_ABSENT = re.compile(r"&#(\d+);")
"""Signs that are not ASCII, as the document writes them."""
THERE = frozenset(
    [*range(0xA0, 0x17F), *range(0x391, 0x3CA), *map(ord, "–—‘’“”…•′←↑→↓−≤≥≠∞√∑∏∂∇▸▾")]
)
"""Signs in the font, beside those of ASCII."""


def png(picture: Picture, scale: float = 2, theme: Theme = "light") -> bytes:
    """An image with an opaque ground and clear corners.

    Signs that the font has not are taken from the machine's fonts, where it has any; without such
    signs the same picture has the same pixels everywhere.

    Args:
        picture: What it shows; nothing in it is closed.
        scale: Pixels for each unit of the drawing.
        theme: `auto` is light.

    Raises:
        TooMuch: see `drawn`; or there are more than `PIXELS`.
    """
    text = svg(picture, "dark" if theme == "dark" else "light", FONT)
    size = _SIZE.search(text)
    assert size is not None, "every drawing has a size"  # noqa: S101 - narrows the type
    width, height = (round(int(side) * scale) for side in size.groups())
    if width * height > PIXELS:
        why = f"it would have {width:,} × {height:,} pixels"
        raise TooMuch(why, "close blocks with --depth, ask for less --scale, or write .svg")
    foreign = any(int(found) not in THERE for found in _ABSENT.findall(text))
    folder = files("spec_compiler.picture").joinpath("still", "font")
    with ExitStack() as stack:
        fonts = [str(stack.enter_context(as_file(folder.joinpath(name)))) for name in FONT_FILES]
        return resvg_py.svg_to_bytes(
            svg_string=text,
            font_files=fonts,
            skip_system_fonts=not foreign,
            font_family=FONT,
            monospace_family=FONT,
            zoom=scale,
        )
