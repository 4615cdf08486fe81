"""Columns of tables as Arrow has them, as arrays and back: the door to pyarrow, which is optional.

A column of numbers is an array of one axis, a column of lists one of more: all of its lists are as
long as the first, and neither they nor their entries are null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import KNOWN, refuse_rank
from spec_compiler.data.optional import optional
from spec_compiler.refusals import Refusal

_DTYPES: Final = {"halffloat": "float16", "float": "float32", "double": "float64"}
"""Arrow's names of what NumPy calls otherwise."""


def require_arrow(origin: str) -> Any:
    """The library, with its readers of files.

    Raises:
        Refusal: It is not installed.
    """
    return optional(f"`{origin}` is a table of Arrow", "arrow", "pyarrow", "ipc", "parquet")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: Its name.
        origin: Where it is, as a person would write it.
        dtype: Of its numbers, by NumPy's name.
        sizes: The axes of an entry.
    """

    name: str
    origin: str
    dtype: str
    sizes: tuple[int, ...]

    def numbers(self, entries: Any, first_row: int) -> NDArray[Any]:
        """Arrow's array of entries as NumPy's.

        Args:
            entries: Of the column's type.
            first_row: What the first of them is counted as, for messages.

        Raises:
            Refusal: An entry is null, or a list has another length than those before it.
        """
        rows, inside = len(entries), 1
        for size in self.sizes:
            _refuse_null(entries, inside, first_row, self.origin)
            if not _is_fixed(entries.type):
                lengths = np.asarray(entries.value_lengths())
                others = lengths != size
                if others.any():
                    entry = int(np.argmax(others))
                    raise Refusal(
                        "SPC0554",
                        f"`{self.origin}` row {first_row + entry // inside} has a list of "
                        f"{lengths[entry]}, and the first row one of {size}",
                        help="pad the shorter lists: an array is rectangular",
                    )
            entries, inside = entries.flatten(), inside * size
        _refuse_null(entries, inside, first_row, self.origin)
        values: NDArray[Any] = entries.to_numpy(zero_copy_only=False)
        return values.reshape(rows, *self.sizes)


def dtype_of(kind: Any, origin: str) -> str:
    """The dtype of the numbers in a column of a type.

    Raises:
        Refusal: They are none.
    """
    inner = kind
    while hasattr(inner, "value_field"):
        inner = inner.value_type
    dtype = _DTYPES.get(str(inner), str(inner))
    if dtype not in KNOWN:
        raise Refusal(
            "SPC0561",
            f"`{origin}` is of type `{kind}`, which is not a number, a boolean or a list of them",
            help="convert the column, or name others",
        )
    return dtype


def column(name: str, kind: Any, origin: str, first: Callable[[], Any]) -> Column:
    """What a column is.

    Args:
        name: Its name.
        kind: Its type.
        origin: Where it is, as a person would write it.
        first: Gives its first entry, which is looked at where the type does not say how long a list
            is; without one there is no entry.

    Raises:
        Refusal: It is not of numbers, or its first entry is null.
    """
    dtype, sizes = dtype_of(kind, origin), list[int]()
    entry: Any = None
    while hasattr(kind, "value_field"):
        if _is_fixed(kind) and entry is None:
            sizes.append(kind.list_size)
        else:
            if entry is None:
                entry = first()
                for _ in sizes:
                    entry = entry.flatten()
            _refuse_null(entry, len(entry) or 1, 0, origin)
            sizes.append(len(entry[0]) if len(entry) else 0)
            entry = entry.flatten()
        kind = kind.value_type
    refuse_rank(1 + len(sizes), f"`{origin}`")
    return Column(name, origin, dtype, tuple(sizes))


def _refuse_null(entries: Any, inside: int, first_row: int, origin: str) -> None:
    if entries.null_count:
        entry = int(np.argmax(entries.is_null().to_numpy(zero_copy_only=False)))
        row = first_row + entry // max(inside, 1)
        raise Refusal(
            "SPC0557",
            f"`{origin}` row {row} {'is' if inside == 1 else 'holds'} null",
            help="fill it, or leave the row out; NaN is a number",
        )


def kind_of(dtype: np.dtype[Any], sizes: Sequence[int]) -> Any:
    """The type of a column that holds arrays of some sizes."""
    library = require_arrow("the output")
    kind = library.from_numpy_dtype(dtype)
    for size in reversed(sizes):
        kind = library.list_(kind, size)
    return kind


def entries_of(rows: NDArray[Any]) -> Any:
    """The rows of an array, none of whose axes is empty, as the entries of a column."""
    library = require_arrow("the output")
    entries = library.array(np.ascontiguousarray(rows).reshape(-1))
    for size in reversed(rows.shape[1:]):
        entries = library.FixedSizeListArray.from_arrays(entries, size)
    return entries


def _is_fixed(kind: Any) -> bool:
    return hasattr(kind, "list_size")
