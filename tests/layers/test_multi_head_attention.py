"""MultiHeadAttention against loops over samples, heads and steps in plain NumPy."""

import math

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.runtime.run import Run
from spec_compiler.weights.initialise import initialise
from spec_compiler.writing.yaml_text import to_yaml

BATCH, T, S, N, M, K, HEADS, SIZE, VALUE = 3, 4, 5, 6, 7, 8, 2, 3, 5
RANDOM = np.random.default_rng(11)
DATA = {
    "q": RANDOM.normal(size=(BATCH, T, N)),
    "v": RANDOM.normal(size=(BATCH, S, M)),
    "k": RANDOM.normal(size=(BATCH, S, K)),
}
MASKS = {
    "q": np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 1, 1, 0]], bool),
    "v": np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]], bool),
    "k": np.array([[1, 1, 1, 1, 0], [0, 1, 1, 1, 1], [1, 1, 1, 1, 1]], bool),
}


def model(roles, masked=(), allowed=None, shapes=None, sizes=None, **settings):
    shapes = shapes or {"q": ["t", N], "v": ["s", M], "k": ["s", K]}
    inputs = {
        name: {"shape": shapes[name], "dtype": "float64", "mask": name in masked} for name in roles
    }
    names = {"q": "query", "v": "value", "k": "key"}
    sources = {names[name]: name for name in roles}
    if allowed is not None:
        inputs["allowed"] = allowed
        sources["attention_mask"] = "allowed"
    layer = {
        "type": "MultiHeadAttention",
        "name": "a",
        "from": sources,
        "num_heads": HEADS,
        "key_dim": SIZE,
    }
    dims = {name: {} for name in ("t", "s") if name in str(inputs)}
    document = {"specc": 1, "dtype": "float64", "inputs": inputs, "layers": [layer | settings]}
    return program_of_text(to_yaml(document | ({"dims": dims} if dims else {})))


def run(roles, masked=(), allowed=None, mask=None, data=DATA, **settings):
    program = model(roles, masked, allowed, **settings)
    random = np.random.default_rng(1)
    weights = {name: random.normal(size=w.shape) for name, w in program.graph.weights.items()}
    inputs = {name: data[name] for name in roles} | {f"{name}.mask": MASKS[name] for name in masked}
    if mask is not None:
        inputs["allowed"] = mask
    run = Run(program, weights, inputs)
    run.prepare()
    return run.whole(), weights


def reference(weights, may_attend, q, v, k):
    """`may_attend(sample, head, query step, value step)`; gives outputs and scores."""

    def of(name, x):
        y = np.tensordot(x, weights[f"a.{name}.kernel"], 1)
        return y + weights.get(f"a.{name}.bias", 0)

    heads = len(weights["a.query.kernel"][0])
    query, key, value = of("query", q), of("key", k), of("value", v)
    scores = np.zeros((len(q), heads, q.shape[1], v.shape[1]))
    context = np.zeros((len(q), q.shape[1], heads, value.shape[-1]))
    for sample, head, t in np.ndindex(len(q), heads, q.shape[1]):
        steps = [s for s in range(v.shape[1]) if may_attend(sample, head, t, s)]
        fits = {s: query[sample, t, head] @ key[sample, s, head] for s in steps}
        shares = {s: math.exp(fit / math.sqrt(query.shape[-1])) for s, fit in fits.items()}
        for s, share in shares.items():
            scores[sample, head, t, s] = share / sum(shares.values())
            context[sample, t, head] += scores[sample, head, t, s] * value[sample, s, head]
    output = np.tensordot(context, weights["a.attention_output.kernel"], 2)
    return output + weights.get("a.attention_output.bias", 0), scores


def always(*_):
    return True


@pytest.mark.parametrize("scores", [False, True])
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("roles", [("q", "v"), ("q", "v", "k"), ("v", "v")])
def test_every_step_reads_an_average(roles, bias, scores):
    # a role that stands twice is self-attention
    given = tuple(dict.fromkeys(roles))
    settings = {"use_bias": bias, "return_attention_scores": scores, "value_dim": VALUE}
    if roles == ("v", "v"):
        settings["from"] = ["v", "v"]
    found, weights = run(given, **settings)
    q, v = DATA[roles[0]], DATA[roles[1]]
    output, shares = reference(weights, always, q, v, DATA["k"] if "k" in roles else v)
    np.testing.assert_allclose(found["a.output" if scores else "a"], output, rtol=1e-10)
    if scores:
        np.testing.assert_allclose(found["a.scores"], shares, rtol=1e-10)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", ["", "q", "v", "qv", "qvk"])
