"""Computes what the blocks of `specc:std` should give, with PyTorch, Keras or a formula.

Nothing here reads the library. Each function below writes one block in another way: as a module of
PyTorch where it has one, in Keras's layers, or from the formula of the paper. Weights are made by
the names and in the shapes that they have in a spec. `KERAS_BACKEND=torch python make.py` writes
`expected.npz`; it needs what `make keras` installs.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import torch
from cases import CASES, Case
from keras import layers
from keras.src.backend.common import dtypes
from torch import nn
from torch.nn import functional

FILE = Path(__file__).parent / "expected.npz"
keras.config.set_floatx("float64")
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"  # else Keras computes in float32 on PyTorch
torch.set_default_dtype(torch.float64)


class Weights:
    """Makes random weights by name, and keeps them."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.made: dict[str, np.ndarray] = {}

    def array(self, name: str, *shape: int) -> np.ndarray:
        """A weight; float32 can hold it, and a scale or variance is positive."""
        drawn = self.rng.standard_normal(shape) * 0.5
        if name.endswith(("gamma", "scale", "variance")):
            drawn = np.abs(drawn) + 0.5
        self.made[name] = drawn.astype("float32")
        return self.made[name].astype("float64")

    def __call__(self, name: str, *shape: int) -> torch.Tensor:
        return torch.from_numpy(self.array(name, *shape))

    def dense(self, x: torch.Tensor, name: str, units: int, bias: bool = True) -> torch.Tensor:
        """A linear layer."""
        kernel = self(f"{name}.kernel", x.shape[-1], units)
        return functional.linear(x, kernel.T, self(f"{name}.bias", units) if bias else None)

    def into(self, target: nn.Module, **named: torch.Tensor) -> None:
        """Put tensors into a module by its own names; all of them, each in its shape."""
        target.load_state_dict(named)


Reference = Callable[..., Any]
REFERENCES: dict[str, Reference] = {}


def reference(*names: str) -> Callable[[Reference], Reference]:
    """The block that a function computes, and its variants."""

    def keep(function: Reference) -> Reference:
        REFERENCES.update(dict.fromkeys(names, function))
        return function

    return keep


# --- in PyTorch ----------------------------------------------------------------------------------


@reference("feed_forward")
def feed_forward(w: Weights, x: torch.Tensor, hidden: int = 6, at: str = "b") -> torch.Tensor:
    return w.dense(functional.gelu(w.dense(x, f"{at}.up", hidden)), f"{at}.down", x.shape[-1])


@reference("swiglu")
def swiglu(w: Weights, x: torch.Tensor, at: str = "b") -> torch.Tensor:
    gate = functional.silu(w.dense(x, f"{at}.gate", 6, bias=False))
    return w.dense(gate * w.dense(x, f"{at}.up", 6, bias=False), f"{at}.down", 4, bias=False)


@reference("geglu")
def geglu(w: Weights, x: torch.Tensor) -> torch.Tensor:
    return w.dense(functional.gelu(w.dense(x, "b.gate", 6)) * w.dense(x, "b.up", 6), "b.down", 4)


@reference("learned_positions")
def learned_positions(w: Weights, x: torch.Tensor) -> torch.Tensor:
    table = nn.Embedding(8, 4)
    w.into(table, weight=w("b.positions.embeddings", 8, 4))
    return x + table(torch.arange(x.shape[1]))


