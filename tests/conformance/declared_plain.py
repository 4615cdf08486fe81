"""Cases of activations, of layers that a run leaves as they are, of attention and of categories."""

from __future__ import annotations

from typing import Any

from declared import ROWS_WITH_GAPS, one
from declaring import Fed, case
from keras import layers


def square(x: Any) -> Any:
    """A function that Keras keeps by its name."""
    return x * x


# --- activations -------------------------------------------------------------------------------

case("act_layer_leaky_relu", x=Fed(5, rows=3))(one(layers.LeakyReLU, "a"))
case("act_layer_elu", x=Fed(5, rows=3))(one(layers.ELU, "a", alpha=0.5))
case("act_prelu", x=Fed(3, 4))(one(layers.PReLU, "a", alpha_regularizer="l2"))
case("act_prelu_shared", x=Fed(None, 2, 4))(one(layers.PReLU, "a", shared_axes=[1, 2]))
case("act_relu_int", x=Fed(4, dtype="int32"))(one(layers.ReLU, "a", max_value=6))
case("lambda_square", x=Fed(3, rows=2))(one(layers.Lambda, "l", square))
case("act_layer_as_activation", x=Fed(4))(
    one(layers.Dense, "d", 3, activation=layers.LeakyReLU(negative_slope=0.1))
)

# --- what acts in training only ----------------------------------------------------------------


