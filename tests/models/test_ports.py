"""Published models: none needs a trick for positions, class tokens or tied weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from networks import (
    attention,
    causal,
    convolution,
    gelu,
    gelu_tanh,
    gru,
    heads,
    layer_norm,
    multi_head,
    relu,
    rms_norm,
    rotated,
    silu,
    softmax,
)
from safetensors.numpy import load_file, save_file

import spec_compiler as sc

PORTS = {path.stem: path for path in (Path(__file__).parent / "ports").glob("*.yaml")}
CLOSE = {"rtol": 1e-4, "atol": 2e-5}


class Part(dict):
    """Arrays by name; those under a name."""

    def under(self, name):
        begin = f"{name}."
        return Part(
            {key.removeprefix(begin): x for key, x in self.items() if key.startswith(begin)}
        )


@pytest.fixture
def port(tmp_path, specc):
    """A port with weights that are all other than 0, and those: of a published file, its own."""

    def made(name):
        text = PORTS[name].read_text()
        spec = tmp_path / f"{name}.yaml"
        spec.write_text(text)
        rng = np.random.default_rng(0)
        if "\nweights:" not in text:
            model = sc.compile_file(str(spec))
            weights = {n: x + near(rng, x) for n, x in model.weights.items()}
            model.weights = weights
        else:
            status, _, err = specc("init", str(spec), "-o", str(tmp_path / "initial.safetensors"))
            assert status == 0, err
            initial = load_file(tmp_path / "initial.safetensors")
            weights = {n: x + near(rng, x) for n, x in initial.items()}
            save_file(weights, tmp_path / text.split("file: ")[1].split()[0])
            model = sc.compile_file(str(spec))
        assert list(model.diagnostics) == []
        return model, Part({n: x.astype("float64") for n, x in weights.items()})

    return made


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def near(rng, x):
    return np.abs(rng.normal(0, 0.1, x.shape)).astype("float32")


@pytest.mark.parametrize("name", sorted(PORTS))
def test_it_is_valid_without_a_word_and_its_own_tests_pass(name, port, tmp_path, specc):
    port(name)
    status, out, _ = specc("test", str(tmp_path / f"{name}.yaml"))
    assert status == 0, out
    assert "\ntests:" in PORTS[name].read_text()


@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_no_token_sees_those_after_it(name, port):
    model, _ = port(name)
    tokens = np.array([[5, 3, 0, 7, 9]])
    np.testing.assert_allclose(model(tokens)[:, :3], model(tokens[:, :3]), **CLOSE)
    assert not np.allclose(model(tokens)[:, 3], model(tokens[:, [0, 2, 1, 3]])[:, 3])


def test_gpt2(port):
    model, w = port("gpt2")
    tokens = np.array([[5, 99, 0, 7], [1, 2, 3, 4]])
    x = w["wte.weight"][tokens] + w["wpe.weight"][:4]
    for i in (0, 1):
        h = w.under(f"h.{i}")
        y = layer_norm(x, h["ln_1.weight"], h["ln_1.bias"], 1e-5)
        qkv = np.split(y @ h["attn.c_attn.weight"] + h["attn.c_attn.bias"], 3, -1)
        y = attention(*(heads(part, 4) for part in qkv), causal(4))
        x = x + y @ h["attn.c_proj.weight"] + h["attn.c_proj.bias"]
        y = layer_norm(x, h["ln_2.weight"], h["ln_2.bias"], 1e-5)
        y = gelu_tanh(y @ h["mlp.c_fc.weight"] + h["mlp.c_fc.bias"])
        x = x + y @ h["mlp.c_proj.weight"] + h["mlp.c_proj.bias"]
    x = layer_norm(x, w["ln_f.weight"], w["ln_f.bias"], 1e-5)
    np.testing.assert_allclose(model(tokens), x @ w["wte.weight"].T, **CLOSE)


def test_bert(port):
    model, w = port("bert_pooler")
    ids = np.array([[5, 99, 0, 7], [1, 2, 3, 4]])
    keep = np.array([[1, 1, 1, 1], [1, 1, 0, 0]])
    types = np.array([[0, 0, 1, 1], [0, 1, 1, 1]])
    e = w.under("embeddings")
    x = e["word_embeddings.weight"][ids] + e["position_embeddings.weight"][:4]
    x = x + e["token_type_embeddings.weight"][types]
    x = layer_norm(x, e["LayerNorm.weight"], e["LayerNorm.bias"], 1e-12)
    for i in (0, 1):
        layer = w.under(f"encoder.layer.{i}")
        of = layer.under("attention.self")
        q, k, v = (
            heads(x @ of[f"{part}.weight"].T + of[f"{part}.bias"], 2)
            for part in ("query", "key", "value")
        )
        of = layer.under("attention.output")
        y = attention(q, k, v, keep[:, None, None] > 0) @ of["dense.weight"].T + of["dense.bias"]
        x = layer_norm(x + y, of["LayerNorm.weight"], of["LayerNorm.bias"], 1e-12)
        y = gelu(x @ layer["intermediate.dense.weight"].T + layer["intermediate.dense.bias"])
        of = layer.under("output")
        y = y @ of["dense.weight"].T + of["dense.bias"]
        x = layer_norm(x + y, of["LayerNorm.weight"], of["LayerNorm.bias"], 1e-12)
    pooled = np.tanh(x[:, 0] @ w["pooler.dense.weight"].T + w["pooler.dense.bias"])
    got = model({"input_ids": ids, "attention_mask": keep, "token_type_ids": types})
    np.testing.assert_allclose(got["last_hidden_state"], x, **CLOSE)
    np.testing.assert_allclose(got["pooler"], pooled, **CLOSE)


def test_llama(port):
    model, w = port("llama")
    tokens = np.array([[5, 63, 0, 7, 9]])
    x = w["embed.embeddings"][tokens]
    for i in (0, 1):
        of = w.under(f"layers.{i}")
        y = rms_norm(x, of["norm1.weight.value"])
        q, k, v = (np.einsum("btd,dhk->bthk", y, of[f"{part}.kernel"]) for part in "qkv")
        q, k, v = rotated(q, 1e4), np.repeat(rotated(k, 1e4), 2, 2), np.repeat(v, 2, 2)
        y = attention(*(np.moveaxis(part, 2, 1) for part in (q, k, v)), causal(5))
        x = x + y @ of["o.kernel"].reshape(32, 32)
        y = rms_norm(x, of["norm2.weight.value"])
        x = x + (silu(y @ of["gate.kernel"]) * (y @ of["up.kernel"])) @ of["down.kernel"]
    x = rms_norm(x, w["norm.weight.value"])
    np.testing.assert_allclose(model(tokens), x @ w["lm_head.kernel"], **CLOSE)


def test_vision_transformer(port, rng):
    model, w = port("vision_transformer")
    image = rng.uniform(-1, 1, (2, 16, 16, 3))
    x = np.einsum("bhiwjc,ijcd->bhwd", image.reshape(2, 4, 4, 4, 4, 3), w["projected.kernel"])
    x = (x + w["projected.bias"]).reshape(2, 16, 8)
    x = np.concatenate([np.broadcast_to(w["cls.value"], (2, 1, 8)), x], 1) + w["positions.value"]
    x = x + multi_head(x, w.under("mixed"), 2)
    x = layer_norm(x, w["norm.gamma"], w["norm.beta"], 1e-3)[:, 0]
    wanted = softmax(x @ w["probs.kernel"] + w["probs.bias"])
    np.testing.assert_allclose(model(image.astype("float32")), wanted, **CLOSE)


def test_text_transformer(port, rng):
    model, w = port("text_transformer")
    tokens = rng.integers(0, 20000, (2, 200))
    x = w["token_emb.embeddings"][tokens] + w["pos_emb.embeddings"]
    of = w.under("block")
    x = x + multi_head(x, of.under("att"), 2)
    x = layer_norm(x, of["norm1.gamma"], of["norm1.beta"], 1e-6)
    y = relu(x @ of["ffn1.kernel"] + of["ffn1.bias"]) @ of["ffn2.kernel"] + of["ffn2.bias"]
    x = layer_norm(x + y, of["norm2.gamma"], of["norm2.beta"], 1e-6).mean(1)
    x = relu(x @ w["hidden.kernel"] + w["hidden.bias"])
    wanted = softmax(x @ w["probs.kernel"] + w["probs.bias"])
    np.testing.assert_allclose(model(tokens), wanted, **CLOSE)


def test_gru_ctc(port, rng):
    model, w = port("gru_ctc")
    frames = rng.normal(size=(2, 12, 8)).astype("float32")
    found = []
    for way, turn in (("forward", slice(None)), ("backward", slice(None, None, -1))):
        of = w.under(way)
        cell = of.under("cell.recurrent")
        states = gru(
            frames[:, turn], of["gates.kernel"], of["gates.bias"], cell["kernel"], cell["bias"], 6
        )
        found.append(states[:, turn])
    wanted = softmax(np.concatenate(found, -1) @ w["logits.kernel"] + w["logits.bias"])
    np.testing.assert_allclose(model(frames), np.log(wanted), **CLOSE)


def test_resnet(port, rng):
    model, w = port("resnet")
    image = rng.normal(size=(2, 12, 8, 3)).astype("float32")

    def convolved(x, name, stride=1):
        return convolution(x, w[f"{name}.conv.kernel"], w[f"{name}.conv.bias"], stride)

    x = relu(convolved(image, "stem"))
    for name, stride in (("a", 1), ("b", 2), ("c", 2)):
        y = convolved(relu(convolved(x, f"{name}.conv1", stride)), f"{name}.conv2")
        x = relu(y + convolved(x, f"{name}.skip", stride))
    wanted = x.mean((1, 2)) @ w["logits.kernel"] + w["logits.bias"]
    np.testing.assert_allclose(model(image), wanted, rtol=1e-3, atol=1e-3)


def test_unet(port, rng):
    model, w = port("unet")
    image = rng.normal(size=(1, 8, 12, 3)).astype("float32")

    def double(x, name):
        for part in ("one", "two"):
            of = w.under(f"{name}.{part}.conv")
            x = relu(convolution(x, of["kernel"], of["bias"]))
        return x

    def pooled(x):
        b, h, width, c = x.shape
        return x.reshape(b, h // 2, 2, width // 2, 2, c).max((2, 4))

    def grown(x, name):  # each pixel becomes a square of two by two
        of = w.under(f"{name}.conv")
        b, h, width, _ = x.shape
        out = np.zeros((b, 2 * h, 2 * width, of["kernel"].shape[2]))
        for i in (0, 1):
            for j in (0, 1):
                out[:, i::2, j::2] = x @ of["kernel"][i, j].T + of["bias"]
        return out

    one = double(image, "down1")
    two = double(pooled(one), "down2")
    x = double(pooled(two), "middle")
    x = double(np.concatenate([grown(x, "up2"), two], -1), "dec2")
    x = double(np.concatenate([grown(x, "up1"), one], -1), "dec1")
    wanted = softmax(x @ w["classes.kernel"] + w["classes.bias"])
    np.testing.assert_allclose(model(image), wanted, rtol=1e-3, atol=1e-4)


def test_textcnn(port, rng):
    model, w = port("textcnn")
    tokens = rng.integers(0, 1000, (2, 9))
    x = w["embed.embeddings"][tokens]
    found = []
    for size in (3, 4, 5):
        of = w.under(f"conv{size}.conv")
        steps = [
            np.tensordot(x[:, at : at + size], of["kernel"], 2) + of["bias"]
            for at in range(10 - size)
        ]
        found.append(relu(np.max(steps, 0)))
    wanted = softmax(np.concatenate(found, -1) @ w["probs.kernel"] + w["probs.bias"])
    np.testing.assert_allclose(model(tokens), wanted, **CLOSE)


def test_two_tower(port):
    model, w = port("two_tower")
    user, history = np.array([3, 900]), np.array([[5, 6, 0], [1700, 1, 2]])
    candidates = np.array([[1, 2], [7, 1700]])

    def tower(x, name):
        of = w.under(name)
        x = relu(x @ of["hidden.kernel"] + of["hidden.bias"])
        x = x @ of["vector.kernel"] + of["vector.bias"]
        return x / np.linalg.norm(x, axis=-1, keepdims=True)

    items = w["item_emb.embeddings"]
    seen = (history > 0)[..., None]
    taste = (items[history] * seen).sum(1) / seen.sum(1)
    known = tower(np.concatenate([w["user_emb.embeddings"][user], taste], -1), "user_tower")
    wanted = np.einsum("bkd,bd->bk", tower(items[candidates], "item_tower"), known)
    got = model({"user": user, "history": history, "candidates": candidates})
    np.testing.assert_allclose(got, wanted, **CLOSE)


def test_wide_deep(port, rng):
    model, w = port("wide_deep")
    numeric = rng.normal(size=(2, 10)).astype("float32")
    wilderness, soil = np.array([0, 3]), np.array([39, 7])

    def normed(x, name):
        of = w.under(name)
        x = (x - of["moving_mean"]) / np.sqrt(of["moving_variance"] + 1e-3)
        return x * of["gamma"] + of["beta"]

    wide = normed(np.concatenate([numeric, np.eye(4)[wilderness], np.eye(40)[soil]], -1), "wide")
    places = [w["wilderness_emb.embeddings"][wilderness], w["soil_emb.embeddings"][soil]]
    x = np.concatenate([numeric, *places], -1)
    x = relu(normed(x @ w["deep1.kernel"] + w["deep1.bias"], "norm1"))
    x = relu(x @ w["deep2.kernel"] + w["deep2.bias"])
    wanted = softmax(np.concatenate([wide, x], -1) @ w["probs.kernel"] + w["probs.bias"])
    got = model({"numeric": numeric, "wilderness": wilderness, "soil": soil})
    np.testing.assert_allclose(got, wanted, **CLOSE)
