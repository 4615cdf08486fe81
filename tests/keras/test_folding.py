"""What is repeated in a model is written once, and means the same."""

import json

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from test_keras import dense, functional, inputs, layer, op, sequential, tensor

import spec_compiler
from spec_compiler.keras.folding import folded
from spec_compiler.keras.read import import_keras
from spec_compiler.writing.yaml_text import to_yaml

X = np.sin(np.arange(24, dtype="f")).reshape(2, 4, 3)


def step(number, source):
    """A residual block of a transformer, as an author names its layers."""
    up = layer("Dense", f"up_{number}", (tensor(f"ln_{number}"), {}), units=5, activation="tanh")
    down = layer("Dense", f"down_{number}", (tensor(f"up_{number}"), {}), units=3)
    added = layer("Add", f"res_{number}", ([tensor(source), tensor(f"down_{number}")], {}))
    return [layer("LayerNormalization", f"ln_{number}", (tensor(source), {})), up, down, added]


def steps(count):
    return [item for number in range(count)
            for item in step(number, f"res_{number - 1}" if number else "x")]  # fmt: skip


def document(*layers, outputs, **more):
    return import_keras(functional(inputs(), *layers, outputs=outputs, **more)).document


def weights(model):
    rng = np.random.default_rng(5)
    return {name: rng.normal(size=of.shape).astype("f")
            for name, of in model.program.graph.weights.items()}  # fmt: skip


def same(whole):
    """Both documents give the same numbers; what the short one is."""
    short = folded(whole)
    long_model = spec_compiler.compile_text(to_yaml(whole))
    short_model = spec_compiler.compile_text(to_yaml(short.document))
    arrays = long_model.weights = weights(long_model)

    def renamed(name):
        owner, _, weight = name.partition(".")
        return f"{short.names.get(owner, owner)}.{weight}"

    short_model.weights = {renamed(name): array for name, array in arrays.items()}
    np.testing.assert_array_equal(long_model(X), short_model(X))
    return short.document


def test_a_residual_block_is_written_once():
    whole = document(*steps(4), dense("head", (tensor("res_3"), {})), outputs=["head", 0, 0])
    short = same(whole)
    assert short["layers"] == [
        {"use": "block", "name": "blocks", "repeat": 4},
        {"type": "Dense", "name": "head", "units": 2},
    ]
    assert short["blocks"]["block"]["layers"] == [
        {"type": "LayerNormalization", "name": "ln", "from": "x"},
        {"type": "Dense", "name": "up", "units": 5, "activation": "tanh"},
        {"type": "Dense", "name": "down", "units": 3},
        {"type": "Add", "name": "res", "from": ["x", "down"]},
    ]


def test_the_last_copy_may_be_what_comes_out():
    assert same(document(*steps(3), outputs=["res_2", 0, 0]))["outputs"] == "blocks"


def test_what_all_copies_read_is_an_input_of_the_block():
    def gated(number, source):
        return [
            dense(f"g_{number}", (tensor(source), {}), activation="relu"),
            layer("Dense", f"w_{number}", (tensor(f"g_{number}"), {}), units=3),
            layer("Multiply", f"m_{number}", ([tensor(f"w_{number}"), tensor("first")], {})),
        ]

    first = layer("Dense", "first", (tensor("x"), {}), units=3)
    names = ["first", "m_0", "m_1"]
    layers = [it for number, source in enumerate(names) for it in gated(number, source)]
    short = same(document(first, *layers, outputs=["m_2", 0, 0]))
    assert short["layers"][1]["from"] == {"x": "first", "first": "first"}


