"""A layer on arrays, with nothing between: what tests of layers drive."""

from __future__ import annotations

import numpy as np
import pytest

from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal


def run(layer, arrays, masks=(), policy="float64", weights=None):
    """The result and its mask (None without one), on inputs of known sizes."""
    b = LayerBuilder(policy=Policy.named(policy), layer="layer")
    inputs, data, signals = {}, {}, []
    for i, array in enumerate(arrays):
        inputs[f"x{i}"] = b.value(TensorType(str(array.dtype), array.shape))
        data[f"x{i}"] = array
        signal = Signal(inputs[f"x{i}"])
        if i < len(masks) and masks[i] is not None:
            inputs[f"m{i}"] = b.value(TensorType("bool", masks[i].shape))
            data[f"m{i}"] = masks[i]
            signal = signal.masked(Mask(inputs[f"m{i}"], f"origin{i}"))
        signals.append(signal)
    result = layer.lower(b, *signals)
    outputs = {"y": result.value} | ({"mask": result.mask.value} if result.mask else {})
    given = {f"layer.{name}": array for name, array in (weights or {}).items()}
    assert {name: array.shape for name, array in given.items()} == {
        name: weight.shape for name, weight in b.weights.items()
    }
    found = evaluate(b.graph(inputs, outputs), data, given, {})
    assert found["y"].shape == result.shape
    assert str(found["y"].dtype) == result.dtype
    return found["y"], found.get("mask")


def refusal(layer, *shapes):
    """Why inputs of these shapes are refused."""
    b = LayerBuilder(layer="layer")
    with pytest.raises(Refusal) as caught:
        layer.lower(b, *[Signal(b.value(TensorType("float32", shape))) for shape in shapes])
    return caught.value


def spread(mask, shape):
    """A mask over the first axes, for every entry of `shape`."""
    return np.broadcast_to(mask.reshape(mask.shape + (1,) * (len(shape) - mask.ndim)), shape)
