"""What is offered while a spec is typed, and how it is written."""

import pytest
from authoring.cursor import standing_text

from spec_compiler.authoring.completion import completions
from spec_compiler.authoring.offers import words_of

SPEC = """\
specc: 1
params: {letters: {type: int, default: 108}, act: {type: activation, default: relu}, rate: 0.5}
dims: {length: {min: 1, max: 64}}
inputs:
  tokens: {shape: [length], dtype: int32, values: {min: 0, max: letters}}
blocks:
  ffn:
    params: {width: int, act: {type: activation, default: relu}}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: width}
      - {type: Dense, name: down, units: d}
    outputs: {y: down}
layers:
  - {type: Embedding, name: embed, input_dim: letters + 1, output_dim: 8, mask_zero: true}
  - {type: LSTM, name: lstm, units: 8, return_state: true}
  - {type: Dense, name: first, units: 8, from: lstm.output}
HERE
  - {type: Dense, name: last, units: 8, from: here}
outputs: {last: {shape: [batch, 8]}}
"""
LAST = SPEC.replace("HERE\n", "").replace("from: here", "from: first")


def offered(text, path="model.yaml"):
    """What is offered, the likeliest first."""
    return completions(*standing_text(text, path))


def labels(text, path="model.yaml"):
    return [offer.label for offer in offered(text, path)]


def here(line, more=""):
    """What is offered in a layer of the spec."""
    return labels(SPEC.replace("HERE", line))


def taken(text, label, path="model.yaml"):
    """The text once an offer is taken."""
    document, _ = standing_text(text, path)
    offer = next(offer for offer in offered(text, path) if offer.label == label)
    lines = list(document.lines)
    _, line, column, _, end = offer.span
    written = lines[line - 1]
    lines[line - 1] = written[: column - 1] + offer.text + written[end - 1 :]
    return "\n".join(lines)


def test_arguments_are_those_of_the_layer_that_are_not_there():
    found = here("  - {type: Dense, activation: relu, |}")
    assert found[0] == "units"  # it must be there
    assert {"name", "from", "use_bias", "kernel_initializer", "expect", "mask"} <= {*found}
    assert not {"activation", "type", "filters", "return_state"} & {*found}
    assert "units" not in here("  - {type: Dense, |, units: 3}")
    assert "units" in here("  - {type: Dense, u|: 3}")


def test_an_argument_is_told_with_its_words_and_its_default():
    offers = offered(SPEC.replace("HERE", "  - type: Dense\n    |"))
    bias = next(offer for offer in offers if offer.label == "use_bias")
    assert (bias.detail, bias.words, bias.text) == (
        "= true",
        "Whether a bias is added.",
        "use_bias: ",
    )


def test_sections_and_items_are_offered_where_they_may_begin():
    assert labels("|")[0] == "specc"
    assert {"inputs", "layers", "train", "tests"} <= {*labels("specc: 1\n|")}
    assert not {"specc", "layers"} & {*labels("specc: 1\nlayers: []\n|")}
    assert here("  - |") == ["type", "use", "reuse"]
    assert labels("inputs:\n  x:\n    |\n")[0] == "shape"
    assert {"shape", "dtype"} <= {*labels("inputs: {x: {|}}")}
    assert "batch_shape" not in labels("inputs: {x: {shape: [2], |}}")


def test_what_is_one_of_several_is_offered():
    assert here("  - {type: Conv1D, padding: |}") == ["valid", "same", "causal"]
    assert here("  - {type: Dense, units: 2, use_bias: |}") == ["true", "false"]
    assert {"relu", "gelu", "$act"} <= {*here("  - {type: Dense, units: 2, activation: |}")}
    assert "threshold" not in here("  - {type: Dense, units: 2, activation: |}")  # it needs more
    assert "threshold" in here("  - {type: Dense, units: 2, activation: {type: |}}")
    assert here("  - {type: Dense, units: 2, expect: {dtype: |}}")[2] == "float32"
    chosen = "kernel_initializer: {type: variance_scaling, |}"
    assert here(f"  - {{type: Dense, units: 2, {chosen}}}")[0] == "scale"
    assert {"adam", "sgd"} <= {*labels(f"{LAST}train:\n  optimizer: |\n")}
    assert "mean_squared_error" in labels(f"{LAST}train:\n  loss: |\n")


def test_types_that_are_used_come_first():
    found = here("  - {type: |}")
    assert {*found[:3]} == {"Dense", "Embedding", "LSTM"}
    assert "MultiHeadAttention" in found


