"""The learned scale and shift of what has been normalised."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training

GAMMA_AND_BETA = (Named("gamma", ("scale",)), Named("beta", ("center",)))
"""The weights, with the arguments that switch them on."""


class Scaling(Protocol):
    """A layer with both arguments."""

    center: bool
    scale: bool

    def training(self, argument: str, /) -> Training:
        """What the arguments that begin with `argument` say of a weight."""
        ...


class GammaAndBeta(NamedTuple):
    """A scale and a shift, as they are written beside a tensor; each may be absent."""

    gamma: Value | None
    beta: Value | None

    @classmethod
    def of(
        cls,
        layer: Scaling,
        b: LayerBuilder,
        x: Value,
        axes: tuple[int, ...],
        *,
        shifted: bool = True,
    ) -> GammaAndBeta:
        """The weights of a layer, with the sizes of these axes of `x` and in its dtype."""

        def made(name: str) -> Value:
            shape = tuple(x.shape[axis] for axis in axes)
            weight = b.weight(name, shape, layer.training(name), compute=x.dtype)
            return b.reshape(weight, beside(axes, x))

        gamma = made("gamma") if layer.scale else None
        return cls(gamma, made("beta") if layer.center and shifted else None)

    def scaled(self, b: LayerBuilder, y: Value) -> Value:
        """`y * gamma + beta`."""
        if self.gamma is not None:
            y = b.multiply(y, self.gamma)
        return y if self.beta is None else b.add(y, self.beta)


def beside(axes: tuple[int, ...], x: Value) -> Shape:
    """The shape beside `x` of what has these of its axes: 1 for others, none before the first."""
    return tuple(x.shape[i] if i in axes else 1 for i in range(axes[0], len(x.shape)))
