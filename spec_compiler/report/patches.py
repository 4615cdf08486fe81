"""What turns a document into another one, as operations of JSON Patch (RFC 6902)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from spec_compiler.declaring.plain import is_list, is_mapping

Operation: TypeAlias = "dict[str, object]"


def patch_between(before: object, after: object, pointer: str = "") -> list[Operation]:
    """The operations, in order; each stands where the two differ, and not further up.

    A list is compared from both ends, so what comes or goes inside it is one operation for each
    item. The order of keys means nothing to a patch.
    """
    return list(_between(before, after, pointer))


def _between(before: Any, after: Any, pointer: str) -> Iterator[Operation]:
    if is_mapping(before) and is_mapping(after):
        for key, value in before.items():
            below = f"{pointer}/{escaped(key)}"
            if key in after:
                yield from _between(value, after[key], below)
            else:
                yield {"op": "remove", "path": below}
        for key, value in after.items():
            if key not in before:
                yield {"op": "add", "path": f"{pointer}/{escaped(key)}", "value": value}
    elif is_list(before) and is_list(after):
        yield from _of_lists(before, after, pointer)
    elif not _same(before, after):
        yield {"op": "replace", "path": pointer, "value": after}


def _of_lists(before: list[Any], after: list[Any], pointer: str) -> Iterator[Operation]:
    shorter = min(len(before), len(after))
    first = 0
    while first < shorter and _same(before[first], after[first]):
        first += 1
    last = 0
    while last < shorter - first and _same(before[-1 - last], after[-1 - last]):
        last += 1
    paired = shorter - first - last
    for index in range(first, first + paired):
        yield from _between(before[index], after[index], f"{pointer}/{index}")
    at = first + paired
    for _ in range(len(before) - last - at):  # the next one moves to its place
        yield {"op": "remove", "path": f"{pointer}/{at}"}
    for index in range(at, len(after) - last):
        yield {"op": "add", "path": f"{pointer}/{index}", "value": after[index]}


def _same(one: object, other: object) -> bool:
    """Whether two documents are the same; 4 is not 4.0, and true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def escaped(key: str) -> str:
    """A key as a part of a pointer."""
    return key.replace("~", "~0").replace("/", "~1")
