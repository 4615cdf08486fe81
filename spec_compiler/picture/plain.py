"""A picture as what JSON holds, which is what scripts read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, cast


def plain(value: Any) -> Any:
    """Records as objects, under the names of their fields; tuples as lists."""
    if isinstance(value, tuple | list):
        return [plain(item) for item in cast("Iterable[object]", value)]
    if not is_dataclass(value):
        return value
    return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
