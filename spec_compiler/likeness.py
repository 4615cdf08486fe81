"""Which word of a closed table was meant: keys, layers, functions that others name otherwise.

Spelling is not enough there: `lrelu` is a letter from `relu` and another function, `vocab_size` is
like `batch_size` and means nothing of it. Names are compared word by word, `return_seq` with
`return_sequences`, and nothing is guessed that lacks a word or has another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from spec_compiler.spelling import Guess, folded, guessed, is_slip

_PLAIN = 5
"""A name so long keeps its meaning without one of its letters, or with two of them swapped."""
_LONG = 7
"""A name so long keeps its meaning with another letter."""
_NEARLY = 0.82
"""How alike two names of one word are of which one is meant by the other."""
_PART = re.compile(r"\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_RANK = re.compile(r"([123])[dD](?![a-z])")
_SAID_IN_SHORT: dict[str, str] = {
    "avg": "average", "ave": "average", "bn": "normalization", "btw": "between",
    "dim": "dimension", "fn": "function", "func": "function", "img": "image", "lr": "rate",
    "msg": "message", "mul": "multiply", "num": "number", "param": "parameter", "prob": "rate",
    "trans": "transpose", "transposed": "transpose", "attn": "attention", "pad": "padding",
    "kern": "kernel", "wt": "weight", "normalisation": "normalization",
}  # fmt: skip
_NOISE = frozenset(("layer", "op", "keras", "the", "module", "number", "of", "value", "type"))
"""Words that say nothing that the place does not say."""


class _Words(NamedTuple):
    """The words of a name in small letters, and of how many axes it says it is."""

    words: tuple[str, ...]
    rank: str


@lru_cache(maxsize=4096)
def _words(name: str) -> _Words:
    found = _RANK.search(name)
    rest = name.replace(found.group(), "_") if found else name
    parts: list[str] = [part.casefold() for part in _PART.findall(rest)]
    spelled = [_SAID_IN_SHORT.get(part, part) for part in parts]
    return _Words(tuple(spelled), found.group(1) if found else "")


def word_meant(written: str, known: Iterable[str]) -> Guess | None:
    """The word of a table that was most probably meant, or None.

    It is `sure` where it is the same but for case and signs, or a plain slip in a long name.
    """
    return guessed(written, known, _meant)


def key_meant(written: str, known: Iterable[str]) -> Guess | None:
    """The key that was most probably meant, or None.

    Keys of one mapping are few and far from each other: a slip in one is sure, unless a letter
    stands in front, which makes another word of it: `type`, `dtype`.
    """
    return guessed(written, known, _key_meant)


def _key_meant(written: str, names: Sequence[str]) -> Guess | None:
    found = _meant(written, names)
    slip = found is not None and is_slip(written, found) and written[:1] == found[:1]
    return Guess(found, True) if found is not None and slip and not found.sure else found


def _meant(written: str, names: Sequence[str]) -> Guess | None:
    whole = folded(written)
    same = list(dict.fromkeys(name for name in names if folded(name) == whole))
    if same:
        return Guess(same[0], len(same) == 1)
    names = [*{folded(name): name for name in reversed(names)}.values()][::-1]
    if once := [name for name in names if _is_doubled(whole, folded(name))]:
        return Guess(once[0], _is_plain(whole, folded(once[0])))
    slips = [name for name in names if is_slip(written, name) or is_slip(whole, folded(name))]
    slips = [name for name in slips if not _is_another(whole, folded(name))]
    if len(slips) == 1:
        return Guess(slips[0], _is_plain(whole, folded(slips[0])))
    several = len(_words(written).words)
    far = [name for name in names if several == 1 or len(_words(name).words) != several]
    found = _by_words(written, names) or _almost(whole, slips or far)
    return Guess(found) if found else None


def _is_plain(written: str, meant: str) -> bool:
    """Whether one letter that is not as it should be leaves no doubt about a name."""
    if written[:1] != meant[:1] or written == meant[:1] + meant:
        return False  # what stands in front makes another thing of it: `relu`, `celu`, `rrelu`
    if len(written) > len(meant):
        return len(meant) >= (_PLAIN - 1 if _is_doubled(written, meant) else _PLAIN + 1)
    swapped = sorted(written) == sorted(meant)
    return len(meant) >= (_PLAIN if len(written) < len(meant) or swapped else _LONG)


def _is_doubled(written: str, meant: str) -> bool:
    """Whether a letter stands twice, one after the other, that should once."""
    return len(written) == len(meant) + 1 and any(
        written[at] == written[at - 1] and written[:at] + written[at + 1 :] == meant
        for at in range(1, len(written))
    )


def _is_another(written: str, meant: str) -> bool:
    """Whether a short name has another letter in front, which makes another thing of it."""
    return written[:1] != meant[:1] and len(meant) < min(_PLAIN + 1, len(written) + 1)


def _by_words(written: str, names: Sequence[str]) -> str | None:
    """The only name that has the same words as the one that is written."""
    own = _words(written)
    bare = [word for word in own.words if word not in _NOISE]
    fits = [name for name in names if not own.rank or _words(name).rank in ("", own.rank)]
    for words in (own.words, bare):
        found = [name for name in fits if words and _match(words, _words(name).words)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _match(written: Sequence[str], known: Sequence[str]) -> bool:
    """Whether two names have the same words, in whichever order."""
    if len(written) != len(known):
        return False
    left = [*known]
    for word in written:
        like = next((other for other in left if _alike(word, other)), None)
        if like is None:
            return False
        left.remove(like)
    return True


def _alike(written: str, known: str) -> bool:
    """Whether one word is the other, short for it, or a slip of it."""
    if written == known:
        return True
    short, long = sorted((written.rstrip("s"), known), key=len)
    slip = is_slip(written, known) and not _is_another(written, known)
    return slip or (len(short) >= 3 and long.startswith(short))


def _almost(whole: str, names: Sequence[str]) -> str | None:
    """The name that is like another in nearly all of its letters, and holds it not."""
    import difflib  # loaded only when there is something to suggest

    by_folded = {folded(name): name for name in reversed(names)}
    near = difflib.get_close_matches(whole, by_folded, n=3, cutoff=_NEARLY)
    able = [one for one in near if not _is_more(whole, one)]
    return by_folded[able[0]] if able else None


def _is_more(one: str, other: str) -> bool:
    """Whether a name is another with more in front of it or behind it, or differs in a digit."""
    short, long = sorted((one, other), key=len)
    held = long.startswith(short) or long.endswith(short)
    digits = [re.sub(r"\D", "", name) for name in (one, other)]
    return held or digits[0] != digits[1]
