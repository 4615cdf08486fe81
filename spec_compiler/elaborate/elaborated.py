"""A whole spec, elaborated: its inputs, its layers in order, its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.cells import CellBlocks
from spec_compiler.elaborate.driver import Driver
from spec_compiler.elaborate.reading import Signals
from spec_compiler.ir.graph import Node
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.program import Program, Step
from spec_compiler.wiring import Wiring

if TYPE_CHECKING:
    from spec_compiler.elaborate.remembered import Remembered


class Elaborated(NamedTuple):
    """What is known of a spec, also where something in it was refused.

    Attributes:
        wiring: Who feeds whom, and the declarations.
        settings: Of the layers whose settings could be read, by name.
        signals: What inputs and layers give, by their name and that of the result; the only result
            of a layer is called ``. Without those that were refused, and what depends on them.
        steps: The layers that could be lowered, in order.
        nodes: What they were lowered to.
        program: The whole, where nothing of the model was refused.
    """

    wiring: Wiring
    settings: Mapping[str, Settings]
    signals: Mapping[str, Signals]
    steps: Mapping[str, Step]
    nodes: Sequence[Node]
    program: Program | None


def elaborate(
    wiring: Wiring,
    diagnostics: Diagnostics,
    functions: Mapping[str, PythonFunction] | None = None,
    remembered: Remembered | None = None,
) -> Elaborated:
    """Lower every layer, as far as what it needs is there; those that are remembered, not again."""
    builder = LayerBuilder(functions=functions or {})
    driver = Driver(wiring, diagnostics, builder)
    if remembered is not None:
        core = wiring.core
        policies = driver.default_policy, core.header.mask_policy
        whole = policies, core.scope.dims, core.relations, builder.functions
        remembered.begin(whole, wiring.calls)
        builder.number_from(remembered.numbers)
        driver.remembered = remembered
    driver.builder.blocks = CellBlocks(driver)
    driver.state_constraints()
    driver.make_inputs()
    driver.lower_all()
    for name, outlet in wiring.outputs.items():
        driver.reach(name, outlet)
    diagnostics.unchecked += tuple(driver.skipped)
    program = None if diagnostics.refused > wiring.core.beside else driver.program()
    nodes = driver.builder.nodes
    # what knows each other would wait for the collector of cycles, with all that was made
    builder.blocks = None
    del driver.scopes
    return Elaborated(wiring, driver.settings, driver.signals, driver.steps, nodes, program)