@reference("sinusoidal_positions")
def sinusoidal_positions(w: Weights, x: torch.Tensor) -> torch.Tensor:
    places = torch.zeros(x.shape[1:])
    for place in range(x.shape[1]):
        for pair in range(x.shape[2] // 2):
            angle = place / 10000 ** (2 * pair / x.shape[2])
            places[place, 2 * pair], places[place, 2 * pair + 1] = math.sin(angle), math.cos(angle)
    return x + places


def turned(pairs: torch.Tensor, base: float) -> torch.Tensor:
    """Complex numbers [batch, steps, heads, k / 2], each turned by its place."""
    half = pairs.shape[-1]
    speed = 1 / base ** (torch.arange(half) / half)
    angle = torch.outer(torch.arange(float(pairs.shape[1])), speed)
    return pairs * torch.polar(torch.ones_like(angle), angle)[None, :, None]


@reference("rotary")
def rotary(w: Weights, x: torch.Tensor, base: float = 10000) -> torch.Tensor:
    real, imaginary = x.chunk(2, dim=-1)
    made = turned(torch.complex(real, imaginary), base)
    return torch.cat([made.real, made.imag], dim=-1)


@reference("rotary_pairs")
def rotary_pairs(w: Weights, x: torch.Tensor) -> torch.Tensor:
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(turned(pairs, 500)).flatten(3)


def attended(q: Any, k: Any, v: Any, keep: Any, bias: Any = 0.0) -> torch.Tensor:
    """PyTorch's attention of [batch, steps, heads, k], causal, with padding and a bias."""
    steps = q.shape[1]
    allowed = torch.ones(steps, steps, dtype=torch.bool).tril()[None, None]
    if keep is not None:
        allowed = allowed & keep[:, None, None, :]
    scores = torch.zeros(steps, steps).masked_fill(~allowed, -torch.inf) + bias
    q, k, v = (tensor.transpose(1, 2) for tensor in (q, k, v))
    made = functional.scaled_dot_product_attention(q, k, v, scores, enable_gqa=True)
    return made.transpose(1, 2)


@reference("rotary_attention", "rotary_attention_masked")
def rotary_attention(
    w: Weights,
    x: torch.Tensor,
    keep: Any = None,
    at: str = "b",
    kv_heads: int | None = None,
    size: int = 2,
) -> torch.Tensor:
    kv_heads = kv_heads or (1 if keep is None else 2)
    q = torch.einsum("btd,dhk->bthk", x, w(f"{at}.query.kernel", 4, 2, size))
    k = torch.einsum("btd,dhk->bthk", x, w(f"{at}.key.kernel", 4, kv_heads, size))
    v = torch.einsum("btd,dhk->bthk", x, w(f"{at}.value.kernel", 4, kv_heads, size))
    made = attended(rotary(w, q), rotary(w, k), v, keep)
    return torch.einsum("bthk,hkd->btd", made, w(f"{at}.output.kernel", 2, size, 4))


@reference("rotary_attention_wide")
def rotary_attention_wide(w: Weights, x: torch.Tensor) -> torch.Tensor:
    return rotary_attention(w, x, kv_heads=2, size=6)


@reference("alibi_attention", "alibi_attention_masked")
def alibi_attention(w: Weights, x: torch.Tensor, keep: Any = None) -> torch.Tensor:
    heads = 4 if keep is None else 2
    size = 4 // heads
    q, k, v = (
        torch.einsum("btd,dhk->bthk", x, w(f"b.{name}.kernel", 4, heads, size))
        + w(f"b.{name}.bias", heads, size)
        for name in ("query", "key", "value")
    )
    bias = torch.zeros(heads, x.shape[1], x.shape[1])
    for head in range(heads):
        for to in range(x.shape[1]):
            for of in range(to + 1):
                bias[head, to, of] = -(to - of) * 2 ** (-8 * (head + 1) / heads)
    made = torch.einsum(
        "bthk,hkd->btd", attended(q, k, v, keep, bias), w("b.output.kernel", heads, size, 4)
    )
    return made + w("b.output.bias", 4)


def _attention(w: Weights, at: str, width: int) -> dict[str, torch.Tensor]:
    """The weights of a MultiheadAttention with a query of 4 features; values have `width`."""
    wide = {"query": 4, "key": width, "value": width}
    kernels = {name: w(f"{at}.{name}.kernel", n, 2, 2).reshape(n, 4).T for name, n in wide.items()}
    biases = [w(f"{at}.{name}.bias", 2, 2).reshape(4) for name in wide]
    named = {
        "in_proj_bias": torch.cat(biases),
        "out_proj.weight": w(f"{at}.attention_output.kernel", 2, 2, 4).reshape(4, 4).T,
        "out_proj.bias": w(f"{at}.attention_output.bias", 4),
    }
    if width == 4:
        return {"in_proj_weight": torch.cat([*kernels.values()]), **named}
    return {**{f"{name[0]}_proj_weight": it for name, it in kernels.items()}, **named}


def _norm(w: Weights, at: str, name: str) -> dict[str, torch.Tensor]:
    return {f"{name}.weight": w(f"{at}.gamma", 4), f"{name}.bias": w(f"{at}.beta", 4)}


def _linear(w: Weights, at: str, name: str, n: int, units: int) -> dict[str, torch.Tensor]:
    return {
        f"{name}.weight": w(f"{at}.kernel", n, units).T,
        f"{name}.bias": w(f"{at}.bias", units),
    }


def _under(name: str, named: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {f"{name}.{key}": it for key, it in named.items()}


def _encoder(w: Weights, at: str, first: bool) -> nn.Module:
    act = "gelu" if first else "relu"
    made = nn.TransformerEncoderLayer(4, 2, 6, 0.1, act, batch_first=True, norm_first=first).eval()
    named = {
        **_under("self_attn", _attention(w, f"{at}.attention", 4)),
        **_linear(w, f"{at}.up", "linear1", 4, 6),
        **_linear(w, f"{at}.down", "linear2", 6, 4),
        **_norm(w, f"{at}.norm1", "norm1"),
        **_norm(w, f"{at}.norm2", "norm2"),
    }
    w.into(made, **named)
    return made


@reference("encoder_block", "encoder_block_masked")
def encoder_block(w: Weights, x: torch.Tensor, keep: Any = None) -> torch.Tensor:
    return _encoder(w, "b", True)(x, src_key_padding_mask=None if keep is None else ~keep)


@reference("encoder_stack")
def encoder_stack(w: Weights, x: torch.Tensor) -> torch.Tensor:
    return _encoder(w, "b.1", True)(_encoder(w, "b.0", True)(x))


@reference("post_norm_encoder_block")
def post_norm_encoder_block(w: Weights, x: torch.Tensor) -> torch.Tensor:
    return _encoder(w, "b", False)(x)


@reference("causal_block")
def causal_block(w: Weights, x: torch.Tensor) -> torch.Tensor:
    later = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
    return _encoder(w, "b", True)(x, src_mask=later)


class Decoder(nn.TransformerDecoderLayer):
    """PyTorch's, with a memory of another width."""

    def __init__(self, first: bool) -> None:
        act = "gelu" if first else "relu"
        super().__init__(4, 2, 6, 0.1, act, batch_first=True, norm_first=first)
        self.multihead_attn = nn.MultiheadAttention(4, 2, 0.1, kdim=6, vdim=6, batch_first=True)


def _decoder(w: Weights, x: torch.Tensor, memory: torch.Tensor, first: bool) -> torch.Tensor:
    made = Decoder(first).eval()
    named = {
        **_under("self_attn", _attention(w, "b.attention", 4)),
        **_under("multihead_attn", _attention(w, "b.cross", 6)),
        **_linear(w, "b.up", "linear1", 4, 6),
        **_linear(w, "b.down", "linear2", 6, 4),
    }
    for name in ("norm1", "norm2", "norm3"):
        named |= _norm(w, f"b.{name}", name)
    w.into(made, **named)
    return made(x, memory, nn.Transformer.generate_square_subsequent_mask(x.shape[1]))


@reference("decoder_block")
def decoder_block(w: Weights, x: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
    return _decoder(w, x, memory, True)


@reference("post_norm_decoder_block")
def post_norm_decoder_block(w: Weights, x: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
    return _decoder(w, x, memory, False)


def rms_norm(w: Weights, x: torch.Tensor, at: str) -> torch.Tensor:
    return functional.rms_norm(x, (4,), w(f"{at}.scale", 4), 1e-5)


@reference("llama_block")
def llama_block(
    w: Weights, x: torch.Tensor, keep: Any = None, at: str = "b", kv_heads: int = 1
) -> torch.Tensor:
    normed = rms_norm(w, x, f"{at}.norm1")
    x = x + rotary_attention(w, normed, keep, f"{at}.attention", kv_heads)
    return x + swiglu(w, rms_norm(w, x, f"{at}.norm2"), f"{at}.feed")


@reference("llama_stack_masked")
def llama_stack_masked(w: Weights, x: torch.Tensor, keep: Any) -> torch.Tensor:
    return llama_block(w, llama_block(w, x, keep, "b.0", 2), keep, "b.1", 2)


@reference("attention_pooling", "attention_pooling_masked")
def attention_pooling(w: Weights, x: torch.Tensor, keep: Any = None) -> torch.Tensor:
    kernel, bias = w("b.attended.kernel", 4, 3), w("b.attended.bias", 3)
    score = w("b.score.kernel", 3, 1)
    rows = []
    for row, steps in enumerate(x):  # each row alone, without its padding
        steps = steps if keep is None else steps[keep[row]]
        weights = torch.softmax((torch.tanh(steps @ kernel + bias) @ score)[:, 0], dim=0)
        rows.append((weights[:, None] * steps).sum(0))
    return torch.stack(rows)


@reference("patch_embedding")
def patch_embedding(w: Weights, image: torch.Tensor) -> torch.Tensor:
    kernel, bias = w("b.projection.kernel", 2, 2, 3, 3), w("b.projection.bias", 3)
    rows = [
        image[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].flatten(1) @ kernel.reshape(12, 3) + bias
        for i in range(3)
        for j in range(2)
    ]
    return torch.stack(rows, dim=1)


@reference("class_token")
def class_token(w: Weights, x: torch.Tensor) -> torch.Tensor:
    return torch.cat([w("b.token.value", 1, 4).expand(len(x), 1, 4), x], dim=1)


@reference("mixer_block")
def mixer_block(w: Weights, x: torch.Tensor) -> torch.Tensor:
    def norm(x: torch.Tensor, at: str) -> torch.Tensor:
        return functional.layer_norm(x, (4,), w(f"{at}.gamma", 4), w(f"{at}.beta", 4), 1e-6)

    x = x + feed_forward(w, norm(x, "b.norm1").mT, 3, "b.tokens").mT
    return x + feed_forward(w, norm(x, "b.norm2"), 6, "b.channels")


@reference("wavenet_block")
def wavenet_block(w: Weights, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    def conv(x: torch.Tensor, name: str, size: int, filters: int) -> torch.Tensor:
        kernel = w(f"b.{name}.kernel", size, x.shape[2], filters).permute(2, 1, 0)
        padded = functional.pad(x.mT, (2 * (size - 1), 0))
        return functional.conv1d(padded, kernel, w(f"b.{name}.bias", filters), dilation=2).mT

    gated = torch.tanh(conv(x, "signal", 2, 3)) * torch.sigmoid(conv(x, "gate", 2, 3))
    return x + conv(gated, "residual", 1, 4), conv(gated, "skip", 1, 2)


@reference("film", "film_image")
def film(w: Weights, x: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
    scale, shift = w.dense(condition, "b.scale", 4), w.dense(condition, "b.shift", 4)
    return torch.stack([row * scale[i] + shift[i] for i, row in enumerate(x)])


@reference("highway")
def highway(w: Weights, x: torch.Tensor) -> torch.Tensor:
    gate = torch.sigmoid(w.dense(x, "b.gate", 4))
    return torch.lerp(x, torch.tanh(w.dense(x, "b.changed", 4)), gate)


# --- in Keras, whose layers have the names of the spec's, with `-` for `.` -----------------------


def in_keras(*names: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """A block as a functional model of Keras."""

    def keep(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def run(w: Weights, x: torch.Tensor) -> torch.Tensor:
            start = keras.Input(x.shape[1:], dtype="float64")
            model = keras.Model(start, build(start))
            for layer in model.layers:
                for weight in layer.weights:
                    weight.assign(
                        w.array(f"{layer.name.replace('-', '.')}.{weight.name}", *weight.shape)
                    )
            return model(x, training=False)

        reference(*names)(run)
        return build

    return keep


def conv_norm(
    x: Any, name: str, filters: int, size: int, strides: int = 1, act: Any = "relu"
) -> Any:
    x = layers.Conv2D(filters, size, strides, "same", use_bias=False, name=f"{name}-conv")(x)
    x = layers.BatchNormalization(name=f"{name}-norm")(x)
    return layers.Activation(act)(x) if act else x


def depthwise_norm(x: Any, strides: int) -> Any:
    x = layers.DepthwiseConv2D(3, strides, "same", use_bias=False, name="b-depthwise")(x)
    return layers.ReLU(6)(layers.BatchNormalization(name="b-depthwise_norm")(x))


@in_keras("conv_block")
def conv_block(x: Any) -> Any:
    return conv_norm(x, "b", 3, 3, 2)


@in_keras("double_conv")
def double_conv(x: Any) -> Any:
    x = layers.Conv2D(3, 3, padding="same", activation="relu", name="b-conv1")(x)
    return layers.Conv2D(3, 3, padding="same", activation="relu", name="b-conv2")(x)


@in_keras("residual_block")
def residual_block(x: Any) -> Any:
    y = conv_norm(conv_norm(x, "b-conv1", 4, 3), "b-conv2", 4, 3, act=None)
    return layers.ReLU()(x + y)


@in_keras("residual_projection_block")
def residual_projection_block(x: Any) -> Any:
    y = conv_norm(conv_norm(x, "b-conv1", 3, 3, 2), "b-conv2", 3, 3, act=None)
    return layers.ReLU()(conv_norm(x, "b-shortcut", 3, 1, 2, act=None) + y)


@in_keras("bottleneck_block")
def bottleneck_block(x: Any) -> Any:
    y = conv_norm(conv_norm(x, "b-conv1", 2, 1), "b-conv2", 2, 3)
    return layers.ReLU()(x + conv_norm(y, "b-conv3", 4, 1, act=None))


@in_keras("bottleneck_projection_block")
def bottleneck_projection_block(x: Any) -> Any:
    y = conv_norm(conv_norm(x, "b-conv1", 2, 1), "b-conv2", 2, 3, 2)
    y = conv_norm(y, "b-conv3", 8, 1, act=None)
    return layers.ReLU()(conv_norm(x, "b-shortcut", 8, 1, 2, act=None) + y)


@in_keras("depthwise_separable_block")
def depthwise_separable_block(x: Any) -> Any:
    return conv_norm(depthwise_norm(x, 2), "b-pointwise", 3, 1, act="relu6")


@in_keras("inverted_bottleneck")
def inverted_bottleneck(x: Any) -> Any:
    x = depthwise_norm(conv_norm(x, "b-expand", 8, 1, act="relu6"), 2)
    return conv_norm(x, "b-project", 3, 1, act=None)


@in_keras("inverted_residual")
def inverted_residual(x: Any) -> Any:
    y = conv_norm(x, "b-inside-expand", 8, 1, act="relu6")
    y = layers.DepthwiseConv2D(3, 1, "same", use_bias=False, name="b-inside-depthwise")(y)
    y = layers.ReLU(6)(layers.BatchNormalization(name="b-inside-depthwise_norm")(y))
    return x + conv_norm(y, "b-inside-project", 4, 1, act=None)


@in_keras("squeeze_excite")
def squeeze_excite(x: Any) -> Any:
    y = layers.Reshape((1, 1, 4))(layers.GlobalAveragePooling2D()(x))
    y = layers.Dense(2, "relu", name="b-reduce")(y)
    return x * layers.Dense(4, "sigmoid", name="b-excite")(y)


class Scale(layers.Layer):
    """A learned number for each channel."""

    def build(self, shape: Any) -> None:
        self.kernel = self.add_weight(shape=(shape[-1],), name="kernel")

    def call(self, x: Any) -> Any:
        return x * self.kernel


@in_keras("convnext_block")
def convnext_block(x: Any) -> Any:
    y = layers.DepthwiseConv2D(3, padding="same", name="b-depthwise")(x)
    y = layers.LayerNormalization(epsilon=1e-6, name="b-norm")(y)
    y = layers.Dense(4, name="b-down")(layers.Dense(16, "gelu", name="b-up")(y))
    return x + Scale(name="b-scaled")(y)


@in_keras("dense_layer")
def dense_layer(x: Any) -> Any:
    y = layers.ReLU()(layers.BatchNormalization(name="b-norm1")(x))
    y = layers.Conv2D(8, 1, use_bias=False, name="b-conv1")(y)
    y = layers.ReLU()(layers.BatchNormalization(name="b-norm2")(y))
    y = layers.Conv2D(2, 3, padding="same", use_bias=False, name="b-conv2")(y)
    return layers.Concatenate()([x, y])


# --- all of them ---------------------------------------------------------------------------------


def made(name: str, case: Case) -> dict[str, np.ndarray]:
    """The inputs, weights and outputs: `NAME/in/x`, `NAME/w/b.up.kernel`, `NAME/out/b`."""
    weights = Weights(zlib.crc32(name.encode()))
    fed = {
        key: weights.rng.standard_normal(shape).astype("float32")
        for key, shape in case.shapes.items()
    }
    given: list[Any] = [torch.from_numpy(array.astype("float64")) for array in fed.values()]
    if case.lengths:
        keep = np.arange(case.shapes["x"][1]) < np.array(case.lengths)[:, None]
        fed["x.mask"] = keep
        given.append(torch.from_numpy(keep))
    with torch.no_grad():
        results = REFERENCES[name](weights, *given)
    results = results if isinstance(results, tuple) else (results,)
    outputs = dict(zip(case.outputs, (it.numpy() for it in results), strict=True))
    kinds = {"in": fed, "w": weights.made, "out": outputs}
    return {
        f"{name}/{kind}/{key}": it for kind, named in kinds.items() for key, it in named.items()
    }


if __name__ == "__main__":
    arrays = {key: it for name, case in CASES.items() for key, it in made(name, case).items()}
    np.savez_compressed(FILE, **arrays)
