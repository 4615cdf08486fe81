"""TimeDistributed: the same layer at every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import BATCH, Shape, holds_batch, symbol
from spec_compiler.ir.graph import Value
from spec_compiler.ir.rows import begins_with_rows, keeps_rows
from spec_compiler.ir.types import TensorType, shape_text
from spec_compiler.layers.base.inner_layer import InnerLayer, Wrapper, lower_inside, only
from spec_compiler.layers.base.interface import PASSED, ByAuthor, ByInner, Masks, Roles, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Mask, Outward, Signal
from spec_compiler.refusals import Refusal


def _takes_one(layer: Layer) -> bool:
    """Whether a layer works on one tensor."""
    ports = layer.ports
    one = isinstance(ports, Roles) and len(ports.required) == 1
    return one or isinstance(ports, ByAuthor | ByInner)


class TimeDistributed(Wrapper):
    """Do the same at every step: each step of each row is a row of the layer inside.

    `[batch, steps, …]` to `[batch, steps, …]`, with what the layer makes of `[batch * steps, …]`.
    The weights are those of the layer, `layer.kernel` and so on. The mask `[batch, steps]` passes.
    Of a mask with more axes, `[batch, steps, words]`, the layer inside sees what is behind the
    steps: what it passes on is the mask of the result, and where it uses the mask up, a step is
    kept if any of its entries was. Source: Keras's TimeDistributed.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 3, 4]",
            {"layer": {"type": "Dense", "units": 2}},
            gives="float32[batch, 3, 2]",
            equals="x @ layer_kernel + layer_bias",
        ),
        Example(
            "float32[batch, 3, 4] mask",
            {"layer": {"type": "Activation", "activation": "relu"}},
            gives="float32[batch, 3, 4] mask",
            equals="maximum(x, 0)",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 3, 2, 4] mask",
            {"layer": {"type": "GlobalAveragePooling1D"}},
            gives="float32[batch, 3, 4] mask",
            equals="sum(where(m, x, 0), axis=2) / maximum(sum(where(m, 1.0, 0.0), axis=2), 1)",
            keeps="any(mask(x), axis=2)",
            where={"m": "mask(x)[..., None]"},
            why="a mask of the words of each sentence is for the layer inside",
        ),
        Example(
            "float32[batch, 3, 4]",
            {"layer": {"type": "LSTM", "units": 2}},
            refuses="SPC0304",
            why="a step is `[batch, 4]`, and LSTM reads `[batch, steps, features]`",
        ),
        Example(
            "float32[batch, 4]",
            {"layer": {"type": "Dense", "units": 2}},
            refuses="SPC0304",
            why="there are no steps",
        ),
        Example(
            "float32[batch, 3, 4]",
            {"layer": {"type": "Add"}},
            refuses="SPC0104",
            why="a layer that merges has nothing to merge",
        ),
    )

    masks: ClassVar[Masks] = PASSED
    rows: ClassVar[Rows] = Rows.NEEDED

    layer: Annotated[InnerLayer, only(_takes_one, "a layer of one tensor")]
    """The layer: a mapping with `type` and its arguments."""

    @classmethod
    def output_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of the layer."""
        inner = cls.of(arguments).layer
        return inner.output_names(inner.arguments())

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of the layer."""
        inner = cls.of(arguments).layer
        return tuple(f"layer.{name}" for name in inner.weight_names(inner.arguments()))

    def lower(self, b: LayerBuilder, x: Signal) -> Signal | dict[str, Signal]:
        """See the class."""
        if x.rank < 3:
            raise Refusal(
                "SPC0304",
                f"TimeDistributed needs `[batch, steps, …]`, and its input is {x.value.type}",
                argument=("from",),
            )
        mask = x.mask
        deep = mask is not None and len(mask.value.shape) > 2
        within = replace(mask, value=_merged(b, mask.value)) if mask is not None and deep else None
        if self.layer.masks.makes:
            raise Refusal(
                "SPC0410",
                f"TimeDistributed would lose the mask that `{type(self.layer).__name__}` makes",
                argument=("layer", "type"),
                help=f"write `{type(self.layer).__name__}` without TimeDistributed: it does the "
                "same at every step",
            )
        if self._mixes(b.aside(), x, within):
            kind = type(self.layer).__name__
            raise Refusal(
                "SPC0358",
                f"{kind} works along the batch here: inside of TimeDistributed the steps of a row "
                "would mix",
                argument=("layer",),
                help=f"write `{kind}` without TimeDistributed, with the steps as one of its axes",
            )
        given = {_port(self.layer): Signal(_merged(b, b.kept(x.value)), within)}
        try:
            made = lower_inside(
                b, self.layer, "layer", ("layer",), given, dict.fromkeys(given, "x")
            )
        except Refusal as refusal:
            raise _of_step(refusal, x) from None
        b.turned("layer", Outward(turn=partial(_steps_apart, x.shape[:2]), mask=mask))
        results = {
            name: Signal(_apart(b, y.value, x), self._mask_of(b, y, x)) for name, y in made.items()
        }
        for name, signal in results.items():
            b.note("layer", signal, type(self.layer).__name__, name)
        return results[""] if len(results) == 1 and "" in results else results

    def _mixes(self, b: LayerBuilder, x: Signal, mask: Mask | None) -> bool:
        """Whether rows would decide each other's results, tried with a batch that is a size alone.

        Another size that depends on the batch is there just some size. One that has steps of its
        own answers for itself.
        """
        if isinstance(self.layer, TimeDistributed):
            return False
        rest = tuple(
            symbol(f"size.{axis}", 0) if holds_batch(size) else size
            for axis, size in enumerate(x.shape[2:])
        )
        rows = Signal(b.kept(b.value(TensorType(x.dtype, (BATCH, *rest)))))
        if mask is not None:
            of = TensorType("bool", (BATCH, *rest[: len(mask.value.shape) - 1]))
            rows = rows.masked(replace(mask, value=b.value(of)))
        before = len(b.nodes)
        try:
            made = lower_inside(b, self.layer, "layer", (), {_port(self.layer): rows})
        except Refusal:  # which is said with the sizes that there are
            return False
        graph = b.body([], [])
        apart = all(map(keeps_rows, replace(graph, nodes=graph.nodes[before:]).every_node()))
        return not apart or not all(begins_with_rows(y.value) for y in made.values())

    def _mask_of(self, b: Builder, y: Signal, x: Signal) -> Mask | None:
        """The mask of a result, from that of the input and what the layer made of it."""
        mask = x.mask
        if mask is None or len(mask.value.shape) <= 2:
            return mask
        if y.mask is not None:
            return replace(mask, value=_apart(b, y.mask.value, x))
        if not self.layer.masks.uses:
            return None  # it is lost, which the policy says
        axes = tuple(range(2, len(mask.value.shape)))
        return replace(mask, value=b.reduce("any", mask.value, axes))


