"""How much memory is free, as the system tells it and as the limit of a container leaves it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

_LIMITS = (
    ("sys/fs/cgroup", "", "memory.max", "memory.current", "inactive_file"),
    ("sys/fs/cgroup/memory", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file"),
)  # fmt: skip
"""Of cgroup v2 and v1: where they are mounted, their controller, the files that hold limit and use,
and what `memory.stat` calls the page cache, which is used and yet free."""


def free_memory(root: Path = Path("/")) -> int | None:
    """The bytes that may be taken; None where nothing tells.

    Page cache is free: it goes as soon as its memory is needed. Each group that the process is in
    may be limited, and so may each group around it.

    Args:
        root: The folder that holds `proc` and `sys`.
    """
    known = [*_available(root), *_left(root)]
    return max(min(known), 0) if known else None


def _available(root: Path) -> Iterator[int]:
    for line in _text(root / "proc/meminfo").splitlines():
        name, _, amount = line.partition(":")
        if name == "MemAvailable":
            yield int(amount.split()[0]) * 1024
            return
    if root == Path("/"):  # a system without /proc
        with suppress(ValueError, OSError, AttributeError):
            yield os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _left(root: Path) -> Iterator[int]:
    """What the limits of the groups leave."""
    groups = [line.split(":", 2) for line in _text(root / "proc/self/cgroup").splitlines()]
    for mount, controller, limit, used, cache in _LIMITS:
        paths = {"/"}  # within a container its own group is often the root of what is mounted
        for _, controllers, path in (group for group in groups if len(group) == 3):
            if controller in controllers.split(","):
                paths.update(map(str, (PurePosixPath(path), *PurePosixPath(path).parents)))
        for path in sorted(paths):
            folder = root / mount / path.lstrip("/")
            most, now = _text(folder / limit).strip(), _text(folder / used).strip()
            if most.isdigit() and now.isdigit():  # v2 writes `max` where there is none
                yield int(most) - int(now) + _statistic(folder / "memory.stat", cache)


def _statistic(path: Path, name: str) -> int:
    for line in _text(path).splitlines():
        key, _, value = line.partition(" ")
        if key == name and value.isdigit():
            return int(value)
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
