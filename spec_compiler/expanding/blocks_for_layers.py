"""Layers of other libraries that are a block of `specc:std`, or no layer at all, in a file."""

from __future__ import annotations

from typing import Any, cast

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import put, write
from spec_compiler.language.other_tools.std_blocks import (
    block_called,
    list_in_one,
    no_layer,
    std_block,
)
from spec_compiler.reading.library import Library
from spec_compiler.reading.packaged import read_packaged
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode

_STD = "specc:std"


def said_by_a_block(refusal: Refusal, item: SourceNode, library: Library) -> Refusal:
    """The refusal of an unknown type with what says the same here, where something does.

    Args:
        refusal: The one of the type.
        item: The layer.
        library: The file that it stands in.
    """
    given = cast("dict[str, Any]", item.plain())
    kind = given.get("type")
    if not isinstance(kind, str):
        return refusal
    plainly = refusal.but(
        message=f"there is no layer type `{kind}`", annotation="", help="", fix=None
    )
    if fix := no_layer(kind, given) or list_in_one(kind, given):
        return plainly.mended(fix)
    block = block_called(kind, given)
    if block is None:
        return refusal
    alias = _alias(library)
    found = std_block(kind, given, alias or "std", _params(block))
    if found is None:
        return refusal
    imported = "" if alias else ", with `imports: {std: specc:std}`"
    if not found.text:
        return plainly.but(help=found.words + imported)
    fix = write(found.text, words=found.words + imported, safe=False).on()
    if not alias:
        document = library.node
        imports = document.get("imports")
        made = put("imports", f"{{std: {_STD}}}")._replace(at=document, ahead="inputs", path=())
        if imports is not None:
            made = put("std", _STD)._replace(at=imports, path=())
        fix = fix.and_(made)
    return plainly.mended(fix)


def _alias(library: Library) -> str:
    """What the library is called in a file; empty where it is not imported."""
    imports = library.node.get("imports")
    entries = imports.value if imports is not None else None
    held = entries if isinstance(entries, dict) else {}
    return next((name for name, entry in held.items() if entry.node.value == _STD), "")


def _params(block: str) -> dict[str, bool]:
    """The params of a block of the library, and whether each needs a value."""
    node = read_packaged(_STD, Diagnostics())
    for key in ("blocks", block, "params"):
        node = node.get(key) if node is not None else None
    params = node.plain() if node is not None else {}
    found: dict[str, bool] = {}
    for name, said in params.items() if isinstance(params, dict) else ():
        entries = said if isinstance(said, dict) else {}
        if "value" not in entries:
            found[name] = "default" not in entries
    return found
