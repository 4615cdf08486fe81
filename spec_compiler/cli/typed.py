"""What is typed: `name=value` items, and what ends a command that cannot go on."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = 18
"""Of a number of bytes, or of a size."""
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class UsageError(Exception):
    """The command line makes no sense; leaves with exit code 2."""


class Unread(Exception):
    """Files could not be read or written, and the rest is reported; leaves with exit code 3."""

    def __init__(self, errors: Sequence[OSError]) -> None:
        self.errors = errors


def pairs(option: str, items: list[str] | None) -> dict[str, str]:
    """`name=value` items as a mapping.

    Raises:
        UsageError: an item has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for item in items or ():
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} {item}: write {option} NAME=VALUE")
        if name in found:
            raise UsageError(f"{option} {name}: given twice")
        found[name] = value
    return found


def sizes_of(option: str, items: list[str] | None) -> dict[str, int]:
    """The sizes that an option names, as `batch=8`."""
    found: dict[str, int] = {}
    for name, value in pairs(option, items).items():
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"{option} {name}={value}: a size is a whole number")
        if len(value) > _DIGITS:
            raise UsageError(f"{option} {name}={value}: a size is below 10^18")
        found[name] = int(value)
    return found


def fixed_sizes(items: list[str] | None) -> dict[str, tuple[int, str]]:
    """The sizes that `--dim` fixes, each with what messages call the giver."""
    return {name: (size, f"--dim {name}={size}") for name, size in sizes_of("--dim", items).items()}


def bytes_of(memory: str | None) -> int | None:
    """What `--max-memory` allows: `500M`, `4G` or a number of bytes; None where it is not given.

    Raises:
        UsageError: it is something else.
    """
    if memory is None:
        return None
    number = memory[:-1] if memory[-1:].upper() in _UNITS else memory
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise UsageError(f"--max-memory {memory}: write 500M or 4G")
    return int(number) * _UNITS[memory[len(number) :].upper()]
