"""What may have been meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict


def nearest(name: str, known: Mapping[str, object] | list[str] | tuple[str, ...]) -> str | None:
    """The known name that a typing mistake most probably meant, or None.

    Compares without case and underscores first (`Relu`, `masked_zero`), then by similarity.
    """
    import difflib  # loaded only when there is something to suggest

    candidates = list(known)
    folded = name.casefold().replace("_", "").replace("-", "")
    for candidate in candidates:
        if candidate.casefold().replace("_", "").replace("-", "") == folded:
            return candidate
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


class Suggestion(TypedDict):
    """What a diagnostic says of a name that is not known: a guess beside the caret, or a help."""

    annotation: str
    help: str


def suggestion(guess: str | None, otherwise: str = "") -> Suggestion:
    """The guess as a question; without one, the help that is given instead."""
    if guess is None:
        return {"annotation": "", "help": otherwise}
    return {"annotation": f"did you mean `{guess}`?", "help": ""}
