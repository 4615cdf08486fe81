"""The closed table of functions; the layers add the activations to it."""

from __future__ import annotations

from spec_compiler.expression.function import Function
from spec_compiler.expression.functions.bits import BITS
from spec_compiler.expression.functions.elementwise import ELEMENTWISE
from spec_compiler.expression.functions.making import MAKING
from spec_compiler.expression.functions.moving import MOVING
from spec_compiler.expression.functions.ordering import ORDERING
from spec_compiler.expression.functions.picking import PICKING
from spec_compiler.expression.functions.placing import PLACING
from spec_compiler.expression.functions.reductions import PRODUCTS, REDUCTIONS
from spec_compiler.expression.functions.triangles import TRIANGLES

GROUPS: dict[str, tuple[Function, ...]] = {
    "Element by element": (*ELEMENTWISE, *BITS),
    "Along axes": (*REDUCTIONS, *ORDERING),
    "Products": PRODUCTS,
    "Moving and joining": MOVING,
    "Picking and placing": (*PICKING, *PLACING),
    "Making and asking": (*MAKING, *TRIANGLES),
}
"""The table as it is documented."""

FUNCTIONS: dict[str, Function] = {
    function.name: function for group in GROUPS.values() for function in group
}

__all__ = ["FUNCTIONS", "GROUPS"]