@pytest.mark.parametrize("scores", [False, True])
def test_masks_are_combined(masked, causal, scores):
    settings = {"use_causal_mask": causal, "return_attention_scores": scores}
    found, weights = run("qvk", masked, **settings)

    def may_attend(sample, _, t, s):
        kept = {"q": MASKS["q"][sample, t], "v": MASKS["v"][sample, s], "k": MASKS["k"][sample, s]}
        return all(kept[name] for name in masked) and (not causal or s <= t)

    output, shares = reference(weights, may_attend, DATA["q"], DATA["v"], DATA["k"])
    name = "a.output" if scores else "a"
    np.testing.assert_allclose(found[name], output, rtol=1e-10)
    assert (f"{name}.mask" in found) is ("q" in masked)
    if "q" in masked:
        np.testing.assert_array_equal(found[f"{name}.mask"], MASKS["q"])
    if scores:
        np.testing.assert_allclose(found["a.scores"], shares, rtol=1e-10)
        assert "a.scores.mask" not in found


@pytest.mark.parametrize("window", [1, 2, 9, 10**12])
@pytest.mark.parametrize("causal", [False, True])
def test_a_window_leaves_near_steps(causal, window):
    found, weights = run("qv", sliding_window=window, use_causal_mask=causal)

    def may_attend(_, __, t, s):
        return abs(t - s) < window and (not causal or s <= t)

    output, _ = reference(weights, may_attend, DATA["q"], DATA["v"], DATA["v"])
    np.testing.assert_allclose(found["a"], output, rtol=1e-10)


def test_a_gate_lets_a_part_of_each_average_pass():
    settings = {"use_gate": True, "value_dim": VALUE}
    found, weights = run("qv", **settings)
    # the averages alone: heads and sizes as they are, side by side
    whole = np.eye(HEADS * VALUE).reshape(HEADS, VALUE, -1)
    plain = {**weights, "a.attention_output.kernel": whole, "a.attention_output.bias": 0}
    averages, _ = reference(plain, always, DATA["q"], DATA["v"], DATA["v"])
    gate = np.tensordot(DATA["q"], weights["a.gate.kernel"], 1) + weights["a.gate.bias"]
    passed = averages / (1 + np.exp(-gate.reshape(averages.shape)))
    kernel = weights["a.attention_output.kernel"].reshape(HEADS * VALUE, -1)
    output = passed @ kernel + weights["a.attention_output.bias"]
    np.testing.assert_allclose(found["a"], output, rtol=1e-10)
    names = list(model("qv", **settings).graph.weights)
    assert names[::2] == [
        f"a.{part}.kernel" for part in ("query", "key", "gate", "value", "attention_output")
    ]


GRID = {
    "q": RANDOM.normal(size=(BATCH, 2, T, N)),
    "v": RANDOM.normal(size=(BATCH, 2, S, M)),
}
GRID_SHAPES = {"q": [2, "t", N], "v": [2, "s", M]}


@pytest.mark.parametrize("masked", ["", "v", "qv"])
def test_axes_that_are_not_attended_over_stay_apart(monkeypatch, masked):
    """Each of the two sequences of a sample is one of its own, masks included."""
    for name in "qv":
        monkeypatch.setitem(MASKS, name, RANDOM.random(GRID[name].shape[:-1]) < 0.7)
    allowed = RANDOM.random((BATCH, 2, T, S)) < 0.8
    settings = {"attention_axes": [2], "return_attention_scores": True, "use_causal_mask": True}
    found, weights = run(
        "qv", masked, {"shape": [2, "t", "s"], "dtype": "bool"}, allowed,
        data=GRID, shapes=GRID_SHAPES, **settings,
    )  # fmt: skip
    for i in range(2):
        kept = {name: MASKS[name][:, i] for name in masked}

        def may_attend(sample, _, t, s, i=i, kept=kept):
            query = "q" not in kept or kept["q"][sample, t]
            value = "v" not in kept or kept["v"][sample, s]
            return query and value and s <= t and allowed[sample, i, t, s]

        q, v = GRID["q"][:, i], GRID["v"][:, i]
        output, shares = reference(weights, may_attend, q, v, v)
        np.testing.assert_allclose(found["a.output"][:, i], output, rtol=1e-10)
        np.testing.assert_allclose(found["a.scores"][:, i], shares, rtol=1e-10)
    assert ("a.output.mask" in found) is ("q" in masked)


