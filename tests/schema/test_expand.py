"""The core form is a spec of the same meaning in which nothing is implied."""

import json

import pytest

from spec_compiler.compare.canonical import identity, port_facts
from spec_compiler.compile import program_of_text
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

WITH_EVERYTHING = """\
specc: 1
doc: words
metadata: {"no": [1, 2.5, null]}
dtype: mixed_float16
mask_policy: warn
params: {width: 6, act: {type: activation, default: {type: leaky_relu, negative_slope: 0.1}}}
dims: {seq: {min: 2, max: 9}, free: {}, fixed: 4}
constraints: ["seq % 2 == 0", "(seq + free) // 2 >= 1", "width > 5"]
inputs:
  x: {shape: [seq, width - 2], mask: true}
  t: {batch_shape: [null, 2*free], dtype: int32, values: {min: 0, max: width}}
  c: {tensor: [[1, 2], [3, 4]]}
layers:
  - {type: Dense, from: late, units: width, activation: $act, x-note: ignored, dtype: float32}
  - {type: LSTM, units: width // 2, from: dense, return_state: true, trainable: false}
  - {type: Identity, name: late, from: x, expect: {shape: [batch, seq, fixed]}}
  - {type: Embedding, from: t, input_dim: width + 1, output_dim: 2, mask: drop, mask_zero: true}
  - {reuse: dense, from: x, doc: again}
outputs: {h: {from: lstm.state_h, shape: [batch, 3]}, dense_1: {dtype: float32}, embedding: null}
"""


def expanded(text, file, **settings):
    program = program_of_text(text, file, **settings)
    return program, core_document(program)


def same_meaning(text, file):
    first, document = expanded(text, file)
    second, again = expanded(to_yaml(document), file.replace(".json", ".yaml"))
    assert print_graph(second.graph) == print_graph(first.graph)
    assert list(second.graph.weights) == list(first.graph.weights)
    for before, after in ((first.inputs, second.inputs), (first.outputs, second.outputs)):
        assert {name: port_facts(port) for name, port in after.items()} == {
            name: port_facts(port) for name, port in before.items()
        }
    assert [str(check) for check in second.graph.checks] == [str(c) for c in first.graph.checks]
    assert again == document
    return document


def test_accepted_specs_keep_their_meaning(accepted):
    name, text = accepted
    same_meaning(text, name)


def test_nothing_is_implied():
    document = same_meaning(WITH_EVERYTHING, "model.yaml")
    assert not {"params", "defaults", "blocks", "imports"} & set(document)
    names = [item["name"] for item in document["layers"]]
    assert names == ["dense", "lstm", "late", "embedding", "dense_1"]
    assert all("from" in item for item in document["layers"])
    assert "width" not in json.dumps([document["layers"], document["inputs"]])
    assert document["layers"][0]["units"] == 6
    assert document["layers"][0]["use_bias"] is True
    assert len(document["constraints"]) == 2, "that of params alone is proved"


def test_json_and_yaml_mean_the_same():
    program, document = expanded(WITH_EVERYTHING, "model.yaml")
    from_json = program_of_text(json.dumps(document), "model.json")
    assert print_graph(from_json.graph) == print_graph(program.graph)


def test_params_from_outside_are_in_it():
    text = "specc: 1\nparams: {n: 2}\ninputs: {x: {shape: [n]}}\nlayers: [{type: Identity}]\n"
    _, document = expanded(text, "model.yaml", params={"n": "10"})
    assert document["inputs"]["x"]["shape"] == [10]


def test_what_json_cannot_hold_is_refused(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Lambda, function: x + k, arguments: {k: .inf}}]\n"
    )
    status, out, _ = specc("expand", "m.yaml", "--format", "yaml", folder=tmp_path)
    assert (status, ".inf" in out) == (0, True)
    status, _, err = specc("expand", "m.yaml", "--format", "json", folder=tmp_path)
    assert (status, "JSON has no NaN and no infinity" in err) == (2, True)


UNNAMED = """\
specc: 1
inputs: {x: {shape: [null, 4]}, x_1: {shape: [2]}}
blocks:
  b:
    inputs: {x: {shape: [n, d]}}
    layers:
      - {type: Lambda, name: l, function: "x * n", expect: {shape: [batch, n, d]}}
      - {type: Reshape, name: r, target_shape: [d, n]}
    outputs: {y: r}
layers:
  - {use: b, name: u, from: x}
outputs: [u, x_1]
"""


def test_a_size_that_only_a_block_has_a_name_for_gets_a_dim():
    first, document = expanded(UNNAMED, "model.yaml")
    assert document["inputs"]["x"]["shape"] == ["x_1_", 4]
    assert [layer.get("target_shape") for layer in document["layers"]] == [None, [4, "x_1_"]]
    second, again = expanded(to_yaml(document), "core.yaml")
    assert again == document
    assert identity(second) == identity(first)


@pytest.mark.parametrize("outputs", ["", "outputs:\n"])
def test_the_results_of_the_last_layer_are_the_outputs_of_the_core_form_too(outputs):
    text = "specc: 1\ninputs: {x: {shape: [3, 4]}}\n"
    text += "layers: [{type: LSTM, units: 3, return_state: true}]\n" + outputs
    first, document = expanded(text, "model.yaml")
    second, _ = expanded(to_yaml(document), "core.yaml")
    assert list(second.outputs) == list(first.outputs)
    assert len(first.outputs) == 3
    assert identity(second) == identity(first)
