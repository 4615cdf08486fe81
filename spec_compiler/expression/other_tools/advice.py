"""What to write for an expression of Python: all of it at once, as ours."""

from __future__ import annotations

import re

from spec_compiler.expression.other_tools.given import piece
from spec_compiler.fixes import Fix, advise, write

_NAMES = re.compile(r"(?:\. *\w+ *)+")
_BEHIND = re.compile(r"\. *\w+")
_PAIRS = {")": "(", "]": "["}


def in_python(text: str, at: int) -> Fix | None:
    """What to write where a dot has no meaning; None where nothing is known of it.

    Args:
        text: An expression as NumPy, torch or TensorFlow have it.
        at: Where the dot stands.
    """
    names = _NAMES.match(text, at)
    if names is None:
        return None
    # only where something stands before a dot; it loads Python's parser
    from spec_compiler.expression.other_tools.translating import translated

    start, end = 0, len(text)
    found = translated(text)
    if found is None:  # what is around it is no Python
        start, end = _chain(text, at)
        found = translated(text[start:end])
    if found is None:
        return None
    within = range(at - start, names.end() - start)
    here = (said for place, said in found.words.items() if place in within)
    words = next(here, ["", *found.words.values()][-1])  # else of what there is none for
    if not found.text:
        return advise(words)
    alone = start == 0 and end == len(text)
    meant = found.text if alone else piece(found.text)
    return write(meant, words=words, safe=found.safe)._replace(part=(start - at, end - at))


def _chain(text: str, at: int) -> tuple[int, int]:
    """Where what stands before a dot begins, and where what is called behind it ends."""
    start = at
    while start and (text[start - 1].isalnum() or text[start - 1] in "_.)]"):
        start = _opened(text, start - 1) if text[start - 1] in _PAIRS else start - 1
    end = at
    while True:
        behind = _BEHIND.match(text, end)
        if behind:
            end = behind.end()
        elif text[end : end + 1] in ("(", "["):
            end = len(text) - _opened(text[::-1].translate(_MIRRORED), len(text) - end - 1)
        else:
            return start, end


_MIRRORED = str.maketrans("()[]", ")(][")


def _opened(text: str, end: int) -> int:
    """Where the bracket opens that closes at a column; the first column where none does."""
    depth = 0
    for at in range(end, -1, -1):
        depth += (text[at] in ")]") - (text[at] in "([")
        if not depth:
            return at
    return 0
