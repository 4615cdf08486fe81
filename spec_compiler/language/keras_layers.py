"""The layers that Keras has and specc has not, and what to write for those that can be said."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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

FUNCTIONS: Mapping[str, str] = MappingProxyType(
    {
        "GlobalMaxPooling1D": "max(x, axis=1)",
        "GlobalMaxPooling2D": "max(x, axis=[1, 2])",
        "GlobalMaxPooling3D": "max(x, axis=[1, 2, 3])",
        "GlobalAveragePooling2D": "mean(x, axis=[1, 2])",
        "GlobalAveragePooling3D": "mean(x, axis=[1, 2, 3])",
        "Rescaling": "x * 0.5 + 0.1",
        "UnitNormalization": "x / maximum(sqrt(sum(x ** 2, axis=-1, keepdims=True)), 1e-12)",
    }
)
"""Layers without weights that are a Lambda, with the defaults that they have."""

_WITHOUT_EQUIVALENT = """
    PReLU AdditiveAttention Attention GroupedQueryAttention ReversibleEmbedding Wrapper
    Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose
    DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D
    BatchNormalization GroupNormalization RMSNormalization SpectralNormalization
    AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
    AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    CategoryEncoding Discretization HashedCrossing Hashing AugMix AutoContrast CenterCrop
    ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp
    RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast
    RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale
    RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation
    RandomSharpness RandomShear RandomTranslation RandomZoom Resizing Solarization
    IntegerLookup MelSpectrogram Normalization Pipeline STFTSpectrogram StringLookup
    TextVectorization Cropping1D Cropping2D Cropping3D ReconstructPatches2D ReconstructPatches3D
    UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU GRUCell LSTMCell RNN SimpleRNN
    SimpleRNNCell StackedRNNCells TimeDistributed TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer
"""

ABSENT: tuple[str, ...] = (
    *ACTIVATION_LAYERS,
    *sorted(INERT),
    *FUNCTIONS,
    *_WITHOUT_EQUIVALENT.split(),
)
"""The classes of Keras 3.15's `keras.layers` that are no layers of specc."""

_SHORT = {"Convolution": "Conv", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling"}
"""How Keras's second names of a class begin, and what its first name has there."""


def class_named(written: str) -> str:
    """The class that Keras code means: `keras.layers.AvgPool1D` is `AveragePooling1D`."""
    name = written.rpartition(".")[2]
    for short, full in _SHORT.items():
        if short in name and full not in name:
            return name.replace(short, full)
    return name


def instead_of(kind: str, given: Mapping[str, object]) -> str:
    """What to write for a layer that is absent; nothing where it cannot be said yet.

    Args:
        kind: One of `ABSENT`.
        given: The arguments beside it.
    """
    if kind in ACTIVATION_LAYERS:
        return f"write `{{type: Activation, activation: {_activation(kind, given)}}}`"
    if kind in INERT:
        return "leave it out, or write `type: Identity`: it acts in training only"
    if kind in FUNCTIONS:
        return f"write a Lambda, for example `{{type: Lambda, function: '{FUNCTIONS[kind]}'}}`"
    return ""


def _activation(kind: str, given: Mapping[str, object]) -> str:
    name, defaults = ACTIVATION_LAYERS[kind]
    known = ACTIVATIONS.by_name[name].model_fields
    if "alpha" in given and "negative_slope" in known:  # its name before Keras 3
        given = {"negative_slope": given["alpha"], **given}
    arguments = {
        **defaults,
        **{key: item for key, item in given.items() if key in known and key != "doc"},
    }
    if not arguments:
        return name
    return f"{{type: {name}, {', '.join(f'{key}: {item}' for key, item in arguments.items())}}}"
