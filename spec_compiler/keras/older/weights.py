"""Weights that Keras 1 or cuDNN laid out otherwise, as the arrays of today's layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from spec_compiler.data.handle import Handle
from spec_compiler.data.relaid import added, joined, reshaped, split, transposed, turned_round
from spec_compiler.source.node import Plain

Arrays: TypeAlias = list[Handle]
"""The arrays of a layer, in its order."""
Item: TypeAlias = Mapping[str, Plain]
"""A layer of the spec, as it is written."""

_GATES: Mapping[str, tuple[int, ...]] = {
    "LSTM": (0, 2, 1, 3),
    "ConvLSTM2D": (0, 2, 1, 3),
    "GRU": (0, 1, 2),
}
"""Where the gates lie now, in the order in which Keras 1 has an array for each, and each weight."""
_CUDNN: Mapping[str, int] = {"LSTM": 4, "GRU": 3}
"""How many gates there are in the layers that cuDNN has, too."""
_FIXED = frozenset(("moving_mean", "moving_variance", "mean", "variance"))
"""The weights that no training changes."""
_FIRST: Mapping[str, tuple[int, ...]] = {
    "Conv2D": (2, 3, 1, 0),
    "Conv3D": (2, 3, 4, 1, 0),
    "Conv2DTranspose": (2, 3, 0, 1),
}
"""The axes of kernels that had the channels first, in today's order."""


_ROUND = frozenset({"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "ConvLSTM2D"})
"""The layers whose kernels Theano turns round."""


def as_now(item: Item, arrays: Sequence[Handle], *, first: bool) -> Arrays:
    """A layer's arrays in today's layout; those that have it, or none that is known, as they are.

    Args:
        item: The layer, as the spec has it.
        arrays: As the file has them.
        first: Whether Keras 1 wrote them.
    """
    kind, found = str(item.get("type")), list(arrays)
    if kind == "TimeDistributed":
        return as_now(_inner(item, "layer"), found, first=first)
    if kind == "Bidirectional":
        half, forward = len(found) // 2, _inner(item, "layer")
        backward = _inner(item, "backward_layer") or forward
        return [
            *as_now(forward, found[:half], first=first),
            *as_now(backward, found[half:], first=first),
        ]
    if first:
        found = _of_keras_1(kind, item, found)
    return _of_cudnn(kind, found) if kind in _CUDNN and len(found) == 3 else found


def of_theano(name: str, array: Handle, items: Mapping[str, Item]) -> Handle:
    """A weight of the spec as it is in a file that Keras wrote on Theano, as it is elsewhere.

    Theano turns the windows of a kernel round before it multiplies.
    """
    item = items.get(name.partition(".")[0], {})
    while item.get("type") == "TimeDistributed":
        item = _inner(item, "layer")
    kernel = name.rpartition(".")[2] in ("kernel", "recurrent_kernel")
    return turned_round(array) if kernel and item.get("type") in _ROUND else array


def count_of(item: Item, weights: Sequence[str], *, first: bool) -> tuple[int, int]:
    """How many arrays of a layer Keras trains, and how many it does not.

    Args:
        item: The layer, as the spec has it.
        weights: What its weights are called now.
        first: Whether Keras 1 wrote them.
    """
    count = _arrays(item, len(weights)) if first else len(weights)
    fixed = sum(name.rpartition(".")[2] in _FIXED for name in weights)
    return (0, count) if item.get("trainable") is False else (count - fixed, fixed)


def _arrays(item: Item, now: int) -> int:
    """How many arrays Keras 1 had for a layer that has so many weights now."""
    kind = str(item.get("type"))
    if kind == "TimeDistributed":
        return _arrays(_inner(item, "layer"), now)
    if kind == "Bidirectional":
        return 2 * _arrays(_inner(item, "layer"), now // 2)
    return 3 * len(_GATES[kind]) if kind in _GATES else now


def _inner(item: Item, key: str) -> Item:
    found = item.get(key)
    return found if isinstance(found, dict) else {}


def _of_keras_1(kind: str, item: Item, arrays: Arrays) -> Arrays:
    """What had an array for each gate, or axes in another order."""
    order = _GATES.get(kind, ())
    channels_first = item.get("data_format") == "channels_first"
    if order and len(arrays) == 3 * len(order) and not channels_first:
        weights = [[arrays[3 * gate + which] for gate in order] for which in range(3)]
        if not all(_alike(gates) for gates in weights):
            return arrays
        return [joined(gates) for gates in weights]
    if not arrays or not kind.startswith("Conv"):
        return arrays
    kernel, *rest = arrays
    if kind == "Conv1D":
        return [_of_steps(kernel, item), *rest]
    if channels_first and kind in _FIRST:
        return [_turned(kernel, _FIRST[kind]), *rest]
    if kind == "Conv2DTranspose":
        return [_turned(kernel, (0, 1, 3, 2)), *rest]
    return arrays


def _alike(gates: Sequence[Handle]) -> bool:
    """Whether arrays can stand side by side: a file may hold anything."""
    return len({(array.shape, array.dtype) for array in gates}) == 1 and bool(gates[0].shape)


def _turned(kernel: Handle, axes: tuple[int, ...]) -> Handle:
    """With the axes in another order, where there are so many; else it will not fit."""
    return transposed(kernel, axes) if len(kernel.shape) == len(axes) else kernel


def _of_steps(kernel: Handle, item: Item) -> Handle:
    """A kernel over steps, which was one over images of one column; first with filters ahead."""
    if len(kernel.shape) != 4:
        return kernel
    sizes = item.get("kernel_size")
    size = sizes[0] if isinstance(sizes, list) and sizes else sizes
    if kernel.shape[:2] != (size, 1) or kernel.shape[3] != item.get("filters"):
        kernel = transposed(kernel, (2, 3, 1, 0))
    without = (kernel.shape[0], *kernel.shape[2:])
    return reshaped(kernel, without) if kernel.shape[1] == 1 else kernel


def _of_cudnn(kind: str, arrays: Arrays) -> Arrays:
    """What cuDNN has: each gate's kernels the other way round, and two biases one after the other.

    A bias of that size tells it.
    """
    kernel, recurrent, bias = arrays
    gates = _CUDNN[kind]
    if len(kernel.shape) != 2 or not recurrent.shape:
        return arrays
    inputs, units = kernel.shape[0], recurrent.shape[0]
    width = gates * units
    shapes = (inputs, width), (units, width), (2 * width,)

    def turned(part: Handle) -> Handle:
        return transposed(part, (1, 0))

    if (kernel.shape, recurrent.shape, bias.shape) != shapes:
        return arrays
    return [
        joined([turned(reshaped(part, (units, inputs))) for part in split(kernel, gates)]),
        joined([turned(part) for part in split(recurrent, gates)]),
        added(*split(bias, 2)) if kind == "LSTM" else reshaped(bias, (2, width)),
    ]
