"""Python functions in expressions: only those that the caller from Python has registered."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.expression.function import OPERANDS, Function
from spec_compiler.expression.language import is_name
from spec_compiler.expression.operand import Context, Tensor
from spec_compiler.expression.other_tools.words import SYNONYMS
from spec_compiler.ir.primitives.registered import PythonFunction


def with_python(
    known: Mapping[str, Function], functions: Mapping[str, PythonFunction]
) -> Mapping[str, Function]:
    """A table with the caller's functions in it.

    Raises:
        ValueError: a name is taken, or could not be called in an expression.
    """
    for name in functions:
        if not is_name(name):
            raise ValueError(f"{name!r} cannot be the name of a function in an expression")
        if name in known or name in SYNONYMS:
            raise ValueError(f"{name!r} is a function of the language already")
    return {**known, **{name: _function(name, item) for name, item in functions.items()}}


def _function(name: str, function: PythonFunction) -> Function:
    def rule(c: Context, *operands: Tensor) -> Tensor:
        values = [operand.value for operand in operands]
        value = c.b.call_python(name, function, *values)
        # nothing is known of what meets inside: masked entries may
        return c.result(value, *((x, [None] * len(value.shape)) for x in operands))

    return Function(name, {"operands": OPERANDS}, rule, does="a Python function", gives="its rule")
