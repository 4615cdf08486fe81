"""What a value from a file is, said so that a type checker follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeGuard


def is_sequence(written: object) -> TypeGuard[Sequence[object]]:
    """Whether it is a list, or the tuple that a validator made of one."""
    return isinstance(written, list | tuple)


def is_list(written: object) -> TypeGuard[list[object]]:
    """Whether it is a list as an author wrote it."""
    return isinstance(written, list)


def written_plainly(written: object) -> str:
    """A number, a word or a flat list as YAML has it in braces; `…` for what is larger."""
    if written is None or isinstance(written, bool):
        return {None: "null", True: "true", False: "false"}[written]
    if is_list(written) and written and all(isinstance(item, int) for item in written):
        return f"[{', '.join(map(written_plainly, written))}]"
    if isinstance(written, str):
        plain = written.isidentifier() and written.lower() not in _NOT_PLAIN
        return written if plain else "…"
    return f"{written}" if isinstance(written, int | float) else "…"


def in_braces(written: object) -> str:
    """Whatever it is as YAML has it in braces; `…` where it is longer than anybody reads."""
    text = _in_braces(written)
    return text if len(text) <= _MOST else "…"


def _in_braces(written: object) -> str:
    if is_sequence(written):
        return f"[{', '.join(map(_in_braces, written))}]"
    if is_mapping(written):
        return f"{{{', '.join(f'{key}: {_in_braces(item)}' for key, item in written.items())}}}"
    if isinstance(written, str) and not _WORD.fullmatch(written):
        return f'"{written}"' if written.isprintable() and not {*written} & {*'"\\'} else "…"
    if isinstance(written, str) and written.lower() in _NOT_PLAIN:
        return f'"{written}"'
    return written if isinstance(written, str) else written_plainly(written)


def sizes_crossed(written: str, signs: str = "x×") -> list[str]:
    """The sizes in `28x28` and `3 x 3`; none in other texts."""
    parts = re.split(f" *[{signs}] *", written)
    crossed = len(parts) > 1 and parts[0] != "0" and all(part.isdigit() for part in parts)
    return parts if crossed else []


_MOST = 400
_WORD = re.compile(r"(?:[A-Za-z_./][\w./-]*|\d+(?= [-+*/%]))(?: [-+*/%]+ \w+)*")
_NOT_PLAIN = frozenset({"true", "false", "null", "yes", "no", "on", "off", "none", "y", "n"})


def is_mapping(written: object) -> TypeGuard[dict[str, object]]:
    """Whether it is a mapping; the reader lets only text be a key."""
    return isinstance(written, dict)
