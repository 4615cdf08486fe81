"""Libraries that few need, loaded where they are used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from spec_compiler.refusals import Refusal


def optional(what: str, extra: str, library: str, *parts: str) -> Any:
    """A library and modules of it.

    Args:
        what: What is done with it, as the beginning of a sentence.
        extra: The extra of the package that installs it.
        library: Its name.
        *parts: Modules in it.

    Raises:
        Refusal: It is not installed.
    """
    try:
        for part in parts:
            import_module(f"{library}.{part}")
        return import_module(library)
    except ImportError as error:
        raise Refusal(
            "SPC0563",
            f"{what}, and {library}, which does that, is not installed",
            help=f'install it with `pip install "spec-compiler[{extra}]"`',
        ) from error
