"""Small specs that once were accepted and failed in the run, or were answered with wrong advice."""

import numpy as np
import pytest
import yaml

from spec_compiler import SpecError, compile_text, validate
from spec_compiler.refusals import Refusal

HEAD = "specc: 1\n"
MASKED = (
    "inputs: {tok: {shape: [6], dtype: int32, values: {min: 0, max: 9}}}\n"
    "layers:\n"
    "  - {type: Embedding, name: e, input_dim: 10, output_dim: 4, mask_zero: true}\n"
)
TURNED = (
    "inputs: {x: {shape: [4, 3]}}\n"
    "layers:\n"
    "  - {type: Masking, name: m}\n"
    '  - {type: Lambda, name: t, function: "FUNCTION", mask: pass}\n'
)
DROP = "if padding may enter `f`, say so: `mask: drop`"
REFUSED = {
    "a bias that is drawn gate by gate": (
        "inputs: {x: {shape: [3, 2]}}\n"
        "layers: [{type: LSTM, units: 2, bias_initializer: orthogonal}]\n",
        ("SPC0312", 3, 51),
        "use another initializer for this weight, such as `glorot_uniform`",
    ),
    "a penalty that the output cannot have": (
        "inputs: {x: {shape: [3, 2]}}\n"
        "layers: [{type: Dense, units: 2, activity_regularizer: orthogonal_regularizer}]\n",
        ("SPC0315", 3, 56),
        "use `l1` or `l2` for tensors of another rank",
    ),
    "a mask that cannot pass is not offered to": (
        f"{MASKED}  - {{type: Flatten, name: f}}\n",
        ("SPC0410", 5, 12),
        DROP,
    ),
    "a mask that can pass is offered to": (
        f"{MASKED}  - {{type: Reshape, name: f, target_shape: [6, 2, 2]}}\n",
        ("SPC0410", 5, 12),
        f"to keep it, write `mask: pass`; {DROP}",
    ),
    "an expression may keep a mask by itself": (
        f'{MASKED}  - {{type: Lambda, name: f, function: "sum(x, axis=1)"}}\n',
        ("SPC0410", 5, 12),
        "`mask(x)` in the expression tells which entries count; if padding may enter `f`, or "
        "weighs nothing there, say so: `mask: drop`",
    ),
    "an output that reads an empty name": (
        'inputs: {x: {shape: [3]}}\nlayers: [{type: Dense, name: d, units: 2}]\noutputs: {d: ""}\n',
        ("SPC0203", 4, 15),
        "",
    ),
    "a single copy that is to share": (
        "inputs: {x: {shape: [4]}}\n"
        "blocks: {b: {inputs: {x: {shape: [d]}}, layers: [{type: Dense, units: d}], "
        "outputs: {y: dense}}}\n"
        "layers: [{use: b, share: true}]\n",
        ("SPC0108", 4, 26),
        "say how many copies share their weights: `repeat: 2`",
    ),
    "features beside an input without a mask": (
        f"{MASKED}"
        "  - {type: Dense, name: d, units: 2, from: e}\n"
        "  - {type: Lambda, name: n, function: x * 1, from: e, mask: drop}\n"
        "  - {type: Concatenate, name: f, from: [d, n]}\n",
        ("SPC0410", 7, 12),
        f"to keep it, write `mask: pass`, or give the other inputs a mask, too; {DROP}",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_where_and_what_to_write(case):
    text, (code, line, column), help_ = REFUSED[case]
    (found,) = [item for item in validate(HEAD + text) if item.severity == "error"]
    assert (found.code, found.span.line, found.span.column) == (code, line, column)
    assert found.help == help_


@pytest.mark.parametrize(
    ("function", "blamed"),
    [
        ("flip(x, axis=1)", "flip(x, axis=1)"),
        ("relu(flip(x, axis=1)) + 1", "flip(x, axis=1)"),
        ("x[:, 1:]", "x[:, 1:]"),
        ("sum(x * 2, axis=1)", "sum(x * 2, axis=1)"),
    ],
)
def test_a_mask_that_cannot_pass_is_blamed_where_it_is_lost(function, blamed):
    text = HEAD + TURNED.replace("FUNCTION", function)
    (found,) = validate(text)
    line = text.splitlines()[found.span.line - 1]
    shown = line[found.span.column - 1 : found.span.end_column - 1]
    assert (found.code, shown) == ("SPC0411", blamed)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        *[("NaN", ".nan"), ("Infinity", ".inf"), ("-Infinity", "-.inf")],
        *[(".nan", ".nan"), ("-.inf", "-.inf")],
    ],
)
def test_what_json_lacks_is_written_as_yaml_has_it(word, meant, specc, tmp_path):
    (tmp_path / "m.json").write_text(f'{{"specc": {word}}}')
    ran = specc("validate", tmp_path / "m.json")
    assert f"where it is `{meant}`\n" in ran.out
    assert yaml.safe_load(meant) == pytest.approx(float(meant.replace(".", "")), nan_ok=True)


