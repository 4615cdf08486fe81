"""The header of a safetensors file: the names, dtypes, shapes and places of its tensors.

A file is eight bytes (the header's length, little-endian), the header (a JSON object) and the data.
Nothing here reads the data, and nothing imports numpy: `specc validate` checks headers only.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final, NamedTuple, cast

from spec_compiler import files
from spec_compiler.ir.types import ITEMSIZE, MOST_AXES
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown

HEADER_LIMIT: Final = 32 * 2**20
"""The longest header that is read, in bytes. Those of the largest published models are a few MB."""

DTYPES: Final[Mapping[str, str]] = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I64": "int64",
    "I32": "int32",
    "I16": "int16",
    "I8": "int8",
    "U64": "uint64",
    "U32": "uint32",
    "U16": "uint16",
    "U8": "uint8",
    "BOOL": "bool",
}
"""The dtype names of safetensors, and specc's."""

_PICKLED_SUFFIXES = frozenset(
    (".pt", ".pth", ".bin", ".ckpt", ".pkl", ".pickle", ".joblib", ".h5", ".hdf5", ".keras")
)
_PICKLED_STARTS = (b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", *(bytes((0x80, n)) for n in range(2, 6)))


class TensorEntry(NamedTuple):
    """What the header says about one tensor.

    Attributes:
        file: The file that holds it.
        dtype: Its dtype by specc's name, a key of `ITEMSIZE`.
        shape: Its sizes.
        begin: The offset of its first byte from the start of the file.
        end: The offset after its last byte from the start of the file.
    """

    file: Path
    dtype: str
    shape: tuple[int, ...]
    begin: int
    end: int


def read_header(path: str | os.PathLike[str]) -> dict[str, TensorEntry]:
    """The tensors of a safetensors file by name, in the header's order, every promise checked.

    Raises:
        Refusal: It is not a safetensors file, or its header contradicts itself or the file.
        OSError: It cannot be read.
    """
    refuse_pickled_name(path)
    size = files.regular(path).st_size
    with open(path, "rb") as file:
        start = file.read(9)
        if start[8:] != b"{":
            _refuse_content(start)
        length = int.from_bytes(start[:8], "little")
        if length > min(HEADER_LIMIT, size - 8):
            limit = "the file" if length > size - 8 else f"the limit of {HEADER_LIMIT} bytes"
            raise _broken(f"the header's length, {length} bytes, goes beyond {limit}")
        entries = _parse(b"{" + file.read(length - 1))
    tensors = {
        name: _entry(name, value, Path(path), data=8 + length, size=size)
        for name, value in entries.items()
        if name != "__metadata__"
    }
    _refuse_gaps(tensors, data=8 + length, size=size)
    return tensors


def refuse_pickled_name(path: str | os.PathLike[str]) -> None:
    """Refuse a file whose suffix says that only running or trusting its content would read it.

    Raises:
        Refusal: The suffix is that of a pickle, an HDF5 or a Keras file.
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in _PICKLED_SUFFIXES:
        raise _pickled(f"weights are not read from `{suffix}` files")


def _refuse_content(start: bytes) -> None:
    if start.startswith(_PICKLED_STARTS):
        raise _pickled("this is a pickle, zip or HDF5 file, not safetensors")
    raise Refusal(
        "SPC0601",
        "this is not a safetensors file: it does not start with a header",
        help="name a file in the safetensors format, as `specc init` writes it",
    )


def _pickled(message: str) -> Refusal:
    return Refusal(
        "SPC0602",
        message,
        notes=("such files can hold code that runs when they are opened",),
        help="`specc import` writes what Keras saved as safetensors; else save it so in the "
        "program that made it",
    )


def _broken(message: str) -> Refusal:
    return Refusal("SPC0603", message, help="write the file again; it is cut off or damaged")


def _parse(header: bytes) -> dict[str, Any]:
    try:
        value: object = json.loads(header.decode("utf-8"), object_pairs_hook=_each_once)
    except Refusal:
        raise
    except UnicodeDecodeError as error:
        raise _broken(f"the header is not UTF-8 at its byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise _broken(f"the header is not JSON at character {error.pos}: {error.msg}") from error
    except RecursionError as error:
        raise _broken("the header is nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise _broken("the header holds a number that is too long") from error
    entries = cast("dict[str, Any]", value)  # it starts with `{`
    metadata = entries.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(
        isinstance(text, str) for text in cast("dict[str, object]", metadata).values()
    ):
        raise _broken("`__metadata__` must map names to text")
    return entries


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        name, count = Counter(key for key, _ in pairs).most_common(1)[0]
        raise Refusal(
            "SPC0604",
            f"{shown(name)} stands {count} times in the header",
            help="give every tensor a name of its own",
        )
    return mapping


def _entry(name: str, value: object, file: Path, *, data: int, size: int) -> TensorEntry:
    fields = cast("dict[str, Any]", value) if isinstance(value, dict) else {}
    if fields.keys() != {"dtype", "shape", "data_offsets"}:
        raise _broken(f"{shown(name)} must have exactly `dtype`, `shape` and `data_offsets`")
    dtype, shape, offsets = fields["dtype"], fields["shape"], fields["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise Refusal(
            "SPC0605",
            f"{shown(name)} has the dtype {shown(str(dtype))}, which specc does not know",
            help="write the tensor as one of " + ", ".join(f"`{known}`" for known in DTYPES),
        )
    if not _sizes(shape) or len(shape) > MOST_AXES:
        raise _broken(f"the shape of {shown(name)} must be at most {MOST_AXES} sizes from 0")
    if not _sizes(offsets) or len(offsets) != 2:
        raise _broken(f"the offsets of {shown(name)} must be two whole numbers from 0")
    begin, end = offsets
    if not begin <= end <= size - data:
        raise Refusal(
            "SPC0606",
            f"{shown(name)} lies at bytes {begin} to {end} of the data, which has {size - data}",
            help="write the file again; it is cut off or damaged",
        )
    needed = math.prod(shape) * ITEMSIZE[DTYPES[dtype]]
    if needed != end - begin:
        raise Refusal(
            "SPC0607",
            f"{shown(name)} needs {needed} bytes for {dtype}{shape} and has {end - begin}",
            help="write the file again with the shape and dtype of the data",
        )
    return TensorEntry(file, DTYPES[dtype], tuple(shape), data + begin, data + end)


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(
        type(size) is int and 0 <= size < 2**63 for size in cast("list[object]", value)
    )


def _refuse_gaps(tensors: Mapping[str, TensorEntry], *, data: int, size: int) -> None:
    """The tensors must cover the data exactly: anything else hides bytes or shares them."""
    reached, before = data, "the header"
    for name, entry in sorted(tensors.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin < reached:
            raise Refusal(
                "SPC0608",
                f"{shown(name)} starts {reached - entry.begin} bytes before the end of {before}",
                help="give every tensor bytes of its own",
            )
        if entry.begin > reached:
            break
        reached, before = entry.end, shown(name)
    else:
        if reached == size:
            return
    raise Refusal(
        "SPC0609",
        f"the bytes after {before} belong to no tensor",
        help="write the tensors one after the other, and nothing after the last",
    )
