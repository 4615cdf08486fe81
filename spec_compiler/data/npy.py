"""NumPy's file of one array, mapped into memory."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data.handle import KNOWN, Allowance, Handle, damaged, refuse_rank, size_in_bytes
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 2**14
"""The bytes at the start of a file that its header must be in; NumPy's limit for it is 10,000."""


@record
class NpyHeader:
    """What stands before the values.

    Attributes:
        dtype: Of the stored values, byte order included.
        shape: The sizes.
        order: `F` where the first axis varies fastest, else `C`.
        offset: Bytes before the first value.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    order: str
    offset: int

    @property
    def size(self) -> int:
        """The bytes of the values."""
        return size_in_bytes(self.shape, self.dtype)

    @property
    def copied(self) -> int:
        """The bytes that bringing the values into the machine's byte order takes."""
        return 0 if self.dtype.isnative else self.size

    def array(self, raw: NDArray[np.uint8]) -> NDArray[Any]:
        """The values in the machine's byte order, copied only where that differs."""
        return self.stored(raw).astype(self.dtype.newbyteorder("="), copy=False)

    def stored(self, raw: NDArray[np.uint8]) -> NDArray[Any]:
        """The values as they lie there."""
        return raw.view(self.dtype).reshape(self.shape, order="F" if self.order == "F" else "C")


def read_header(stream: BinaryIO, available: int, origin: str) -> NpyHeader:
    """Read and check the header at the start of a stream of `available` bytes.

    Raises:
        Refusal: It is not an npy file of numbers, or its size is not the one that the header says.
    """
    # NumPy would read all that a header says it is long, and then whether that is too long.
    start = io.BytesIO(stream.read(_LONGEST_HEADER))
    try:
        version = npy.read_magic(start)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = cast("tuple[Any, bool, np.dtype[Any]]", read(start))
    # NumPy parses the header as Python: a broken one can raise nearly anything there.
    except Exception as error:
        raise damaged(origin, "it is not a sound npy file") from error
    if dtype.hasobject:
        raise Refusal(
            "SPC0560",
            f"`{origin}` holds pickled Python objects, which are never read",
            help='convert it first: `np.save(path, array.astype("float32"))`',
        )
    if dtype.name not in KNOWN:
        raise Refusal(
            "SPC0561",
            f"`{origin}` has the dtype `{dtype}`, which is not a number or boolean of specc",
            help="number what it names from 0, as `int64`"
            if dtype.kind in "US"
            else "convert it first, for example to `float32` or `int64`",
        )
    refuse_rank(len(shape), f"`{origin}`")
    if not all(type(size) is int and 0 <= size < 2**63 for size in shape):
        raise damaged(origin, "its shape is not of whole numbers from 0")
    # NumPy makes no array whose sizes are too large together, not even of no values
    if size_in_bytes([size for size in shape if size], dtype) >= 2**63:
        raise damaged(origin, "its shape is beyond what an array can have")
    header = NpyHeader(dtype, shape, "F" if fortran else "C", start.tell())
    if header.offset + header.size != available:
        found = available - header.offset
        raise damaged(origin, f"its header promises {header.size} bytes of values, not {found}")
    return header


def read(path: str | os.PathLike[str], name: str, allowance: Allowance) -> Handle:
    """The array of a file, mapped read-only when it is loaded.

    Raises:
        Refusal: It is not a sound npy file of numbers, or is too large to be copied.
        OSError: It cannot be opened.
    """
    origin = os.fspath(path)
    size = files.regular(path).st_size
    with open(path, "rb") as stream:
        header = read_header(stream, size, origin)
    allowance.take(origin, header.copied)
    return Handle(
        name,
        header.dtype.name,
        header.shape,
        origin,
        lambda: mapped(path, header, header.offset),
    )


def mapped(path: str | os.PathLike[str], header: NpyHeader, offset: int) -> NDArray[Any]:
    """The values at `offset` of a file, read-only and read only where they are used."""
    whole = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
    array = header.array(whole[offset : offset + header.size])
    array.flags.writeable = False
    return array


def write_header(stream: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """Write what stands before the values, which follow in C order."""
    description = npy.dtype_to_descr(dtype)
    fields = {"descr": description, "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(stream, fields)
