"""What a name may be."""

from __future__ import annotations

import re

from spec_compiler.fixes import Fix, write
from spec_compiler.layers.signal import MASK
from spec_compiler.refusals import ItemPath, Refusal

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""The name of an input, a layer or an output."""
FULL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
"""The name of a layer that comes from a block: `stack.0.up`."""
COPY = "i"
"""The number of a copy, from 0, where a block is repeated."""
SIZE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The name of a param or a dim, which stands in arithmetic."""


def check_name(name: str, what: str, at: ItemPath, *, key: bool = False) -> None:
    """Refuse what cannot be the name of an input or a layer.

    Args:
        name: The name.
        what: What it is the name of, `a layer`.
        at: Where it stands.
        key: Whether it is a key, rather than a value.

    Raises:
        Refusal: it has other characters.
    """
    if not NAME.fullmatch(name):
        raise Refusal(
            "SPC0112",
            f"the name `{name}` of {what} must be letters, digits, `_` and `-`, and start with a "
            "letter or `_`",
            argument=at,
            blame_key=key,
            fix=_renamed(_allowed(name)),
        )


def _renamed(name: str) -> Fix | None:
    """Another name; what else has the old one is not told, so it is no certain mend."""
    return Fix("name", name, safe=False, help=f"write `{name}`") if name else None


def _allowed(name: str) -> str:
    """A name that is allowed and like another; empty where there is none."""
    found = re.sub(r"[^A-Za-z0-9_-]+", "_", name).strip("_")
    found = f"x{found}" if found[:1].isdigit() else found
    return found if NAME.fullmatch(found) else ""


def check_layer_name(name: str) -> None:
    """Refuse what cannot be the name of a layer; one from a block has dots.

    Raises:
        Refusal: it has other characters.
    """
    if not _is_full(name):
        check_name(name, "a layer", ("name",))


def check_input_name(name: str) -> None:
    """Refuse what cannot be the name of an input; that of a constant in a copy has dots.

    Raises:
        Refusal: it has other characters.
    """
    if not _is_full(name):
        check_name(name, "an input", (name,), key=True)


def check_size_name(name: str, section: str) -> None:
    """Refuse what cannot be the name of a param or a dim.

    Raises:
        Refusal: it could not stand in arithmetic.
    """
    if not SIZE_NAME.fullmatch(name) or name in {"min", "max"}:
        raise Refusal(
            "SPC0112",
            f"`{name}` cannot stand in arithmetic: letters, digits and `_`, no digit first",
            argument=(section, name),
            blame_key=True,
            fix=_renamed(name.replace("-", "_"))
            if SIZE_NAME.fullmatch(name.replace("-", "_"))
            else None,
        )


def check_output_name(name: str, *, alone: bool = False) -> None:
    """Refuse what cannot be the name of an output: a name, or `layer.output`.

    Args:
        name: What is written.
        alone: Whether it is all that is written.

    Raises:
        Refusal: it is neither, or it is the name of a mask.
    """
    if not _is_full(name):
        text, comment, rest = name.partition(" //")
        known = comment and _is_full(text.strip())
        words = f"a comment begins with `#`: `# {rest.strip()}`"
        written = f"{text.strip()}  # {rest.strip()}"
        fix = write(written, words=f"write `{text.strip()}`: {words}", safe=False)
        fix = fix.on() if alone else fix
        message = f"`{name}` is not the name of an output"
        raise Refusal(
            "SPC0112", message, argument=(name,), blame_key=True, fix=fix if known else None
        )


def _is_full(name: str) -> bool:
    """Whether it may stand in a core form, where names from blocks have dots."""
    return FULL_NAME.fullmatch(name) is not None and not name.endswith(f".{MASK}")
