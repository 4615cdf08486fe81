"""Sparse matrices as `scipy.sparse.save_npz` writes them: the door to scipy, which is optional."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from spec_compiler.data.handle import Allowance, Handle, damaged
from spec_compiler.refusals import Refusal

_CHANGING = 24
"""The bytes that bringing a number of another format into CSR takes: its places, several times."""
_COMPRESSED = ("csr", "csc", "bsr")


def is_sparse(names: Collection[str]) -> bool:
    """Whether the arrays of an npz file are the parts of one sparse matrix."""
    found = set(names)
    places = ({"indices", "indptr"}, {"row", "col"}, {"offsets"})
    return {"format", "shape", "data"} <= found and any(part <= found for part in places)


def read(
    parts: Mapping[str, Handle], form: bytes, name: str, origin: str, allowance: Allowance
) -> Handle:
    """A sparse matrix; `load` gives it as a `scipy.sparse.csr_matrix`.

    Args:
        parts: The arrays of the file, without `format`.
        form: The last bytes of `format`, which end with the name of scipy's format.
        name: What to call it.
        origin: The file, for messages.
        allowance: What it may take in memory.

    Raises:
        Refusal: scipy is not installed, the shape is not that of a matrix, or it is too large.
    """
    if parts["shape"].shape != (2,) or not parts["shape"].dtype.startswith("int"):
        raise damaged(origin, "a sparse matrix has a shape of two whole numbers")
    rows, columns = map(int, parts["shape"].load())
    if rows < 0 or columns < 0:
        raise damaged(origin, f"its shape is ({rows}, {columns})")
    # In CSR a row takes eight bytes even when it is empty: a shape alone can ask for much.
    kept = sum(part.size for part in parts.values()) + 8 * rows
    allowance.take(origin, kept, kept + 8 * rows + _CHANGING * math.prod(parts["data"].shape))
    try:
        # scipy is an optional library, and this is its door.
        from scipy import sparse
    except ImportError as error:
        raise Refusal(
            "SPC0563",
            f"`{origin}` is a sparse matrix, and scipy, which reads it, is not installed",
            help='install it with `pip install "spec-compiler[sparse]"`, or save a dense array',
        ) from error
    kind = form.rstrip(b"\0").decode("ascii", "replace")[-3:]

    def load() -> Any:
        try:
            return _matrix(sparse, kind, {key: part.load() for key, part in parts.items()})
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise damaged(origin, "its parts do not make a sparse matrix") from error

    return Handle(name, parts["data"].dtype, (rows, columns), origin, load, sparse=True)


def _matrix(sparse: Any, kind: str, parts: Mapping[str, Any]) -> Any:
    shape, data = tuple(map(int, parts["shape"])), parts["data"]
    if data.dtype == np.float16:  # older versions of scipy wrote what it does not compute with
        data = data.astype(np.float32)
    if kind in _COMPRESSED:
        make = getattr(sparse, f"{kind}_matrix")
        stored = make((data, parts["indices"], parts["indptr"]), shape=shape)
        # Indices beyond the shape would make scipy's C code read and write out of bounds.
        stored.check_format(full_check=True)
    elif kind == "coo":
        stored = sparse.coo_matrix((data, (parts["row"], parts["col"])), shape=shape)
    else:
        stored = sparse.dia_matrix((data, parts["offsets"]), shape=shape)
    return stored.tocsr()
