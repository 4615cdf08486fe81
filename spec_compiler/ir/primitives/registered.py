"""The one primitive whose meaning is not ours: a Python function that its owner registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, cast

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Dim, Shape
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DTYPES, DType, TensorType, shape_text
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

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


@record
class CallPython(Primitive):
    """What a registered function makes of its operands, known in messages by what it is called."""

    name: ClassVar[str] = "call_python"

    called: str
    function: PythonFunction

    def infer(self, prover: Prover, *operands: TensorType) -> TensorType:
        """The type that the rule says.

        Raises:
            Refusal: it refuses the operands.
            TypeError: the rule gives no type.
        """
        try:
            said: Any = self.function.result(*operands)
        except Refusal:
            raise
        except ValueError as error:
            message = (
                " ".join(str(error).split()) or f"`{self.called}` does not take these operands"
            )
            raise Refusal("SPC0136", message) from None
        rule = f"the type rule of {self.called!r}"
        if not isinstance(said, tuple) or len(cast("tuple[Any, ...]", said)) != 2:
            raise TypeError(f"{rule} gives {said!r}, not (dtype, shape)")
        dtype, shape = cast("tuple[Any, Any]", said)
        sizes: tuple[Any, ...] = tuple(shape)
        fits = all((type(size) is int and size >= 0) or isinstance(size, Dim) for size in sizes)
        if dtype not in DTYPES or not fits:
            raise TypeError(f"{rule} gives {dtype!r} and {shape!r}, not a type")
        return TensorType(dtype, sizes)

    def evaluate(self, *operands: Array, of: TensorType) -> Array:
        """What the function gives, held to its rule.

        Raises:
            Refusal: it is of another type.
        """
        views = [operand.view() for operand in operands]
        for view in views:
            view.flags.writeable = False
        found = np.asarray(self.function.call(*views))
        dtype = np.dtype(stored(of.dtype))
        if found.dtype != dtype or found.shape != of.shape:
            raise Refusal(
                "SPC0524",
                f"`{self.called}` gives {found.dtype}{shape_text(found.shape)}, and its type rule "
                f"says {dtype}{shape_text(of.shape)}",
                help="mend the Python function or the rule that it was registered with",
            )
        return found


REGISTERED: tuple[type[Primitive], ...] = (CallPython,)
