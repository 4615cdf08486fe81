"""Files that a run of tests leaves: tensors of failed cases, and golden files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from spec_compiler.data import read, write
from spec_compiler.ir.arrays import Array, is_sparse
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.memory import left_for_data


def keep(folder: Path, file: str, test: str, case: str, tensors: Mapping[str, Any]) -> str:
    """Write the tensors of a failed case; gives the path.

    The name is made of the spec's, the test's and the case's; a few digits keep apart what looks
    alike without its signs.
    """
    parts = [Path(file).with_suffix("").as_posix(), test, case]
    digits = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]
    words = [re.sub(r"[^A-Za-z0-9_=]+", "-", part).strip("-")[-60:] for part in parts]
    path = folder / f"{'-'.join(word for word in words if word)}-{digits}.npz"
    folder.mkdir(parents=True, exist_ok=True)
    # sparse inputs are in files already
    write(path, {name: item for name, item in tensors.items() if not is_sparse(item)})
    return str(path)


class Golden:
    """Collects the results that become expected files."""

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.arrays: dict[Path, dict[str, tuple[Array, str]]] = {}

    def add(self, path: Path, key: str, array: Array, test: str) -> None:
        """Take a result for a file.

        Raises:
            Refusal: another test has another result for it.
        """
        held = self.arrays.setdefault(path, {})
        if held and key not in held and path.suffix.lower() in {".npy", ".csv"}:
            other = next(iter(held))
            raise Refusal(
                "SPC0565",
                f"`{path.name}` holds one array, and `{other}` and `{key}` go to it",
                help="name an npz or json file, which holds several",
            )
        if key in held and not np.array_equal(held[key][0], array):
            raise Refusal(
                "SPC0701",
                f"the tests `{held[key][1]}` and `{test}` have different results for `{path.name}`",
                help="give each a file, or a `key`, of its own",
            )
        held[key] = (array, test)

    def write(self, inputs: Collection[Path]) -> Iterator[Path]:
        """Write every file, and give its path; other arrays in it stay.

        Args:
            inputs: Files that the results were made from, which are not overwritten.

        Raises:
            Refusal: a format cannot hold the arrays.
            OSError: a file cannot be written.
        """
        for path, results in self.arrays.items():
            arrays = {name: array for name, (array, _) in results.items()}
            if path.suffix.lower() in {".npz", ".json"} and path.exists():
                arrays = {**self._others(path, arrays), **arrays}
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, arrays, inputs=inputs)
            yield path

    def _others(self, path: Path, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """What else a file holds; not mapped, for another takes its place."""
        allowance = left_for_data(self.limit, arrays)
        others: dict[str, Array] = {}
        for name, handle in read(str(path), allowance=allowance).items():
            if name not in arrays:
                allowance.take(handle.origin, handle.size)
                others[name] = np.array(handle.load())
        return others
