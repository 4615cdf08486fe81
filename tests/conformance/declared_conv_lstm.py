"""Cases of ConvLSTM: windows of every kind, masks of steps, states, and both ways."""

from __future__ import annotations

from typing import Any

from declaring import Fed, case
from keras import layers


@case("conv_lstm1d_strided_back", x=Fed(4, 7, 2))
def _(x: Any) -> Any:
    layer = layers.ConvLSTM1D(
        3,
        3,
        strides=2,
        padding="same",
        go_backwards=True,
        return_sequences=True,
        activation="relu",
        recurrent_activation="hard_sigmoid",
        unit_forget_bias=False,
        name="l",
    )
    return layer(x)


@case("conv_lstm2d_video", x=Fed(3, 5, 6, 2))
def _(x: Any) -> Any:
    y = layers.ConvLSTM2D(3, 3, padding="same", return_sequences=True, name="a")(x)
    y = layers.ConvLSTM2D(2, (2, 3), dilation_rate=2, use_bias=False, name="b")(y)
    return layers.Conv2D(1, 1, name="c")(y)


@case("conv_lstm2d_states", x=Fed(3, 4, 4, 2), h=Fed(3, 3, 2), c=Fed(3, 3, 2))
def _(x: Any, h: Any, c: Any) -> Any:
    return layers.ConvLSTM2D(2, 2, return_state=True, name="l")(x, initial_state=[h, c])


@case("conv_lstm2d_channels_first", x=Fed(3, 2, 4, 5))
def _(x: Any) -> Any:
    layer = layers.ConvLSTM2D(
        3, 2, data_format="channels_first", return_sequences=True, return_state=True, name="l"
    )
    return layer(x)


@case("conv_lstm3d", x=Fed(2, 3, 3, 2, 1))
def _(x: Any) -> Any:
    return layers.ConvLSTM3D(2, 2, padding="same", name="l")(x)


@case("mask_conv_lstm1d_seq", x=Fed(4, 5, 2, rows=3), m=Fed(4, rows=3, dtype="bool"))
def _(x: Any, m: Any) -> Any:
    return layers.ConvLSTM1D(2, 2, return_sequences=True, return_state=True, name="l")(x, mask=m)


@case("mask_conv_lstm2d_zero_last", x=Fed(4, 3, 3, 2, rows=3), m=Fed(4, rows=3, dtype="bool"))
def _(x: Any, m: Any) -> Any:
    layer = layers.ConvLSTM2D(2, 2, zero_output_for_mask=True, return_state=True, name="l")
    return layer(x, mask=m)


@case("mask_conv_lstm1d_both_ways", x=Fed(4, 5, 2, rows=3), m=Fed(4, rows=3, dtype="bool"))
def _(x: Any, m: Any) -> Any:
    inner = layers.ConvLSTM1D(2, 2, return_sequences=True, return_state=True, name="c")
    return layers.Bidirectional(inner, name="l")(x, mask=m)


@case("conv_lstm2d_both_ways_sum", x=Fed(3, 4, 4, 2))
def _(x: Any) -> Any:
    inner = layers.ConvLSTM2D(2, 2, data_format="channels_first", name="c")
    return layers.Bidirectional(inner, merge_mode="sum", name="l")(x)


@case("td_of_conv_lstm1d", x=Fed(2, 3, 4, 2))
def _(x: Any) -> Any:
    return layers.TimeDistributed(layers.ConvLSTM1D(2, 2, name="c"), name="t")(x)
