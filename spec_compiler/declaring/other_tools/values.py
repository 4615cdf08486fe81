"""What was meant by a word that is none of the few that may stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spec_compiler.fixes import Fix, rename, write
from spec_compiler.spelling import nearest

_OTHER_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("nhwc", "nwc", "ndhwc", "last", "tf", "tensorflow"), "channels_last"),
    **dict.fromkeys(("nchw", "ncw", "ncdhw", "first", "th", "theano", "torch"), "channels_first"),
    **dict.fromkeys(("add", "plus"), "sum"),
    **dict.fromkeys(("average", "mean", "avg"), "ave"),
    **dict.fromkeys(("multiply", "prod", "product"), "mul"),
    **dict.fromkeys(("concatenate", "cat"), "concat"),
    "linear": "bilinear",
}
"""Words of other libraries, in small letters, and ours."""


def one_of(written: object, options: Sequence[str]) -> Fix | None:
    """The mend for what is none of some words; None where nothing is known of it.

    Args:
        written: What stands there.
        options: The words that may.
    """
    if not isinstance(written, str):
        return None
    meant = _OTHER_WORDS.get(written.strip().casefold(), "")
    if meant in options:
        return rename(meant, safe=True)
    guess = nearest(written, options)
    return rename(guess, safe=guess.sure) if guess is not None else None


def in_full(written: str) -> Fix | None:
    """The number that is said in short, `5k`, `1.5M`, or in quotes, `"17"`."""
    if _QUOTED.fullmatch(written.strip()):
        return write(written.strip(), words=f"write `{written.strip()}` without quotes", safe=False)
    short = _IN_SHORT.fullmatch(written.strip())
    if short is None:
        return None
    number = float(short[1].replace("_", "")) * _TIMES[short[2].casefold()]
    return write(int(number), safe=False) if number.is_integer() else None


_IN_SHORT = re.compile(r"(\d[\d_]*(?:\.\d+)?) ?([kKmM])")
_QUOTED = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_TIMES = {"k": 1000, "m": 1_000_000}
