"""A picture as SVG: one file without scripts, which loads nothing."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.picture.picture import Box, Picture
from spec_compiler.picture.still.staging import Element, drawn
from spec_compiler.picture.still.style import Theme, style
from spec_compiler.report.escape import xml
from spec_compiler.shortening import counted

PRESSED = {"data-id", "role", "tabindex", "aria-expanded", "aria-label"}
"""What is of use only where something can be pressed."""
TOLD = 40
"""Boxes that a description for those who do not see it tells one by one."""


def svg(picture: Picture, theme: Theme = "auto", font: str = "") -> str:
    """A document of SVG in ASCII, ending with a newline; the same for the same picture.

    Args:
        picture: What it shows; nothing in it is closed.
        theme: See `style`.
        font: See `style`.

    Raises:
        TooMuch: see `drawn`.
    """
    width, height, inside = drawn(picture)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    body = "\n".join(_written(element) for element in inside)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" class="drawing" {size} role="img">
<title>{xml(picture.title)}</title>
<desc>{xml(" ".join(_told(picture)))}</desc>
<style>
{style(theme, font)}</style>
<defs>
<marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
orient="auto"><path class="arrow" d="M0 1 10 5 0 9z"/></marker>
</defs>
<rect class="ground" width="{width}" height="{height}" rx="12"/>
{body}
</svg>
"""


def _written(element: Element) -> str:
    """An element, those within it each in a line of its own."""
    tag, attributes, inside = element
    said = "".join(
        f' {name}="{xml(value)}"' for name, value in attributes.items() if name not in PRESSED
    )
    if not inside:
        return f"<{tag}{said}/>"
    if all(isinstance(part, str) for part in inside):
        return f"<{tag}{said}>{''.join(xml(str(part)) for part in inside)}</{tag}>"
    within = (part for part in inside if not isinstance(part, str))
    parts = "\n".join(_written(part) for part in within if part[0] != "text" or part[2])
    return f"<{tag}{said}>\n{parts}\n</{tag}>"


def _told(picture: Picture) -> Iterator[str]:
    """The drawing in sentences."""
    yield f"{picture.counted}, from top to bottom."
    ends = {"input", "output", "constant"}
    for box in picture.boxes[:TOLD]:
        what = box.role if box.role in ends else box.kind
        many = f" ×{box.copies}" if box.copies > 1 else ""
        yield f"{box.name}{many}: {what}{', '.join(['', *_gives(box)])}."
    if left := len(picture.boxes) - TOLD:
        yield f"{counted(left, 'more')}." if left > 0 else ""


def _gives(box: Box) -> Iterator[str]:
    for tensor in box.tensors:
        name = f"{tensor.name} " if tensor.name else ""
        yield f"{name}{tensor}{' with a mask' if tensor.mask else ''}"