@case("inert_noise", x=Fed(5, 3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    y = layers.Masking(name="m")(x)
    y = layers.GaussianNoise(0.5, seed=1, name="gn")(y)
    y = layers.GaussianDropout(0.5, name="gd")(y)
    y = layers.AlphaDropout(0.5, noise_shape=(None, 1, 3), name="ad")(y)
    y = layers.SpatialDropout1D(0.5, name="sd")(y)
    y = layers.ActivityRegularization(0.1, 0.2, name="ar")(y)
    return layers.LSTM(2, name="l")(y)


@case("inert_images", x=Fed(4, 5, 3), tolerance=2e-4)
def _(x: Any) -> Any:
    y = layers.RandomFlip(name="i0")(x)
    y = layers.RandomRotation(0.2, fill_mode="constant", name="i1")(y)
    y = layers.RandomZoom((-0.2, 0.1), 0.1, name="i2")(y)
    y = layers.RandomTranslation(0.1, (-0.2, 0.2), name="i3")(y)
    y = layers.RandomShear((0.1, 0.2), (0.2, 0.3), name="i4")(y)
    y = layers.RandomPerspective(0.5, name="i5")(y)
    y = layers.RandomBrightness(0.2, value_range=(0, 1), name="i6")(y)
    y = layers.RandomContrast(0.2, name="i7")(y)
    y = layers.RandomColorJitter(brightness_factor=0.2, name="i8")(y)
    y = layers.RandomColorDegeneration(0.2, name="i9")(y)
    y = layers.RandomGrayscale(0.2, name="i10")(y)
    y = layers.RandomHue(0.2, name="i11")(y)
    y = layers.RandomSaturation((0.2, 0.5), name="i12")(y)
    y = layers.RandomSharpness(0.2, name="i13")(y)
    y = layers.RandomInvert(0.2, name="i14")(y)
    y = layers.RandomPosterization(4, name="i15")(y)
    y = layers.RandomGaussianBlur(kernel_size=(3, 5), name="i16")(y)
    y = layers.RandomErasing(scale=0.1, name="i17")(y)
    y = layers.RandomElasticTransform(0.5, name="i18")(y)
    y = layers.Solarization(0.1, 0.2, name="i19")(y)
    y = layers.MixUp(0.3, name="i21")(y)
    y = layers.CutMix(0.3, name="i22")(y)
    y = layers.RandAugment(num_ops=3, name="i23")(y)
    y = layers.AugMix(num_chains=2, name="i24")(y)
    y = layers.RandomCrop(4, 5, seed=1, name="i25")(y)
    y = layers.SpatialDropout2D(0.5, data_format="channels_first", name="i26")(y)
    return layers.Flatten(name="f")(y)


@case("inert_images_int", x=Fed(4, 5, 3, dtype="uint8"), float64=False)
def _(x: Any) -> Any:
    return [
        layers.RandomFlip("vertical", name="flip")(x),
        layers.SpatialDropout2D(0.5, name="drop")(x),
    ]


# --- attention ---------------------------------------------------------------------------------


def attending(kind: type[layers.Layer], *args: Any, call: Any = None, **settings: Any) -> Any:
    """A layer that reads `v` for `q`, behind Maskings of both, and of `k` where it is fed."""

    def build(**inputs: Any) -> Any:
        taken = [layers.Masking(name=f"m{name}")(x) for name, x in inputs.items()]
        return kind(*args, name="a", **settings)(taken, **(call or {}))

    return build


_PADDED = {
    "q": Fed(4, 3, padded=((0, 1), (1, 3))),
    "v": Fed(5, 3, padded=ROWS_WITH_GAPS),
}
case("att_dot_masked", **_PADDED)(attending(layers.Attention))
case("att_dot_scaled", q=Fed(4, 3), v=Fed(5, 2), k=Fed(5, 3))(
    lambda q, v, k: layers.Attention(use_scale=True, dropout=0.2, name="a")(
        [q, v, k], return_attention_scores=True
    )
)
case("att_dot_causal", q=Fed(4, 3), v=Fed(5, 3))(
    lambda q, v: layers.Attention(name="a")([q, v], use_causal_mask=True)
)
case("att_concat_masked", **_PADDED)(
    attending(layers.Attention, use_scale=True, score_mode="concat")
)
case("att_additive_masked", **_PADDED)(attending(layers.AdditiveAttention))
case("att_additive_plain", q=Fed(4, 3), v=Fed(5, 2), k=Fed(5, 3))(
    lambda q, v, k: layers.AdditiveAttention(use_scale=False, name="a")(
        [q, v, k], use_causal_mask=True, return_attention_scores=True
    )
)
case("gqa_grouped", q=Fed(4, 6), v=Fed(5, 6))(
    lambda q, v: layers.GroupQueryAttention(3, 4, 2, name="a")(q, v, return_attention_scores=True)
)


@case(
    "gqa_masked_gated",
    q=Fed(4, 6, padded=((0, 1),)),
    allowed=Fed(4, 4, dtype="bool", below=2),
)
def _(q: Any, allowed: Any) -> Any:
    x = layers.Masking(name="m")(q)
    whole = layers.GroupQueryAttention(
        2, 4, 1, use_gate=True, use_bias=False, sliding_window=3, name="a"
    )(q, x, use_causal_mask=True)
    crossed = layers.GroupQueryAttention(2, 2, 2, dropout=0.1, name="c")(
        whole, q, attention_mask=allowed
    )
    return [whole, crossed]


# --- categories --------------------------------------------------------------------------------

for _mode in ("one_hot", "multi_hot", "count"):
    case(f"cat_{_mode}", x=Fed(4, dtype="int32", below=5))(
        one(layers.CategoryEncoding, "c", num_tokens=5, output_mode=_mode)
    )
    case(f"bins_{_mode}", x=Fed(4, rows=3))(
        one(layers.Discretization, "b", bin_boundaries=[-0.5, 0.0, 0.5], output_mode=_mode)
    )
case("cat_one_hot_of_one", x=Fed(1, rows=5, dtype="int32", below=5))(
    one(layers.CategoryEncoding, "c", num_tokens=5, output_mode="one_hot")
)
case("cat_count_weights", x=Fed(4, dtype="int32", below=5), w=Fed(4))(
    lambda x, w: layers.CategoryEncoding(5, output_mode="count", name="c")(x, count_weights=w)
)
case("bins_int", x=Fed(4, 3))(one(layers.Discretization, "b", bin_boundaries=[-1.0, 0.0, 0.0, 1]))
case("bins_of_ints", x=Fed(4, dtype="int32"))(
    one(layers.Discretization, "b", bin_boundaries=[1.5, 3.0, 7.0])
)