@pytest.mark.parametrize(
    "change",
    [
        lambda layers: [*layers, dense("more", (tensor("down_1"), {})),
                        layer("Add", "end", ([tensor("more"), tensor("more")], {}))],
        lambda layers: [*layers, layer("Add", "end", ([tensor("res_0"), tensor("res_2")], {}))],
        lambda layers: [*layers[:6], dense("up_1", (tensor("ln_1"), {})), *layers[6:8],
                        layer("Add", "end", ([tensor("res_1"), tensor("res_1")], {}))],
    ],
)  # fmt: skip
def test_what_is_read_from_within_stays_as_it_is(change):
    layers = change(steps(3))
    seen = {}
    for item in layers:
        seen.setdefault(item["name"], item)
    whole = document(*seen.values(), outputs=["end", 0, 0])
    assert folded(whole).document == whole


def test_two_copies_are_no_repetition():
    whole = document(*steps(2), outputs=["res_1", 0, 0])
    assert folded(whole).document == whole


def inverted(letter, source, rate):
    """A residual block as EfficientNet has it: more of its dropout the deeper it stands."""
    names = [f"block{letter}_{name}" for name in ("up", "act", "se", "gate", "down", "drop", "add")]
    up, act, se, gate, down, drop, add = names
    return [
        layer("Dense", up, (tensor(source), {}), units=6),
        layer("Activation", act, (tensor(up), {}), activation="silu"),
        layer("Dense", se, (tensor(act), {}), units=6, activation="sigmoid"),
        layer("Multiply", gate, ([tensor(act), tensor(se)], {})),
        layer("Dense", down, (tensor(gate), {}), units=3),
        layer("Dropout", drop, (tensor(down), {}), rate=rate),
        layer("LayerNormalization", f"{add}_norm", (tensor(drop), {})),
        layer("Add", add, ([tensor(f"{add}_norm"), tensor(source)], {})),
    ]


def chain(*rates):
    sources = ["x", *(f"block{letter}_add" for letter in "abcd")]
    return [
        item
        for letter, source, rate in zip("abcd", sources, rates, strict=False)
        for item in inverted(letter, source, rate)
    ]


def test_numbers_that_differ_are_params():
    short = same(document(*chain(0, 0.125, 0.25), outputs=["blockc_add", 0, 0]))
    assert short["layers"] == [
        {"use": "block", "name": "blocks", "each": {"rate": [0, 0.125, 0.25]}}
    ]
    block = short["blocks"]["block"]
    assert block["params"] == {"rate": "float"}
    assert block["layers"][5] == {"type": "Dropout", "name": "drop", "rate": "rate"}


def test_two_long_copies_are_a_repetition():
    short = same(document(*chain(0.5, 0.5), outputs=["blockb_add", 0, 0]))
    assert short["layers"] == [{"use": "block", "name": "blocks", "repeat": 2}]
    more = same(document(*chain(0.25, 0.5), outputs=["blockb_add", 0, 0]))
    assert more["layers"][0]["each"] == {"rate": [0.25, 0.5]}


def test_equal_copies_are_found_before_stages_that_hold_them():
    """Two stages of three blocks are not two copies of a stage with another number in it."""

    def stage(number, source, units):
        wide = layer("Dense", f"wide{number}", (tensor(source), {}), units=units)
        layers, last = [wide], f"wide{number}"
        for at in range(3):
            up, act, down, add = (f"s{number}_{name}_{at}" for name in ("up", "act", "down", "add"))
            layers += [
                layer("Dense", up, (tensor(last), {}), units=5),
                layer("Activation", act, (tensor(up), {}), activation="tanh"),
                layer("Dense", down, (tensor(act), {}), units=units),
                layer("Add", add, ([tensor(last), tensor(down)], {})),
            ]
            last = add
        return layers

    layers = [*stage(1, "x", 4), *stage(2, "s1_add_2", 6)]
    short = same(document(*layers, outputs=["s2_add_2", 0, 0]))
    assert [item.get("repeat") for item in short["layers"]] == [None, 3, None, 3]


def test_copies_of_other_layers_stay_as_they_are():
    layers = chain(0.25, 0.5)
    layers[1]["config"]["activation"] = "tanh"
    whole = document(*layers, outputs=["blockb_add", 0, 0])
    assert folded(whole).document == whole


