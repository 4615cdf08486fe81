"""The models of cases that bring features to a common scale, or images to another size."""

from __future__ import annotations

from typing import Any

from declared import ROWS_WITH_GAPS, one
from declaring import Fed, case
from keras import layers

# --- normalisation -----------------------------------------------------------------------------

case("bn_nocenter", x=Fed(5))(one(layers.BatchNormalization, "b", center=False))
case("bn_axis1", x=Fed(3, 4, 5))(one(layers.BatchNormalization, "b", axis=1, epsilon=0.01))
case("bn_int", x=Fed(4, dtype="int32"), float64=False)(
    one(layers.BatchNormalization, "b", scale=False)
)
case("bn_mixed_float16", x=Fed(4, rows=3), tolerance=0.004, float64=False)(
    one(layers.BatchNormalization, "b", dtype="mixed_float16")
)
case(
    "bn_renorm",
    x=Fed(4),
    float64=False,
    note="what renorm keeps has no part in inference",
)(one(layers.BatchNormalization, "b", renorm=True))


@case("mask_thru_batchnorm", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    return layers.BatchNormalization(name="l")(layers.Masking(name="mask")(x))


@case("mask_thru_groupnorm", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    return layers.GroupNormalization(3, name="l")(layers.Masking(name="mask")(x))


@case("mask_thru_rmsnorm", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS), note="the mask is lost")
def _(x: Any) -> Any:
    return layers.RMSNormalization(name="l")(layers.Masking(name="mask")(x))


case("ln_rms_scaling", x=Fed(3, 4))(one(layers.LayerNormalization, "l", rms_scaling=True))
case("gn_groups", x=Fed(3, 4, 6))(one(layers.GroupNormalization, "g", 3))
case("gn_axis1", x=Fed(4, 3, 2))(one(layers.GroupNormalization, "g", 2, axis=1, center=False))
case("gn_instance", x=Fed(None, None, 3))(one(layers.GroupNormalization, "g", -1, epsilon=0.1))
case("gn_vectors", x=Fed(8))(one(layers.GroupNormalization, "g", 4, scale=False))
case("rms", x=Fed(3, 4))(one(layers.RMSNormalization, "r"))
case("rms_axes", x=Fed(2, 3, 4))(one(layers.RMSNormalization, "r", axis=[-2, -1], epsilon=0.01))
case("rms_mixed_float16", x=Fed(4, rows=3), tolerance=0.004, float64=False)(
    one(layers.RMSNormalization, "r", dtype="mixed_float16")
)
case("unit", x=Fed(3, 4, padded=((0, 1),)))(one(layers.UnitNormalization, "u"))
case("unit_axes", x=Fed(3, 4))(one(layers.UnitNormalization, "u", axis=[1, 2]))
case("normalization_given", x=Fed(4, 3))(
    one(layers.Normalization, "n", mean=[1.0, -2.0, 0.5], variance=[4.0, 0.0, 0.25])
)
case("normalization_axis1_invert", x=Fed(2, 3))(
    one(layers.Normalization, "n", axis=1, mean=[1.0, -2.0], variance=[4.0, 0.25], invert=True)
)
case("normalization_adapted", x=Fed(4, 3), note="beside the weights Keras counts what it has seen")(
    one(layers.Normalization, "n")
)
case("normalization_of_all", x=Fed(4, 3, dtype="int32"))(
    one(layers.Normalization, "n", axis=None, mean=4.5, variance=8.0)
)
case("rescaling", x=Fed(4, 3, dtype="uint8", below=256))(
    one(layers.Rescaling, "s", 1 / 127.5, -1.0)
)
case("rescaling_features", x=Fed(4, 3))(
    one(layers.Rescaling, "s", [1.0, 0.5, -2.0], offset=[0.0, 1.0, 2.0])
)


@case("spectral_norm_dense", x=Fed(3, 4), note="the kernel is used as it is stored")
def _(x: Any) -> Any:
    inner = layers.Dense(3, activation="tanh", name="d")
    return layers.SpectralNormalization(inner, power_iterations=2, name="s")(x)


@case("spectral_norm_conv", x=Fed(5, 6, 2))
def _(x: Any) -> Any:
    y = layers.SpectralNormalization(layers.Conv2D(3, 3, name="c"), name="a")(x)
    y = layers.LeakyReLU(name="r")(y)
    y = layers.SpectralNormalization(layers.Conv2DTranspose(2, 2, strides=2, name="t"), name="b")(y)
    return layers.SpectralNormalization(layers.DepthwiseConv2D(2, name="p"), name="e")(y)


# --- axes of space -----------------------------------------------------------------------------

case("zero_padding1d", x=Fed(None, 3, dtype="int32"))(one(layers.ZeroPadding1D, "p", (2, 1)))
case("zero_padding2d", x=Fed(3, 4, 2))(one(layers.ZeroPadding2D, "p", ((1, 0), (2, 3))))
case("zero_padding2d_first", x=Fed(2, 3, 4))(
    one(layers.ZeroPadding2D, "p", (2, 1), data_format="channels_first")
)
case("zero_padding3d", x=Fed(2, 3, 2, 2))(one(layers.ZeroPadding3D, "p"))
case("cropping1d", x=Fed(None, 3))(one(layers.Cropping1D, "c", (1, 2)))
case("cropping2d_first", x=Fed(2, 5, 6))(
    one(layers.Cropping2D, "c", ((1, 0), (2, 3)), data_format="channels_first")
)
case("cropping3d", x=Fed(3, 4, 5, 2))(one(layers.Cropping3D, "c", ((0, 1), (2, 0), (1, 1))))
case("up_sampling1d", x=Fed(None, 3))(one(layers.UpSampling1D, "u", 3))
case("up_sampling2d", x=Fed(2, 3, 2))(one(layers.UpSampling2D, "u", (3, 2)))
case("up_sampling2d_bilinear", x=Fed(3, 5, 2))(
    one(layers.UpSampling2D, "u", (3, 2), interpolation="bilinear")
)
case("up_sampling2d_bilinear_int", x=Fed(2, 3, 4, dtype="uint8", below=256), float64=False)(
    one(layers.UpSampling2D, "u", 3, data_format="channels_first", interpolation="bilinear")
)
case("up_sampling3d", x=Fed(2, 3, 2, 2))(one(layers.UpSampling3D, "u", (1, 2, 3)))
case("center_crop", x=Fed(6, 7, 2))(one(layers.CenterCrop, "c", 3, 5))
case("center_crop_int", x=Fed(2, 6, 7, dtype="uint8"))(
    one(layers.CenterCrop, "c", 5, 4, data_format="channels_first")
)
case("resizing", x=Fed(5, 7, 2))(one(layers.Resizing, "r", 8, 3))
case("resizing_nearest", x=Fed(5, 7, 2))(one(layers.Resizing, "r", 9, 4, interpolation="nearest"))
case("resizing_int", x=Fed(2, 5, 7, dtype="uint8", below=256), float64=False)(
    one(layers.Resizing, "r", 3, 11, data_format="channels_first")
)
case("resizing_crop", x=Fed(5, 9, 2))(one(layers.Resizing, "r", 6, 4, crop_to_aspect_ratio=True))
case("resizing_pad", x=Fed(4, 9, 2))(
    one(layers.Resizing, "r", 6, 5, pad_to_aspect_ratio=True, fill_value=0.5)
)