def _port(layer: Layer) -> str:
    """What the layer calls the tensor that it works on."""
    ports = layer.ports
    if isinstance(ports, ByInner):
        return ports.first
    return ports.required[0] if isinstance(ports, Roles) else "x"


def _of_step(refusal: Refusal, x: Signal) -> Refusal:
    """What the layer inside refuses, in terms of a step."""
    rows, steps, *rest = x.shape
    seen, step = shape_text((rows * steps, *rest)), shape_text((rows, *rest))
    return refusal.but(
        message=refusal.message.replace(seen, step),
        origins=refusal.origins or ((x.value, "type"),),
        help="" if refusal.code == "SPC0304" else refusal.help,
        notes=(*refusal.notes, f"each step of {x.value.type} is a row of the layer inside"),
    )


def _merged(b: Builder, x: Value) -> Value:
    """Each step as a row."""
    rows, steps, *rest = x.shape
    return b.reshape(x, (rows * steps, *rest))


def _apart(b: Builder, y: Value, x: Signal) -> Value:
    """The rows as steps again."""
    return b.reshape(y, (*x.shape[:2], *y.shape[1:]))


def _steps_apart(steps: Shape, b: Builder, y: Value) -> Value:
    """Something inside of the layer with its rows as steps again, if it has these rows."""
    count, size = steps
    if not y.shape or y.shape[0] != count * size:
        return y
    return b.reshape(y, (*steps, *y.shape[1:]))
