"""Dims: bounds that are made from params, and what they are multiples of."""

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.diagnostics import Severity
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

FILE = """\
specc: 1
params: {{places: 12, k: 4, f: 1.5}}
dims: {{h: {{{dim}}}}}
constraints: [{said}]
inputs: {{x: {{shape: [h, 2]}}}}
layers: [{{type: Reshape, name: y, target_shape: {shape}}}]
"""


def spec(dim="multiple_of: 4", said="", shape="[h / 4, 8]"):
    return FILE.format(dim=dim, said=said, shape=shape)


@pytest.mark.parametrize(
    ("dim", "said", "shape"),
    [
        ("multiple_of: 4", "", "[h / 4, 8]"),
        ("multiple_of: k", "", "[h // 4, 8]"),
        ("multiple_of: 2 * k", "", "[h / 4, 8]"),
        ("multiple_of: 8", "", "[3 * h / 24, 16]"),
        ("multiple_of: 4", "", "[h // 4 * 4, 2]"),
        ("multiple_of: 2", "h % 3 == 0", "[h / 6, 12]"),
        ("", "h % 4 == 0", "[h / 4, 8]"),
        ("multiple_of: 8", "", "[h / 2 / 4, 16]"),
        ("", "h % 4 == 0, h % 6 == 0", "[h / 12, 24]"),
        ("", "0 == h % k", "[h // 4 * 4, 2]"),
    ],
)
def test_what_a_dim_is_a_multiple_of_is_used_by_proofs(dim, said, shape):
    text = spec(dim, said, shape)
    model = sc.compile_text(text)
    assert [check for check in model.program.graph.checks if check.layer] == []
    x = np.arange(2 * 24 * 2, dtype=np.float32).reshape(2, 24, 2)
    np.testing.assert_array_equal(np.ravel(model(x)), np.ravel(x))
    core = to_yaml(core_document(model.program))
    again = sc.compile_text(core)
    np.testing.assert_array_equal(model(x), again(x))
    assert to_yaml(core_document(again.program)) == core


def test_data_and_fixed_sizes_are_held_to_it():
    model = sc.compile_text(spec())
    with pytest.raises(sc.SpecError, match=r"`h` is 6 .*must be a multiple of 4") as error:
        model(np.zeros((1, 6, 2), np.float32))
    assert next(iter(error.value.diagnostics)).span.line == 3
    with pytest.raises(sc.SpecError, match=r"must be a multiple of 4"):
        model(np.zeros((1, 6, 2), np.float32), dims={"h": 6})
    with pytest.raises(sc.SpecError, match=r"must be at least 4"):
        model(np.zeros((1, 2, 2), np.float32))


def test_a_constraint_is_still_blamed_itself():
    model = sc.compile_text(spec("", "h % 4 == 0"))
    with pytest.raises(sc.SpecError) as error:
        model(np.zeros((1, 6, 2), np.float32))
    (found,) = error.value.diagnostics
    assert (found.code, found.span.line) == ("SPC0517", 4)


def test_a_test_is_held_to_it_and_random_sizes_keep_to_it(specc, tmp_path):
    tests = "tests: [{name: t, dims: {h: [4, 6]}, expect: {y: {finite: true}}}]\n"
    (found,) = sc.validate(spec() + tests)
    assert found.message == "`h` must be a multiple of 4, not 6"
    path = tmp_path / "model.yaml"
    tests = "tests: [{name: t, expect: {y: {finite: true, shape: [null, 3, 6]}}}]\n"
    path.write_text(spec("multiple_of: 9", "", "[h / 3, 6]") + tests)
    assert specc("test", str(path))[0] == 0


@pytest.mark.parametrize(
    ("dim", "code", "message", "blamed"),
    [
        ("max: plces", "SPC0205", "`plces` is neither a param nor a dim", "plces"),
        ("max: f", "SPC0104", "the param `f` is 1.5, not a whole number", "f"),
        ("max: 1.5", "SPC0104", "`max` must be a whole number, not `1.5`", "1.5"),
        ("min: places, max: k", "SPC0107", "`min` 12 is above `max` 4", "k}"),
        (
            "multiple_of: 7, min: 8, max: places",
            "SPC0107",
            "no multiple of 7 lies between 8 and 12",
            "7",
        ),
        (
            "multiple_of: k - 4",
            "SPC0105",
            "`multiple_of` must lie between 1 and 2147483647, and it is 0",
            "k - 4",
        ),
        (
            "multiple_of: k / 3",
            "SPC0307",
            "`k / 3`: 4 is not divisible by 3; `//` rounds down",
            "/ 3",
        ),
        (
            "multiple_of: h",
            "SPC0205",
            "`h` is a dim, and bounds are made of numbers and params",
            "h",
        ),
    ],
)
def test_bounds_that_make_no_sense_are_refused_where_they_stand(dim, code, message, blamed):
    text = spec(dim, shape="[2 * h]")
    (found,) = [item for item in sc.validate(text) if item.severity is Severity.ERROR]
    assert (found.code, found.message) == (code, message)
    assert text.splitlines()[found.span.line - 1][found.span.column - 1 :].startswith(blamed)


