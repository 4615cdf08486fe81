"""What was meant where a list, a mapping or a text stands, and another of them is asked for."""

from __future__ import annotations

import re

from spec_compiler.declaring.plain import (
    in_braces,
    is_list,
    is_mapping,
    sizes_crossed,
    written_plainly,
)
from spec_compiler.fixes import Fix, advise, by_name, in_quotes, itemize, only_item, remove, write
from spec_compiler.source.python_forms import call_of

ITEM_KINDS = ("type", "use", "reuse")
"""Keys that a layer has one of: a mapping with one is a layer, and no list of them."""
_LISTS = {"layers": ITEM_KINDS}
"""Lists of mappings that may have a name, and keys that such a mapping has."""

_NAMED = {
    "expect": ("name", "output", "layer"),
    "inputs": ("name", "input"),
    "labels": ("name", "output"),
}
"""What holds the names in lists that stand for a mapping, where it is not only `name`."""
_NO_NAMES = frozenset(
    {"shape", "batch_shape", "dtype", "tensor", "type", "default", "value", "min", "max", "from"}
)
"""Keys that say something of a thing, and are no names of things."""

_ALONE = {
    "sum": ("{{value: {}, axis: -1}}", " for each row; without `axis` it is the sum of all"),
    "values": ("{{min: 0, max: {}}}", ""),
}
"""What a number alone means where a mapping stands, and how the sentence ends."""
_DRAWN = frozenset({"random", "rand", "randn", "auto", "any", "default", "generated", "synthetic",
                    "uniform", "normal", "none", "fuzz"})  # fmt: skip


_GOES_ON = re.compile(r"(?:[%<>]=?|[=!]=|[-+*/]|\b(?:is|divides|must|in|not)\b)[^,{}\[\]#:]*$")
"""A text that is the rest of a formula, whose beginning is the key."""


def form_meant(asked: str, key: str, written: object, holder: str = "") -> Fix | None:
    """The mend of another form; None where nothing is known of it.

    Args:
        asked: Pydantic's type of the error: `list_type`, `dict_type` or `string_type`.
        key: Under which it stands.
        written: What stands there.
        holder: The key of the mapping that this is in.
    """
    if asked == "list_type":
        if is_mapping(written):
            return items_meant(written, _LISTS[key], "layer") if key in _LISTS else None
        if isinstance(written, str) and (sizes := sizes_crossed(written)):
            return write(f"[{', '.join(sizes)}]")
        return write(f"[{written}]") if isinstance(written, str | int | float) else None
    if asked == "string_type":
        if is_list(written) and len(written) == 1 and isinstance(written[0], str):
            return write(written[0])
        if is_mapping(written) and len(written) == 1:
            ((name, text),) = written.items()
            if isinstance(text, str) and _GOES_ON.match(text):
                return write(f"{name} {text}", safe=False)
            return write(in_quotes(text), safe=False) if isinstance(text, str) else None
        return None
    if shape := _shape_meant(key, holder, written):
        return shape
    if key in _ALONE and isinstance(written, int | float) and not isinstance(written, bool):
        text, words = _ALONE[key]
        return write(text.format(written), words, safe=False)
    if key == "inputs" and isinstance(written, str) and written.casefold() in _DRAWN:
        return remove("leave it out: without `inputs` they are random, and `dims` says their sizes")
    if isinstance(written, str):
        return _pairs_meant(written)
    if key == "each" and (lists := _of_lists(written)):
        return write(lists, safe=False)
    names = _NAMED.get(key, ("name",))
    return mapping_meant(written, keys=names) or advise(
        "write `name: value`, in braces or indented"
    )


def _shape_meant(key: str, holder: str, written: object) -> Fix | None:
    """`{shape: [batch, 8]}` for sizes in a list; None where it is another one.

    Numbers alone may be what a test expects of an output.
    """
    sizes = written if is_list(written) and (key == "expect" or holder == "inputs") else []
    named = any(size is None or isinstance(size, str) for size in sizes) or holder == "inputs"
    plain = all(size is None or type(size) in (int, str) for size in sizes)
    return write(f"{{shape: {in_braces(sizes)}}}") if sizes and named and plain else None


