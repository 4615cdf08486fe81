"""The static type of a tensor: what is known of it before anything runs."""

from __future__ import annotations

import math
import struct
from typing import Literal, NamedTuple, TypeAlias, cast, get_args

from spec_compiler.ir.dims import Shape, Size, short_text

DType: TypeAlias = Literal[
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "bool",
]
DTYPES: tuple[DType, ...] = get_args(DType)
FLOATS: frozenset[DType] = frozenset({"float16", "bfloat16", "float32", "float64"})
_BY_SIZE: dict[int, tuple[DType, ...]] = {
    1: ("bool", "int8", "uint8"),
    2: ("float16", "bfloat16", "int16", "uint16"),
    4: ("float32", "int32", "uint32"),
    8: ("float64", "int64", "uint64"),
}
ITEMSIZE: dict[str, int] = {name: size for size, names in _BY_SIZE.items() for name in names}
"""Bytes of one element."""
SIGNED: frozenset[DType] = frozenset({"int8", "int16", "int32", "int64"})
UNSIGNED: frozenset[DType] = frozenset({"uint8", "uint16", "uint32", "uint64"})
INTEGERS: frozenset[DType] = SIGNED | UNSIGNED
ANY: frozenset[DType] = frozenset(DTYPES)
NUMBERS: frozenset[DType] = FLOATS | INTEGERS
TRUTH: frozenset[DType] = frozenset({"bool"})


class TensorType(NamedTuple):
    """Shape and dtype. Axis 0 is the batch, except for constants and weights."""

    dtype: DType
    shape: Shape

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def is_integer(self) -> bool:
        """Whether the elements are whole numbers (a boolean is not)."""
        return self.dtype in INTEGERS

    def __str__(self) -> str:
        return f"{self.dtype}{shape_text(self.shape)}"


def concrete(of: TensorType) -> tuple[int, ...]:
    """The shape of a type whose sizes are numbers."""
    return cast("tuple[int, ...]", of.shape)


def limits(dtype: DType) -> tuple[int, int]:
    """The least and the greatest element of a dtype that is not floating-point."""
    if dtype == "bool":
        return 0, 1
    bits = 8 * ITEMSIZE[dtype]
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dtype in SIGNED else (0, 2**bits - 1)


def ends(dtype: DType) -> tuple[float, float]:
    """The least and the greatest finite element of any dtype."""
    most = _GREATEST.get(dtype)
    return limits(dtype) if most is None else (-float(most), float(most))


def whole_numbers(dtype: DType) -> tuple[int, int]:
    """The least and the greatest of the whole numbers that a dtype has, none left out."""
    bits = _WHOLE.get(dtype)
    return limits(dtype) if bits is None else (-(2**bits), 2**bits)


End: TypeAlias = Size | float
"""An end of an interval of numbers."""


def closed(low: End | None, high: End | None, dtype: DType) -> tuple[End, End]:
    """An interval whose open ends are those of the dtype."""
    least, most = ends(dtype)
    return least if low is None else low, most if high is None else high


def as_held(number: End, dtype: DType) -> End:
    """An end as the numbers of a floating dtype are that are compared with it: rounded."""
    if not isinstance(number, float) or dtype == "float64":
        return number
    if dtype == "float16":
        return float(struct.unpack("e", struct.pack("e", number))[0])
    (bits,) = struct.unpack("I", struct.pack("f", number))
    if dtype == "bfloat16":  # the upper half, to the nearest, of two the even one
        bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return float(struct.unpack("f", struct.pack("I", bits))[0])


def interval_text(low: End | None, high: End | None) -> str:
    """An interval in words, of which at least one end is said."""
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


_GREATEST: dict[DType, int] = {
    "float16": 2**16 - 2**5,
    "bfloat16": 2**128 - 2**120,
    "float32": 2**128 - 2**104,
    "float64": 2**1024 - 2**971,
}


_WHOLE: dict[DType, int] = {"bfloat16": 8, "float16": 11, "float32": 24, "float64": 53}


def _half_step(dtype: DType) -> int:
    """Half of what lies between the greatest number and the one before: its last bit is a step."""
    most = _GREATEST[dtype]
    return (most & -most) // 2


_OVERFLOWS = {dtype: most + _half_step(dtype) for dtype, most in _GREATEST.items()}
"""The least number that rounds to infinity."""
_OVERFLOWS["bfloat16"] -= _half_step("float32")  # in which it is held: it is rounded to that first
MOST_AXES = 32
"""What every NumPy that we run with can hold."""


def _in_words(number: int) -> str:
    """A whole number with three digits, rounded down; a short one as it is."""
    digits = str(number)
    return f"{digits[0]}.{digits[1:3]}e{len(digits) - 1}" if len(digits) > 5 else digits


GREATEST = {dtype: _in_words(most) for dtype, most in _GREATEST.items()}
"""The greatest number of a floating dtype, for messages."""


def overflows(number: float, dtype: DType) -> bool:
    """Whether a number that is finite is infinite in a floating dtype."""
    return dtype in _OVERFLOWS and _OVERFLOWS[dtype] <= abs(number) != math.inf


def widened(dtype: DType) -> DType:
    """The dtype for sums that half precision would spoil: `float32` for both of its dtypes."""
    return "float32" if dtype in {"float16", "bfloat16"} else dtype


def shape_text(shape: Shape) -> str:
    """A shape as people write it: `[batch, seq, 8]`."""
    return f"[{', '.join(short_text(size) for size in shape)}]"


class Policy(NamedTuple):
    """Keras's dtype policy: what weights are stored in, and what is computed in."""

    variable: DType
    compute: DType

    @classmethod
    def named(cls, name: str) -> Policy:
        """The policy of a dtype's name, or of `mixed_float16` and `mixed_bfloat16`.

        Raises:
            KeyError: there is no policy of that name.
        """
        if name in {"mixed_float16", "mixed_bfloat16"}:
            return cls("float32", "float16" if name == "mixed_float16" else "bfloat16")
        for dtype in DTYPES:
            if dtype == name:
                return cls(dtype, dtype)
        raise KeyError(name)


POLICIES: tuple[str, ...] = (*sorted(FLOATS), "mixed_float16", "mixed_bfloat16")
