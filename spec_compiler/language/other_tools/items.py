"""What other tools call the key that says what a layer is, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from spec_compiler.declaring.other_tools.names import Names, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_mapping
from spec_compiler.fixes import Fix, called, entry, lift, write
from spec_compiler.layers.base.other_tools.keys import kind_of_layer
from spec_compiler.spelling import folded

_BLOCKS: Names = other_names(
    {
        "use": "block call $ref ref extends include template uses import_block subgraph component "
        "macro partial inherit inherits from_block"
    }
)
_USES: Names = other_names(
    {
        "from": "needs depends_on source sources parent parents bottom src fed_by input inputs",
        "with": "kwargs values config options settings parameters variables "
        "inputs_with overrides set vars env",
        "repeat": "n num_layers depth count n_layers repeats replicas num_blocks",
        "each": "matrix loop with_items",
        "share": "share_weights shared tied tie_weights share_parameters",
        "residual": "skip skip_connection shortcut add_input",
        "name": "id identifier label alias as",
        "expect": "output outputs claim claims assert",
    }
)
_EDGES = ("name", "from", "doc")
"""What may stand beside a name that stands around a layer."""


def kind_meant(given: Mapping[str, Any], is_block: Callable[[str], bool]) -> tuple[str, Fix] | None:
    """The key that says what an item is, and its mend, where none of ours does.

    Args:
        given: The item.
        is_block: Whether there is a block of a name.
    """
    named = kind_of_layer(given)
    key = named[0] if named else next((key for key in given if meant(_BLOCKS, key, ())), None)
    if key is None or not isinstance(written := given[key], str):
        return None
    name = referred(written)
    if is_block(name):
        words = f"write `use: {name}`"
        same = name == written
        return key, called("use", words, safe=True) if same else entry(
            "use", name, words, safe=True
        )
    if named:
        return named
    words = f"write `use: {name}` for a block under `blocks`, `reuse: {name}` for a layer above"
    if not name.isidentifier():
        words = "write `use: NAME` for a block under `blocks`, `reuse: NAME` for a layer above"
        return key, Fix("advise", safe=False, help=words)
    return key, entry("reuse", name, words)


def named_item(given: Mapping[str, Any]) -> tuple[str, Fix] | None:
    """The name that stands around a layer, `- hidden: {type: Dense}`, and its mend."""
    named = [key for key in given if key not in _EDGES]
    inner = given[named[0]] if len(named) == 1 else None
    if not is_mapping(inner) or not inner.keys() & {"type", "use", "reuse"}:
        return None
    name = named[0]
    shown = next(f"{kind}: {inner[kind]}" for kind in ("type", "use", "reuse") if kind in inner)
    words = f"the name stands in the layer: `{{name: {name}, {shown}, …}}`"
    if "name" in inner or "name" in given:
        return name, lift(words)
    return name, lift(words, lead=f"name: {name}")


def listed_item(written: list[Any]) -> Fix | None:
    """The mapping for `[Dense, {units: 8}]`."""
    kind, *rest = written or [None]
    if not isinstance(kind, str) or len(rest) != 1 or not is_mapping(rest[0]):
        return None
    return write(in_braces({"type": kind, **rest[0]}))


def referred(path: str) -> str:
    """The name behind what other tools write before one: `#/blocks/ffn`, `$ffn`, `blocks.ffn`."""
    plain = path.lstrip("#$/*&@!").removeprefix("./").strip("{} ")
    for section in ("blocks", "definitions", "$defs", "components", "layers"):
        for sign in "/.":
            plain = plain.removeprefix(f"{section}{sign}")
    return plain


def of_use(key: str, given: Mapping[str, object]) -> Fix | None:
    """What to write for a key that a use of a block has not."""
    fix = meant(_USES, key, given)
    if fix is None or fix.text == "expect":
        return None
    if fix.text == "with" and not is_mapping(given.get(key)):
        return None
    return fix if fix.text in {"with", "from", "name"} else fix._replace(safe=False)


def of_reuse(key: str, given: Mapping[str, object]) -> Fix | None:
    """What to write for a key that a reuse has not."""
    fix = meant(_USES, key, given)
    if fix is None or fix.text not in {"from", "name", "expect"}:
        return None
    return fix._replace(safe=fix.safe and fix.text != "expect")


def block_meant(name: str, blocks: Collection[str], imports: Mapping[str, object]) -> str | None:
    """The name of a block for what other tools write around one; None where it is none.

    Args:
        name: What is written: `$ffn`, `#/blocks/ffn`, `blocks.ffn`, `std/encoder_block`.
        blocks: The names of blocks.
        imports: What is imported, by alias.
    """
    plain = referred(name)
    if plain in blocks:
        return plain
    return _of_library(plain.removesuffix(".yaml"), imports)


def _of_library(name: str, imports: Mapping[str, object]) -> str | None:
    """`std.encoder_block` for `std/encoder_block`, `std:encoder_block` and `specc:std.…`."""
    plain = name.removeprefix("specc:")
    for sign in ("::", ":", "/", "->"):
        alias, found, block = plain.partition(sign)
        if found and folded(alias).isidentifier() and block.isidentifier():
            return f"{alias}.{block}" if alias in imports or alias == "std" else None
    alias = plain.partition(".")[0]
    return plain if plain != name and alias in imports and "." in plain else None