def test_bounds_follow_what_is_set_and_prove_an_index_range():
    text = (
        "specc: 1\nparams: {places: 12}\ndims: {seq: {max: places}}\n"
        "inputs: {x: {shape: [seq, 2]}}\n"
        "layers:\n  - {type: Lambda, name: at, from: x, function: 'arange(seq)'}\n"
        "  - {type: Embedding, name: y, input_dim: places, output_dim: 2}\n"
    )
    for params in ({}, {"places": 3}):
        program = sc.compile_text(text, params=params).program
        assert program.graph.checks == ()
        assert program.named_sizes["seq"].high == params.get("places", 12)


def test_a_bound_of_a_refused_param_is_not_blamed():
    text = "specc: 1\nparams: {n: {type: int, default: 3, multiple_of: 2}}\n" + (
        "dims: {t: {min: 2, max: n - 1}}\ninputs: {x: {shape: [t]}}\nlayers: [{type: Identity}]\n"
    )
    (found,) = sc.validate(text)
    assert found.code == "SPC0206"


def test_a_whole_file_holds_what_it_is_fed_to_its_bounds(tmp_path):
    (tmp_path / "part.yaml").write_text(
        "specc: 1\nparams: {k: int}\ndims: {h: {multiple_of: k, max: 3 * k}}\n"
        "inputs: {x: {shape: [h]}}\nlayers: [{type: Reshape, name: y, target_shape: [h / k, k]}]\n"
    )
    whole = (
        "specc: 1\nimports: {p: part.yaml}\ndims: {s: {multiple_of: 4, max: 8}}\n"
        "inputs: {x: {shape: [SIZE]}}\nlayers: [{use: p, name: y, with: {k: 4}}]\n"
    )
    path = tmp_path / "whole.yaml"
    for size, message in (
        ("s", None),
        ("12", None),
        ("16", "`h` of `part.yaml` is at most 12, and it is fed 16"),
        ("6", "`h` of `part.yaml` is a multiple of 4, and it is fed 6"),
    ):
        path.write_text(whole.replace("SIZE", size))
        found = sc.validate(path.read_text(), file=str(path))
        errors = [item.message for item in found if item.severity is Severity.ERROR]
        assert errors == ([] if message is None else [message])


@pytest.mark.parametrize("dim", ["multiple_of: 0", "multiple_of: q", "min: 9, max: 3"])
def test_what_is_refused_of_a_dim_is_the_only_finding(dim):
    (found,) = sc.validate(spec(dim, shape="[h / 4, 8]"))
    assert found.span.line == 3


ADD, SPLIT = "{type: Add, from: [x, y]}", "{type: Lambda, function: 'split(x, 3, 1)[0]'}"
ROWS, WINDOWS = "{type: Reshape, target_shape: [-1, 3]}", "{type: Lambda, function: '%s'}"
WINDOWS %= "windows(x, axis=1, size=7)"


@pytest.mark.parametrize(
    ("said", "x", "y", "layer"),
    [
        ("h % 4 == 0", "h", "4 * (h // 4)", ADD),
        ("h % 4 == 0", "h", "2 * (h // 2)", ADD),
        ("h % 4 == 0", "h*h", "2 * h * (h // 2)", ADD),
        ("h % 4 == 0", "3 * h * w", "6 * w * (h // 2)", ADD),
        ("h == w", "h", "w", ADD),
        ("(2*h) % 3 == 0", "2 * h", "h", ROWS),
        ("2*h == 3*((2*h)//3)", "2 * h", "h", ROWS),
        ("h >= 7", "h", "h", WINDOWS),
        ("h % 3 == 0", "h", "h", SPLIT),
    ],
)
def test_what_a_constraint_says_is_not_left_to_the_data(said, x, y, layer):
    text = f"specc: 1\ndims: {{h: {{}}, w: {{}}}}\nconstraints: ['{said}']\n"
    text += f"inputs: {{x: {{shape: ['{x}']}}, y: {{shape: ['{y}']}}, z: {{shape: [h, w]}}}}\n"
    source = "" if layer == ADD else "from: x, "
    text += f"layers: [{layer.replace('{type', '{' + source + 'type')}]\n"
    assert "SPC0316" not in [item.code for item in sc.validate(text)]
    loose = text.replace(f"constraints: ['{said}']\n", "")
    assert "SPC0316" in [item.code for item in sc.validate(loose)]


def test_a_claim_that_bounds_refute_is_refused():
    text = "specc: 1\ndims: {height: {min: 32}}\ninputs: {x: {shape: [height // 8, 3]}}\n"
    text += "layers: [{type: Identity, expect: {shape: [batch, height // 4, 3]}}]\n"
    (found,) = sc.validate(text)
    assert found.message == "axis 1 of the result is `height // 8`, not `height // 4` as claimed"


@pytest.mark.parametrize(("most", "codes"), [("10", []), ("11", ["SPC0316"])])
def test_the_range_of_positions_is_known_to_an_embedding(most, codes):
    text = f"specc: 1\ndims: {{steps: {{max: {most}}}}}\ninputs: {{x: {{shape: [steps, 3]}}}}\n"
    text += "layers:\n  - {type: Lambda, name: at, function: arange(steps)}\n"
    text += "  - {type: Embedding, name: e, input_dim: 10, output_dim: 3}\n"
    text += "  - {type: Add, from: [x, e]}\n"
    assert [item.code for item in sc.validate(text)] == codes
