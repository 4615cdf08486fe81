"""The closed table of functions; the layers add the activations to it."""

from __future__ import annotations

from spec_compiler.expression.function import Function
from spec_compiler.expression.functions.elementwise import ELEMENTWISE
from spec_compiler.expression.functions.making import MAKING
from spec_compiler.expression.functions.moving import MOVING
from spec_compiler.expression.functions.reductions import REDUCTIONS

FUNCTIONS: dict[str, Function] = {
    function.name: function for function in (*ELEMENTWISE, *REDUCTIONS, *MOVING, *MAKING)
}

__all__ = ["FUNCTIONS"]
