"""A model inside a model is a block in the spec, and means the same."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_keras import dense, functional, inputs, layer, tensor
from test_keras import nested as two_models

import spec_compiler
from spec_compiler.keras.nesting import nested
from spec_compiler.keras.read import import_keras
from spec_compiler.writing.yaml_text import to_yaml


def written(model):
    """The spec with blocks, whose numbers are those of the layers one by one."""
    imported = import_keras(model)
    short = nested(imported.document, imported.nested)
    long_model = spec_compiler.compile_text(to_yaml(imported.document))
    short_model = spec_compiler.compile_text(to_yaml(short.document))
    rng = np.random.default_rng(5)
    arrays = {
        name: rng.normal(size=array.shape).astype(array.dtype)
        for name, array in long_model.weights.items()
    }
    long_model.weights = arrays
    short_model.weights = {short.renamed(name): array for name, array in arrays.items()}
    fed = {
        name: np.array([[1, 2, 0, 0], [3, 0, 0, 0]], "int32") if name == "t"
        else rng.normal(size=(2, 4, 3)).astype("f")
        for name in long_model.inputs
    }  # fmt: skip
    before, after = long_model(fed, masks=True), short_model(fed, masks=True)
    before, after = (it if isinstance(it, dict) else {"": it} for it in (before, after))
    assert len(before) == len(after)
    for old, new in zip(before.values(), after.values(), strict=True):
        np.testing.assert_array_equal(old, new)
    return short.document


def inner(name, *layers, ins=("i",), outputs, calls=()):
    given = [inputs(item) for item in ins]
    return functional(*given, *layers, ins=ins, outputs=outputs, name=name, calls=calls)


def wide(name, *calls):
    return layer("Dense", name, *calls, units=3, activation="tanh")


def read(*sources, node=0):
    return ([tensor(source, node=node) for source in sources], {})


def after(name, source="x", node=0):
    """A nested model with one layer, which reads a tensor."""
    return inner(name, wide("a", (tensor("i"), {})), outputs=["a", 0, 0],
                 calls=[(tensor(source, node=node), {})])  # fmt: skip


def test_a_nested_model_is_a_block_and_its_other_calls_reuse_it():
    model = functional(
        inputs(),
        inner("n", wide("a", (tensor("i"), {})), outputs=["a", 0, 0],
              calls=[(tensor("x"), {}), (tensor("n"), {})]),
        dense("head", (tensor("n", node=1), {})),
        outputs=[["head", 0, 0], ["n", 1, 0]],
    )  # fmt: skip
    assert written(model) == {
        "specc": 1,
        "name": "m",
        "mask_policy": "keras",
        "blocks": {
            "n": {
                "inputs": {"i": {}},
                "layers": [{"type": "Dense", "name": "a", "units": 3, "activation": "tanh"}],
                "outputs": "a",
            }
        },
        "inputs": {"x": {"shape": [4, 3]}},
        "layers": [
            {"use": "n", "name": "n"},
            {"reuse": "n", "name": "n_call_1"},
            {"type": "Dense", "name": "head", "units": 2},
        ],
        "outputs": ["head", "n"],
    }


def test_models_inside_nested_models_are_blocks_in_blocks():
    short = written(
        functional(
            inputs(),
            two_models((tensor("x"), {"mask": None})),
            dense("n_a", (tensor("n"), {})),
            outputs=[["n_a", 0, 0], ["n", 1, 0]],
        )
    )
    assert list(short["blocks"]) == ["s", "n"]
    assert short["blocks"]["n"]["layers"] == [
        {"type": "Dense", "name": "a", "units": 2},
        {"use": "s", "name": "s"},
    ]
    assert [item["name"] for item in short["layers"]] == ["n", "n_a"]


def test_several_inputs_and_outputs_have_the_names_of_their_layers():
    both = [wide("a", (tensor("i"), {})), wide("b", (tensor("j"), {})),
            layer("Subtract", "c", read("a", "b"))]  # fmt: skip
    model = functional(
        inputs("x"), inputs("y"),
        inner("n", *both, ins=("i", "j"), outputs=[["c", 0, 0], ["b", 0, 0]],
              calls=[read("x", "y"), read("y", "x")]),
        layer("Subtract", "end", ([tensor("n"), tensor("n", output=1, node=1)], {})),
        ins=("x", "y"), outputs=["end", 0, 0],
    )  # fmt: skip
    short = written(model)
    assert short["layers"] == [
        {"use": "n", "name": "n", "from": {"i": "x", "j": "y"}},
        {"reuse": "n", "name": "n_call_1", "from": {"i": "y", "j": "x"}},
        {"type": "Subtract", "name": "end", "from": ["n.c", "n_call_1.b"]},
    ]


def test_one_tensor_may_feed_two_inputs_and_an_input_may_come_out():
    body = [layer("Subtract", "c", read("i", "j"))]
    model = functional(
        inputs("x"), inputs("y"),
        inner("n", *body, ins=("i", "j"), outputs=[["c", 0, 0], ["j", 0, 0]],
              calls=[read("x", "x"), read("x", "y")]),
        layer("Add", "end", ([tensor("n"), tensor("n", node=1), tensor("n", output=1, node=1)],
                             {})),
        ins=("x", "y"), outputs=["end", 0, 0],
    )  # fmt: skip
    assert [item.get("from") for item in written(model)["layers"]] == [
        {"i": "x", "j": "x"}, {"i": "x", "j": "y"}, ["n", "n_call_1", "y"],
    ]  # fmt: skip


def test_a_layer_that_a_nested_model_calls_twice_is_reused_in_the_block():
    twice = wide("a", (tensor("i"), {}), (tensor("a"), {}))
    model = functional(
        inputs(),
        inner("n", twice, outputs=["a", 1, 0], calls=[(tensor("x"), {}), (tensor("n"), {})]),
        outputs=["n", 2, 0],
    )
    short = written(model)
    assert [item["name"] for item in short["blocks"]["n"]["layers"]] == ["a", "a_call"]
    assert [item["name"] for item in short["layers"]] == ["n", "n_call_1"]


def test_nested_models_of_the_same_layers_are_one_block():
    model = functional(inputs(), after("left"), after("right", "left"), outputs=["right", 1, 0])
    short = written(model)
    assert list(short["blocks"]) == ["left"]
    assert short["layers"] == [
        {"use": "left", "name": "left"}, {"use": "left", "name": "right"}
    ]  # fmt: skip


def test_what_a_nested_model_repeats_is_written_once():
    steps, last = [], "i"
    for at in range(3):
        norm = layer("LayerNormalization", f"norm_{at}", (tensor(last), {}))
        up = wide(f"up_{at}", (tensor(f"norm_{at}"), {}))
        steps += [norm, up, layer("Add", f"add_{at}", read(last, f"up_{at}"))]
        last = f"add_{at}"
    model = functional(
        inputs(),
        inner("body", *steps, outputs=[last, 0, 0],
              calls=[(tensor("x"), {}), (tensor("body"), {})]),
        dense("head", (tensor("body", node=1), {})), outputs=["head", 0, 0],
    )  # fmt: skip
    short = written(model)
    assert short["blocks"]["body"]["layers"] == [{"use": "block", "name": "blocks", "repeat": 3}]
    assert [item["name"] for item in short["layers"]] == ["body", "body_call_1", "head"]


def test_masks_go_in_and_out():
    words = tensor("t", dtype="int32", shape=(None, 4))
    ids = tensor("i", dtype="int32", shape=(None, 4))
    embed = layer("Embedding", "e", (ids, {}), input_dim=5, output_dim=3,
                  mask_zero=True)  # fmt: skip
    text = functional(inputs("i", (None, 4), "int32"), embed, ins=("i",), name="n",
                      outputs=["e", 0, 0], calls=[(words, {})])  # fmt: skip
    reader = inner("r", layer("LSTM", "l", (tensor("i"), {}), units=2), outputs=["l", 0, 0],
                   calls=[(tensor("n"), {})])  # fmt: skip
    model = functional(inputs("t", (None, 4), "int32"), text, reader, ins=("t",),
                       outputs=[["n", 1, 0], ["r", 1, 0]])  # fmt: skip
    assert [item["use"] for item in written(model)["layers"]] == ["n", "r"]


def test_a_name_of_a_nested_model_gives_way_to_that_of_a_layer():
    model = functional(
        inputs("n"),
        {**after("m.b", "n"), "name": "m.b"},
        wide("m_b", (tensor("m.b"), {})),
        ins=("n",), outputs=["m_b", 0, 0],
    )  # fmt: skip
    assert [item["name"] for item in written(model)["layers"]] == ["m_b_1", "m_b"]


def test_notes_call_layers_as_the_spec_does(specc, tmp_path):
    """One by one the layer would be `n_a_1`, since another has its name."""
    last = dense("n_a", (tensor("n"), {}))
    model = functional(inputs(), after("n"), last, outputs=["n_a", 0, 0])
    (tmp_path / "m.json").write_text(json.dumps(model))
    ran = specc("import", "m.json", "-o", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.err) == (0, "note: layer `n/a` is named `n.a`\n")


@pytest.mark.parametrize("name", ["input_layer_3", "input_1", "input_layer"])
def test_an_input_without_a_name_of_its_own_is_called_x(name):
    body = wide("a", (tensor(name), {}))
    model = functional(
        inputs(),
        inner("n", body, ins=(name,), outputs=["a", 0, 0], calls=[(tensor("x"), {})]),
        outputs=["n", 1, 0],
    )
    assert written(model)["blocks"]["n"]["inputs"] == {"x": {}}


def test_import_writes_the_weights_by_their_names_in_blocks(specc, tmp_path):
    model = functional(inputs(), after("n"), outputs=["n", 1, 0])
    (tmp_path / "m.json").write_text(json.dumps(model))
    arrays = {"n/a/kernel": np.eye(3, dtype="f"), "n/a/bias": np.ones(3, "f")}
    np.savez(tmp_path / "w.npz", **arrays)
    ran = specc("import", "m.json", "--weights", "w.npz", "-o", "m.yaml", folder=tmp_path)
    assert ran.status == 0, ran.err
    spec = spec_compiler.compile_file(tmp_path / "m.yaml")
    assert list(spec.weights) == ["n.a.kernel", "n.a.bias"]
    np.testing.assert_allclose(spec(np.ones((1, 4, 3), "f")), np.full((1, 4, 3), np.tanh(2)))


# what a model inside may be: layers, and calls of the models before it
LEAVES = st.sampled_from(["dense", "norm", "act"])


@given(st.lists(st.lists(LEAVES | st.integers(0, 3), min_size=1, max_size=4),
                min_size=2, max_size=4))  # fmt: skip
def test_whatever_is_nested_means_the_same(plans):
    """Each plan is a model: a chain of layers and of models before it, called again and again."""

    def build(number, calls=()):
        name = f"m{number}" if number < len(plans) - 1 else "m"
        source, counts, found, node = "i", {}, {}, 0
        for at, step in enumerate(plans[number]):
            fed = (tensor(source, node=node), {})
            if isinstance(step, int) and number:
                key = f"m{step % number}"
                found.setdefault(key, (step % number, []))[1].append(fed)
                source, node = key, counts.get(key, 0)
                counts[key] = node + 1
                continue
            key = f"l{at}"
            kinds = {"norm": "LayerNormalization", "act": "Activation"}
            made = {"act": {"activation": "tanh"}, "norm": {}}.get(step, {"units": 3})
            found[key] = layer(kinds.get(step, "Dense"), key, fed, **made)
            source, node = key, 0
        layers = [build(*it) if isinstance(it, tuple) else it for it in found.values()]
        end = [source, node + (1 if source.startswith("m") else 0), 0]
        return inner(name, *layers, outputs=end, calls=calls)

    short = written(build(len(plans) - 1))
    assert all("reuse" not in item or "_call" in item["name"] for item in short["layers"])
    used = any(isinstance(step, int) for step in plans[-1])
    assert used == any("use" in item and item["use"].startswith("m") for item in short["layers"])
