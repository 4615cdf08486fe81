"""What layers of several heads share: learned projections into the heads, and out of them."""

from __future__ import annotations

from math import prod

from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder


def projection(name: str, *when: str) -> tuple[Named, Named]:
    """The weights of one of the projections."""
    return Named(f"{name}.kernel", when), Named(f"{name}.bias", (*when, "use_bias"))


def project(
    b: LayerBuilder, layer: Layer, name: str, x: Value, shape: Shape, *, inner: int = 1
) -> Value:
    """The last `inner` axes of `x` times a learned kernel, plus a bias of `shape`.

    Args:
        b: The builder.
        layer: Whose arguments `kernel_…` and `bias_…` say what trains them, and `use_bias` whether
            there is a bias.
        name: What the projection is called.
        x: What is projected.
        shape: The axes that take the place of those.
        inner: How many they are.
    """
    rank = len(x.shape)
    entering = x.shape[rank - inner :]
    sizes = [size for size in (*entering, *shape) if isinstance(size, int)]
    fans = None
    if len(sizes) == inner + len(shape):
        fans = (prod(sizes[:inner]), prod(sizes[inner:]))
    training = layer.training("kernel")
    kernel = b.weight(f"{name}.kernel", (*entering, *shape), training, fans=fans)
    y = b.contract(x, kernel, (tuple(range(rank - inner, rank)), tuple(range(inner))))
    if not layer.is_on(("use_bias",), vars(layer)):
        return y
    return b.add(y, b.weight(f"{name}.bias", shape, layer.training("bias")))
