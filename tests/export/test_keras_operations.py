"""Every primitive has an expression of `keras.ops`, and every text is Python."""

import ast

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.export.keras.composites import OWN_FUNCTIONS
from spec_compiler.export.keras.layout import WIDTH, laid_out
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.operations import WRITTEN
from spec_compiler.export.keras.otherwise import OTHERWISE
from spec_compiler.export.keras.python import program_text
from spec_compiler.export.keras.sizes import identifier
from spec_compiler.export.keras.windows import FUNCTIONS
from spec_compiler.ir.composites import COMPOSITES
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.writing.yaml_text import to_yaml


def exported(text):
    found = Diagnostics()
    program = program_of_text(text, "model.yaml", diagnostics=found, weights=False)
    return keras_program(program, found)


def test_the_table_has_every_primitive():
    assert WRITTEN.keys() == PRIMITIVES.keys()


def test_what_keras_has_is_a_composite():
    assert OWN_FUNCTIONS.keys() <= {*COMPOSITES}


def test_what_is_otherwise_is_a_layer():
    planned = {"GRU", "SimpleRNN"}
    assert OTHERWISE.keys() - planned <= {*LAYERS}


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=FUNCTIONS)
def test_what_stands_beside_layers_is_python(text):
    ast.parse(text)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_exported_as_python(name):
    for example in LAYERS[name].examples:
        if example.gives:
            document = example_spec(LAYERS[name], example)
            document.setdefault("inputs", {"x": {"shape": [2]}})  # nothing feeds a Weight
            ast.parse(program_text(exported(to_yaml(document))))


def test_a_line_that_is_too_long_is_broken_and_means_the_same():
    inside = ", ".join(f'name_{i}="a, (b) {i}"' for i in range(9))
    line = (
        f"x = layers.Dense({inside}, other=[{inside.replace('=', '+')}], f=f(g(1), [2]))(y, z=[1])"
    )
    broken = laid_out(line)
    assert max(map(len, broken.splitlines())) <= WIDTH
    assert ast.dump(ast.parse(broken)) == ast.dump(ast.parse(line))


@pytest.mark.parametrize(
    ("name", "found"), [("a.b-c", "a_b_c"), ("1st", "_1st"), ("class", "_class"), ("", "_")]
)
def test_a_name_becomes_one_of_pythons(name, found):
    assert identifier(name) == found
    assert identifier(name, {found}) == f"{found}_1"


def refused(text):
    with pytest.raises(SpecError) as caught:
        exported(text)
    (finding,) = caught.value.diagnostics.errors
    return finding


def test_a_model_of_constants_is_refused():
    finding = refused(
        "specc: 1\ninputs: {c: {tensor: [1, 2]}}\nlayers: [{type: Lambda, function: x * 2}]\n"
    )
    assert finding.code == "SPC0820"
    assert (finding.span.line, "needs an input" in finding.message) == (2, True)


def test_a_size_that_no_shape_tells_is_refused_at_its_layer():
    finding = refused(
        "specc: 1\ndims: {n: {min: 1}}\ninputs: {x: {shape: [3]}}\n"
        "layers:\n  - {type: Lambda, name: l, function: x * n}\n"
    )
    assert (finding.code, finding.span.line) == ("SPC0820", 5)
    assert "`n`" in finding.message
