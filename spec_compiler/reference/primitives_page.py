"""The page of primitives."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.primitives.contraction import CONTRACTION
from spec_compiler.ir.primitives.elementwise import ELEMENTWISE
from spec_compiler.ir.primitives.indexing import INDEXING
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.reduction import REDUCTION
from spec_compiler.ir.primitives.registered import REGISTERED
from spec_compiler.ir.primitives.structure import STRUCTURE
from spec_compiler.ir.primitives.windows import WINDOWS
from spec_compiler.reference.markdown import page, table

KINDS: Mapping[str, tuple[type[Primitive], ...]] = {
    "elementwise": ELEMENTWISE,
    "structure": STRUCTURE,
    "reduction": REDUCTION,
    "contraction": CONTRACTION,
    "indexing": INDEXING,
    "windows": WINDOWS,
    "registered": REGISTERED,
}


def primitives_page() -> str:
    """The closed set of operations that every layer is written with."""
    rows = (
        (f"`{primitive.name}`", kind, str(primitive.flops))
        for kind, primitives in KINDS.items()
        for primitive in primitives
    )
    return page(
        "# Primitives",
        "Every layer is lowered to these operations. `scan` repeats a graph of them along an axis. "
        "A primitive has a type rule and a meaning in NumPy; what can be written with others is "
        "none.",
        table(("primitive", "kind", "FLOPs for each element of the result"), rows),
    )
