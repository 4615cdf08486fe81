"""What recurrent layers share: settings, reading a sequence with its mask, states and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, ClassVar, TypeAlias

from pydantic import AfterValidator, StrictBool

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Masks, Named, Passing, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.activations import ActivationField, ActivationFunction
from spec_compiler.layers.choices.activations.sigmoids import Tanh
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.random import Orthogonal
from spec_compiler.layers.choices.initializers.scaling import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, under

Cell: TypeAlias = Callable[..., list[Value]]
"""A function of a builder, the projected input of a step, the states and the constants.

Gives the next states; the first of them is the output of the step.
"""
ScanStep: TypeAlias = Callable[..., tuple[list[Value], list[Value]]]
"""The body of a scan: gives the next states, and what is stacked."""


def _stateless(value: bool) -> bool:
    if value:
        raise refuse(
            "cannot be true: a compiled graph keeps no state between runs",
            "SPC0109",
            help="write `return_state: true` and feed the states to the next run as initial states",
        )
    return value


class Recurrent(Layer):
    """The arguments of recurrent layers, and how they read a sequence."""

    learned: ClassVar[tuple[Named, ...]] = (
        Named("kernel"),
        Named("recurrent_kernel"),
        Named("bias", ("use_bias",)),
    )
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST, when=("return_sequences",))
    rows: ClassVar[Rows] = Rows.NEEDED

    elsewhere: ClassVar[Mapping[str, str]] = {
        **Layer.elsewhere,
        **dict.fromkeys(
            ("use_cudnn", "implementation"), "leave it out: it says how to compute, not what"
        ),
        **dict.fromkeys(
            ("initial_state", "states", "initial_states"),
            "states are inputs: `from: {sequence: x, initial_state_h: h, initial_state_c: c}`",
        ),
    }

    units: KnownSize
    """Size of the output and of each state."""
    activation: ActivationField = Tanh()
    """Applied to the candidate state and to the output."""
    use_bias: StrictBool = True
    """Whether a bias is added."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    recurrent_initializer: InitializerField = Orthogonal()
    """Gives the recurrent kernel its first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the bias its first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    recurrent_regularizer: RegularizerField | None = None
    """Penalty on the recurrent kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on the bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    recurrent_constraint: ConstraintField | None = None
    """Projection of new recurrent kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""
    dropout: Fraction = 0.0
    """Fraction of the input that training drops; no effect on inference."""
    recurrent_dropout: Fraction = 0.0
    """Fraction of the state that training drops; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of the dropout; no effect on inference."""
    return_sequences: StrictBool = False
    """Whether the output has every step; default: the last one only."""
    return_state: StrictBool = False
    """Whether the last states are outputs as well."""
    go_backwards: StrictBool = False
    """Whether the sequence is read from its end; outputs and their mask are in the order read."""
    stateful: Annotated[StrictBool, AfterValidator(_stateless)] = False
    """Only `false`: a compiled graph keeps no state between runs."""
    unroll: StrictBool = False
    """Accepted for Keras's sake; the result is the same."""
    zero_output_for_mask: StrictBool = False
    """Whether a masked step gives 0 instead of the output before it; so does the last one alone."""

    def first_states(
        self, b: Builder, sequence: Signal, given: Mapping[str, Signal | None]
    ) -> list[Value]:
        """The states before the first step: as given, all or none, else zeros.

        Args:
            b: The builder.
            sequence: The layer's input.
            given: The initial states by the names of their ports.

        Raises:
            Refusal: the sequence is not `[batch, steps, features]`, or a state is not
                `[batch, units]`.
        """
        name = type(self).__name__
        if sequence.rank != 3:
            raise Refusal(
                "SPC0304",
                f"{name} needs `[batch, steps, features]`, and its input is {sequence.value.type}",
                argument=("from",),
            )
        if sequence.mask is not None and sequence.mask.value.type.rank != 2:
            raise Refusal(
                "SPC0412",
                f"{name} needs a mask `[batch, steps]`, and the mask made by "
                f"`{sequence.mask.origin}` is {sequence.mask.value.type}",
                argument=("from",),
                origins=((sequence.mask.value, "type"),),
                help="write `mask: drop`, or `mask: NAME` for a tensor of that shape",
            )
        shape = (sequence.shape[0], self.units)
        states = {port: state for port, state in given.items() if state is not None}
        if not states:
            zeros = b.full(0.0, b.policy.compute, shape)
            return [zeros for _ in given]
        if len(states) < len(given):
            raise Refusal(
                "SPC0343",
                f"{name} needs {len(given)} initial states or none, and it has {len(states)}",
                argument=("from",),
                help="feed all of them, or none to start from zeros",
            )
        return [self._fitted(b, port, state, shape) for port, state in states.items()]

    def _fitted(self, b: Builder, port: str, state: Signal, shape: Shape) -> Value:
        """An initial state in the dtype to compute in, proved to have `shape`."""
        why = f"`{port}` of {type(self).__name__}"
        same = state.rank == 2 and all(
            b.require(size, "==", wanted, f"{why}: axis {axis}")
            for axis, (size, wanted) in enumerate(zip(state.shape, shape, strict=True))
        )
        if not same:
            raise Refusal(
                "SPC0344",
                f"{why} must be [{shape[0]}, {shape[1]}], and it is {state.value.type}",
                argument=("from", port),
                related=((("units",), f"the states have {self.units} entries"),),
            )
        return b.broadcast_to(b.compute(state.value), shape)

    def kernels(
        self,
        b: LayerBuilder,
        features: Size,
        gates: int,
        bias_shape: Shape,
        said_of_bias: Training,
    ) -> tuple[Value, Value, Value | None]:
        """The weights `kernel`, `recurrent_kernel` and `bias`, the last only if there is one."""
        kernel = b.weight(
            "kernel",
            (features, gates * self.units),
            self.training("kernel"),
        )
        recurrent = b.weight(
            "recurrent_kernel",
            (self.units, gates * self.units),
            self.training("recurrent"),
        )
        if not self.use_bias:
            return kernel, recurrent, None
        bias = b.weight(
            "bias",
            bias_shape,
            said_of_bias,
        )
        return kernel, recurrent, bias

    def gate(self, b: Builder, gates: Value, index: int, argument: str) -> Value:
        """One of the parts of `units` entries that lie side by side, activated.

        Args:
            b: The builder.
            gates: The parts, on the last axis.
            index: Which part.
            argument: The layer's argument that is its activation.

        Raises:
            Refusal: the activation would give half as many entries.
        """
        activation: ActivationFunction = getattr(self, argument)
        part = b.slice(gates, -1, index * self.units, (index + 1) * self.units)
        with under(argument):
            if activation.halved_axis(part) is not None:
                name = activation.names[0]
                message = f"`{argument}` cannot be `{name}`: it halves the state"
                raise Refusal("SPC0108", message)
            return activation.lower(b, part)

    def read(
        self,
        b: Builder,
        sequence: Signal,
        projected: Value,
        states: Mapping[str, Value],
        *,
        from_zeros: bool,
        cell: Cell,
        constants: Sequence[Value],
    ) -> Signal | dict[str, Signal]:
        """Run the cell over the steps.

        A masked step keeps the states, and its output is the output before it: zeros before the
        first kept step, whatever the initial states are.

        Args:
            b: The builder.
            sequence: The layer's input, for its mask.
            projected: The input times the kernel, for all steps: `[batch, steps, …]`.
            states: The states before the first step, by the names of their outputs.
            from_zeros: Whether these are zeros.
            cell: One step.
            constants: What each step reads, as the cell's last arguments.
        """
        series = [self._in_order(b, projected)]
        carried = list(states.values())
        mask = sequence.mask
        if mask is not None:
            mask = Mask(self._in_order(b, mask.value), mask.origin)
            series.append(b.expand(mask.value, -1))
        zeroed = self.zero_output_for_mask and not self.return_sequences
        apart = mask is not None and (zeroed or not from_zeros)
        if apart:
            shape = carried[0].shape
            carried.append(b.full(0.0, carried[0].dtype, shape))
        step = self._plain(cell) if mask is None else self._masked(cell, len(states), apart=apart)
        time_major = [b.transpose(x, (1, 0, 2)) for x in series]
        last, outputs = b.scan(step, time_major, carried, constants)
        if self.return_sequences:
            output = Signal(b.transpose(outputs[0], (1, 0, 2)), mask)
        else:
            output = Signal(last[-1] if apart else last[0])
        if not self.return_state:
            return output
        ends = zip(states, last[: len(states)], strict=True)
        return {"output": output, **{name: Signal(value) for name, value in ends}}

    def _in_order(self, b: Builder, x: Value) -> Value:
        """The steps as they are read; a mask goes with them, so that it fits the outputs."""
        return b.reverse(x, 1) if self.go_backwards else x

    def _plain(self, cell: Cell) -> ScanStep:
        def step(b: Builder, *given: Value) -> tuple[list[Value], list[Value]]:
            after = cell(b, *given)
            return after, after[:1] if self.return_sequences else []

        return step

    def _masked(self, cell: Cell, states: int, *, apart: bool) -> ScanStep:
        """A step that is skipped where the mask says so.

        Args:
            cell: The step.
            states: How many states it has.
            apart: Whether the output before is carried beside the states; else it is the first.
        """
        carried = states + apart

        def step(
            b: Builder, x: Value, keep: Value, *rest: Value
        ) -> tuple[list[Value], list[Value]]:
            before, constants = rest[:carried], rest[carried:]
            made = cell(b, x, *before[:states], *constants)
            made += made[:1] * apart
            after = [b.select(keep, new, old) for new, old in zip(made, before, strict=True)]
            output = after[-1 if apart else 0]
            if self.zero_output_for_mask:
                output = b.select(keep, made[0], 0)
            if self.return_sequences:
                return after, [output]
            return [*after[:states], *[output] * apart], []

        return step
