"""Blocks that are cells: their layers are lowered within the loop, with weights made outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.driver import Driver
from spec_compiler.elaborate.reading import ONLY
from spec_compiler.elaborate.rows import alike
from spec_compiler.elaborate.signature import Signature
from spec_compiler.expanding.arguments import Known, arguments, given_by, made_for
from spec_compiler.expanding.cells import CELL, SEQUENCE, CellBody
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType, TensorType
from spec_compiler.layers.base.inner_layer import inside
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Signal
from spec_compiler.program import MadeCell, Port
from spec_compiler.reading.library import BlockPort
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.spans import Label
from spec_compiler.wiring import Call, connect

if TYPE_CHECKING:
    from spec_compiler.layers.recurrent.block_cell import BlockCell  # loaded where a spec has one


class CellBlocks:
    """Lowers the blocks that are cells in the layers of a driver; see `Blocks`."""

    def __init__(self, around: Driver) -> None:
        self.around = around

    def state_types(
        self, b: LayerBuilder, cell: BlockCell, x: Value, given: Mapping[str, Signal]
    ) -> tuple[TensorType, ...]:
        """The types of the states, from the signature; see `Blocks`."""
        body: CellBody = cell.body
        instance, block = body.instance, body.instance.block
        outer, file = self._scopes(body)
        entry = b.aside().value(TensorType(x.dtype, (x.shape[0], *x.shape[2:])))
        first = next(iter(block.inputs))
        fed = {first: Signal(entry), **dict(zip(cell.states, given.values(), strict=False))}
        known = arguments(block, instance.written, None, Known(outer), Known(file)).scope
        signature = Signature(instance, _asked(block.inputs, fed), b)
        called = dict(zip(cell.states, cell.initial, strict=True))
        with inside(ports={first: SEQUENCE, **called}):
            found = signature.bound(known)
        scope = known._replace(dims={**known.dims, **found})
        if not block.bound - found.keys():
            made = made_for(block, given_by(instance.written, None), scope)
            scope = scope._replace(params={**scope.params, **made})
        leading = signature.leading(first, block.inputs[first]) if first in signature.fed else None
        types: list[TensorType] = []
        for name in cell.states:
            port = block.inputs[name]
            state = fed.get(name)
            own = state.dtype if state and state.dtype not in FLOATS else b.policy.compute
            if state is not None:
                shape = state.shape
            else:
                shape = (x.shape[0], *_stated(name, cell, port, scope, leading))
            types.append(TensorType(cast("DType", port.dtype or own), shape))
        return tuple(types)

    def results(
        self, b: LayerBuilder, cell: BlockCell, given: Sequence[Value], *, again: bool
    ) -> list[Value]:
        """What a step gives: the states, and the output; see `Blocks`."""
        found = Diagnostics()
        driver = _CellDriver(self.around, b, cell, given, found, again=again)
        made = driver.made()
        if not again:
            for finding in found.one_by_one():
                self.around.diagnostics.add(finding, once=True)
        if found.errors or made is None:
            raise Refusals
        body: CellBody = cell.body
        takes = zip(body.instance.block.inputs, given, strict=True)
        self.around.cells[body] = MadeCell(
            driver.wiring,
            driver.steps,
            {name: value.type for name, value in takes},
            {name: signal.value.type for name, signal in made.items()},
        )
        return [made[name].value for name in (*cell.states, cell.output)]

    def _scopes(self, body: CellBody) -> tuple[Scope, Scope]:
        """What names mean where the block is used, and in its file."""
        instance, scopes = body.instance, self.around.scopes
        outer = scopes.of(instance.outer) if instance.outer else self.around.core.scope
        file = scopes.of(instance.file) if instance.file else instance.block.library.scope
        return outer, file


class _CellDriver(Driver):
    """Walks the layers of a cell, as layers inside of the layer that has it."""

    def __init__(
        self,
        around: Driver,
        b: LayerBuilder,
        cell: BlockCell,
        given: Sequence[Value],
        found: Diagnostics,
        *,
        again: bool,
    ) -> None:
        self.cell = cell
        self.body: CellBody = cell.body
        wiring = connect(self.body.core, found)
        asks_for = b.asks_for or b.layer
        super().__init__(wiring, found, replace(b, blocks=CellBlocks(self), asks_for=asks_for))
        self.default_policy = b.policy
        self.cells = around.cells
        self.scopes.scopes |= around.scopes.scopes
        for name, value in zip(self.body.ports.values(), given, strict=True):
            signal = Signal(value)
            self.signals[name] = {ONLY: signal}
            self.inputs[name] = Port(name, signal)
        self.rows = given[0].shape[0]
        # what is said of a layer has the names of the block, what runs those of the program
        self.head = f"{b.layer}." if again else ""

    def builder_of(self, call: Call, layer: Layer) -> LayerBuilder:
        """As of a layer inside of another."""
        owner = call.reuse or call.name
        b = self.builder.inside(owner, layer.dtype, trainable=layer.trainable)
        return replace(
            b,
            layer=self.head + call.name,
            shared=b.shared or b.layer,
            activities={},
        )

    def owner_of(self, call: Call) -> str:
        """See `Driver`."""
        return self.builder.full_name(f"{call.reuse or call.name}.")

    def lower(self, call: Call) -> None:
        """See `Driver`; what only training looks at cannot leave the loop."""
        super().lower(call)
        step = self.steps.get(call.name)
        for output, signal in step.results.items() if step is not None else ():
            self.builder.note(call.name, signal, call.kind.__name__, output)
        if self.activities:
            self.activities.clear()
            with self.diagnostics.at(call.place, once=True):
                raise Refusal(
                    "SPC0108",
                    "`activity_regularizer` has no effect in a cell: what a step gives inside does "
                    "not leave the loop",
                    argument=("activity_regularizer",),
                    blame_key=True,
                    help="leave it out, or write it on a layer behind the layer with the cell",
                )

    def made(self) -> dict[str, Signal] | None:
        """The outputs of the block, with rows and without masks; None where some are refused."""
        self.make_inputs()
        self.lower_all()
        instance = self.body.instance
        found: dict[str, Signal] = {}
        for name in instance.outputs:
            outlet = self.wiring.outputs.get(
                f"{CELL}.{name}" if len(instance.outputs) > 1 else CELL
            )
            if outlet is None or outlet.reference.source not in self.signals:
                return None
            with self.diagnostics.at(instance.place, once=True):
                found[name] = self._row_by_row(name, self.read(outlet.reference))
        return found if len(found) == len(instance.outputs) else None

    def _row_by_row(self, name: str, signal: Signal) -> Signal:
        """An output with the batch on its first axis.

        Raises:
            Refusal: its batch is elsewhere, or it has a mask.
        """
        span = self.body.instance.block.node.span_of(("outputs", name))
        label = Label(span, f"`{name}` comes out here")
        if signal.mask is not None and self.core.header.mask_policy == "error":
            raise Refusal(
                "SPC0410",
                f"the cell `{self.cell.use}` would drop the mask made by `{signal.mask.origin}`",
                argument=("use",),
                labels=(label,),
                help="a step gives no mask: write `mask: drop` on the layer that passes it",
            )
        if signal.batch is None:
            return alike(self.builder, signal, self.rows)
        if signal.batch != 0:
            raise Refusal(
                "SPC0357",
                f"the batch is axis {signal.batch} of `{name}`, and a cell has it on axis 0",
                argument=("use",),
                labels=(label,),
            )
        return signal.masked(None)


def _asked(ports: Mapping[str, BlockPort], fed: Mapping[str, Signal]) -> dict[str, Signal]:
    """What the signature says something of."""
    return {name: signal for name, signal in fed.items() if ports[name] != BlockPort()}


def _stated(
    name: str, cell: BlockCell, port: BlockPort, scope: Scope, leading: Shape | None
) -> Shape:
    """The shape of a state that starts from zeros, without the batch.

    Raises:
        Refusal: nothing tells it.
    """
    label = Label(cell.body.instance.block.node.span_of(("inputs", name)), "asked here")
    called = dict(zip(cell.states, cell.initial, strict=True))[name]

    def untold(what: str, help: str) -> Refusal:
        return Refusal(
            "SPC0222",
            f"the state `{name}` of `{cell.use}` starts from zeros, and nothing tells {what}",
            argument=("use",),
            labels=(label,),
            help=f"{help}, or feed the first state: `{called}`",
        )

    if port.shape is None:
        raise untold("its shape", f"write it: `{name}: {{shape: [8]}}`")
    shape: list[Size] = []
    for entry in port.shape:
        if entry == "..." and leading is not None:
            shape += leading
        elif entry is None or entry == "...":
            raise untold(f"the size `{entry or 'null'}`", "write a number or a param there")
        else:
            try:
                shape.append(scope.size(entry))
            except Refusal:
                raise untold(
                    f"the size `{entry}`", f"make `{entry}` a param of the block"
                ) from None
    return tuple(shape)
