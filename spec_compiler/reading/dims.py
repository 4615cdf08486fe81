"""Named sizes that the data decides, and the constraints that relate them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.formula import arithmetic
from spec_compiler.formula.arithmetic import SizeRelation
from spec_compiler.ir.dims import BATCH, BATCH_NAME, Dim, Size, symbol
from spec_compiler.language.document import DimDeclaration
from spec_compiler.language.names import check_size_name
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode

LARGEST_DIM = 2**31 - 1


def dim_sizes(
    dims: Mapping[str, DimDeclaration],
    params: Collection[str],
    node: SourceNode,
    diagnostics: Diagnostics,
) -> dict[str, Size]:
    """The size of every dim, and of `batch`; a free symbol where it was refused.

    Args:
        dims: The declarations.
        params: The names of params, which no dim may have.
        node: The document.
        diagnostics: Collects what is wrong.
    """
    sizes: dict[str, Size] = {BATCH_NAME: BATCH}
    for name, dim in dims.items():
        with diagnostics.at(node):
            check_size_name(name, "dims")
        sizes[name] = symbol(name)
        with diagnostics.at(node, ("dims", name)):
            sizes[name] = _size(name, dim)
        if name in params:
            diagnostics.at(node).add(
                Refusal(
                    "SPC0201",
                    f"`{name}` is both a param and a dim",
                    argument=("dims", name),
                    related=((("params", name), "the param"),),
                )
            )
    return sizes


def _size(name: str, dim: DimDeclaration) -> Size:
    low, high = dim.min, dim.max
    if isinstance(low, Dim) or isinstance(high, Dim):
        raise Refusal("SPC0104", "the bounds of a dim must be numbers or params")
    if low < 0 or (high is not None and high > LARGEST_DIM):
        raise Refusal("SPC0105", f"a size lies between 0 and {LARGEST_DIM}")
    if high is not None and low > high:
        raise Refusal("SPC0107", f"`min` {low} is above `max` {high}", argument=("max",))
    if low == high:
        return low
    return symbol(name, low, high)


def relations(
    constraints: Iterable[str], scope: Scope, node: SourceNode, diagnostics: Diagnostics
) -> tuple[tuple[int, SizeRelation], ...]:
    """The constraints that could be read, each with its index in the file."""
    found: list[tuple[int, SizeRelation]] = []
    for index, text in enumerate(constraints):
        with diagnostics.at(node, ("constraints", index)):
            found.append((index, arithmetic.relation(text, scope.names)))
    return tuple(found)
