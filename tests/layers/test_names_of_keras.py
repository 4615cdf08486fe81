"""Layers, arguments and keys that Keras has and this language has not: the exact messages."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.language.keras_layers import ABSENT, WHY
from spec_compiler.layers import LAYERS

HEAD = "specc: 1\ninputs: {x: {shape: [4, 3]}}\n"
TRAINED = "training stands in a section of its own: `train: {{{}: …}}`"
IMPORTED = "a file that Keras wrote is read by `specc import`"


def refused(text):
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    return error.message, error.annotation or error.help


def of_layer(layer, more=""):
    return refused(f"{HEAD}layers: [{layer}]\n{more}")


def test_an_argument_by_its_name_before_keras_3():
    found = refused_help("{type: LeakyReLU, alpha: 0.1}")
    instead = "write `negative_slope`, as Keras calls it since version 3"
    assert found == ("LeakyReLU has no argument `alpha`", instead)


def test_an_activation_is_no_type():
    message = "`leaky_relu` is an activation, and no layer type"
    instead = "write `{type: Activation, activation: {type: leaky_relu, negative_slope: 0.2}}`"
    assert of_layer("{type: leaky_relu, negative_slope: 0.2}") == (message, instead)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("MelSpectrogram", "specc has no `MelSpectrogram` yet"),
        ("tf.keras.layers.STFTSpectrogram", "specc has no `STFTSpectrogram` yet"),
        (
            "MelSpectrograms",
            "there is no layer type `MelSpectrograms`, and specc has no `MelSpectrogram` yet, "
            "if that was meant",
        ),
    ],
)
def test_a_layer_that_is_not_there_yet(kind, message):
    instead = "`specc explain` lists the layers; what none of them does, a Lambda can say"
    assert of_layer(f"{{type: {kind}}}") == (message, instead)


@pytest.mark.parametrize("kind", ABSENT)
def test_no_other_layer_is_suggested_for_one_of_keras(kind):
    assert kind not in LAYERS
    message, help = of_layer(f"{{type: {kind}}}")
    assert message == f"specc has no `{kind}`{'' if kind in WHY else ' yet'}"
    assert "did you mean" not in help


def test_an_absent_layer_has_no_defaults():
    found = of_layer("{type: Flatten}", "defaults: {MelSpectrogram: {power_to_db: true}}\n")
    assert found[0] == "specc has no `MelSpectrogram` yet"


@pytest.mark.parametrize(
    ("kind", "guess"),
    [
        ("keras.layers.Flatten", "Flatten"),
        ("GlobalAvgPool1D", "GlobalAveragePooling1D"),
        ("tf.keras.layers.Convolution2D", "Conv2D"),
    ],
)
def test_a_layer_by_its_name_in_python(kind, guess):
    message = f"there is no layer type `{kind}`"
    assert of_layer(f"{{type: {kind}}}") == (message, f"did you mean `{guess}`?")


@pytest.mark.parametrize("name", ["tf.nn.relu", "keras.activations.relu", "nn.relu"])
def test_an_activation_by_its_name_in_python(name):
    found = of_layer(f"{{type: Activation, activation: {name}}}")
    message = f"`activation`: there is no activation `{name}`"
    assert found == (message, "did you mean `relu`?")


@pytest.mark.parametrize(
    ("layer", "key", "meant"),
    [
        ("{type: Dense, output_dim: 2}", "output_dim", "units"),
        ("{type: Dense, units: 2, init: zeros}", "init", "kernel_initializer"),
        (
            "{type: Embedding, input_dim: 2, output_dim: 2, init: zeros}",
            "init",
            "embeddings_initializer",
        ),
        ("{type: Dense, units: 2, W_regularizer: l2}", "W_regularizer", "kernel_regularizer"),
        ("{type: Dense, units: 2, b_constraint: non_neg}", "b_constraint", "bias_constraint"),
        ("{type: LSTM, units: 2, U_regularizer: l2}", "U_regularizer", "recurrent_regularizer"),
        (
            "{type: MultiHeadAttention, num_heads: 1, key_dim: 2, causal: true}",
            "causal",
            "use_causal_mask",
        ),
        ("{type: Dense, units: 2, inputs: x}", "inputs", "from"),
        ("{type: Dense, units: 2, output: {shape: [2]}}", "output", "expect"),
        ("{type: Lambda, expression: x}", "expression", "function"),
    ],
)
def test_an_argument_by_another_name(layer, key, meant):
    kind = layer.removeprefix("{type: ").partition(",")[0]
    assert of_layer(layer) == (f"{kind} has no argument `{key}`", f"did you mean `{meant}`?")


@pytest.mark.parametrize(
    ("layer", "key", "instead"),
    [
        (
            "{type: Dense, units: 2, input_dim: 3}",
            "Dense has no argument `input_dim`",
            "leave it out: the shape is declared under `inputs`, by name",
        ),
        (
            "{type: Dense, config: {units: 2}}",
            "Dense has no argument `config`",
            "Dense needs `units`; arguments stand beside `type`: write `units: 2`",
        ),
        (
            "{block: a}",
            "a layer has no argument `block`",
            "write `use: a` for a block under `blocks`, `reuse: a` for a layer above",
        ),
        (
            "{call: a}",
            "a layer has no argument `call`",
            "write `use: a` for a block under `blocks`, `reuse: a` for a layer above",
        ),
        (
            "{class_name: Dense, config: {units: 2}}",
            "a layer has no argument `class_name`",
            "write `type: Dense`, with what `config` holds beside it; `specc import` reads a file "
            "that Keras wrote",
        ),
    ],
)
def test_what_a_layer_says_otherwise(layer, key, instead):
    found = refused_help(layer)
    assert found == (key, instead)


def refused_help(layer):
    with pytest.raises(SpecError) as caught:
        program_of_text(f"{HEAD}layers: [{layer}]\n")
    (error,) = caught.value.diagnostics.errors
    return error.message, error.help


@pytest.mark.parametrize(
    ("key", "instead"),
    [
        ("loss: mse", TRAINED.format("loss")),
        ("optimizer: adam", TRAINED.format("optimizer")),
        ("metrics: [accuracy]", TRAINED.format("metrics")),
        ("keras_version: '3.15'", IMPORTED),
        ("config: {}", IMPORTED),
    ],
)
def test_what_a_spec_does_not_say(key, instead):
    with pytest.raises(SpecError) as caught:  # the rest is read: the layer is refused, too
        program_of_text(f"{HEAD}layers: [{{type: Dense, units: 0}}]\n{key}\n")
    errors = {error.code: error for error in caught.value.diagnostics.errors}
    assert set(errors) == {"SPC0103", "SPC0308"}
    found = errors["SPC0103"]
    assert found.message == f"a spec has no key `{key.partition(':')[0]}`"
    assert (found.annotation, found.help) == ("unknown", instead)


@pytest.mark.parametrize(
    ("test", "message", "annotation", "instead"),
    [
        (
            "{name: a, outputs: {flatten: {finite: true}}}",
            "a test has no key `outputs`",
            "did you mean `expect`?",
            "",
        ),
        (
            "{name: a, expect: {flatten: {finite: true}}, tolerance: 1}",
            "a test has no key `tolerance`",
            "unknown",
            "write it beside the numbers that it is for, under `expect`: `{value: …, atol: 1e-6}`",
        ),
        (
            "{name: a, expect: {flatten: {finite: true, tolerance: 1}}}",
            "`flatten` has no key `tolerance`",
            "did you mean `atol`?",
            "",
        ),
    ],
)
def test_what_a_test_says_otherwise(test, message, annotation, instead):
    with pytest.raises(SpecError) as caught:
        program_of_text(f"{HEAD}layers: [{{type: Flatten}}]\ntests: [{test}]\n")
    (error,) = caught.value.diagnostics.errors
    assert (error.message, error.annotation, error.help) == (message, annotation, instead)
