"""Numbers that come in with more digits than anything computes with."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.fixes import write
from spec_compiler.ir.graph import Apply
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.linting.looking import Document
from spec_compiler.places import Placed
from spec_compiler.refusals import Refusal


def wide_inputs(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Inputs in float64 that every layer casts to a smaller float before it computes."""
    program = document.known.program
    if program is None:
        return
    wide = {of.signal.value: of for of in program.inputs.values() if of.type.dtype == "float64"}
    taken: dict[object, set[str]] = {value: set() for value in wide}
    for node in program.graph.nodes if wide else ():
        is_cast = isinstance(node, Apply) and isinstance(node.primitive, Cast)
        for value in node.operands:
            if value in taken:
                taken[value].add(node.results[0].dtype if is_cast else "float64")
    outside = set(program.graph.outputs.values())
    for value, port in wide.items():
        dtypes = taken[value]
        if len(dtypes) == 1 and "float64" not in dtypes and value not in outside:
            (dtype,) = dtypes
            yield (
                document.node,
                Refusal(
                    "SPC1023",
                    f"`{port.name}` comes in as float64, and all that reads it computes in {dtype}",
                    argument=("inputs", port.name, "dtype"),
                    fix=write(dtype, "; or `dtype: float64` in the layers", safe=False),
                ),
            )
