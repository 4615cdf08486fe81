"""A folder of results, a file each: `index.json` says which is which."""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data import npy
from spec_compiler.data.handle import Allowance, Handle, damaged
from spec_compiler.data.writer import Field, Writer
from spec_compiler.refusals import Refusal

INDEX = "index.json"
_KIND = "results of specc"
"""What an index says that it is; a spec is what says `specc`, and this is none."""
_LONGEST = 2**26
"""The bytes that an index has at most."""


def is_saved(folder: str) -> bool:
    """Whether a folder is one that was written here, and may be written again."""
    try:
        return _index(Path(folder)) is not None
    except (OSError, Refusal):
        return False


@contextmanager
def saving(
    folder: str | PathLike[str],
    fields: Mapping[str, Field],
    about: Mapping[str, Mapping[str, str]],
    inputs: Collection[str | PathLike[str]] = (),
) -> Generator[Writer, None, None]:
    """A writer whose folder appears when the block ends without an exception.

    Args:
        folder: To be made; one that was made so before is replaced.
        fields: The dtype and whole shape of every array.
        about: What else the index says of each.
        inputs: What the content was made from, which must not be replaced.

    Raises:
        Refusal: There is something else in its place.
        OSError: It cannot be written.
    """
    with files.writing_folder(folder, inputs, is_saved) as made:
        names = {name: f"{at:04d}-{name[:80]}.npy" for at, name in enumerate(fields)}
        columns = {name: _Appended(made / names[name], field) for name, field in fields.items()}
        sink = Writer(fields, columns)
        yield sink
        sink.end()
        entries = [
            {
                "name": name,
                "file": names[name],
                "dtype": dtype.name,
                "shape": list(shape),
                **about.get(name, {}),
            }
            for name, (dtype, shape) in fields.items()
        ]
        text = json.dumps({"kind": _KIND, "results": entries}, indent=1)
        (made / INDEX).write_text(f"{text}\n")


def saved(folder: str | PathLike[str], allowance: Allowance) -> dict[str, Handle]:
    """The arrays of such a folder, by name.

    Raises:
        Refusal: It is none, or its index or a file is broken.
        OSError: One cannot be opened.
    """
    index = _index(Path(folder))
    if index is None:
        raise damaged(str(Path(folder, INDEX)), "it is not the index of a folder of results")
    return {
        name: npy.read(files.under(folder, file), name, allowance) for name, file in index.items()
    }


def _index(folder: Path) -> dict[str, str] | None:
    """The file of each array; None of what is no folder of results."""
    path = folder / INDEX
    if files.regular(path).st_size > _LONGEST:
        return None
    try:
        read: Any = json.loads(path.read_bytes())
        if read["kind"] != _KIND:
            return None
        found = {item["name"]: item["file"] for item in read["results"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    whole = all(isinstance(part, str) for item in found.items() for part in item)
    return found if whole else None


class _Appended:
    """A file that is open only while it is written: a large model has more than may be open."""

    def __init__(self, path: Path, field: Field) -> None:
        self._path = path
        with path.open("xb") as file:
            npy.write_header(file, *field)

    def append(self, rows: NDArray[Any]) -> None:
        with self._path.open("ab") as file:
            file.write(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)

    def end(self) -> None:
        pass