def test_what_feeds_a_layer_is_above_or_does_not_depend_on_it():
    found = here("  - {type: Dense, name: here, units: 8, from: |}")
    results = ["lstm.output", "lstm.state_h", "lstm.state_c"]
    assert found == ["first", *results, "embed", "tokens", "embed.mask"]
    in_list = here("  - {type: Add, name: here, from: [first, |]}")
    assert in_list == found
    apart = LAST.replace("first}", "first}\n  - {type: Dense, name: apart, units: 3, from: first}")
    text = apart.replace("from: lstm.output", "from: |")
    assert "apart" not in labels(text)
    text = apart.replace("units: 8, from: first", "units: 8, from: |")
    assert "apart" in labels(text)


def test_weights_are_offered_where_one_is_asked_for():
    assert "lstm.recurrent_kernel" in here("  - {type: Dense, units: 3, from: lstm.|}")


def test_layers_above_are_run_again():
    assert here("  - {reuse: |}") == ["first", "lstm", "embed"]


def test_sizes_are_whole_params_and_where_data_decides_dims():
    assert here("  - {type: Dense, units: |}") == ["letters"]
    assert here("  - {type: Dense, units: 2 * l|}") == ["letters"]
    assert here("  - {type: Dense, units: 2|}") == []
    assert here("  - {type: Dense, units: letters |}") == []
    assert here("  - {type: Dense, units: 2, expect: {shape: [|]}}") == [
        "letters", "length", "batch",
    ]  # fmt: skip
    assert here("  - {type: Dropout, rate: |}") == ["letters", "rate"]
    assert labels("specc: 1\ndims: {a: {}}\ninputs: {x: {shape: [|]}}") == ["a"]


def test_in_a_block_its_own_names_mean_something():
    text = LAST.replace("units: d}", "units: |}")
    assert labels(text) == ["width", "d", "letters"]
    text = LAST.replace("units: d}", "units: d, from: |}").replace(
        "layers:\n  - {type: Emb", "layers:\n  - {use: ffn, with: {width: 3}}\n  - {type: Emb"
    )
    assert labels(text) == ["up", "x"]


def test_blocks_and_their_params_are_offered():
    assert here("  - {use: |}") == ["ffn"]
    assert here("  - {use: ffn, with: {|}}") == ["width", "act"]
    assert here("  - {use: ffn, with: {width: 3, |}}") == ["act"]
    assert "gelu" in here("  - {use: ffn, with: {width: 3, act: |}}")
    assert here("  - {use: ffn, with: {width: |}}")[0] == "letters"
    assert here("  - {use: ffn, from: {|}}") == ["x"]
    assert here("  - {type: MultiHeadAttention, num_heads: 1, key_dim: 1, from: {|}}")[:2] == [
        "query", "value",
    ]  # fmt: skip


def test_an_expression_knows_its_inputs_its_functions_and_their_arguments():
    found = here("  - {type: Lambda, from: first, function: |}")
    assert found[:2] == ["x", "first"]
    assert {"softmax", "einsum", "letters", "length", "batch"} <= {*found}
    assert here('  - {type: Lambda, from: first, function: "sum(x, |)"}')[:2] == [
        "axis", "keepdims",
    ]  # fmt: skip
    assert "axis" not in here('  - {type: Lambda, from: first, function: "sum(x, axis=1, |)"}')
    assert here("  - {type: Lambda, from: [first, last], function: f|}")[:2] == ["first", "last"]
    assert here("  - {type: Lambda, from: first, function: x |}") == []
    assert here("  - {type: Lambda, from: first, function: \"einsum('|', x)\"}") == []
    assert "int8" in here("  - {type: Lambda, from: first, function: \"cast(x, '|')\"}")
    several = "  - type: Lambda\n    from: first\n    function:\n      a: x\n      b: |"
    assert "a" in here(several)


def test_tests_and_outputs_name_what_there_is():
    tests = f"{LAST}tests:\n  - name: a\n"
    assert labels(f"{tests}    |")[0] == "inputs"
    assert labels(f"{tests}    expect: {{|}}") == ["last"]
    assert labels(f"{tests}    inputs: {{|}}") == ["tokens"]
    assert labels(f"{tests}    dims: {{|}}") == ["batch", "length"]
    assert "SPC0520" in labels(f"{tests}    raises: |")
    assert {"first", "last"} <= {*labels(LAST.replace("outputs: {last: {shape: [batch, 8]}}",
                                                      "outputs: {y: |}"))}  # fmt: skip


