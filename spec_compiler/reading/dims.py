"""Named sizes that the data decides, and the constraints that relate them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, write
from spec_compiler.formula import arithmetic
from spec_compiler.formula.arithmetic import BesideIt, SizeRelation, names_in
from spec_compiler.ir.dims import BATCH, BATCH_NAME, Dim, Size, as_symbol, symbol
from spec_compiler.ir.facts import said_multiple
from spec_compiler.language.document import DimDeclaration
from spec_compiler.language.names import check_size_name
from spec_compiler.refusals import Refusal, under
from spec_compiler.source.node import SourceNode

LARGEST_DIM = 2**31 - 1


def dim_sizes(
    dims: Mapping[str, DimDeclaration],
    params: Mapping[str, object],
    lost: Collection[str],
    node: SourceNode,
    diagnostics: Diagnostics,
) -> dict[str, Size]:
    """The size of every dim, and of `batch`; a free symbol where it was refused.

    Args:
        dims: The declarations.
        params: The values of params, whose names no dim may have.
        lost: Params without a value: a bound that names one is not known.
        node: The document.
        diagnostics: Collects what is wrong.
    """
    sizes: dict[str, Size] = {BATCH_NAME: BATCH}
    for name, dim in dims.items():
        with diagnostics.at(node):
            check_size_name(name, "dims")
        # where it is refused every number may divide it: what it was to be is not known
        sizes[name] = symbol(name, multiple=0)
        with diagnostics.at(node, ("dims", name)):
            others = dict.fromkeys(dims.keys() - params.keys(), BesideIt())
            limits = dim_limits(dim, Scope(params, untold=others), lost)
            sizes[name] = _size(name, limits)
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


class Limits(NamedTuple):
    """What a dim is held to: sizes, which are numbers where its params are."""

    low: Size = 1
    high: Size | None = None
    multiple: Size = 1


def dim_limits(dim: DimDeclaration, scope: Scope, lost: Collection[str] = ()) -> Limits:
    """The bounds of a dim, with what its params are.

    Args:
        dim: The declaration.
        scope: What names mean.
        lost: Params without a value.

    Raises:
        Refusal: a bound is no size.
    """
    found: dict[str, Size] = {}
    for key, field in (("min", "low"), ("max", "high"), ("multiple_of", "multiple")):
        written = getattr(dim, key)
        if written is None or not set(lost).isdisjoint(names_in(str(written))):
            continue
        with under(key):
            found[field] = scope.size(written)
    return Limits(**found)


def _size(name: str, limits: Limits) -> Size:
    low, high, multiple = limits
    if isinstance(low, Dim) or isinstance(high, Dim) or isinstance(multiple, Dim):
        raise Refusal("SPC0104", "the bounds of a dim must be numbers or params")
    if low < 0 or (high is not None and high > LARGEST_DIM):
        key, end = ("min", 0) if low < 0 else ("max", LARGEST_DIM)
        fix = write(end, words=f"write `{key}: {end}`", safe=False).on(key)
        fix = write("{}", " for any size", safe=False) if low == high else fix
        raise Refusal("SPC0105", f"a size lies between 0 and {LARGEST_DIM}", fix=fix)
    if not 1 <= multiple <= LARGEST_DIM:
        message = f"`multiple_of` must lie between 1 and {LARGEST_DIM}, and it is {multiple}"
        raise Refusal("SPC0105", message, argument=("multiple_of",))
    if high is not None and low > high:
        swapped = Fix("write", f"{low}", safe=False).on("max")
        swapped = swapped.and_(Fix("write", f"{high}", safe=False).on("min"))
        message = f"`min` {low} is above `max` {high}"
        raise Refusal("SPC0107", message, argument=("max",), fix=swapped)
    least, most = -(-low // multiple) * multiple, high
    if high is not None:
        most = high // multiple * multiple
        if least > most:
            message = f"no multiple of {multiple} lies between {low} and {high}"
            raise Refusal("SPC0107", message, argument=("multiple_of",))
    if least == most:
        return least
    return symbol(name, least, most, multiple=multiple)


def with_multiples(
    dims: Mapping[str, Size], relations: Iterable[tuple[int, SizeRelation]]
) -> dict[str, Size]:
    """The dims, with what constraints such as `h % 4 == 0` say of them."""
    found = dict(dims)
    for _, (left, relation, right) in relations:
        difference = left - right
        said = said_multiple(difference) if isinstance(difference, Dim) else None
        if relation != "==" or said is None:
            continue
        size, number = said
        known = as_symbol(size)
        if known is not None and known.kind == "named" and known.name in found:
            single = as_symbol(found[known.name])
            both = math.lcm(number, single.multiple if single is not None else 1)
            if both <= LARGEST_DIM:
                found[known.name] = symbol(known.name, known.low, known.high, multiple=both)
    return found


def relations(
    constraints: Iterable[str], scope: Scope, node: SourceNode, diagnostics: Diagnostics
) -> tuple[tuple[int, SizeRelation], ...]:
    """The constraints that could be read, each with its index in the file."""
    found: list[tuple[int, SizeRelation]] = []
    for index, text in enumerate(constraints):
        with diagnostics.at(node, ("constraints", index)):
            found.append((index, arithmetic.relation(text, scope.names)))
    return tuple(found)
