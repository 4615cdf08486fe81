"""SpectralNormalization: a layer whose kernel training keeps small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.inner_layer import InnerLayer, Wrapper, lower_inside, only
from spec_compiler.layers.base.interface import Masks, Named, Passing, Roles, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.reordered import mask_of_leading_axes
from spec_compiler.layers.signal import Mask, Signal


def _has_kernel(layer: Layer) -> bool:
    """Whether a layer multiplies one tensor by one kernel."""
    one = layer.ports == Roles(("x",))
    return one and Named("kernel") in layer.learned


def _positive(value: int) -> int:
    if value < 1:
        raise refuse(f"must be positive, not {value}", "SPC0308")
    return value


class SpectralNormalization(Wrapper):
    """Do what the layer inside does, with a kernel that training divides by its spectral norm.

    Training normalises the kernel before each step and keeps what came of it, so in a run the
    kernel is used as it is stored: the result is that of the layer inside, in the dtype of this
    one. The weights are those of the layer, `layer.kernel` and so on; the vector that Keras keeps
    for the next step of training is not read. A mask ends here, as in Keras; `mask: pass` keeps it
    where the layer inside would. Source: Keras's SpectralNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4]",
            {"layer": {"type": "Dense", "units": 2}},
            gives="float32[batch, 2]",
            equals="x @ layer_kernel + layer_bias",
        ),
        Example(
            "float32[batch, 3, 4] mask",
            {"layer": {"type": "Dense", "units": 2}, "power_iterations": 3, "mask": "pass"},
            gives="float32[batch, 3, 2] mask",
            equals="x @ layer_kernel + layer_bias",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 3, 4]",
            {"layer": {"type": "Conv1D", "filters": 2, "kernel_size": 2}},
            gives="float32[batch, 2, 2]",
            equals="einsum('bscw,wcd->bsd', windows(x, 1, 2), layer_kernel) + layer_bias",
        ),
        Example(
            "float32[batch, 3, 4] mask",
            {"layer": {"type": "Dense", "units": 2}},
            refuses="SPC0410",
            why="the mask would end here",
        ),
        Example(
            "float32[batch, 4]",
            {"layer": {"type": "LayerNormalization"}},
            refuses="SPC0104",
            why="it has no kernel",
        ),
        Example(
            "float32[batch, 4]",
            {"layer": {"type": "Dense", "units": 2}, "power_iterations": 0},
            refuses="SPC0308",
        ),
    )

    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NEEDED

    layer: Annotated[
        InnerLayer,
        only(_has_kernel, "a layer with a kernel: Dense, EinsumDense or a convolution"),
    ]
    """The layer: a mapping with `type` and its arguments."""
    power_iterations: Annotated[WholeNumber, AfterValidator(_positive)] = 1
    """How often training improves its estimate of the norm; no effect on inference."""

    @classmethod
    def weight_names(cls, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """Those of the layer."""
        inner = cls.of(arguments).layer
        return tuple(f"layer.{name}" for name in inner.weight_names(inner.arguments()))

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        given = {"x": x.masked(None)}
        made = lower_inside(b, self.layer, "layer", ("layer",), given)[""]
        return Signal(b.compute(made.value))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """As the layer inside passes it."""
        if self.layer.masks.passes is Passing.FIRST:
            kept = mask_of_leading_axes(b, x, result) if _beside_features(x) else None
            return kept or super().carry_mask(b, result, x)
        return self.layer.carry_mask(b, result, x)


def _beside_features(x: Signal) -> bool:
    """Whether a mask is for less than every feature."""
    return x.mask is not None and x.mask.value.type.rank < x.rank
