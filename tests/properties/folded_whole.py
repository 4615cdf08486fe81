"""What holds of every valid spec when it is folded: nothing is lost, and nothing is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec_compiler.folds import Measured, Part, layers_shown, parts_of, shown
from spec_compiler.measure import Parameters, added, flops, measure, parameters
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.folded import folded
from spec_compiler.picture.picture import Picture
from spec_compiler.program import Program

if TYPE_CHECKING:
    from holding import Held


def a_fold_has_all_that_is_in_it(held: Held) -> None:
    """At every depth each layer is in one part, the parts add up, and edges are those between."""
    a_fold_has_all_of(held.model.program)


def a_fold_has_all_of(program: Program) -> None:
    """The same of a program."""
    measured, whole = Measured(program), draw_program(program)
    alone = {row.name: row for row in measure(program)}
    for fold in (True, False):
        parts = parts_of(program, fold=fold)
        for depth in (1, 2, 9):
            rows = [*layers_shown(shown(parts, depth))]
            inside = [layer for part in rows for layer in part.layers]
            assert sorted(inside) == sorted(program.steps)
            costs = [measured.row(part).measure for part in rows]
            assert added(cost.flops for cost in costs) == flops(program)
            total = sum((cost.parameters for cost in costs), Parameters())
            assert total == parameters(program)
            for part in rows:
                # what is alike costs the same, each copy
                each = {added(alone[name].flops for name in copy) for copy in part.copies}
                assert len(each) == 1
            _edges_are_those_between(whole, folded(whole, shown(parts, depth)), rows)


def _edges_are_those_between(whole: Picture, found: Picture, rows: list[Part]) -> None:
    stands_in = {layer: part.name for part in rows for layer in part.layers}
    names = {box.id: stands_in.get(box.name, box.name) for box in whole.boxes}
    names |= {box.id: f"/{box.name}" for box in whole.boxes if box.role in {"output"}}
    shown_names = {box.id: box.name for box in found.boxes}
    shown_names |= {box.id: f"/{box.name}" for box in found.boxes if box.role in {"output"}}
    wanted = {
        (names[edge.source], names[edge.target], edge.label, edge.mask, edge.kind)
        for edge in whole.edges
        if names[edge.source] != names[edge.target]
    }
    between = {
        (shown_names[edge.source], shown_names[edge.target], edge.label, edge.mask, edge.kind)
        for edge in found.edges
        if edge.source != edge.target
    }
    assert between == wanted
    assert sum(box.costs.parameters for box in found.boxes) == sum(
        box.costs.parameters for box in whole.boxes
    )
