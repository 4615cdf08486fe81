"""The closed set of operations that everything else is written with."""

from __future__ import annotations

from spec_compiler.ir.primitives.contraction import CONTRACTION
from spec_compiler.ir.primitives.elementwise import ELEMENTWISE
from spec_compiler.ir.primitives.indexing import INDEXING
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.reduction import REDUCTION
from spec_compiler.ir.primitives.registered import REGISTERED
from spec_compiler.ir.primitives.structure import STRUCTURE
from spec_compiler.ir.primitives.windows import WINDOWS

PRIMITIVES: dict[str, type[Primitive]] = {
    primitive.name: primitive
    for primitive in (
        *(*ELEMENTWISE, *STRUCTURE, *REDUCTION, *CONTRACTION, *WINDOWS, *INDEXING, *REGISTERED),
    )
}

__all__ = ["PRIMITIVES"]
