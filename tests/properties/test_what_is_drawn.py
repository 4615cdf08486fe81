"""Random specs and expressions know the whole language: what they never draw they cannot prove."""

import json
import re

import pytest
import random_expressions
import random_specs
from choices import Diced
from random_rows import BESIDE_ROWS

from spec_compiler import compile_text
from spec_compiler.declaring.validated import key_names
from spec_compiler.ir.composites import COMPOSITES
from spec_compiler.language.blocks import BlockDeclaration, BlockInput, BlockOutput
from spec_compiler.language.document import PARAM_TYPES, SECTIONS, DimDeclaration, Header, Param
from spec_compiler.language.inputs import Input, Values
from spec_compiler.language.items import Reuse, ReuseOfBlock
from spec_compiler.language.outputs import Output
from spec_compiler.language.tests import Expectation, SpecTest
from spec_compiler.language.use import Use
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import Rows
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS

MAKES_MASKS = ("Identity", "Masking", "Lambda")
NO_LAYERS = {"reuse", "use"}
CLAIMS = {"expect", "input_spec"}
"""They change nothing that is made; `test_claims_that_are_true_are_proved` writes all of them."""


BESIDE_LAYERS = {
    "Header": (Header, {"imports", "weights"}),  # promises of `holding.py` and test_several_files
    "Param": (Param, set()),
    "DimDeclaration": (DimDeclaration, set()),
    "Input": (Input, {"name"}),  # Keras's, refused where it differs
    "Values": (Values, set()),
    "Block": (BlockDeclaration, set()),
    "BlockInput": (BlockInput, set()),
    "BlockOutput": (BlockOutput, set()),
    "Use": (Use, set()),
    "Reuse": (Reuse, {"mask"}),
    "ReuseOfBlock": (ReuseOfBlock, set()),
    "Output": (Output, set()),
    "SpecTest": (SpecTest, set()),
    # numbers that a drawn spec does not know: tests/models holds them
    "Expectation": (
        Expectation,
        {"value", "file", "key", "rtol", "atol", "finite", "min", "max", "sum"},
    ),
}
"""Each declaration beside layers, and the keys of it that are not drawn, each for its reason."""


def entries(document):
    """Each declaration in a document, by the name in `BESIDE_LAYERS`."""

    def of(name, section):
        return [(name, item) for item in section.values() if isinstance(item, dict)]

    yield "Header", document
    yield from of("Param", document["params"])
    yield from of("DimDeclaration", document["dims"])
    yield from of("Input", document["inputs"])
    yield from of("Output", document["outputs"])
    yield from of("Block", document.get("blocks", {}))
    for item in document["inputs"].values():
        yield "Values", item.get("values", {})
    for block in document.get("blocks", {}).values():
        yield from of("Param", block.get("params", {}))
        yield from of("BlockInput", block["inputs"])
        yield from of("BlockOutput", block["outputs"] if type(block["outputs"]) is dict else {})
    blocks = {layer["name"] for layer in document["layers"] if "use" in layer}
    for layer in document["layers"]:
        if "use" in layer:
            yield "Use", layer
        elif "reuse" in layer:
            yield "ReuseOfBlock" if layer["reuse"] in blocks else "Reuse", layer
    for test in document.get("tests", ()):
        yield "SpecTest", test
        yield from of("Expectation", test.get("expect", {}))


@pytest.fixture(scope="module")
def drawn():
    """Many whole documents."""
    return list(some((*random_specs.DRAWN, "Lambda", "use", "reuse", "reuse"), 1500))


@pytest.mark.parametrize("name", BESIDE_LAYERS)
def test_every_key_beside_layers_is_drawn(drawn, name):
    cls, left_out = BESIDE_LAYERS[name]
    keys = {key for item in drawn for kind, entry in entries(item) if kind == name for key in entry}
    missing = set(key_names(cls)) - {"doc"} - left_out - keys  # `doc` means nothing
    assert not missing, f"random_language.py or random_blocks.py never writes {missing}"
    assert not left_out & keys, "it is drawn, and need not be left out"