def test_an_empty_list_of_an_argument_is_written_out(specc):
    text = HEAD + "inputs: {x: {shape: []}}\nlayers: [{type: Permute, dims: []}]\n"
    expanded = specc("expand", "-", stdin=text).out
    assert yaml.safe_load(expanded)["layers"] == [
        {"type": "Permute", "name": "permute", "from": "x", "dims": []}
    ]
    assert specc("expand", "-", stdin=expanded).out == expanded


def test_a_named_mask_of_a_merge_is_that_of_its_result():
    text = (
        f"{HEAD}inputs: {{x: {{shape: [3, 2]}}, y: {{shape: [3, 2]}}, "
        "k: {shape: [3], dtype: bool}}\n"
        "layers:\n"
        "  - {type: Add, name: both, from: [x, y], mask: k}\n"
        "outputs: both\n"
    )
    model = compile_text(text)
    kept = np.array([[True, False, True]])
    ones = np.ones((1, 3, 2), "float32")
    results = model({"x": ones, "y": ones, "k": kept}, masks=True)
    assert results["both.mask"].tolist() == kept.tolist()


def test_the_last_output_of_a_masked_step_is_zero_where_that_is_asked_for():
    """As Keras 3 gives it: the first row ends with padding, the second does not."""
    text = (
        f"{HEAD}inputs: {{x: {{shape: [2, 1]}}}}\n"
        "layers:\n"
        "  - {type: Masking, name: m}\n"
        "  - {type: LSTM, units: 1, kernel_initializer: ones, zero_output_for_mask: true}\n"
    )
    y = compile_text(text)(np.array([[[1.0], [0.0]], [[0.0], [1.0]]], "float32"))
    o, i, g = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-1)), np.tanh(1)
    np.testing.assert_allclose(y, [[0.0], [o * np.tanh(i * g)]], rtol=1e-6)


@pytest.mark.parametrize("part", ["load_weights", "Run", "losses"])
def test_nothing_but_a_spec_error_leaves_a_model(part, monkeypatch):
    """Whatever a rule refuses in a run, and whichever: a caller from Python catches one kind."""

    def refuse(*_, **__):
        raise Refusal("SPC0312", "a rule was not asked when compiling")

    monkeypatch.setattr(f"spec_compiler.runtime.model.{part}", refuse)
    model = compile_text(
        f"{HEAD}inputs: {{x: {{shape: [2]}}}}\nlayers: [{{type: Dense, units: 1}}]\n"
    )
    data = np.ones((1, 2), "float32")
    with pytest.raises(SpecError) as caught:
        model.losses(data) if part == "losses" else model(data)
    (found,) = caught.value.diagnostics
    assert (found.code, found.file) == ("SPC0312", "<string>")


@pytest.mark.parametrize(
    ("file", "help_"),
    [
        ("w.safetensors", "`specc init SPEC -o w.safetensors` writes one with initial weights"),
        (
            "w.safetensors, map: {dense.kernel: w}",
            "`specc init SPEC -o w.safetensors` writes one with initial weights",
        ),
        ("w.safetensors.index.json", ""),
    ],
)
def test_weights_that_init_cannot_write_are_not_sent_to_init(file, help_):
    text = (
        f"{HEAD}weights: {{file: {file}}}\n"
        "inputs: {x: {shape: [2]}}\n"
        "layers: [{type: Dense, units: 1}]\n"
    )
    (found,) = validate(text)
    assert (found.code, found.help) == ("SPC0610", help_)


@pytest.mark.parametrize(
    ("layer", "code"),
    [
        ('{type: Lambda, from: "$act", function: x}', "SPC0203"),
        ('{type: Dense, units: 2, activation: "$count"}', "SPC0104"),
    ],
)
def test_what_a_param_stands_for_is_said_where_its_value_is_refused(layer, code):
    params = "params: {act: {type: activation, default: tanh}, count: {type: int, default: 3}}\n"
    text = f"{HEAD}{params}inputs: {{x: {{shape: [2]}}}}\nlayers: [{layer}]\n"
    (found,) = validate(text)
    line = text.splitlines()[found.span.line - 1]
    shown = line[found.span.column - 1 : found.span.end_column - 1].strip('"')
    assert (found.code, found.annotation) == (code, f"the param `{shown.removeprefix('$')}`")


def test_a_number_that_yaml_writes_is_no_param():
    inputs = "inputs: {x: {shape: [3], values: {min: .nan, max: 1}}}\n"
    text = f"{HEAD}{inputs}layers: [{{type: Identity}}]\n"
    (finding,) = validate(text)
    assert (finding.message, finding.annotation) == ("`min` must be a finite number, not nan", "")


def test_weights_that_are_no_mapping_are_refused_as_such():
    text = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, units: 1}]\n"
    with pytest.raises(SpecError, match="weights are a mapping from names to arrays, not list"):
        compile_text(text, weights=[1])
