"""How many rows of a batch run at once: what is between layers should stay in cache."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_CACHE = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
_UNKNOWN = 2**20
_SHARED = 8
"""How many times the cache of a core what is between layers may take, where weights are large."""


@cache
def core_cache() -> int:
    """The bytes of the cache that a core has for itself; a mebibyte where the system does not say."""
    try:
        text = _CACHE.read_text().strip()
        return int(text.rstrip("KM")) << {"K": 10, "M": 20}.get(text[-1], 0)
    except (OSError, ValueError):
        return _UNKNOWN


def rows_at_once(batch: int, row: int, weights: int) -> int:
    """How many rows run together.

    Each slice reads all weights again: what it writes itself may take as much as they do.

    Args:
        batch: How many there are.
        row: The bytes between layers that a row takes.
        weights: The bytes of the weights.
    """
    cached = core_cache()
    room = max(cached, min(weights, _SHARED * cached))
    most = max(room // max(row, 1), 1)
    if most >= batch:
        return batch
    even = next((rows for rows in range(most, most // 2, -1) if batch % rows == 0), None)
    return even or most


def slices(batch: int, rows: int) -> Iterator[slice]:
    """Parts of as many rows; the last one begins earlier, so that it has as many, too."""
    for start in range(0, batch, rows):
        stop = min(start + rows, batch)
        yield slice(max(stop - rows, 0), stop)
