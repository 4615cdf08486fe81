"""Words that stand where a size is expected, and are no names of sizes."""

from __future__ import annotations

from spec_compiler.fixes import Fix, rename, write
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.refusals import Refusal

_COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve")  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(_COUNTED)} | {
    "sixteen": 16,
    "twenty": 20,
    "thirty": 30,
    "hundred": 100,
    "thousand": 1000,
}
_BATCH = frozenset({"N", "B", "BS", "bs", "Batch", "BATCH", "batchsize", "batch_size", "nbatch"})
_ANY = frozenset({"?", "*", ":", "-", "~"})


def word_for_size(name: str) -> Fix | None:
    """The number that a word says; None for any other word."""
    number = _NUMBERS.get(name.lower())
    return None if number is None else write(number, safe=False)


def entry_meant(refusal: Refusal, written: object) -> Refusal:
    """The refusal of an entry of a shape, where other tools write the batch or any size so."""
    if isinstance(written, str) and written.strip() in _ANY:
        wrong = f"must be a size or null, not the text `{written}`"
        null = write("null", " for a size that the data decides")
        return Refusal("SPC0104", wrong, about_field="subject", fix=null)
    if not isinstance(written, str) or written not in _BATCH or refusal.code != "SPC0205":
        return refusal
    return refusal.but(help="").mended(rename(BATCH_NAME, safe=False))
