"""Random specs and expressions know the whole language: what they never draw they cannot prove."""

import re

import pytest
import random_expressions
import random_specs
from choices import Diced

from spec_compiler import compile_text
from spec_compiler.declaring.validated import key_names
from spec_compiler.ir.composites import COMPOSITES
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.writing.yaml_text import to_yaml

MAKES_MASKS = ("Identity", "Masking", "Lambda")
NO_LAYERS = {"reuse", "use"}
CLAIMS = {"expect", "input_spec"}
"""They change nothing that is made; `test_claims_that_are_true_are_proved` writes all of them."""


def some(kinds, count):
    """Documents with many layers of these kinds."""
    for seed in range(count):
        yield random_specs.grown(Diced(seed), 12, kinds).document


def test_every_layer_is_drawn():
    missing = set(LAYERS) ^ (set(random_specs.ITEMS) - NO_LAYERS)
    assert not missing, f"draw it in one of the random_*.py: {missing}"


@pytest.mark.parametrize("name", LAYERS)
def test_every_argument_is_drawn(name):
    assert name in random_specs.ITEMS, f"draw {name} in one of the random_*.py"
    layers = [layer for item in some((*[name] * 6, *MAKES_MASKS), 250) for layer in item["layers"]]
    drawn = {key for layer in layers if layer.get("type") == name for key in layer}
    missing = set(key_names(LAYERS[name])) - CLAIMS - drawn
    assert not missing, f"its function in random_*.py never writes {missing}"


def test_every_activation_is_drawn():
    written = [
        layer.get("activation") for item in some(("Activation",), 250) for layer in item["layers"]
    ]
    drawn = {name["type"] if isinstance(name, dict) else name for name in written}
    missing = set(ACTIVATIONS.by_name) - drawn
    assert not missing, f"add to SAME_SHAPE, or its like, in random_tensors.py: {missing}"


def test_every_composite_is_drawn():
    kinds = ("Activation", "Activation", "Dot", "Softmax", "LayerNormalization", "Masking")
    graphs = [compile_text(to_yaml(item)).program.graph for item in some(kinds, 250)]
    drawn = {node.name for graph in graphs for node in graph.every_node()}
    missing = COMPOSITES.keys() - drawn
    assert not missing, f"no layer that is drawn comes to {missing}"


def test_every_function_is_drawn():
    terms = [random_expressions.grown(Diced(seed)).term for seed in range(8000)]
    drawn = {name for term in terms for name in re.findall(r"(\w+)\(", term.text)}
    missing = set(LAMBDA_FUNCTIONS) - drawn
    assert not missing, f"add to EXACT or CLOSE in random_functions.py: {missing}"