def test_the_axis_of_the_steps_may_be_any():
    turned = {name: np.swapaxes(x, 1, 2) for name, x in GRID.items()}
    shapes = {"q": ["t", 2, N], "v": ["s", 2, M]}
    found, _ = run("qv", data=turned, shapes=shapes, attention_axes=[-3])
    expected, _ = run("qv", data=GRID, shapes=GRID_SHAPES, attention_axes=[-2])
    np.testing.assert_allclose(np.swapaxes(found["a"], 1, 2), expected["a"], rtol=1e-10)


@pytest.mark.parametrize("axes", [None, [1, 2], [2, 1]])
def test_attention_over_two_axes_is_over_all_their_places(axes):
    """Two axes of size 2 and s are one of size 2*s, whatever their order."""
    flat = {name: x.reshape(BATCH, -1, x.shape[-1]) for name, x in GRID.items()}
    given = {} if axes is None else {"attention_axes": axes}
    settings = {"return_attention_scores": True}
    found, weights = run("qv", data=GRID, shapes=GRID_SHAPES, **given, **settings)
    output, shares = reference(weights, always, flat["q"], flat["v"], flat["v"])
    np.testing.assert_allclose(found["a.output"], output.reshape(BATCH, 2, T, N), rtol=1e-10)
    whole = shares.reshape(BATCH, HEADS, 2, T, 2, S)
    if axes == [2, 1]:
        whole = whole.transpose(0, 1, 3, 2, 5, 4)
    np.testing.assert_allclose(found["a.scores"], whole, rtol=1e-10)


ALLOWED = RANDOM.random((BATCH, HEADS, T, S)) < 0.6


@pytest.mark.parametrize(
    ("shape", "mask"),
    [
        (["t", "s"], ALLOWED[:, 0]),
        ([1, "s"], ALLOWED[:, 0, :1]),
        ([T, 1], ALLOWED[:, 0, :, :1]),
        ([HEADS, "t", "s"], ALLOWED),
        ([1, "t", "s"], ALLOWED[:, :1]),
    ],
)
@pytest.mark.parametrize("dtype", ["bool", "int32"])
def test_a_mask_of_ones_own(shape, mask, dtype):
    allowed = {"shape": shape, "dtype": dtype}
    found, weights = run("qv", "v", allowed, (3 * mask).astype(dtype), use_causal_mask=True)
    full = mask if mask.ndim == 4 else mask[:, None]
    full = np.broadcast_to(full, ALLOWED.shape)

    def may_attend(sample, head, t, s):
        return full[sample, head, t, s] and MASKS["v"][sample, s] and s <= t

    output, _ = reference(weights, may_attend, DATA["q"], DATA["v"], DATA["v"])
    np.testing.assert_allclose(found["a"], output, rtol=1e-10)


def test_a_constant_mask_needs_no_batch():
    table = ALLOWED[0, 0]
    shapes = {"q": [T, N], "v": [S, M]}
    found, weights = run("qv", allowed={"tensor": table.tolist(), "dtype": "bool"}, shapes=shapes)
    output, _ = reference(
        weights, lambda _n, _h, t, s: table[t, s], DATA["q"], DATA["v"], DATA["v"]
    )
    np.testing.assert_allclose(found["a"], output, rtol=1e-10)


def test_a_step_with_nothing_to_attend_to_gives_the_bias():
    found, weights = run("qv", "v")
    np.testing.assert_array_equal(
        found["a"][2], np.tile(weights["a.attention_output.bias"], (T, 1))
    )


def test_padding_changes_nothing():
    spoiled = {**DATA, "v": np.where(MASKS["v"][..., None], DATA["v"], 1e3)}
    np.testing.assert_allclose(
        run("qv", "v", data=spoiled)[0]["a"], run("qv", "v")[0]["a"], rtol=1e-12
    )


def test_an_output_of_several_axes():
    found, weights = run("qv", output_shape=[2, 3], value_dim=VALUE)
    assert weights["a.attention_output.kernel"].shape == (HEADS, VALUE, 2, 3)
    output, _ = reference(weights, always, DATA["q"], DATA["v"], DATA["v"])
    np.testing.assert_allclose(found["a"], output, rtol=1e-10)


