"""What a value from a file is, said so that a type checker follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard


def is_sequence(written: object) -> TypeGuard[Sequence[object]]:
    """Whether it is a list, or the tuple that a validator made of one."""
    return isinstance(written, list | tuple)


def is_list(written: object) -> TypeGuard[list[object]]:
    """Whether it is a list as an author wrote it."""
    return isinstance(written, list)


def is_mapping(written: object) -> TypeGuard[dict[str, object]]:
    """Whether it is a mapping; the reader lets only text be a key."""
    return isinstance(written, dict)