def _pairs_meant(written: str) -> Fix | None:
    """The mapping for `a=1, b=2`."""
    if "=" not in written:
        return None
    call = call_of(written)
    if call is not None and not call.values:
        return write(call.mapping([]))
    pairs = [part.split("=") for part in re.split(r", *", written)]
    if not all(len(pair) == 2 and pair[0].strip().isidentifier() for pair in pairs):
        return advise("write `name: value`, in braces or indented")
    return write(f"{{{', '.join(f'{key.strip()}: {value.strip()}' for key, value in pairs)}}}")


def _of_lists(written: object) -> str:
    """`{width: [1, 2]}` for `[{width: 1}, {width: 2}]`; empty where it is not so."""
    items = [item for item in written if is_mapping(item)] if is_list(written) else []
    keys = [*items[0]] if items and is_list(written) and len(items) == len(written) else []
    if not keys or any([*item] != keys for item in items):
        return ""
    texts = {key: [written_plainly(item[key]) for item in items] for key in keys}
    if any("…" in column for column in texts.values()):
        return ""
    lists = (f"{key}: [{', '.join(column)}]" for key, column in texts.items())
    return f"{{{', '.join(lists)}}}"


def mapping_meant(
    written: object, words: str = "", keys: tuple[str, ...] = ("name",)
) -> Fix | None:
    """The mapping from names for a list of mappings that each have one.

    Args:
        written: What stands there.
        words: The sentence that says it.
        keys: What may hold the name of an item; the first that there is does.
    """
    if is_list(written) and written and all("=" in str(item) for item in written):
        return _pairs_meant(", ".join(map(str, written)))
    first = written[0] if is_list(written) and written else None
    key = next((one for one in keys if is_mapping(first) and one in first), keys[0])
    names = [_name(item, key) for item in written] if is_list(written) else []
    if not names or None in names:
        return None
    entries = ", ".join(f"{name}: …" for name in names)
    return by_name(len(names), words or f"write a mapping from names: `{{{entries}}}`", key=key)


def _name(item: object, key: str) -> str | None:
    """The name in an item of a list: under a key, or its only key."""
    if not is_mapping(item):
        return None
    name = item.get(key) if len(item) != 1 or key in item else next(iter(item))
    return name if isinstance(name, str) and name not in _NO_NAMES else None


def items_meant(written: object, own: tuple[str, ...], what: str) -> Fix | None:
    """The list of mappings with a `name` for a mapping from names, or for one of them alone.

    Args:
        written: What stands there.
        own: Keys that show that it is one.
        what: What an item is called.
    """
    if not is_mapping(written) or not written:
        return None
    if not written.keys().isdisjoint(own):
        return only_item(f"write `- {own[0]}: …`: each {what} is an item of a list")
    if not all(is_mapping(item) for item in written.values()):
        return None
    name = next(iter(written))
    shown = f"{next(key for key in own if key != 'name')}: …"
    words = f"write `- {{name: {name}, {shown}}}`: the name of a {what} stands in its item"
    return itemize(written, words)


_RANGE = re.compile(r"\s*(\d+)\s*(\.\.+|-|\u2013|to|:|,)\s*(\d+)\s*")
_WITH_LAST = frozenset({"-", "\u2013", "to", ","})
_LIMIT = re.compile(r"\s*(<=?|>=?)\s*(\d+)\s*")


def range_meant(written: str) -> tuple[int, int, str] | None:
    """The ends of `1..4`, `1-4` or `1 to 4`, and the sign between them; None for other texts."""
    found = _RANGE.fullmatch(written)
    return (int(found[1]), int(found[3]), found[2]) if found else None


def bounds_meant(written: object) -> Fix | None:
    """The bounds that a list or a text says: `[1, 128]`, `1..128`, `<= 128`; None where none."""
    if is_list(written) and len(written) == 2:
        plain = all(isinstance(end, int) or f"{end}".isidentifier() for end in written)
        return write(f"{{min: {written[0]}, max: {written[1]}}}") if plain else None
    if not isinstance(written, str):
        return None
    if written.isdecimal():
        return write(int(written))
    if ends := range_meant(written):
        # with dots or a colon the last one may be left out
        low, high, sign = ends
        return write(f"{{min: {low}, max: {high}}}", safe=sign in _WITH_LAST)
    if found := _LIMIT.fullmatch(written):
        sign, end = found[1], int(found[2])
        ends = {"<": f"max: {end - 1}", "<=": f"max: {end}", ">": f"min: {end + 1}"}
        return write(f"{{{ends.get(sign, f'min: {end}')}}}")
    return None
