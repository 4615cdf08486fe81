"""What an example of a primitive says, and how its data and its numbers are made.

A type such as `T[n, 3]` stands for one with each dtype that the primitive takes. The numbers that a
result must have come from Python's own numbers: integers without an end and float64.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.parse import parse_graph
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.types import FLOATS, TensorType, limits

SIZES = {"n": 3, "m": 4, "one": 1, "none": 0}
_BOUNDS = "size n in 0..\nsize m in 0..\nsize one in 0..\nsize none in 0..\n"
PRECISION = {
    "float16": 1.01 * 2**-11,
    "bfloat16": 1.01 * 2**-8,
    "float32": 2**-22,
    "float64": 2**-50,
}
"""How far from the true number a result may be, in parts of it; the half dtypes round once."""


@dataclass(frozen=True)
class Example:
    """One use of a primitive.

    Attributes:
        write: From a builder, a dtype for `T` and the operands to the result.
        takes: The types of the operands.
        gives: The type of the result.
        equals: From arrays of Python's numbers to those of the result.
        within: The least and greatest number of each operand, or of all; unsigned ones begin at 0.
        data: Numbers for the operands, instead of random ones.
        dtypes: What `T` stands for; default: all that the primitive takes.
        refuses: The code of the refusal, when it is built.
        fails: The code of the refusal, when it is run.
    """

    write: Callable
    takes: tuple[str, ...] = ()
    gives: str = ""
    equals: Callable | None = None
    within: tuple = (-5, 5)
    data: Collection | None = None
    dtypes: Collection[str] | None = None
    refuses: str = ""
    fails: str = ""

    def dtypes_of(self, primitive):
        """What `T` stands for, in one order."""
        chosen = PRIMITIVES[primitive].takes if self.dtypes is None else self.dtypes
        return sorted(chosen) if any("T[" in of for of in (*self.takes, self.gives)) else ["bool"]

    def graph(self, dtype):
        """The program of one primitive."""
        b = Builder()
        operands = [b.value(type_of(of, dtype)) for of in self.takes]
        result = self.write(b, dtype, *operands)
        return b.graph({f"x{i}": x for i, x in enumerate(operands)}, {"y": result})

    def arrays(self, graph, seed=0):
        """Data for the operands; every number is exact in every dtype of its kind."""
        rng = np.random.default_rng(seed)
        values = [value.type for value in graph.inputs.values()]
        bounds = self.within if isinstance(self.within[0], tuple) else [self.within] * len(values)
        if self.data is not None:
            return [
                np.array(numbers, kept(of.dtype)).reshape(shape_of(of))
                for numbers, of in zip(self.data, values, strict=True)
            ]
        return [_drawn(rng, *of) for of in zip(values, bounds, strict=True)]


def type_of(text, dtype):
    """The type that is written, with `T` as a dtype."""
    written = re.sub(r"\bT\b", dtype, text)
    return parse_graph(f"{_BOUNDS}input x = %1: {written}\nreturn").inputs["x"].type


def shape_of(of: TensorType):
    return tuple(size_of(size, SIZES) for size in of.shape)


def kept(dtype):
    """How NumPy holds a dtype."""
    return "float32" if dtype == "bfloat16" else dtype


def _drawn(rng, of, bounds):
    shape, (low, high) = shape_of(of), bounds
    if of.dtype == "bool":
        return np.asarray(rng.random(shape) < 0.5)
    if of.dtype in FLOATS:
        eighths = rng.integers(low * 8, high * 8, shape, endpoint=True)
        return np.asarray(eighths / 8, kept(of.dtype))
    low = max(low, limits(of.dtype)[0])
    return np.asarray(rng.integers(low, high, shape, endpoint=True), of.dtype)


# --- numbers -------------------------------------------------------------------------------------


def exact(array):
    """The array with Python's numbers in it."""
    return array.astype(object)


def each(function):
    """A function of numbers, for every entry of arrays that broadcast."""
    return lambda *xs: np.frompyfunc(function, len(xs), 1)(*xs)


def over(axes, function, *, keepdims=False):
    """A function of a list of numbers, for all entries along axes."""

    def reduced(x):
        found = np.empty([size for axis, size in enumerate(x.shape) if axis not in axes], object)
        for index in np.ndindex(found.shape):
            at = list(index)
            for axis in sorted(axes):
                at.insert(axis, slice(None))
            found[index] = function(list(x[tuple(at)].flat))
        kept_shape = [1 if axis in axes else size for axis, size in enumerate(x.shape)]
        return found.reshape(kept_shape) if keepdims else found

    return reduced


def along(axis, function):
    """A function from a list of numbers to one of the same length, for each line of an axis."""

    def mapped(x):
        found = np.empty(x.shape, object)
        for index in np.ndindex(x.shape[:axis] + x.shape[axis + 1 :]):
            at = (*index[:axis], slice(None), *index[axis:])
            found[at] = list(function(list(x[at])))
        return found

    return mapped


def agree(found, wanted, dtype):
    """Whether numbers are those wanted, as far as a dtype holds them."""
    wanted = np.asarray(wanted, object)
    assert found.shape == wanted.shape
    if dtype in FLOATS:
        np.testing.assert_allclose(
            found.astype("float64"), wanted.astype("float64"), rtol=PRECISION[dtype], atol=0
        )
    else:
        held = [_in_range(number, dtype) for number in wanted.flat]
        assert found.ravel().tolist() == held


def _in_range(number, dtype):
    """A whole number as a dtype holds it: counted around."""
    if dtype == "bool":
        return bool(number)
    low, high = limits(dtype)
    return (int(number) - low) % (high - low + 1) + low
