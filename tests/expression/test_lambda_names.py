"""What a name in a Lambda means: an input, its source, an expression above; never two things."""

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

HEAD = "specc: 1\nparams: {width: 3}\ndims: {seq: {}}\n"
ONE = HEAD + "inputs: {image: {shape: [seq, 4]}}\n"
TWO = HEAD + "inputs: {image: {shape: [seq, 4]}, seq: {shape: [4]}, width: {shape: [4]}}\n"
IMAGE = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
DIMS = {"batch": 2, "seq": 3}


def program(text):
    """Compiled; its core form is a spec of the same meaning."""
    found = program_of_text(text, "model.yaml")
    again = program_of_text(to_yaml(core_document(found)), "core.yaml")
    assert core_document(again) == core_document(found)
    return found


def run(text):
    given = {"image": IMAGE, "seq": IMAGE[:, 0], "width": IMAGE[:, 0]}
    compiled = program(text)
    given = {name: given[name] for name in compiled.graph.inputs}
    return evaluate(compiled.graph, given, {}, DIMS)


def refused(text):
    with pytest.raises(SpecError) as found:
        program_of_text(text, "model.yaml")
    (error,) = found.value.diagnostics.errors
    return error


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("[{type: Lambda, name: y, function: image * 2}]", IMAGE * 2),
        ("[{type: Lambda, name: y, from: image, function: image + x}]", IMAGE * 2),
        ("[{type: Lambda, name: y, from: [image], function: image * 2}]", IMAGE * 2),
        ("[{type: Lambda, name: y, from: image, function: image}]", IMAGE),
        # a name that was generated, and one above
        ("[{type: Lambda, function: x + 1}, {type: Lambda, name: y, function: lambda}]", None),
        ("[{type: Identity}, {type: Lambda, name: y, function: identity * 3}]", IMAGE * 3),
        ("[{type: Identity, name: x}, {type: Lambda, name: y, function: x * 3}]", IMAGE * 3),
        # the name of a function alone is the function, as ever
        (
            "[{type: Identity, name: square}, {type: Lambda, name: y, function: square}]",
            IMAGE * IMAGE,
        ),
        (
            "[{type: Identity, name: square}, {type: Lambda, name: y, function: square(square)}]",
            IMAGE * IMAGE,
        ),
        # keywords and functions are no names of inputs
        (
            "[{type: Identity, name: axis}, {type: Lambda, name: y, function: 'flip(x, axis=1)'}]",
            IMAGE[:, ::-1],
        ),
        # what the layer says itself is nearer
        (
            "[{type: Identity, name: k}, {type: Lambda, name: y, function: x * k, "
            "arguments: {k: 5}}]",
            IMAGE * 5,
        ),
        # a second call: the name stands for what feeds it, whatever that is
        (
            "[{type: Lambda, name: two, function: image * 2}, {reuse: two, name: y, from: two}]",
            IMAGE * 4,
        ),
    ],
)
def test_an_only_input_has_its_own_name_beside_x(layers, expected):
    text = f"{ONE}layers: {layers}\noutputs: y\n"
    if expected is None:
        assert refused(text).code == "SPC0120"  # a word of the language is none
    else:
        np.testing.assert_array_equal(run(text)["y"], expected)


def test_in_a_block_it_is_the_name_inside():
    text = (
        f"{ONE}blocks:\n  b:\n    inputs: {{p: {{shape: [s, 4]}}}}\n    layers:\n"
        "      - {type: Lambda, name: q, function: p * s}\n"
        "      - {type: Lambda, name: r, function: 'q[:, :s] + x'}\n    outputs: {y: r}\n"
        "layers: [{use: b, name: u, repeat: 2}]\noutputs: {y: u}\n"
    )
    np.testing.assert_array_equal(run(text)["y"], IMAGE * 36)


@pytest.mark.parametrize("name", ["seq", "width"])
def test_a_source_that_is_also_a_size_is_refused_where_it_is_named(name):
    layer = f"{{type: Lambda, name: y, from: {name}, function: 2 * {name}}}"
    error = refused(f"{TWO}layers: [{layer}]\n")
    assert error.code == "SPC0135"
    assert error.message == (
        f"`{name}` is what feeds the layer and a {'dim' if name == 'seq' else 'param'}"
    )
    assert "`x`" in error.help
    found = run(
        f"{TWO}layers: [{{type: Lambda, name: y, from: {name}, function: 2 * x}}]\noutputs: y\n"
    )
    np.testing.assert_array_equal(found["y"], 2 * IMAGE[:, 0])


def test_in_the_core_form_a_dim_stays_a_dim():
    text = (
        f"{TWO}blocks:\n  b:\n    inputs: {{p: {{}}, o: {{shape: [s, 4]}}}}\n    layers:\n"
        "      - {type: Lambda, name: r, from: p, function: p * s}\n    outputs: {y: r}\n"
        "layers: [{use: b, name: u, from: {p: seq, o: image}}]\noutputs: {y: u}\n"
    )
    np.testing.assert_array_equal(run(text)["y"], 3 * IMAGE[:, 0])


def several(functions, inputs=ONE, more=""):
    return f"{inputs}layers:\n  - {{type: Lambda, name: f, function: {functions}{more}}}\n"


def test_an_expression_can_use_those_above_it():
    found = run(several("{low: 'min(x, axis=-1)', away: 'image - low[..., None]', all: low + 1}"))
    np.testing.assert_array_equal(found["f.low"], IMAGE.min(-1))
    np.testing.assert_array_equal(found["f.away"], IMAGE - IMAGE.min(-1, keepdims=True))
    np.testing.assert_array_equal(found["f.all"], IMAGE.min(-1) + 1)


def test_an_expression_hides_a_dim():
    found = run(several("{seq: x * 2, y: seq + 1}"))
    np.testing.assert_array_equal(found["f.y"], IMAGE * 2 + 1)


def test_what_feeds_several_outputs_may_be_called_as_one_of_them():
    found = run(several("{image: image * 2, y: x + 1}"))
    np.testing.assert_array_equal(found["f.image"], IMAGE * 2)


@pytest.mark.parametrize("functions", ["{y: z + 1, z: x * 2}", "{z: z * 2, y: x}"])
def test_an_expression_below_is_not_made_yet(functions):
    error = refused(several(functions))
    assert error.code == "SPC0123"
    assert error.message == "`z` is not made yet: an expression can use those above it"


@pytest.mark.parametrize(
    ("functions", "name", "words"),
    [
        ("{x: x * 2, y: x + 1}", "x", "an input and an expression above"),
        ("{image: x, y: image}", "image", "an expression above and what feeds the layer"),
        ("{k: x * k, y: k + 1}", "k", "an argument and an expression above"),
        ("{width: x * width, y: width + 1}", "width", "an expression above and a param"),
    ],
)
def test_a_name_of_two_things_is_refused(functions, name, words):
    error = refused(several(functions, more=", arguments: {k: 2}"))
    assert (error.code, error.message) == ("SPC0135", f"`{name}` is {words}")
    assert error.span.line == 6


def test_a_mask_is_followed_through_the_expressions():
    masked = ONE.replace("[seq, 4]", "[seq, 4], mask: true")
    compiled = program(several("{a: x * 2, b: 'sum(a, axis=-1)'}", masked))
    assert compiled.outputs["f.b"].mask is not None
    error = refused(several("{a: 'x - mean(x, axis=1, keepdims=True)', b: a * 2}", masked))
    assert error.code == "SPC0410"
