"""The blocks of a file that holds nothing else, each drawn by itself."""

from __future__ import annotations

from spec_compiler.compile import Analysis
from spec_compiler.elaborate.elaborated import Elaborated
from spec_compiler.elaborate.unused_blocks import tried


def by_themselves(analysis: Analysis) -> list[Elaborated]:
    """A use of each block of the file, with inputs that fit; without those that none was found for.

    Args:
        analysis: What is known of the file.
    """
    stated, library = analysis.stated, analysis.library
    if stated is None or library is None:
        return []
    found = (tried(block, stated, library) for block in library.blocks.values() if block)
    return [one for one in found if one is not None]
