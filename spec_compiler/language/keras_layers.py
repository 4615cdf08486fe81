"""The layers that Keras has and specc has not, and what to write for those that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.declaring.plain import is_mapping
from spec_compiler.layers.choices.activations import ACTIVATIONS

ACTIVATION_LAYERS: Mapping[str, tuple[str, Mapping[str, float]]] = MappingProxyType(
    {
        "ReLU": ("relu", {}),
        "LeakyReLU": ("leaky_relu", {"negative_slope": 0.3}),
        "ELU": ("elu", {}),
    }
)
"""Layers that only apply an activation: its name, and where the layer's defaults differ."""

INERT = frozenset({
    "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout",
    "GaussianNoise", "ActivityRegularization",
})  # fmt: skip
"""Layers that act in training only."""

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
    }
)
"""Layers without weights that are a Lambda: its function, with the layer's arguments in braces."""

_WITHOUT_EQUIVALENT = """
    PReLU AdditiveAttention Attention GroupedQueryAttention GroupQueryAttention
    ReversibleEmbedding Wrapper
    Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose
    DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D
    SpectralNormalization
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    CategoryEncoding Discretization HashedCrossing Hashing AugMix AutoContrast
    ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp
    RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast
    RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale
    RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom Solarization
    IntegerLookup MelSpectrogram Pipeline STFTSpectrogram StringLookup
    TextVectorization ReconstructPatches2D ReconstructPatches3D
    Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU GRUCell LSTMCell RNN SimpleRNN
    SimpleRNNCell StackedRNNCells TimeDistributed TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer
"""

OTHERWISE = "`specc explain` lists the layers; what none of them does, a Lambda can say"
"""Where nothing that means the same can be named: a layer that is only alike is another model."""

ABSENT: tuple[str, ...] = (
    *ACTIVATION_LAYERS,
    *sorted(INERT),
    *FUNCTIONS,
    *_WITHOUT_EQUIVALENT.split(),
)
"""The classes of Keras 3.15's `keras.layers` that are no layers of specc."""

OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("Linear", "FullyConnected", "FC", "Affine"), "Dense"),
        **dict.fromkeys(("Concat", "Cat"), "Concatenate"),
        **dict.fromkeys(("LayerNorm", "Norm"), "LayerNormalization"),
        "BatchNorm": "BatchNormalization",
        **dict.fromkeys(
            ("GroupNorm", "InstanceNorm", "InstanceNormalization"), "GroupNormalization"
        ),
        "RMSNorm": "RMSNormalization",
        "L2Norm": "UnitNormalization",
        "Normalize": "Normalization",
        **dict.fromkeys(("Upsample", "Upsampling2D", "UpsamplingNearest2d"), "UpSampling2D"),
        **dict.fromkeys(("ZeroPad2d", "Pad2D"), "ZeroPadding2D"),
        **dict.fromkeys(("Resize", "Resample"), "Resizing"),
        **dict.fromkeys(("MHA", "SelfAttention", "MultiheadAttention"), "MultiHeadAttention"),
        **dict.fromkeys(("Expression", "Function"), "Lambda"),
        **dict.fromkeys(("Sum", "Residual"), "Add"),
        "Einsum": "EinsumDense",
        "Transpose": "Permute",
        "Mul": "Multiply",
    }
)
"""What other libraries call a layer."""

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
    if kind in ACTIVATION_LAYERS:
        name, defaults = ACTIVATION_LAYERS[kind]
        if "alpha" in given and "negative_slope" in defaults:  # its name before Keras 3
            given = {"negative_slope": given["alpha"], **given}
        return activation_layer(name, {**defaults, **given})
    if kind in INERT:
        return "leave it out, or write `type: Identity`: it acts in training only"
    if kind in FUNCTIONS:
        return f"write `{{type: Lambda, function: '{_function(kind, given)}'}}`"
    inner = given.get("layer") if kind == "TimeDistributed" else None
    if is_mapping(inner) and inner.get("type") in STEPWISE:
        outer = {key: item for key, item in given.items() if key in {"name", "from"}}
        entries = {"type": inner["type"], **outer, **inner}
        alone = ", ".join(f"{key}: {item}" for key, item in entries.items())
        return f"write `{{{alone}}}`: it does the same at every step"
    return ""


def _function(kind: str, given: Mapping[str, object]) -> str:
    first = 2 if given.get("data_format") == "channels_first" else 1
    rank = int(kind[-2]) if kind.endswith("D") else 1
    axes = list(range(first, first + rank))
    return FUNCTIONS[kind].format_map(
        {
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