def test_every_section_is_drawn(drawn):
    missing = set(SECTIONS) - {key for item in drawn for key in item}
    assert not missing, f"random_specs.py never writes {missing}"


def test_params_of_every_type_are_drawn_and_written(drawn):
    types = {
        entry["type"]
        for item in drawn
        for kind, entry in entries(item)
        if kind == "Param" and "type" in entry
    }
    assert not set(PARAM_TYPES) - types
    text = " ".join(str(item["layers"]) for item in drawn)
    for name in ("act", "init", "reg", "con", "dt", "rate", "flag", "form", "p3", "p4"):
        assert f"${name}" in text, f"no layer that is drawn reads the param {name}"


def test_layers_read_tensors_without_a_batch():
    alone, beside = set(), set()
    without = {name for name, cls in LAYERS.items() if cls.rows is not Rows.NEEDED} - {"Weight"}
    for seed in range(900):
        wanted = [*sorted(without - alone), *sorted({*BESIDE_ROWS} - beside)]
        if not wanted:
            break
        one = [wanted[seed % len(wanted)]] * 6
        others = ("LSTM", "Embedding", "Dense")  # they make what some can be fed with
        kinds = (*one, *wanted[:6], *["Weight", "Lambda"] * 3, *others)
        document = random_specs.grown(Diced(seed), 20, kinds).document
        model = compile_text(json.dumps(document), file="spec.json")
        steps = model.program.steps
        batches = {
            (name, output or ""): signal.batch is not None
            for name, step in steps.items()
            for output, signal in step.results.items()
        }
        fed = {name: "tensor" not in item for name, item in document["inputs"].items()}
        for step in steps.values():
            inputs = step.call.feeds.inputs
            rows = {
                fed.get(port.source, batches.get((port.source, port.output or ""), False))
                for port in inputs
            }
            kind = step.call.kind.__name__
            alone |= {kind} if rows == {False} else set()
            beside |= {kind} if rows == {True, False} else set()
    assert not without - alone, without - alone
    assert not {*BESIDE_ROWS} - beside


def test_weights_are_read_by_their_names(drawn):
    text = str([layer.get("from") for item in drawn for layer in item["layers"]])
    assert re.search(r"n\d+\.kernel", text)
    assert re.search(r"n\d+\.embeddings", text)


def test_expressions_of_every_form_are_drawn(drawn):
    written = [layer for item in drawn for layer in item["layers"] if layer.get("type") == "Lambda"]
    texts = [layer["function"] for layer in written if isinstance(layer["function"], str)]
    assert any(isinstance(layer["function"], dict) for layer in written)
    assert any(isinstance(layer.get("from"), dict) for layer in written)
    assert any(re.search(r"axis=\(\d, \d,\)", text) for text in texts)
    assert any("mask(" in text for text in texts)
    assert any(text.isidentifier() for text in texts)
    named = [layer for layer in written if isinstance(layer.get("from"), str)]
    assert any(re.search(rf"\b{layer['from']}\b", str(layer["function"])) for layer in named)


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
    missing = set(key_names(LAYERS[name])) - CLAIMS
    for item in some((*[name] * 6, *MAKES_MASKS), 250):
        missing -= {key for layer in item["layers"] if layer.get("type") == name for key in layer}
        if not missing:
            break
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
    kinds += ("RMSNormalization", "Discretization")
    missing = {*COMPOSITES}
    for document in some(kinds, 250):
        graph = compile_text(json.dumps(document), file="spec.json").program.graph
        missing -= {node.name for node in graph.every_node()}
        if not missing:
            break
    assert not missing, f"no layer that is drawn comes to {missing}"


def test_every_function_is_drawn():
    missing = {*LAMBDA_FUNCTIONS}
    for seed in range(8000):
        missing -= {*re.findall(r"(\w+)\(", random_expressions.grown(Diced(seed)).term.text)}
        if not missing:
            break
    assert not missing, f"add to EXACT or CLOSE in random_functions.py: {missing}"
