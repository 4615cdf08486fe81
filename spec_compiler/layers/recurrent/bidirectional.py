"""Bidirectional: a sequence read from both ends."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, model_validator

from spec_compiler.declaring.fields import refuse
from spec_compiler.fixes import Fix, put
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.inner_layer import InnerLayer, Wrapper, lower_inside, only
from spec_compiler.layers.base.interface import ByInner, Masks, Passing, Ports, Roles, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.recurrent.cell import INITIAL
from spec_compiler.layers.recurrent.recurrent import Reading
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import ItemPath, Refusal

_READS = only(
    lambda layer: isinstance(layer, Reading),
    "a layer that reads a sequence: LSTM, GRU, SimpleRNN, RNN or a ConvLSTM",
)


def _zeroed(layer: Layer) -> Layer:
    """The layer with zeros where a step of a sequence is masked, which is not for it to say."""
    layer = _reading(layer)
    wanted = layer.return_sequences
    if layer.zero_output_for_mask == wanted:
        return layer
    if "zero_output_for_mask" in layer.model_fields_set:
        raise Refusal(
            "SPC0108",
            "`zero_output_for_mask` has no effect inside of Bidirectional: a masked step of a "
            "sequence gives 0, and a last output that is masked stays",
            argument=("zero_output_for_mask",),
            help="leave it out",
        )
    return layer.model_copy(update={"zero_output_for_mask": wanted})


ReadingLayer = Annotated[InnerLayer, _READS, AfterValidator(_zeroed)]
"""A recurrent layer as an argument."""


_BOTH = {
    f"{way}{step}": f"tanh(x[:, {at}] @ {way}_layer_kernel{before} + {way}_layer_bias)"
    for way, order in {"forward": (0, 1), "backward": (1, 0)}.items()
    for step, at, before in (
        (1, order[0], ""),
        (2, order[1], f" + {way}1 @ {way}_layer_recurrent_kernel"),
    )
}
_BOTH_MASKED = {
    "forward1": f"where(mask(x)[:, :1], {_BOTH['forward1']}, 0)",
    "forward2": f"where(mask(x)[:, 1:], {_BOTH['forward2']}, forward1)",
    "backward1": f"where(mask(x)[:, 1:], {_BOTH['backward1']}, 0)",
    "backward2": f"where(mask(x)[:, :1], {_BOTH['backward2']}, backward1)",
    "forward": "where(mask(x)[..., None], stack([forward1, forward2], axis=1), 0)",
    "backward": "where(mask(x)[..., None], stack([backward2, backward1], axis=1), 0)",
}
_INNER = {"type": "SimpleRNN", "units": 4}
_STEPS = {**_INNER, "return_sequences": True}


class Bidirectional(Wrapper):
    """Read a sequence from both ends, and merge what comes of it.

    `layer` reads it forward and a copy of it backward, with weights of its own, or `backward_layer`
    does. The outputs of each step are merged: side by side (`concat`), or as their `sum`, product
    (`mul`) or mean (`ave`); with `merge_mode: null` they are the outputs `forward` and `backward`.
    With `return_state` the states follow, `state_forward` and `state_backward`, or
    `state_forward_h`, `state_forward_c` and so on. Initial states are the inputs
    `initial_state_forward` and so on, all or none. Weights: `forward_layer.kernel`,
    `backward_layer.kernel` and so on.

    A masked step keeps the states; with `return_sequences` its output is 0, and the mask
    `[batch, steps]` passes. Source: Keras's Bidirectional.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 3]",
            {"layer": _INNER},
            gives="float32[batch, 8]",
            equals="concatenate([forward2, backward2], axis=1)",
            where=_BOTH,
        ),
        Example(
            "float32[batch, 2, 3] mask",
            {"layer": _STEPS, "merge_mode": "sum"},
            gives="float32[batch, 2, 4] mask",
            equals="forward + backward",
            keeps="mask(x)",
            where=_BOTH_MASKED,
            why="a masked step gives 0",
        ),
        Example(
            "float32[batch, 2, 3]",
            {"layer": {**_INNER, "return_state": True}, "merge_mode": None},
            gives=("float32[batch, 4]",) * 4,
            equals=("forward2", "backward2", "forward2", "backward2"),
            where=_BOTH,
        ),
        Example(
            ("float32[batch, 1, 3]", "float32[batch, 4]", "float32[batch, 4]"),
            {
                "layer": _INNER,
                "backward_layer": {
                    **_INNER,
                    "go_backwards": True,
                    "activation": "relu",
                    "use_bias": False,
                },
                "merge_mode": "ave",
            },
            gives="float32[batch, 4]",
            equals="(tanh(f + forward_layer_bias) + maximum(g, 0)) / 2",
            where={
                "f": "x[:, 0] @ forward_layer_kernel + y @ forward_layer_recurrent_kernel",
                "g": "x[:, 0] @ backward_layer_kernel + z @ backward_layer_recurrent_kernel",
            },
            why="initial states, and another layer backward",
        ),
        Example(
            "float32[batch, 2, 3]",
            {"layer": _INNER, "merge_mode": "mul"},
            gives="float32[batch, 4]",
            equals="forward2 * backward2",
            where=_BOTH,
        ),
        Example(
            "float32[batch, 3]", {"layer": _INNER}, refuses="SPC0304", why="there are no steps"
        ),
        Example(
            "float32[batch, 2, 3]",
            {"layer": {"type": "Dense", "units": 4}},
            refuses="SPC0104",
            why="Dense reads no sequence",
        ),
        Example(
            "float32[batch, 2, 3]",
            {"layer": _INNER, "backward_layer": _INNER},
            refuses="SPC0107",
            why="both read forward",
        ),
        Example(
            ("float32[batch, 2, 3]", "float32[batch, 4]"),
            {"layer": _INNER},
            refuses="SPC0343",
            why="states for both directions or none",
        ),
    )

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Wrapper.elsewhere,
        "weights": "give them in a file: `weights: {file: …}` at the top of the spec",
    }
    ports: ClassVar[Ports] = ByInner("sequence")
    masks: ClassVar[Masks] = Masks(
        uses=True, passes=Passing.FIRST, when=("layer.return_sequences",)
    )
    rows: ClassVar[Rows] = Rows.NEEDED

    layer: ReadingLayer
    """What reads the sequence: LSTM, GRU, SimpleRNN, RNN or a ConvLSTM, with its arguments."""
    merge_mode: Literal["concat", "sum", "mul", "ave"] | None = "concat"
    """How the two outputs become one; null: they stay two."""
    backward_layer: ReadingLayer | None = None
    """What reads it from the end, with `go_backwards: true`; default: as `layer`."""

    @model_validator(mode="after")
    def _agree(self) -> Bidirectional:
        if self.backward_layer is None:
            return self
        forward, backward = self.directions
        for name in ("go_backwards", "return_sequences", "return_state"):
            here, there = getattr(backward, name), getattr(forward, name)
            opposed = name == "go_backwards"
            if (here != there) is not opposed:
                raise refuse(
                    f"is a contradiction: `{name}` is {str(here).lower()} here, and "
                    f"{'' if opposed else 'not '}in `layer`",
                    "SPC0107",
                    argument=("backward_layer",),
                    related=((("layer",), f"`{name}` is {str(there).lower()}"),),
                    fix=put(name, str(there != opposed).lower(), " in it"),
                )
        return self

    @property
    def directions(self) -> tuple[Reading, Reading]:
        """What reads forward and what reads backward."""
        forward = _reading(self.layer)
        if self.backward_layer is not None:
            return forward, _reading(self.backward_layer)
        return forward, forward.model_copy(update={"go_backwards": not forward.go_backwards})

    @classmethod
    def is_on(cls, switches: tuple[str, ...], arguments: Mapping[str, object]) -> bool:
        """Whether each of some arguments, also of the layer inside, is given and not false."""
        layer = cls.of(arguments)
        return all(attrgetter(name)(layer) for name in switches)

    @classmethod
    def ports_with(cls, arguments: Mapping[str, object]) -> Roles:
        """The sequence, and the initial states of both directions."""
        both = zip(("forward", "backward"), cls.of(arguments).directions, strict=True)
        states = (_state(name, way) for way, layer in both for name in layer.held)
        return Roles(("sequence",), tuple(f"{INITIAL}{name}" for name in states))

    @classmethod
    def output_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The output, or both; and the last states if they are asked for."""
        layer = cls.of(arguments)
        both = ("forward", "backward")
        states = (
            _state(name, way)
            for way, inner in zip(both, layer.directions, strict=True)
            for name in (inner.held if inner.return_state else ())
        )
        return (*(both if layer.merge_mode is None else ("output",)), *states)

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of both layers."""
        both = zip(("forward", "backward"), cls.of(arguments).directions, strict=True)
        return tuple(
            f"{way}_layer.{name}"
            for way, layer in both
            for name in layer.weight_names(layer.arguments())
        )

    def lower(
        self, b: LayerBuilder, sequence: Signal, **given: Signal | None
    ) -> Signal | dict[str, Signal]:
        """See the class."""
        states = {name: state for name, state in given.items() if state is not None}
        ports = type(self).ports_with(self.stated())
        if states and len(states) < len(ports.optional):
            raise Refusal(
                "SPC0343",
                f"Bidirectional needs {len(ports.optional)} initial states or none, and it has "
                f"{len(states)}",
                argument=("from",),
                help="feed all of them, or none to start from zeros",
            )
        made = {
            way: self._read(b, way, layer, sequence, states)
            for way, layer in zip(("forward", "backward"), self.directions, strict=True)
        }
        outputs = {way: next(iter(results.values())) for way, results in made.items()}
        mask = outputs["forward"].mask
        forward, backward = (b.compute(output.value) for output in outputs.values())
        if self.directions[0].return_sequences:
            backward = b.reverse(backward, 1)
        results = {"forward": Signal(forward, mask), "backward": Signal(backward, mask)}
        if self.merge_mode is not None:
            results = {"output": Signal(self._merged(b, forward, backward), mask)}
        results |= {
            _state(name, way): signal
            for way, of_it in made.items()
            for name, signal in [*of_it.items()][1:]
        }
        return results if len(results) > 1 else results["output"]

    def _read(
        self,
        b: LayerBuilder,
        way: str,
        layer: Reading,
        sequence: Signal,
        states: Mapping[str, Signal],
    ) -> dict[str, Signal]:
        """What one direction gives."""
        own = {f"{INITIAL}{name}": f"{INITIAL}{_state(name, way)}" for name in layer.held}
        given = {port: states[outer] for port, outer in own.items() if outer in states}
        at: ItemPath = (
            ("backward_layer",) if way == "backward" and self.backward_layer else ("layer",)
        )
        return lower_inside(b, layer, f"{way}_layer", at, {"sequence": sequence, **given}, own)

    def _merged(self, b: Builder, forward: Value, backward: Value) -> Value:
        """Both outputs as one."""
        if self.merge_mode == "concat":
            return b.concatenate([forward, backward], -1)
        sizes = forward.shape[-1], backward.shape[-1]
        if sizes[0] != sizes[1]:
            raise Refusal(
                "SPC0342",
                f"`merge_mode: {self.merge_mode}` needs outputs of one size, and they have "
                f"{sizes[0]} and {sizes[1]} entries",
                argument=("backward_layer",),
                help="give both the same size, or write `merge_mode: concat`",
            )
        if self.merge_mode == "mul":
            return b.multiply(forward, backward)
        total = b.add(forward, backward)
        return b.divide(total, 2) if self.merge_mode == "ave" else total


def _reading(layer: Layer) -> Reading:
    assert isinstance(layer, Reading)  # noqa: S101 - it is validated
    return layer


def _state(name: str, way: str) -> str:
    """What a state of one direction is called: `state_h` is `state_forward_h`."""
    return name.replace("state", f"state_{way}", 1)
