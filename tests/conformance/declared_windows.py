"""Cases of layers that read windows, or all that is between the batch and the channels."""

from __future__ import annotations

from declared import ROWS_WITH_GAPS, one
from declaring import Fed, case
from keras.layers import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling2D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Conv3DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
    Masking,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
    SeparableConv1D,
    SeparableConv2D,
)

FIRST = {"data_format": "channels_first"}

for _name, _x, _made in (
    ("conv1d_same_stride2", Fed(7, 3), one(Conv1D, "c", 4, 3, strides=2, padding="same")),
    ("conv1d_causal", Fed(7, 3), one(Conv1D, "c", 4, 3, padding="causal", dilation_rate=2)),
    ("conv1d_causal_stride2", Fed(6, 2), one(Conv1D, "c", 3, 2, strides=2, padding="causal")),
    ("conv1d_groups", Fed(6, 4), one(Conv1D, "c", 6, 3, groups=2, activation="relu")),
    ("conv1d_even_same", Fed(5, 2), one(Conv1D, "c", 2, 4, padding="same")),
    ("conv2d_valid", Fed(6, 7, 3), one(Conv2D, "c", 4, 3)),
    ("conv2d_same_stride", Fed(6, 7, 3), one(Conv2D, "c", 4, (3, 2), strides=2, padding="same")),
    ("conv2d_dilated", Fed(7, 6, 2), one(Conv2D, "c", 3, 2, dilation_rate=(2, 3))),
    ("conv3d_same", Fed(3, 4, 3, 2), one(Conv3D, "c", 2, 2, padding="same")),
    ("conv2d_transpose", Fed(4, 4, 2), one(Conv2DTranspose, "c", 3, 3, strides=2, padding="same")),
    ("conv2d_transpose_valid", Fed(3, 4, 2), one(Conv2DTranspose, "c", 3, (3, 2), strides=(2, 3))),
    ("conv1d_transpose", Fed(4, 2), one(Conv1DTranspose, "c", 3, 4, strides=2, padding="same")),
    ("conv1d_transpose_dilated", Fed(4, 2), one(Conv1DTranspose, "c", 3, 3, dilation_rate=2)),
    ("conv3d_transpose", Fed(2, 3, 2, 2), one(Conv3DTranspose, "c", 2, 2, strides=2)),
    (
        "conv1d_transpose_output_padding",
        Fed(4, 2),
        one(Conv1DTranspose, "c", 2, 3, strides=2, padding="same", output_padding=1),
    ),
    (
        "depthwise_conv2d",
        Fed(5, 5, 3),
        one(DepthwiseConv2D, "c", 3, depth_multiplier=2, padding="same"),
    ),
    ("depthwise_conv1d_stride", Fed(7, 3), one(DepthwiseConv1D, "c", 3, strides=2)),
    (
        "separable_conv2d",
        Fed(5, 6, 3),
        one(SeparableConv2D, "c", 4, 3, depth_multiplier=2, strides=2, padding="same"),
    ),
    ("separable_conv1d_dilated", Fed(7, 2), one(SeparableConv1D, "c", 3, 2, dilation_rate=3)),
    ("pool_max1d", Fed(7, 3), one(MaxPooling1D, "p", 3, strides=2, padding="same")),
    ("pool_max2d", Fed(5, 6, 2), one(MaxPooling2D, "p")),
    ("pool_max3d", Fed(3, 4, 5, 2), one(MaxPooling3D, "p", 2, padding="same")),
    ("pool_avg1d", Fed(7, 3), one(AveragePooling1D, "p", 3, strides=2)),
    ("pool_avg2d_same", Fed(5, 5, 2), one(AveragePooling2D, "p", 3, strides=2, padding="same")),
    ("pool_avg3d", Fed(3, 4, 5, 2), one(AveragePooling3D, "p", (2, 2, 3), strides=1)),
    ("pool_gap2d", Fed(4, 5, 3), one(GlobalAveragePooling2D, "p")),
    ("pool_gap3d", Fed(2, 3, 4, 2), one(GlobalAveragePooling3D, "p", keepdims=True)),
    ("pool_gmp2d_first", Fed(3, 4, 5), one(GlobalMaxPooling2D, "p", **FIRST)),
    ("pool_gmp3d", Fed(2, 3, 4, 2), one(GlobalMaxPooling3D, "p")),
    ("pool_adaptive_avg1d", Fed(5, 3), one(AdaptiveAveragePooling1D, "p", 3)),
    ("pool_adaptive_max2d", Fed(5, 6, 2), one(AdaptiveMaxPooling2D, "p", (3, 4))),
    ("pool_adaptive_avg3d", Fed(3, 4, 5, 1), one(AdaptiveAveragePooling3D, "p", 2)),
):  # fmt: skip
    _words = {
        "pool_avg2d_same": "padding cells are not counted in the average",
    }
    case(_name, x=_x, note=_words.get(_name, ""))(_made)


case("conv1d_lora", x=Fed(5, 2), float64=False)(one(Conv1D, "c", 3, 2, lora_rank=2))

for _kind, _name, _positional in (
    (Conv1D, "conv1d", (2, 2)),
    (GlobalMaxPooling1D, "gmp1d", ()),
):

    @case(f"mask_thru_{_name}", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
    def _(x, kind=_kind, positional=_positional):
        return kind(*positional, name="l")(Masking(name="mask")(x))
