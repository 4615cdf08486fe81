"""What the name of a file says of the data in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from spec_compiler.fixes import write
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest

DATA_FORMATS = (".npy", ".npz", ".csv", ".json")
"""How the names of files end that hold tensors; npz and json hold several by name."""
RUN_FORMATS = (*DATA_FORMATS, ".parquet", ".arrow", ".feather", ".zarr")
"""Those of a run's data, which may be more than fits into memory."""


def unknown_format(path: str, formats: Sequence[str] = DATA_FORMATS) -> Refusal:
    """The refusal of a file whose name says no format of data."""
    suffix = PurePosixPath(path).suffix.lower()
    near = nearest(suffix, list(formats))
    listed = ", ".join(f"`{known}`" for known in formats)
    return Refusal(
        "SPC0564",
        f"`{suffix}` is not a format of data files" if suffix else f"`{path}` has no suffix",
        fix=write(
            f"{PurePosixPath(path).with_suffix(near)}", words=f"did you mean `{near}`?", safe=False
        )
        if near
        else None,
        help=f"did you mean `{near}`?" if near else f"use {listed}",
    )
