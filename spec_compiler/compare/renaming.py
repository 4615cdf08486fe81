"""Which layers of a model are probably those of another one under new names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from spec_compiler.declaring.plain import is_list, is_mapping


def renamed_layers(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """New names by old ones, for layers that say and read the same as before.

    A layer that is gone is paired with the first one that is new and agrees in its type, its
    settings and what it reads, under the new names of that.

    Args:
        old: The layers of one model in canonical form, by name, none before what it reads.
        new: Those of the other.
    """
    added: dict[str, list[str]] = {}
    for name, layer in reversed(list(new.items())):
        if name not in old:
            added.setdefault(_text(layer), []).append(name)
    found: dict[str, str] = {}
    for name, layer in old.items():
        matches = added.get(_text(in_new_names(layer, found))) if name not in new else None
        if matches:
            found[name] = matches.pop()
    return found


def in_new_names(layer: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """A layer in canonical form, with what it reads and shares under new names."""
    result = dict(layer)
    for key in ("from", "reuse", "mask"):
        if key in result:
            result[key] = edge_in_new_names(result[key], renamed)
    return result


def edge_in_new_names(value: Any, renamed: Mapping[str, str]) -> Any:
    """What is read, alone or several, under new names."""
    if is_mapping(value):
        return {key: edge_in_new_names(item, renamed) for key, item in value.items()}
    if is_list(value):
        return [edge_in_new_names(item, renamed) for item in value]
    if not isinstance(value, str):
        return value
    if value in renamed:
        return renamed[value]
    name, dot, output = value.rpartition(".")
    return f"{renamed[name]}.{output}" if dot and name in renamed else value


def _text(layer: Mapping[str, Any]) -> str:
    return json.dumps(layer, sort_keys=True)
