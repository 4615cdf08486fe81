"""HDF5 files, as h5py reads them: the door to h5py, which is optional.

A file comes from anybody. What could lead out of it (links to others, external data, references) or
take more than it shows (filters) is refused before anything is read; Keras writes none of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import KNOWN, Allowance, Handle, damaged, refuse_rank
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

MAGIC = b"\x89HDF\r\n\x1a\n"
"""How a file begins."""
_DEPTH = 32
_MOST = 200_000
"""Groups and arrays of a file. The largest models have some thousands."""
_TEXTS = re.compile(rb"GCOL(?=.{4}(.{8}))", re.DOTALL)
"""How that begins which holds the texts of a file, and how long it is."""
_OVERLAP = 15
"""The bytes of a piece that the next begins with: one less than the pattern has."""
_PIECE = 2**20
Result = TypeVar("Result")


@record
class Group:
    """A group of a file.

    Attributes:
        origin: Where it is, as a person would write it.
        groups: The groups in it, by name.
        arrays: The arrays in it that are of numbers, by name.
    """

    origin: str
    groups: Mapping[str, Group]
    arrays: Mapping[str, Handle]
    _group: Any
    _reader: _Reader

    def has(self, name: str) -> bool:
        """Whether there is an attribute of that name."""
        return _guarded(self.origin, lambda: name in self._group.attrs)

    def text(self, name: str) -> str | None:
        """An attribute that is text."""
        value = _guarded(self.origin, lambda: self._attribute(name, scalar=True))
        value = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> list[str] | None:
        """An attribute that is a list of texts; None where it is none, or beyond all measure."""
        value = _guarded(self.origin, lambda: self._attribute(name, scalar=False))
        if not isinstance(value, np.ndarray):
            return None
        items = cast("list[object]", value.ravel().tolist())
        return [it.decode("utf-8", "replace") if isinstance(it, bytes) else str(it) for it in items]

    def _attribute(self, name: str, *, scalar: bool) -> object:
        attributes = self._group.attrs
        if name not in attributes:
            return None
        kind = attributes.get_id(name)
        if (kind.shape == ()) != scalar or kind.dtype.kind not in "SO":
            return None
        # each entry may be the same long text of the file
        longest = self._reader.longest_text if kind.dtype.kind == "O" else kind.dtype.itemsize
        if not scalar and math.prod(kind.shape) * longest > self._reader.allowance.left:
            return None
        return attributes[name]

    def every(self) -> Iterator[tuple[tuple[str, ...], Handle]]:
        """All arrays in it, however deep, with the names that lead to them."""
        for name, array in self.arrays.items():
            yield (name,), array
        for name, group in self.groups.items():
            for path, array in group.every():
                yield (name, *path), array


def read(path: str, origin: str, allowance: Allowance) -> Group:
    """What is in a file; arrays are read when they are loaded.

    Args:
        path: The file; it stays open as long as something of it is held.
        origin: What it is, as a person would write it.
        allowance: What the arrays that are loaded may take.

    Raises:
        Refusal: h5py is not installed, or the file is broken or not what Keras writes.
    """
    try:
        # h5py is an optional library, and this is its door.
        import h5py
    except ImportError as error:
        raise Refusal(
            "SPC0563",
            f"`{origin}` is an HDF5 file, and h5py, which reads it, is not installed",
            help='install it with `pip install "spec-compiler[h5]"`',
        ) from error
    library = cast("Any", h5py)
    file = _guarded(origin, lambda: library.File(path, "r"))
    return _guarded(origin, lambda: _Reader(library, path, allowance).group(file, origin, _DEPTH))


def _longest_text(path: str) -> int:
    """What no text of variable length in a file is longer than, whoever wrote it."""
    longest, before = 0, b""
    with open(path, "rb") as file:
        while piece := file.read(_PIECE):
            content = before + piece
            for found in re.finditer(_TEXTS, content):
                longest = max(longest, int.from_bytes(found[1], "little"))
            before = content[-_OVERLAP:]
    return longest


class _Reader:
    """Looks at everything in a file before anything of it is read."""

    def __init__(self, library: Any, path: str, allowance: Allowance) -> None:
        self._library, self.allowance = library, allowance
        self._left = _MOST
        self.longest_text = _longest_text(path)

    def group(self, group: Any, origin: str, depth: int) -> Group:
        groups: dict[str, Group] = {}
        arrays: dict[str, Handle] = {}
        for name in group:
            self._left -= 1
            if self._left < 0 or depth < 0:
                raise damaged(origin, "it holds more, or nests deeper, than any model")
            inner = f"{origin}:{name}" if depth == _DEPTH else f"{origin}/{name}"
            found = self._at(group, name, inner, _DEPTH)
            if isinstance(found, self._library.Group):
                groups[name] = self.group(found, inner, depth - 1)
            elif isinstance(found, self._library.Dataset):
                if handle := self._array(found, inner):
                    arrays[name] = handle
            else:
                raise damaged(inner, "it is neither a group nor an array")
        return Group(origin, groups, arrays, group, self)

    def _at(self, group: Any, name: str, origin: str, left: int) -> Any:
        """What has a name in a group; a link is followed as long as it stays inside of the file."""
        link = group.get(name, getlink=True)
        if isinstance(link, self._library.HardLink):
            return group[name]
        if not isinstance(link, self._library.SoftLink):
            raise damaged(origin, "it is a link to another file, which is not followed")
        found = group.file if link.path.startswith("/") else group
        for part in link.path.split("/"):
            if part in ("", "."):
                continue
            if left <= 0 or not isinstance(found, self._library.Group) or part not in found:
                raise damaged(origin, f"it is a link to `{link.path}`, which leads nowhere")
            found = self._at(found, part, origin, left - 1)
        return found

    def _array(self, found: Any, origin: str) -> Handle | None:
        """An array of numbers, or None where it holds something else."""
        if found.external or found.is_virtual:
            raise damaged(origin, "its values are in another file, which is not read")
        if found.id.get_create_plist().get_nfilters():
            raise Refusal(
                "SPC0555",
                f"`{origin}` cannot be read: its values are compressed, or filtered",
                help="save it as Keras does, without a filter",
            )
        dtype: np.dtype[Any] = found.dtype
        if self._library.check_ref_dtype(dtype) is not None:
            raise damaged(origin, "it holds references to other objects")
        brain = dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None
        if found.shape is None or (dtype.name not in KNOWN and not brain):
            return None
        refuse_rank(len(found.shape), origin)
        name = "float32" if brain else dtype.name

        def load() -> NDArray[Any]:
            taken = math.prod(found.shape) * (4 if brain else dtype.itemsize)
            self.allowance.take(origin, taken, taken if brain else 0)
            return _guarded(origin, lambda: _values(found, brain=brain))

        return Handle(origin, name, tuple(map(int, found.shape)), origin, load)


def _values(found: Any, *, brain: bool) -> NDArray[Any]:
    values = np.empty(found.shape, found.dtype)
    if values.size:
        found.read_direct(values)
    if brain:  # bfloat16: the first half of a float32
        return (values.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _guarded(origin: str, read: Callable[[], Result]) -> Result:
    try:
        return read()
    except Refusal:
        raise
    # what h5py raises for broken files
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged(origin, "it is not a sound HDF5 file") from error
