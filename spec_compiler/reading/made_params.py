"""Params that are made from others: in which order, and what each is."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.ir.dims import Dim
from spec_compiler.language.document import Param
from spec_compiler.reading.params import stand_in, typed, within
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown_path
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Label

_MOST_CYCLES = 20


def made_in_order(params: Mapping[str, Param]) -> tuple[list[str], list[list[str]]]:
    """The params that are made from others, each behind those; and cycles, which have no order.

    Returns:
        A cycle is a path: each is made from the next, the last one from the first.
    """
    made = {name: param for name, param in params.items() if param.value is not None}
    sources = {
        name: [other for other in names_in(str(param.value)) if other in made]
        for name, param in made.items()
    }
    cycles: list[list[str]] = []
    while len(cycles) < _MOST_CYCLES:
        try:
            return list(TopologicalSorter(sources).static_order()), cycles
        except CycleError as error:
            path: list[str] = error.args[1][:0:-1]
            first = path.index(min(path, key=list(sources).index))
            cycles.append([*path[first:], *path[:first]])
            kept = {name: of for name, of in sources.items() if name not in path}
            sources = {name: [x for x in of if x in kept] for name, of in kept.items()}
    return [], cycles


def made_value(name: str, param: Param, scope: Scope) -> object:
    """The value of a param that is made from others.

    Raises:
        Refusal: its formula has none; the path begins with `value`.
    """
    try:
        value = (scope.number if param.type == "float" else scope.size)(param.value)
    except Refusal as refusal:
        raise refusal.under(("value",)) from None
    if isinstance(value, Dim):
        return value
    value = typed(param, value, ("value",), "")
    within(name, param, value)
    return value


def add_made(
    params: Mapping[str, Param],
    values: dict[str, object],
    lost: set[str],
    dims: Mapping[str, object],
    node: SourceNode,
    diagnostics: Diagnostics,
) -> None:
    """Add the params of a file that are made from others to the values of the rest.

    Args:
        params: The declarations.
        values: Those that are known; gets the others.
        lost: Those that have only a stand-in: what is made from them has one, too.
        dims: The names of dims, of which no param can be made.
        node: The document.
        diagnostics: Collects what is wrong.
    """
    order, cycles = made_in_order(params)
    for path in cycles:
        lost |= {*path}
        refuse_cycle(path, node, diagnostics)
    lost |= {name for name, param in params.items() if param.value is not None} - {*order}
    for name in order:
        param = params[name]
        if lost.isdisjoint(names_in(str(param.value))):
            lost.add(name)
            with diagnostics.at(node, ("params", name)):
                _refuse_dims(str(param.value), dims)
                values[name] = made_value(name, param, Scope(values))
                lost.discard(name)
        else:
            lost.add(name)
    for name in lost:
        values.setdefault(name, stand_in(params[name]))


def _refuse_dims(text: str, dims: Mapping[str, object]) -> None:
    for name in names_in(text):
        if name in dims:
            start = text.index(name)
            raise Refusal(
                "SPC0205",
                f"`{name}` is a dim, and a param is known before any data",
                argument=("value",),
                within=(start, start + len(name)),
            )


def refuse_cycle(path: list[str], node: SourceNode, diagnostics: Diagnostics) -> None:
    """Show a cycle as its path, one line of the file a step."""
    first, *others = [
        (("params", name, "value"), f"`{name}` is made from `{source}`")
        for name, source in zip(path, [*path[1:], path[0]], strict=True)
    ]
    diagnostics.at(node, first[0]).add(
        Refusal(
            "SPC0220",
            f"params are made from each other: {shown_path([*path, path[0]])}",
            annotation=first[1],
            labels=tuple(Label(node.span_of(at), words) for at, words in others[:4]),
            help="give one of them a `default`",
        )
    )
