"""The static type of a tensor: what is known of it before anything runs."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, cast, get_args

from spec_compiler.ir.dims import Shape

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
ITEMSIZE: dict[str, int] = {
    name: 1 if name == "bool" else int(name.lstrip("bfloatuin")) // 8 for name in DTYPES
}
"""Bytes of one element."""
INTEGERS: frozenset[DType] = frozenset(name for name in DTYPES if "int" in name)
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
    bits = int(dtype.removeprefix("u").removeprefix("int"))
    return (0, 2**bits - 1) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def widened(dtype: DType) -> DType:
    """The dtype for sums that half precision would spoil: `float32` for both of its dtypes."""
    return "float32" if dtype in {"float16", "bfloat16"} else dtype


def shape_text(shape: Shape) -> str:
    """A shape as people write it: `[batch, seq, 8]`."""
    return f"[{', '.join(str(size) for size in shape)}]"


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
