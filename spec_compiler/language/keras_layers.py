"""The layers that Keras has and specc has not, and what to write for those that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.declaring.plain import is_mapping
from spec_compiler.layers.choices.activations import ACTIVATIONS

STEPWISE = frozenset(
    {"Dense", "Activation", "Dropout", "Identity", "LayerNormalization", "Softmax"}
)
"""Layers that do the same at every step, so that nothing needs to say so."""

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "GlobalMaxPooling1D": "max(x, axis={spatial}{kept})",
        "GlobalMaxPooling2D": "max(x, axis={spatial}{kept})",
        "GlobalMaxPooling3D": "max(x, axis={spatial}{kept})",
        "GlobalAveragePooling2D": "mean(x, axis={spatial}{kept})",
        "GlobalAveragePooling3D": "mean(x, axis={spatial}{kept})",
        "Rescaling": "x * {scale} + {offset}",
        "Normalization": "(x - {mean}) / sqrt({variance})",
        "UnitNormalization": "x / maximum(sqrt(sum(x ** 2, axis={axis}, keepdims=True)), 1e-12)",
    }
)
"""Layers without weights that are a Lambda: its function, with the layer's arguments in braces."""

_BACK = "x * sqrt({variance}) + {mean}"
"""Normalization with `invert: true`."""

_WITHOUT_EQUIVALENT = """
    ReversibleEmbedding Wrapper
    Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose
    DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D
    BatchNormalization GroupNormalization RMSNormalization SpectralNormalization
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    HashedCrossing Hashing AutoContrast CenterCrop
    ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes
    Resizing MelSpectrogram Pipeline STFTSpectrogram StringLookup
    TextVectorization Cropping1D Cropping2D Cropping3D
    UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU GRUCell LSTMCell RNN SimpleRNN
    SimpleRNNCell StackedRNNCells TimeDistributed TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer
"""

_TEXT = "a tensor holds no text: make whole numbers of it before, and feed those"
_HASHES = "its hash functions are not in the language: hash before, and feed whole numbers"
_FOREIGN = "a spec runs no code of another library; in Python a Lambda may call functions"
WHY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("StringLookup", "TextVectorization"), _TEXT),
        **dict.fromkeys(("Hashing", "HashedCrossing"), _HASHES),
        **dict.fromkeys(("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"), _FOREIGN),
        "MaxNumBoundingBoxes": "images come without boxes: count them before, and feed tensors",
        "Pipeline": "write its layers one after the other",
        "Wrapper": "write the layer that it is around",
    }
)
"""Layers that are not to come, and what to do instead."""

OTHERWISE = "`specc explain` lists the layers; what none of them does, a Lambda can say"
"""Where nothing that means the same can be named: a layer that is only alike is another model."""

ABSENT: tuple[str, ...] = (
    *FUNCTIONS,
    *_WITHOUT_EQUIVALENT.split(),
)
"""The classes of Keras 3.15's `keras.layers` that are no layers of specc."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("Linear", "FullyConnected", "FC", "Affine"), "Dense"),
        **dict.fromkeys(("Concat", "Cat"), "Concatenate"),
        **dict.fromkeys(("LayerNorm", "Norm"), "LayerNormalization"),
        **dict.fromkeys(("MHA", "SelfAttention", "MultiheadAttention"), "MultiHeadAttention"),
        **dict.fromkeys(("Expression", "Function"), "Lambda"),
        **dict.fromkeys(("Sum", "Residual"), "Add"),
        **dict.fromkeys(("GroupedQueryAttention", "GQA"), "GroupQueryAttention"),
        "Einsum": "EinsumDense",
        "Transpose": "Permute",
        "Mul": "Multiply",
    }
)
"""What other libraries call a layer."""

BESIDE: Mapping[str, str] = MappingProxyType(
    {
        "InputLayer": "an input is declared under `inputs`",
        "InputSpec": "every layer has `input_spec`",
        "Layer": "layers of one's own are blocks, and expressions of a Lambda",
    }
)
"""What else is a class of `keras.layers`, and what stands for it in a spec."""

SECOND_NAMES: tuple[str, ...] = (
    *(f"{kind}{rank}D" for kind in ("AvgPool", "MaxPool", "GlobalAvgPool", "GlobalMaxPool")
      for rank in (1, 2, 3)),
    *(f"Convolution{rank}D{end}" for rank in (1, 2, 3) for end in ("", "Transpose")),
    *(f"SeparableConvolution{rank}D" for rank in (1, 2)),
)  # fmt: skip
"""Classes of `keras.layers` under another name."""

_SHORT = {"Convolution": "Conv", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling"}
"""What stands before the rank in a second name of a class, and in its first name."""


def class_named(written: str) -> str:
    """The class that Keras code means: `keras.layers.AvgPool1D` is `AveragePooling1D`."""
    name = written.rpartition(".")[2]
    for short, full in _SHORT.items():
        before, found, rank = name.partition(short)
        if found and rank[:1].isdigit():
            return f"{before}{full}{rank}"
    return name


def instead_of(kind: str, given: Mapping[str, object]) -> str:
    """What to write for a layer that is absent; nothing where it cannot be said yet.

    Args:
        kind: One of `ABSENT`.
        given: The arguments beside it.
    """
    if kind == "Normalization" and given.get("axis", -1) != -1:
        return ""
    if kind in FUNCTIONS:
        return f"write `{{type: Lambda, function: '{_function(kind, given)}'}}`"
    inner = given.get("layer") if kind == "TimeDistributed" else None
    if is_mapping(inner) and inner.get("type") in STEPWISE:
        outer = {key: item for key, item in given.items() if key in {"name", "from"}}
        entries = {"type": inner["type"], **outer, **inner}
        alone = ", ".join(f"{key}: {item}" for key, item in entries.items())
        return f"write `{{{alone}}}`: it does the same at every step"
    return WHY.get(kind, "")


def _function(kind: str, given: Mapping[str, object]) -> str:
    first = 2 if given.get("data_format") == "channels_first" else 1
    rank = int(kind[-2]) if kind.endswith("D") else 1
    axes = list(range(first, first + rank))
    defaults = {"scale": "0.5", "offset": 0, "axis": -1, "mean": [0.0], "variance": [1.0]}
    back = kind == "Normalization" and given.get("invert") is True
    return (_BACK if back else FUNCTIONS[kind]).format_map(
        {
            **defaults,
            **given,
            "spatial": axes if rank > 1 else first,
            "kept": ", keepdims=True" if given.get("keepdims") is True else "",
        }
    )


def activation_layer(name: str, given: Mapping[str, object]) -> str:
    """What to write for a layer that applies an activation with the arguments given."""
    known = ACTIVATIONS.by_name[name].model_fields
    written = [
        f"{key}: {item}"
        for key, item in given.items()
        if key in known and key != "doc" and item is not None
    ]
    activation = f"{{type: {name}, {', '.join(written)}}}" if written else name
    return f"write `{{type: Activation, activation: {activation}}}`"