def test_weights_are_drawn_for_what_enters_and_leaves():
    weights = model("qvk", shapes={"q": [T, N], "v": [S, M], "k": [S, K]}).weights
    assert list(weights) == [
        f"a.{part}.{kind}"
        for part in ("query", "key", "value", "attention_output")
        for kind in ("kernel", "bias")
    ]
    fans = {name: weight.fans for name, weight in weights.items() if weight.fans}
    assert fans["a.key.kernel"] == (K, HEADS * SIZE)
    assert fans["a.attention_output.kernel"] == (HEADS * SIZE, N)
    drawn = initialise(weights, 0)
    assert not np.array_equal(drawn["a.query.kernel"], drawn["a.key.kernel"][:N])
    assert not drawn["a.query.bias"].any()


def refused(*arguments, **settings):
    with pytest.raises(SpecError) as caught:
        model(*arguments, **settings)
    (error,) = caught.value.diagnostics.errors
    return error.code, error.message


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"attention_axes": [2]}, "SPC0365"),
        ({"attention_axes": [1, -2]}, "SPC0365"),
        ({"attention_axes": [0]}, "SPC0365"),
        ({"attention_axes": []}, "SPC0365"),
        ({"attention_axes": [-4]}, "SPC0365"),
        ({"sliding_window": 0}, "SPC0308"),
        ({"shapes": {"q": [2, T, N], "v": [2, S, M]}, "use_causal_mask": True}, "SPC0365"),
        ({"shapes": {"q": [2, T, N], "v": [2, S, M]}, "sliding_window": 2}, "SPC0365"),
        ({"shapes": {"q": [2, T, N], "v": [3, S, M]}, "attention_axes": 2}, "SPC0363"),
        ({"shapes": {"q": [2, T, N], "v": [S, M]}}, "SPC0304"),
        ({"shapes": {"q": [N], "v": [S, M]}}, "SPC0304"),
        ({"num_heads": 0}, "SPC0308"),
        ({"dropout": 2}, "SPC0104"),
        ({"kernel_initializer": "identity"}, "SPC0312"),
        ({"shapes": {"q": [T, N], "v": [S, 2, M]}}, "SPC0304"),
        ({"shapes": {"q": [T, N], "v": [S, None]}}, "SPC0306"),
        ({"allowed": {"shape": [T, S]}}, "SPC0364"),
        ({"allowed": {"shape": [S], "dtype": "bool"}}, "SPC0364"),
        ({"allowed": {"shape": [1, 1, T, S], "dtype": "bool"}}, "SPC0364"),
        ({"allowed": {"shape": [3, T, S], "dtype": "bool"}}, "SPC0364"),
        (
            {
                "masked": "v",
                "shapes": {"q": [T, N], "v": [S, M]},
                "allowed": {"shape": [S, T], "dtype": "bool"},
            },
            "SPC0364",
        ),
    ],
)
def test_refusals(settings, code):
    assert refused("qv", **settings)[0] == code


def test_as_many_keys_as_values():
    code, message = refused("qvk", shapes={"q": [T, N], "v": [5, M], "k": [4, K]})
    assert (code, "5 is not 4" in message) == ("SPC0363", True)
    program = model("qvk", shapes={"q": [T, N], "v": ["s", M], "k": ["t", K]})
    assert not all(check.holds({"batch": 1, "s": 4, "t": 5}) for check in program.graph.checks)
    assert all(check.holds({"batch": 1, "s": 4, "t": 4}) for check in program.graph.checks)


def test_what_is_the_default_may_be_said():
    named = {
        "attention_axes": [-2],
        "sliding_window": None,
        "use_gate": False,
        "flash_attention": True,
    }
    np.testing.assert_array_equal(run("qv", **named)[0]["a"], run("qv")[0]["a"])


def test_a_size_is_traced_to_the_projection_that_made_it():
    text = """\
specc: 1
inputs: {x: {shape: [5, 4]}}
layers:
  - {type: MultiHeadAttention, name: a, from: [x, x], num_heads: 2, key_dim: 3, output_shape: 7}
  - {type: Reshape, target_shape: [5, 6]}
"""
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    assert "makes an axis of `a` 7" in [label.text for label in error.labels]
