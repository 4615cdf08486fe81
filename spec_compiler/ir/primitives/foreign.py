"""The one primitive whose meaning is not ours: a Python function that its owner registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Dim, Shape
from spec_compiler.ir.primitives.primitive import Primitive, Results
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DTYPES, DType, TensorType, shape_text

Said: TypeAlias = "TensorType | tuple[DType, Shape]"


@dataclass(frozen=True, slots=True, eq=False)
class PythonFunction:
    """A Python function with its type rule, for Lambda layers of what is compiled from Python.

    halve = sc.PythonFunction(lambda x: x / 2, lambda x: x)
    model = sc.compile_file("model.yaml", functions={"halve": halve})

    Attributes:
        call: From arrays to an array. The arrays cannot be written to; bfloat16 comes as float32.
            What it raises goes to whoever runs the model.
        result: From the types of the operands to the type of the result: one of theirs, or dtype
            and shape, `lambda x, y: ("float32", x.shape[:-1])`. A type has `dtype`, `shape` and
            `rank`; sizes are numbers, or formulas that can be added, subtracted and multiplied. A
            `ValueError` refuses the operands, with its words.
    """

    call: Callable[..., Any]
    result: Callable[..., Said]


def _said(prover: Prover, *operands: TensorType, name: str, function: PythonFunction) -> Results:
    """The type that the rule says.

    Raises:
        Refusal: it refuses the operands.
        TypeError: the rule gives no type.
    """
    try:
        said: Any = function.result(*operands)
    except Refusal:
        raise
    except ValueError as error:
        message = " ".join(str(error).split()) or f"`{name}` does not take these operands"
        raise Refusal("SPC0136", message) from None
    if not isinstance(said, tuple) or len(cast("tuple[Any, ...]", said)) != 2:
        raise TypeError(f"the type rule of {name!r} gives {said!r}, not (dtype, shape)")
    dtype, shape = cast("tuple[Any, Any]", said)
    sizes: tuple[Any, ...] = tuple(shape)
    fits = all((type(size) is int and size >= 0) or isinstance(size, Dim) for size in sizes)
    if dtype not in DTYPES or not fits:
        raise TypeError(f"the type rule of {name!r} gives {dtype!r} and {shape!r}, not a type")
    return (TensorType(dtype, sizes),)


def _called(*operands: Array, results: Results, name: str, function: PythonFunction) -> Array:
    """What the function gives, held to its rule.

    Raises:
        Refusal: it is of another type.
    """
    views = [operand.view() for operand in operands]
    for view in views:
        view.flags.writeable = False
    found = np.asarray(function.call(*views))
    wanted = results[0]
    dtype = np.dtype(stored(wanted.dtype))
    if found.dtype != dtype or found.shape != wanted.shape:
        raise Refusal(
            "SPC0524",
            f"`{name}` gives {found.dtype}{shape_text(found.shape)}, and its type rule says "
            f"{dtype}{shape_text(wanted.shape)}",
            help="mend the Python function or the rule that it was registered with",
        )
    return found


FOREIGN: tuple[Primitive, ...] = (Primitive("call_python", _said, _called),)
