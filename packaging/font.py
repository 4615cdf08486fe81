"""Cuts DejaVu Sans Mono down to the font of still pictures: `python packaging/font.py FOLDER`.

FOLDER has DejaVuSansMono.ttf and DejaVuSansMono-Bold.ttf, version 2.37. It needs fonttools.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

subset: Any = import_module("fontTools.subset")  # which has no types

MADE = Path(__file__).parents[1] / "spec_compiler" / "picture" / "still" / "font"
FAMILY = "Specc Mono"  # the licence asks for another name
OTHERS = "–—‘’“”…•′⁰₀₁₂₃←↑→↓−≤≥≠∞√∑∏∂∇▸▾\ufffd"
SIGNS = (*range(0x20, 0x7F), *range(0xA0, 0x17F), *range(0x391, 0x3CA), *map(ord, OTHERS))
NAMES = 7
"""Of a font, those that are kept: copyright to the one of PostScript."""


def main() -> None:
    """Write both weights."""
    folder = Path(sys.argv[1])
    for file, weight in (("DejaVuSansMono", "Regular"), ("DejaVuSansMono-Bold", "Bold")):
        options = subset.Options(hinting=False, layout_features=[], glyph_names=False)
        options.name_IDs = list(range(NAMES))
        options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern"]
        options.recalc_timestamp = False
        options.notdef_outline = True
        font = subset.load_font(folder / f"{file}.ttf", options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=SIGNS)
        cutter.subset(font)
        full = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
        named = {1: FAMILY, 3: f"{FAMILY} {weight}", 4: full, 6: f"SpeccMono-{weight}"}
        for record in font["name"].names:
            record.string = named.get(record.nameID, record.string)
        font.save(MADE / f"specc-mono-{weight.lower()}.ttf")


if __name__ == "__main__":
    main()
