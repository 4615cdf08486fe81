"""What once crashed, hung or said one mistake twice."""

import os
import subprocess
import sys

import numpy as np
import pytest

import spec_compiler as sc

DENSE = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers: [{type: Dense, name: y, units: 3}]\n"


def codes(text):
    return [item.code for item in sc.validate(text)]


def spec(inputs="x: {shape: [8]}", layers="{type: Dense, units: 3}", top=""):
    return f"specc: 1\n{top}inputs: {{{inputs}}}\nlayers: [{layers}]\n"


def in_a_shell(*arguments, line="{}", cwd=None, **environment):
    words = " ".join([f"'{sys.executable}' -m spec_compiler", *arguments])
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line.format(words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | environment,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (spec(top="seed: -1\n"), "SPC0104"),
        (spec(layers="{type: Dense, units: 3, int: 0}"), "SPC0103"),
        (spec(layers='{type: Dense, units: 3, expect: {"a[b": 0}}'), "SPC0103"),
        (spec("x: {tensor: [[300, 2]], dtype: uint8}"), "SPC0519"),
        (spec("x: {tensor: [[1.5, 2]], dtype: int32}"), "SPC0519"),
        (spec("x: {tensor: [[.inf, 2]], dtype: int32}"), "SPC0519"),
        (spec("x: {tensor: [[.nan, 2]], dtype: int32}"), "SPC0519"),
        (spec("x: {shape: [8], dtype: int8, values: {min: 0, max: 900}}"), "SPC0107"),
        (spec("x: {shape: [8], dtype: uint8, values: {min: -1, max: 9}}"), "SPC0107"),
        (
            spec(
                "x: {tensor: [[1, 20]], dtype: int32}",
                "{type: Embedding, input_dim: 10, output_dim: 2}",
            ),
            "SPC0501",
        ),
        (spec(layers="{type: Lambda, function: sum(x)}, {type: Flatten}"), "SPC0304"),
        (
            spec(layers="{type: Lambda, function: sum(x)}, {type: Reshape, target_shape: [1]}"),
            "SPC0304",
        ),
        (
            spec(
                layers="{type: Lambda, function: sum(x)}, {use: b, name: u}",
                top='blocks: {b: {inputs: {x: {shape: ["...", d]}}, '
                "layers: [{type: Identity, name: y}], outputs: y}}\n",
            ),
            "SPC0213",
        ),
    ],
)
def test_refused_before_a_run_could_fail(text, code):
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (spec(""), "SPC0104"),
        ("specc: 1\nlayers: [{type: Dense, units: 3}]\n", "SPC0102"),
        (spec("x-ray: {shape: [8]}"), "SPC0104"),
        (spec(layers="{type: Dense, name: x, units: 3}"), "SPC0201"),
        (spec(layers="{type: Dense, name: x, units: 3}, {type: Dense, units: 2}"), "SPC0201"),
        (spec(layers="&a {type: Dense, name: y, units: 3}, *a"), "SPC0201"),
        (
            spec(layers="{type: Dense, name: &a y, units: 3}, {type: Dense, name: *a, units: 3}"),
            "SPC0201",
        ),
    ],
)
def test_one_mistake_is_said_once(text, code):
    assert codes(text) == [code]


def test_an_empty_list_of_layers_is_not_called_null():
    (finding,) = sc.validate(spec(layers=""))
    assert "null" not in finding.message


def test_a_product_of_many_sums_is_refused_and_not_multiplied_out():
    names = [f"a{number}" for number in range(20)]
    total = "(" + "+".join(names) + ")"
    dims = ", ".join(f"{name}: {{min: 1}}" for name in names)
    text = spec(f"x: {{shape: ['{'*'.join([total] * 12)}', 8]}}", top=f"dims: {{{dims}}}\n")
    assert len(codes(text)) == 1


def test_complex_numbers_are_not_made_real_silently():
    with pytest.raises(sc.SpecError, match="SPC0519"):
        sc.compile_text(DENSE)(np.ones((2, 8), complex))


def test_a_key_that_is_no_text_is_an_unknown_input():
    with pytest.raises(sc.SpecError, match="SPC0511"):
        sc.compile_text(DENSE)({1: np.ones((2, 8), np.float32)})


@pytest.mark.parametrize("size", ["99999999999999999999", "²", "-1", "1.5", ""])
def test_sizes_on_the_command_line_that_are_none(specc, tmp_path, size):
    (tmp_path / "m.yaml").write_text(DENSE)
    done = specc("run", "m.yaml", "--random", f"batch={size}", folder=tmp_path)
    assert done.status == 2, done.err


def test_no_arguments_show_the_help_as_lines(specc):
    done = specc()
    assert done.status == 2
    assert "\n  validate" in done.err


@pytest.mark.parametrize("command", ["validate m.yaml", "run m.yaml --random batch=2"])
@pytest.mark.parametrize(("closed", "code"), [(">&-", 3), ("2>&-", 0)])
def test_closed_streams(tmp_path, command, closed, code):
    (tmp_path / "m.yaml").write_text(DENSE)
    done = in_a_shell(command, closed, cwd=tmp_path)
    assert done.returncode == code
    assert "bug" not in done.stderr


def test_a_reader_that_leaves_early_gives_the_code_of_a_broken_pipe(tmp_path):
    (tmp_path / "m.yaml").write_text(DENSE)
    done = in_a_shell("run m.yaml --random batch=20000", line="{} | head -c 10", cwd=tmp_path)
    assert done.returncode == 141, done.stderr
    assert "rror" not in done.stderr


def test_a_list_of_more_arrays_than_inputs_is_refused():
    layers = "{type: Add, name: y, from: [a, b]}"
    model = sc.compile_text(spec("a: {shape: [2]}, b: {shape: [2]}", layers))
    ones = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(model([ones, ones]), 2 * ones)
    with pytest.raises(sc.SpecError, match=r"no input `\[2\]`"):
        model([ones, ones, ones])


@pytest.mark.parametrize(
    ("defaults", "layers", "code"),
    [
        ("Dense: {units: 0}", "{type: Dense}, {type: Dense}", "SPC0308"),
        ("Dense: {unit: 3}", "{type: Dense}", "SPC0103"),
        ("LSTM: {units: 0}", "{type: Bidirectional, layer: {type: LSTM}}", "SPC0308"),
        ("RNN: {cell: step}", "{type: RNN}, {type: RNN}", "SPC0107"),
        ("RNN: {cell: {use: step}}", "{type: RNN}, {type: RNN, cell: step}", "SPC0107"),
    ],
)
def test_what_a_refused_default_would_have_said_is_not_missing_in_each_layer(
    defaults, layers, code
):
    step = "{inputs: {x: {shape: [8]}}, layers: [{type: Dense, units: 8}], outputs: {y: dense}}"
    top = f"defaults: {{{defaults}}}\nblocks: {{step: {step}}}\n"
    text = spec("x: {shape: [4, 8]}", layers, top)
    assert [item.code for item in sc.validate(text) if item.severity.name == "ERROR"] == [code]


def test_a_layer_still_needs_what_no_default_was_refused_for():
    assert codes(spec(layers="{type: Dense}", top="defaults: {LSTM: {units: 0}}\n")) == [
        "SPC0308",
        "SPC0102",
    ]