@pytest.mark.parametrize(
    ("pattern", "inside"),
    [
        ("stage_block{}_1_up", "stage_1_up"),
        ("{}_up", "up"),
        ("up_{}", "up"),
        ("{}", "dense"),
        ("part{}", "dense"),
    ],
)
def test_a_name_in_a_block_is_what_the_copies_names_have_together(pattern, inside):
    layers = [
        layer("Dense", pattern.format(0), (tensor("x"), {}), units=3),
        layer("LayerNormalization", "n_0", (tensor(pattern.format(0)), {})),
    ]
    for at in (1, 2):
        layers += [
            layer("Dense", pattern.format(at), (tensor(f"n_{at - 1}"), {}), units=3),
            layer("LayerNormalization", f"n_{at}", (tensor(pattern.format(at)), {})),
        ]
    short = same(document(*layers, outputs=["n_2", 0, 0]))
    assert [item["name"] for item in short["blocks"]["block"]["layers"]] == [inside, "n"]


def test_a_second_call_of_a_layer_is_not_in_a_block():
    again = layer("Dense", "up_0", (tensor("ln_0"), {}), (tensor("res_2"), {}), units=5,
                  activation="tanh")  # fmt: skip
    layers = [again if item["name"] == "up_0" else item for item in steps(3)]
    whole = document(*layers, outputs=["up_0", 1, 0])
    assert folded(whole).document == whole


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=14))
def test_whatever_follows_each_other_means_the_same(kinds):
    made = {
        "a": lambda name: layer("Dense", name, units=3, activation="tanh"),
        "b": lambda name: layer("LayerNormalization", name),
        "c": lambda name: layer("Activation", name, activation="sigmoid"),
        "d": lambda name: layer("Dense", name, units=3),
    }
    layers = [made[kind](f"l{kind}_{at}") for at, kind in enumerate(kinds)]
    same(import_keras(sequential(inputs(), *layers)).document)


def test_import_writes_blocks_and_their_weights(specc, tmp_path):
    model = functional(inputs(), *steps(3), op("Multiply", "r", tensor("res_2"), 2.0),
                       outputs=["r", 0, 0])  # fmt: skip
    rng = np.random.default_rng(1)
    arrays = {}
    for n in range(3):
        arrays |= {f"ln_{n}/gamma": rng.normal(size=3), f"ln_{n}/beta": rng.normal(size=3)}
        arrays |= {f"up_{n}/kernel": rng.normal(size=(3, 5)), f"up_{n}/bias": rng.normal(size=5)}
        arrays |= {f"down_{n}/kernel": rng.normal(size=(5, 3)), f"down_{n}/bias": np.ones(3)}
    arrays = {name: array.astype("f") for name, array in arrays.items()}
    np.savez(tmp_path / "w.npz", **arrays)
    (tmp_path / "m.json").write_text(json.dumps(model))
    ran = specc("import", "m.json", "--weights", "w.npz", "-o", "m.yaml", folder=tmp_path)
    assert ran.status == 0, ran.err
    assert "block" in yaml.safe_load((tmp_path / "m.yaml").read_text())["blocks"]
    h = X
    for n in range(3):
        mean, var = h.mean(-1, keepdims=True), h.var(-1, keepdims=True)
        normed = (h - mean) / np.sqrt(var + 1e-3) * arrays[f"ln_{n}/gamma"] + arrays[f"ln_{n}/beta"]
        up = np.tanh(normed @ arrays[f"up_{n}/kernel"] + arrays[f"up_{n}/bias"])
        h = h + up @ arrays[f"down_{n}/kernel"] + arrays[f"down_{n}/bias"]
    result = spec_compiler.compile_file(tmp_path / "m.yaml")(X)
    np.testing.assert_allclose(result, 2 * h, rtol=1e-4, atol=1e-5)
