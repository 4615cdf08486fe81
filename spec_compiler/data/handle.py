"""An array in a file, known by its dtype and shape before its values are read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spec_compiler.records import record
from spec_compiler.refusals import Refusal

MAX_BYTES: Final = 2**30
"""The bytes that reading may take where nobody says how many. Mapped files do not count."""

_MAX_AXES: Final = 32
"""The axes that every NumPy can handle."""

KNOWN: Final = frozenset(
    ["float64", "float32", "float16", "bool"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
)
"""The dtypes that arrays may have, by NumPy's names."""


@record
class Handle:
    """One array of a source.

    Attributes:
        name: Its name there, or the one given to the only array of a source without names.
        dtype: NumPy's name of its dtype, one of `KNOWN`.
        shape: Its sizes.
        origin: Where it is, as a person would write it (`x.npz:tokens`).
        load: Gives the values, in the machine's byte order; mapped arrays are read-only. For a
            sparse array: a `scipy.sparse.csr_matrix`. May raise `Refusal` or `OSError`.
        sparse: Whether `load` gives a sparse matrix.
        streamed: Whether it gives rows that are read as they are asked for: a `Streamed`.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    origin: str
    load: Callable[[], Any]
    sparse: bool = False
    streamed: bool = False

    @property
    def size(self) -> int:
        """The bytes of the values of a dense array."""
        return size_in_bytes(self.shape, np.dtype(self.dtype))

    @classmethod
    def of(cls, array: NDArray[Any], name: str, origin: str) -> Handle:
        """The handle of an array that is already in memory."""
        return cls(name, array.dtype.name, array.shape, origin, lambda: array)


def size_in_bytes(shape: Sequence[int], dtype: np.dtype[Any]) -> int:
    """The bytes of an array, in Python's integers, which do not overflow."""
    return math.prod(shape) * dtype.itemsize


MAPPED: Final = "write it as `.npy`, which is mapped and not read at once"


@dataclass(slots=True)
class Allowance:
    """The memory that reading may take, of one source after another.

    Attributes:
        most: The bytes that may be held at once.
        held: Those of what was read before, and stays.
        instead: What to do where they are too few.
    """

    most: int = MAX_BYTES
    held: int = 0
    instead: str = MAPPED

    @property
    def left(self) -> int:
        """The bytes that may still be taken."""
        return self.most - self.held

    def take(self, origin: str, kept: int, making: int = 0, *, instead: str = "") -> None:
        """Ask, before it is taken, for the memory that reading takes.

        Args:
            origin: What is read.
            kept: The bytes of what stays.
            making: Those that are held besides while it is read.
            instead: What to do where that is too much; by default what the allowance says.

        Raises:
            Refusal: Together with what is held they are more than is allowed.
        """
        needed = kept + making
        if needed > self.left:
            before = f", of which {self.held:,} are taken" if self.held else ""
            raise Refusal(
                "SPC0559",
                f"reading `{origin}` needs {needed:,} bytes of memory, and {self.most:,} are "
                f"allowed{before}",
                help=instead or self.instead,
            )
        self.held += kept


def refuse_rank(rank: int, origin: str) -> None:
    """Refuse more axes than NumPy can handle.

    Raises:
        Refusal: `rank` is above 32.
    """
    if rank > _MAX_AXES:
        raise Refusal(
            "SPC0561",
            f"{origin} has {rank} axes, and {_MAX_AXES} are the most",
            help="remove the brackets, or axes, that hold a single entry each",
        )


def damaged(origin: str, why: str) -> Refusal:
    """The refusal of a file that is not what its name says."""
    return Refusal("SPC0555", f"`{origin}` cannot be read: {why}", help="write the file again")
