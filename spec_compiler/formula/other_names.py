"""Names that others write for a number, or for the number of samples."""

from __future__ import annotations

_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
NUMBERS_IN_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
_SAMPLES: tuple[str, ...] = ("N", "B", "bs", "batch_size", "nbatch", "num_samples")
OF_SAMPLES: dict[str, str] = dict.fromkeys(_SAMPLES, "; the number of samples is `batch`")
"""What else to say of what others call the number of samples."""
