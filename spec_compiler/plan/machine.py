"""What is known of the machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_CACHE = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
_UNKNOWN = 2**20
_SHARED = 8
"""How many times the cache of a core what is written may take, where weights are large."""


@cache
def core_cache() -> int:
    """The bytes of the cache that a core has to itself; a mebibyte where nothing says so."""
    try:
        text = _CACHE.read_text().strip()
        return int(text.rstrip("KM")) << {"K": 10, "M": 20}.get(text[-1], 0)
    except (OSError, ValueError):
        return _UNKNOWN


def room(weights: int) -> int:
    """The bytes that may be written for each time that weights of so many bytes are read.

    What is written should stay in cache; as all weights are read again, it may take as much.
    """
    cached = core_cache()
    return max(cached, min(weights, _SHARED * cached))
