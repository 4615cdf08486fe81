"""Whether rows of the batch stay apart: then a large batch runs in slices, in constant memory."""

from __future__ import annotations

from spec_compiler.ir.dims import holds_batch
from spec_compiler.ir.rows import begins_with_rows, keeps_rows
from spec_compiler.program import Program


def rows_stay_apart(program: Program) -> bool:
    """Whether row `i` of every output depends on row `i` of the inputs alone."""
    graph = program.graph
    ends = (*graph.inputs.values(), *graph.outputs.values())
    if not graph.inputs or not all(map(begins_with_rows, ends)):
        return False
    if any(holds_batch(size) for check in graph.checks for size in (check.left, check.right)):
        return False
    return all(keeps_rows(node) for node in graph.every_node())
