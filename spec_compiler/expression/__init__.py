"""A small typed expression language: parsed, checked, lowered; never run as code.

Lambda layers and the transforms of weights use it through this door. What stands behind it is
loaded at the first use: most specs have no expression.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spec_compiler.expression.compiled import check_words, compile_expression, lower_expression
    from spec_compiler.expression.functions import FUNCTIONS, GROUPS
    from spec_compiler.expression.language import names_in, parse, spelled
    from spec_compiler.expression.operand import Operand, Tensor
    from spec_compiler.expression.values import with_values, with_words

_WHERE = {
    "FUNCTIONS": "functions",
    "GROUPS": "functions",
    "Operand": "operand",
    "Tensor": "operand",
    "check_words": "compiled",
    "compile_expression": "compiled",
    "lower_expression": "compiled",
    "names_in": "language",
    "parse": "language",
    "spelled": "language",
    "with_values": "values",
    "with_words": "values",
}

__all__ = [
    "FUNCTIONS",
    "GROUPS",
    "Operand",
    "Tensor",
    "check_words",
    "compile_expression",
    "lower_expression",
    "names_in",
    "parse",
    "spelled",
    "with_values",
    "with_words",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = value
    return value