def test_files_are_offered_for_what_they_are(tmp_path):
    for name in ("a.yaml", "b.npz", "c.safetensors", ".hidden.yaml"):
        (tmp_path / name).write_text("")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "d.json").write_text("")
    path = str(tmp_path / "model.yaml")
    assert labels("specc: 1\nimports: {a: |}", path) == ["specc:std", "a.yaml", "more/"]
    assert labels("specc: 1\nimports: {a: more/|}", path) == ["specc:std", "more/d.json"]
    assert labels("specc: 1\nimports: {a: ../|}", path) == ["specc:std"]
    assert labels("specc: 1\nweights:\n  file: |\n", path) == ["c.safetensors", "more/"]


def test_codes_that_can_be_suppressed_are_offered_in_the_comment():
    assert {"SPC1013", "SPC1012"} <= {*here("  - {type: Dense, units: 3}  # specc: ignore[|]")}
    vain = "  - {type: Dense, name: vain, units: 3, from: first}  # specc: ignore[SPC1012, |]"
    found = labels(SPEC.replace("HERE", vain).replace("from: here", "from: first"))
    assert found[0] == "SPC0208"  # what is warned of here
    assert not {"SPC1012", "SPC0102"} & {*found}  # it is there; an error cannot be
    assert here("  - {type: Dense, units: 3}  # some words |") == []


@pytest.mark.parametrize(
    ("text", "label", "path", "result"),
    [
        ("layers:\n  - {type: Den|}", "Dense", "m.yaml", "layers:\n  - {type: Dense}"),
        ("layers:\n  - {type: De|nse}", "Dropout", "m.yaml", "layers:\n  - {type: Dropout}"),
        ("layers:\n  - {type:|}", "Dense", "m.yaml", "layers:\n  - {type: Dense}"),
        ('layers:\n  - {type: "D|"}', "Dense", "m.yaml", 'layers:\n  - {type: "Dense"}'),
        ("layers:\n  |", "type", "m.yaml", "layers:\n  - type: "),
        ("layers:\n  - |", "use", "m.yaml", "layers:\n  - use: "),
        ("layers: [|]", "type", "m.yaml", "layers: [{type: ]"),
        ("specc: 1\nla|: []", "layers", "m.yaml", "specc: 1\nlayers: []"),
        ('{"layers": [{"type": |}]}', "Dense", "m.json", '{"layers": [{"type": "Dense"}]}'),
        ('{"layers": [{"type": "D|"}]}', "Dense", "m.json", '{"layers": [{"type": "Dense"}]}'),
        ('{"layers": [{|}]}', "type", "m.json", '{"layers": [{"type": }]}'),
        ('{"layers": [{"t|": "A"}]}', "type", "m.json", '{"layers": [{"type": "A"}]}'),
        ("layers:\n  - {type: Dense, use_bias: t|}", "true", "m.yaml",
         "layers:\n  - {type: Dense, use_bias: true}"),
        ('{"layers": [{"type": "Dense", "use_bias": |}]}', "true", "m.json",
         '{"layers": [{"type": "Dense", "use_bias": true}]}'),
        ("layers:\n  - {type: Lambda, function: \"so|(x)\"}", "softmax", "m.yaml",
         "layers:\n  - {type: Lambda, function: \"softmax(x)\"}"),
        ("layers:\n  - type: Lambda\n    function: >-\n      x + so|\n", "softmax", "m.yaml",
         "layers:\n  - type: Lambda\n    function: >-\n      x + softmax(\n"),
    ],
)  # fmt: skip
def test_what_is_taken_is_written_in_its_place(text, label, path, result):
    assert taken(text, label, path) == result


def test_words_that_are_loaded_late_are_there():
    assert words_of("Dense", "layer").startswith("Multiply the last axis")
    assert "softmax(x, axis=" in words_of("softmax", "function")
    assert words_of("nothing", "layer") == words_of("x", "") == ""


def test_in_a_block_that_nothing_uses_results_are_known():
    text = """\
specc: 1
blocks:
  read:
    inputs: {x: {shape: [n, d]}}
    layers:
      - {type: LSTM, name: lstm, units: d, return_state: true}
      - {type: Dense, name: last, units: 3, from: lstm|.state_h}
    outputs: last
"""
    assert labels(text)[:4] == ["lstm.output", "lstm.state_h", "lstm.state_c", "x"]
