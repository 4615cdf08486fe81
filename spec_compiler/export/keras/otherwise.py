"""Where Keras has a layer and computes otherwise: why it is written as one of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from spec_compiler.expanding.cells import block_cells
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.types import FLOATS
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.interface import Several
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.signal import Signal

Reason: TypeAlias = Callable[[Any, tuple[Signal, ...]], str]
"""From a layer and what it is given, with the masks that it sees, to why Keras does not do."""
_AS_THEY_ARE = frozenset({
    "Embedding", "Dense", "Identity", "Dropout", "Flatten", "Reshape", "Permute",
    "RepeatVector", "Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate", "Masking",
    "ReLU", "CategoryEncoding", "Discretization", "IntegerLookup", "Normalization", "Rescaling",
    "BatchNormalization", "CenterCrop",
    *(f"{kind}{rank}D" for kind in ("Cropping", "ZeroPadding", "UpSampling") for rank in (1, 2, 3)),
})  # fmt: skip
"""Layers that compute the same of whole numbers of one dtype in Keras."""
_ACTIVATIONS = {
    "glu": "Keras declares a shape of `glu` that is not halved",
    "sparsemax": "Keras's `sparsemax` does not add up to 1",
}


def reason_of(layer: Layer, given: tuple[Signal, ...]) -> str:
    """Why a layer is not Keras's own of that name; empty where it is."""
    kind = type(layer).__name__
    if kind in {"Lambda", "Weight"}:
        return "Keras has no such layer"
    if any(block_cells(layer)):
        return "Keras has no such cell"
    if any(x.batch != 0 for x in given):
        return "an input has no batch"
    for name in type(layer).model_fields:
        value = getattr(layer, name)
        if isinstance(value, ActivationFunction) and value.names[0] in _ACTIVATIONS:
            return _ACTIVATIONS[value.names[0]]
    whole = {x.dtype for x in given if x.dtype not in FLOATS}
    whole -= {"bool"} if kind.endswith("Attention") else set()  # a mask
    several = len({x.dtype for x in given}) > 1 and kind != "CategoryEncoding"
    if whole and (several or not (kind in _AS_THEY_ARE or isinstance(layer, Inert))):
        return "Keras computes otherwise with whole numbers"
    ranks = {x.rank for x in given}
    if any(x.mask for x in given) and len(ranks) > 1 and kind != "MultiHeadAttention":
        return "Keras does not raise a mask with its tensor"
    merges = isinstance(layer.ports, Several)
    if merges and any(x.mask and x.mask.value.type.rank != x.rank - 1 for x in given):
        return "Keras takes a mask for one of all axes but the last"
    rule = OTHERWISE.get(kind)
    return rule(layer, given) if rule is not None else ""


def _average(layer: Any, given: tuple[Signal, ...]) -> str:
    return "the mean of nothing is 0, and NaN in Keras" if given[0].mask else ""


def _softmax(layer: Any, given: tuple[Signal, ...]) -> str:
    return "Keras's masked softmax takes no mask of steps" if given[0].mask else ""


def _einsum(layer: Any, given: tuple[Signal, ...]) -> str:
    left = layer.equation.text.startswith("...") and given[0].rank > 3
    return "Keras declares sizes in another order" if left else ""


def _normalization(layer: Any, given: tuple[Signal, ...]) -> str:
    rank, stated = given[0].rank, layer.arguments()["axis"]
    axes = cast("list[int]", stated if isinstance(stated, list) else [stated])
    last = {axis % rank for axis in axes} == {rank - 1}
    return "" if last else "some backends of Keras normalise over other axes"


def _dot(layer: Any, given: tuple[Signal, ...]) -> str:
    half = given[0].dtype in {"float16", "bfloat16"}
    return "a vector of zeros is NaN in Keras" if half and layer.normalize else ""


def _recurrent(layer: Any, given: tuple[Signal, ...]) -> str:
    if not given[0].mask:
        return ""
    if layer.go_backwards and layer.return_sequences:
        return "Keras does not reverse the mask with the steps"
    zeros = getattr(layer, "zero_output_for_mask", False)
    return "Keras zeroes a last output" if zeros and not layer.return_sequences else ""


def _attention(layer: Any, given: tuple[Signal, ...]) -> str:
    masked = any(x.mask for x in given)
    limited = masked or layer.use_causal_mask or getattr(layer, "sliding_window", None)
    if limited and any(x.rank > 3 for x in given[:3]):
        return "Keras takes axis 1 for the steps"
    if any(x.rank > 3 and x.dtype not in FLOATS for x in given):
        return "Keras pairs heads with samples"
    return ""


def _grouped(layer: Any, given: tuple[Signal, ...]) -> str:
    if given[0].shape[-1] != given[1].shape[-1]:
        return "Keras takes values as wide as the query only"
    limited = any(x.mask for x in given) or any(x.dtype == "bool" for x in given)
    return "a step that may attend to nothing attends to all in Keras" if limited else ""


def _cropping(layer: Any, given: tuple[Signal, ...]) -> str:
    taken = [sum(ends) for ends in cast("list[tuple[int, int]]", list(layer.cropping))]
    axes = cast("tuple[int, ...]", layer.between)
    lows = [bounds(given[0].shape[axis])[0] or 0 for axis in axes]
    least = [low - count for low, count in zip(lows, taken, strict=True)]
    return "" if min(least) > 0 else "Keras leaves at least one entry"


def _conv_lstm(layer: Any, given: tuple[Signal, ...]) -> str:
    if not all(isinstance(given[0].shape[axis], int) for axis in layer.between):
        return "Keras needs to know the sizes of the images"
    return _recurrent(layer, given)


def _shear(layer: Any, given: tuple[Signal, ...]) -> str:
    stated = layer.arguments()
    alone = any(not isinstance(stated[name], list) for name in ("x_factor", "y_factor"))
    return "Keras does not load a share alone again" if alone else ""


def _always(why: str) -> Reason:
    return lambda layer, given: why


OTHERWISE: Mapping[str, Reason] = MappingProxyType(
    {
        "GlobalAveragePooling1D": _average,
        "Softmax": _softmax,
        "EinsumDense": _einsum,
        "LayerNormalization": _normalization,
        "Dot": _dot,
        "LSTM": _recurrent,
        "GRU": _recurrent,
        "SimpleRNN": _recurrent,
        **dict.fromkeys(("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"), _conv_lstm),
        **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), _cropping),
        "MultiHeadAttention": _attention,
        "GroupQueryAttention": _grouped,
        "RMSNormalization": _normalization,
        "RandomShear": _shear,
        "IntegerLookup": _always("Keras's needs TensorFlow"),
        "Equalization": _always("Keras gives out the very tensor that comes in, and fails"),
        "RandomPosterization": _always("not all of Keras's backends run it"),
    }
)
"""By the layer's type; see docs/decisions/0005."""
