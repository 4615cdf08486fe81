"""The models of the cases: what is built, and what is fed. A new case is a few lines here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from declaring import CASES, Fed, case
from keras import layers

ROWS_WITH_GAPS = ((0, 1), (1, 0), (1, 3))
"""Places (row, step) of padding that is at the start, in the middle and at the end."""


def one(kind: type[layers.Layer], name: str, *args: Any, **settings: Any) -> Callable[..., Any]:
    """A model of a single layer of one input."""
    return lambda x: kind(*args, name=name, **settings)(x)


def merged(kind: type[layers.Layer], masked: str = "", **settings: Any) -> Callable[..., Any]:
    """A model of a layer that merges `a` and `b`, those in `masked` behind a Masking."""

    def build(**inputs: Any) -> Any:
        ends = [
            layers.Masking(name=f"m{name}")(value) if name in masked else value
            for name, value in inputs.items()
        ]
        return kind(name="m_", **settings)(ends)

    return build


# --- a layer each ------------------------------------------------------------------------------

for _name in (
    "celu", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu",
    "log_sigmoid", "relu6", "sigmoid", "softmax", "swish",
):  # fmt: skip
    case(f"act_{_name}", x=Fed(5, rows=4))(one(layers.Activation, "a", _name))
case(
    "act_glu",
    x=Fed(6, rows=3),
    note="gated linear unit halves the last axis; Keras declares an unchanged static shape",
)(one(layers.Activation, "a", "glu"))
case("act_relu_args", x=Fed(5, rows=4))(
    one(layers.ReLU, "a", max_value=4.0, negative_slope=0.1, threshold=0.5)
)
case("act_softmax_axis1", x=Fed(3, 4))(one(layers.Softmax, "a", axis=1))

case("dense_rank3_sigmoid", x=Fed(3, 4), source="keras dense_test shapes")(
    one(layers.Dense, "d", 5, activation="sigmoid")
)
case("dense_rank4_tanh", x=Fed(2, 3, 5))(one(layers.Dense, "d", 3, activation="tanh"))
case(
    "dense_int_input",
    x=Fed(4, dtype="int32"),
    note="integer input is cast to the compute dtype",
)(one(layers.Dense, "d", 3))
case("dense_float16", x=Fed(3), tolerance=0.004, float64=False)(
    one(layers.Dense, "d", 4, dtype="float16")
)
case("dense_upstream_kernel_only", x=Fed(2, rows=1, fixed=True), source="keras dense_test numbers")(
    one(layers.Dense, "d", 2, use_bias=False)
)
case(
    "dense_lora_alpha8",
    x=Fed(4, rows=3),
    float64=False,
    lora_alpha={"d": 8},
    note="delta is scaled by alpha/rank = 4. Keras 3.15.1 forgets the alpha argument when the "
    "layer is built from its config (alpha falls back to rank); the expected numbers follow the "
    "documented formula",
)(one(layers.Dense, "d", 5, lora_rank=2, lora_alpha=8))
case("dense_lora_nobias_rank3in", x=Fed(2, 4), float64=False)(
    one(layers.Dense, "d", 3, use_bias=False, lora_rank=1)
)

case("dropout_inference", x=Fed(4))(
    lambda x: layers.Dropout(0.5, seed=1, name="r")(x, training=False)
)
case("spatialdropout_inference", x=Fed(4, 3))(
    lambda x: layers.SpatialDropout1D(0.5, name="r")(x, training=False)
)

for _name, _equation, _shape, _bias, _fed in (
    ("2d_middle_weight", "ab,bc->ac", 64, None, (32,)),
    ("2d_postcast", "bc...,cd->bd...", 4, None, (1, 2, 3)),
    ("2d_precast", "...b,bc->...c", 64, None, (32,)),
    ("2d_precast_elided_input_used_in_output", "...bc,bc->...b", 32, None, (32, 64)),
    ("3d_1_3_bias", "abc,cde->abde", (7, 3, 4), "be", (7, 2)),
    ("3d_bert", "abc,cde->abde", (1, 3, 4), None, (1, 2)),
    ("3d_postcast_1_2_bias", "bc...,cde->bde...", (3, 4), "de", (1, 2)),
    ("3d_postcast_2_bias", "bc...,cde->bde...", (3, 4), "e", (1, 2)),
    ("3d_precast_2_bias", "...c,cde->...de", (3, 4), "d", (1, 2)),
    ("xlnet_lm", "ibd,nd->ibn", (2, 2), None, (2, 1)),
):
    case(
        f"einsum_up_{_name}",
        x=Fed(*_fed, fixed=True),
        source="keras einsum_dense_test parameter set",
    )(one(layers.EinsumDense, "e", _equation, _shape, bias_axes=_bias))
case("einsum_activation_relu", x=Fed(5, 3))(
    one(layers.EinsumDense, "e", "abc,cd->abd", (None, 4), activation="relu", bias_axes="d")
)
case("einsum_none_time", x=Fed(None, 3))(
    one(layers.EinsumDense, "e", "abc,cd->abd", (None, 4), bias_axes="d")
)
case("einsum_ellipsis_left_bias_de", x=Fed(5, 2))(
    one(layers.EinsumDense, "e", "...c,cde->...de", (3, 4), bias_axes="de")
)
case("einsum_mha_query_rank4", x=Fed(4, 5, 6))(
    one(layers.EinsumDense, "e", "abcd,def->abcef", (None, None, 2, 3), bias_axes="ef")
)
case(
    "einsum_sum_out_input_axis",
    x=Fed(6, 5),
    note="an input letter missing from weight and output is summed",
)(one(layers.EinsumDense, "e", "abc,cd->ad", 4, bias_axes="d"))
case("einsum_transposed_weight", x=Fed(5, rows=3))(
    one(layers.EinsumDense, "e", "ab,cb->ac", 4, bias_axes="c")
)
case(
    "einsum_permuted_output",
    x=Fed(6, 5),
    note="bias axis in the middle gives a trailing unit dim",
)(one(layers.EinsumDense, "e", "abc,dc->adb", (4, 6), bias_axes="d"))
case(
    "einsum_ellipsis_left_rank5",
    x=Fed(2, 5, 6, 3),
    note="three elided non-batch dims: Keras static shape lists them reversed",
)(one(layers.EinsumDense, "e", "...x,xy->...y", 4))

case("emb_upstream", x=Fed(rows=3, dtype="int32", below=3), source="keras embedding_test numbers")(
    one(layers.Embedding, "e", 3, 2)
)
case("emb_rank3", x=Fed(2, 4, dtype="int32", below=7))(one(layers.Embedding, "e", 7, 3))
case("emb_lora", x=Fed(3, dtype="int32", below=6), float64=False)(
    one(layers.Embedding, "e", 6, 4, lora_rank=2)
)

case("flatten_3d", x=Fed(2, 3, 4))(one(layers.Flatten, "r"))
case("identity_float", x=Fed(3))(one(layers.Identity, "i"))
case("repeat_vector", x=Fed(4))(one(layers.RepeatVector, "r", 3))
case("reshape_minus1", x=Fed(3, 4))(one(layers.Reshape, "r", (-1, 2)))
case(
    "ln_axis1",
    x=Fed(4, 3),
    float64=False,
    backend="jax",
    note="made with the JAX backend: the torch backend of Keras 3.15.1 raises for a single "
    "non-last axis",
)(one(layers.LayerNormalization, "n", axis=1))

case("masking_rank2", x=Fed(3, padded=((0, 0),)), note="rank 2: the mask has shape (batch,)")(
    one(layers.Masking, "k")
)
case("masking_int", x=Fed(3, 2, rows=1, dtype="int32", below=5), float64=False)(
    one(layers.Masking, "k", -1, dtype="int32")
)
case("mha_causal", x=Fed(4, 6))(
    lambda x: layers.MultiHeadAttention(2, 3, name="mha")(x, x, use_causal_mask=True)
)
case("mha_nobias_valuedim_outshape", x=Fed(4, 6))(
    lambda x: layers.MultiHeadAttention(
        2, 3, value_dim=5, use_bias=False, output_shape=9, name="mha"
    )(x, x)
)
case("mha_self_scores", x=Fed(4, 6))(
    lambda x: layers.MultiHeadAttention(2, 3, name="mha")(x, x, return_attention_scores=True)
)

# --- several inputs ----------------------------------------------------------------------------

case("merge_concat", a=Fed(4, 3), b=Fed(4, 2))(merged(layers.Concatenate))
case(
    "merge_multiply_rank",
    a=Fed(4, 3),
    b=Fed(3),
    note="lower-rank input gets unit axes inserted after the batch axis",
)(merged(layers.Multiply))
for _kind in (layers.Maximum, layers.Minimum, layers.Subtract):
    case(f"merge_{_kind.__name__.lower()}", a=Fed(4, 3), b=Fed(4, 3))(merged(_kind))
for _masked, _kind, _settings in (
    ("both", layers.Average, {}),
    ("both", layers.Dot, {"axes": 2}),
    ("both", layers.Maximum, {}),
    ("both", layers.Subtract, {}),
    ("one", layers.Minimum, {}),
    ("one", layers.Multiply, {}),
):
    case(
        f"merge_mask_{_masked}_{_kind.__name__.lower()}",
        a=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS),
        b=Fed(4, 3, rows=3, padded=((0, 2), (2, 3))),
    )(merged(_kind, "ab" if _masked == "both" else "a", **_settings))

# --- loops and masks ---------------------------------------------------------------------------


@case("mask_thru_dropout", x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS))
def _(x: Any) -> Any:
    return layers.Dropout(0.4, name="l")(layers.Masking(name="mask")(x), training=False)


for _name, _state in (("seq", False), ("seq_state", True)):
    case(
        f"mask_rnn_lstm_{_name}",
        x=Fed(4, 3, rows=3, padded=ROWS_WITH_GAPS),
        note="masks with gaps at start, middle and end; a masked step repeats the previous output "
        "and keeps the state (Bidirectional with sequences: zeros instead)",
    )(
        lambda x, state=_state: layers.LSTM(3, return_sequences=True, return_state=state, name="l")(
            layers.Masking(name="mask")(x)
        )
    )


@case("rnn_lstm_state_back", x=Fed(5, 3))
def _(x: Any) -> Any:
    lstm = layers.LSTM(4, return_state=True, go_backwards=True, name="l")
    return lstm(x, training=False, mask=None)


@case("rnn_seq2seq_initial_state", a=Fed(4, 3), b=Fed(5, 2))
def _(a: Any, b: Any) -> Any:
    encode = layers.LSTM(4, return_state=True, name="enc")
    _, *state = encode(a, training=False, mask=None)
    y = layers.LSTM(4, return_sequences=True, name="dec")(b, initial_state=state)
    return layers.Dense(2, activation="softmax", name="d")(y)


# --- graphs ------------------------------------------------------------------------------------


@case("graph_dict_io", a=Fed(3), b=Fed(2), as_mappings=True)
def _(a: Any, b: Any) -> Any:
    both = layers.Concatenate(name="cc")([a, b])
    return {
        "p": layers.Dense(2, name="p")(both),
        "q": layers.Dense(3, activation="sigmoid", name="q")(both),
    }


@case("graph_encoder_einsum", x=Fed(5, 8))
def _(x: Any) -> Any:
    def heads(name: str) -> Any:
        project = layers.EinsumDense("bsd,dhk->bshk", (None, 2, 4), bias_axes="hk", name=name)
        ahead = layers.Permute((2, 1, 3), name=f"{name}p")(project(x))
        return layers.Reshape((10, 4), name=f"{name}r")(ahead)

    score = layers.Dot((2, 2), name="score")([heads("q"), heads("k")])
    context = layers.Dot((2, 1), name="ctx")([layers.Softmax(name="sm")(score), heads("v")])
    context = layers.Permute((2, 1, 3), name="cp")(layers.Reshape((2, 5, 4), name="cr")(context))
    out = layers.EinsumDense("bshk,hkd->bsd", (None, 8), bias_axes="d", name="o")(context)
    y = layers.LayerNormalization(epsilon=1e-6, name="ln1")(layers.Add(name="r1")([x, out]))
    wide = layers.Dense(16, activation="gelu", name="f1")(y)
    y = layers.Add(name="r2")([y, layers.Dense(8, name="f2")(wide)])
    return layers.LayerNormalization(epsilon=1e-6, name="ln2")(y)


@case("graph_encoder_mha", x=Fed(5, 8))
def _(x: Any) -> Any:
    attended = layers.MultiHeadAttention(2, 4, name="mha")(x, x)
    y = layers.LayerNormalization(name="ln1")(layers.Add(name="r1")([x, attended]))
    wide = layers.Dense(16, activation="relu", name="f1")(y)
    y = layers.Add(name="r2")([y, layers.Dense(8, name="f2")(wide)])
    y = layers.GlobalAveragePooling1D(name="g")(layers.LayerNormalization(name="ln2")(y))
    return layers.Dense(3, activation="softmax", name="h")(y)


def _part(name: str) -> keras.Model:
    x = keras.Input((4,), name="ii")
    return keras.Model(x, layers.Dense(3, activation="relu", name="in1")(x), name=name)


@case("graph_nested_model", x=Fed(4))
def _(x: Any) -> Any:
    return layers.Dense(2, name="o")(_part("inner")(layers.Dense(4, name="pre")(x)))


@case("graph_nested_shared_siamese", a=Fed(4), b=Fed(4))
def _(a: Any, b: Any) -> Any:
    encode = _part("enc")
    return layers.Dot(axes=1, normalize=True, name="cos")([encode(a), encode(b)])


@case("graph_sequential_in_functional", x=Fed(4, rows=3))
def _(x: Any) -> Any:
    dense = [layers.Dense(3, activation="elu", name="d1"), layers.Dense(2, name="d2")]
    return layers.Activation("sigmoid", name="o")(keras.Sequential(dense, name="blk")(x))


__all__ = ["CASES"]
