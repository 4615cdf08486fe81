"""Weights that the model's dtype cannot hold are refused, each with its place and number."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.types import overflows
from spec_compiler.weights.load import load_weights
from spec_compiler.weights.narrow import narrowed

SPEC = """\
specc: 1
dtype: {dtype}
inputs: {{x: {{shape: [3]}}}}
layers:
  - {{type: Dense, name: dense, units: 2}}
"""
FILE_NAME = "w.safetensors"
FILE = f"weights: {{file: {FILE_NAME}}}\n"
MAP = """\
weights:
  file: w.safetensors
  map:
    dense.kernel: {{from: dense.kernel, as: {how}}}
"""
BEYOND = {"float16": 70000.0, "bfloat16": 3.4e38, "float32": 1e39}
"""Numbers that float64 holds; bfloat16's is held by float32, too."""


def tensors(number, dtype=np.float64):
    kernel = np.ones((3, 2), dtype)
    kernel[1, 1] = -number
    return {"dense.kernel": kernel, "dense.bias": np.full(2, number, dtype)}


@pytest.mark.parametrize("dtype", BEYOND)
def test_of_a_file(dtype, tmp_path):
    save_file(tensors(BEYOND[dtype]), tmp_path / FILE_NAME)
    model = sc.compile_text(SPEC.format(dtype=dtype) + FILE, file=str(tmp_path / "model.yaml"))
    with pytest.raises(SpecError) as refused:
        model(np.ones((1, 3)))
    (found,) = refused.value.findings
    held = f"-{BEYOND[dtype]:g} at [1, 1]"
    assert (found.code, found.message) == (
        "SPC0504",
        f"`dense.kernel` holds {held}, which would be infinite in `{dtype}`",
    )
    assert (found.span.line, found.notes) == (6, ("the same holds for `dense.bias`",))


@pytest.mark.parametrize("dtype", BEYOND)
def test_from_python(dtype):
    with pytest.raises(SpecError) as refused:
        sc.compile_text(SPEC.format(dtype=dtype), weights=tensors(BEYOND[dtype]))
    (found,) = refused.value.findings
    assert (found.code, "`dense.kernel` holds -" in found.message) == ("SPC0504", True)
    assert "at [1, 1]" in found.message


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_made_by_a_transform(dtype, tmp_path):
    """1e30 ** 2 is beyond float32, in which it is computed or in which it is kept."""
    save_file(tensors(1e30, dtype), tmp_path / FILE_NAME)
    text = SPEC.format(dtype="float32") + MAP.format(how="w * abs(w)")
    with pytest.raises(SpecError) as refused:
        _ = sc.compile_text(text, file=str(tmp_path / "model.yaml")).weights
    (found,) = refused.value.findings
    assert (found.code, found.span.line, found.span.column) == ("SPC0504", 9, 44)
    assert found.message.startswith("`dense.kernel` after `w * abs(w)` ")
    assert "at [1, 1]" in found.message


@pytest.mark.parametrize("how", ["w", "where(w < 0, -inf, w)"])
def test_infinity_that_is_meant_may_stand(how, tmp_path):
    kernel = np.ones((3, 2))
    kernel[1, 1] = -np.inf if how == "w" else -1
    save_file({"dense.kernel": kernel, "dense.bias": np.zeros(2)}, tmp_path / FILE_NAME)
    text = SPEC.format(dtype="float16") + MAP.format(how=f"'{how}'")
    model = sc.compile_text(text, file=str(tmp_path / "model.yaml"))
    assert model.weights["dense.kernel"].ravel().tolist() == [1, 1, 1, -np.inf, 1, 1]


@given(
    st.sampled_from(["float16", "bfloat16", "float32", "float64"]),
    st.lists(st.floats(width=64), min_size=1, max_size=4),
)
def test_a_weight_is_refused_exactly_where_a_constant_is(dtype, values):
    array = np.array(values)
    if any(overflows(value, dtype) for value in values):
        with pytest.raises(sc.diagnostics.Refusal):
            narrowed(array, dtype, "w")
    else:
        np.testing.assert_array_equal(np.isinf(narrowed(array, dtype, "w")), np.isinf(array))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (np.float32([[1, 3.4e38]]), "3.3999999521443642e+38 at [0, 1]"),
        (np.float64([[-1e300, 1]]), "-1e+300 at [0, 0]"),
        (np.int64([[1, 257]]), "257 at [0, 1]"),
    ],
)
def test_data_beyond_bfloat16(data, value):
    model = sc.compile_text(
        "specc: 1\ninputs: {x: {shape: [2], dtype: bfloat16}}\nlayers: [{type: Identity}]\n"
    )
    with pytest.raises(SpecError) as refused:
        model(data)
    (found,) = refused.value.findings
    assert found.code == "SPC0519"
    assert found.message == f"the data for `x` holds {value}, which is no `bfloat16`"


TWO = """\
specc: 1
dtype: float16
inputs: {x: {shape: [3]}}
layers:
  - {type: Dense, name: a, units: 2, use_bias: false}
  - {type: Dense, name: b, units: 90000, use_bias: false}
  - {type: Dense, name: c, units: 1, use_bias: false}
weights: {file: w.safetensors}
"""


def test_what_is_refused_for_another_reason_is_another_finding(tmp_path):
    """`a` is beyond float16, `b` takes more than is allowed, and `c` is not tried any more."""
    shapes = {"a.kernel": (3, 2), "b.kernel": (2, 90_000), "c.kernel": (90_000, 1)}
    save_file({name: np.full(shape, 1e5) for name, shape in shapes.items()}, tmp_path / FILE_NAME)
    program = program_of_text(TWO, str(tmp_path / "model.yaml"), diagnostics=Diagnostics())
    with pytest.raises(SpecError) as refused:
        load_weights(program, Allowance(100_000))
    found = refused.value.findings
    assert [(item.code, item.span.line, item.notes) for item in found] == [
        ("SPC0504", 8, ()),
        ("SPC0559", 8, ()),
    ]
    assert "those are mapped; or allow more with `--max-memory`" in found[1].help


@pytest.mark.parametrize("how", ["einsum('inf->inf', w * 1e30)", "where(w > inf, w, w * 1e30)"])
def test_infinity_is_meant_where_a_name_says_so(how, tmp_path):
    """Letters of axes are no names."""
    text = """\
specc: 1
inputs: {x: {shape: [3]}}
layers: [{type: Weight, name: t, shape: [1, 2, 3]}, {type: Add, from: [x, t]}]
weights: {file: w.safetensors, map: {t.value: {from: t, as: "%s"}}}
"""
    save_file({"t": np.full((1, 2, 3), 1e30, np.float32)}, tmp_path / FILE_NAME)
    model = sc.compile_text(text % how, file=str(tmp_path / "model.yaml"))
    if "where" in how:
        assert np.isinf(next(iter(model.weights.values()))).all()
    else:
        with pytest.raises(SpecError, match="is infinite at"):
            _ = model.weights


# --- what reading takes ---------------------------------------------------------------------------

SIDE = 400
WIDE = f"""\
specc: 1
dtype: {{dtype}}
inputs: {{{{x: {{{{shape: [{SIDE}]}}}}}}}}
layers:
  - {{{{type: Dense, name: a, units: {SIDE}, use_bias: false}}}}
  - {{{{type: Dense, name: b, units: {SIDE}, use_bias: false}}}}
weights:
  file: w.safetensors
  map:
    "{{{{i}}}}.kernel": {{{{from: w, as: {{how}}}}}}
"""
SLACK = 300_000
"""What reading a file takes that has next to nothing in it."""


def write(folder, dtype):
    code, size = {"bfloat16": ("BF16", 2), "float64": ("F64", 8), "float32": ("F32", 4)}[dtype]
    size *= SIDE**2
    header = f'{{"w":{{"dtype":"{code}","shape":[{SIDE},{SIDE}],"data_offsets":[0,{size}]}}}}'
    header += " " * (-len(header) % 8)
    content = len(header).to_bytes(8, "little") + header.encode() + bytes(size)
    (folder / "w.safetensors").write_bytes(content)


@pytest.mark.parametrize("how", ["w", "transpose(w)", "w * 2", "w / (abs(w) + 1) + transpose(w)"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
@pytest.mark.parametrize("held", ["float32", "bfloat16", "float64"])
def test_nothing_takes_more_than_is_allowed(held, dtype, how, tmp_path):
    write(tmp_path, held)
    text = WIDE.format(dtype=dtype, how=how)
    program = program_of_text(text, str(tmp_path / "model.yaml"), diagnostics=Diagnostics())
    load_weights(program, Allowance())  # what is loaded at the first use
    refused = True
    for most in (10_000, *range(200_000, 20_000_000, 2_100_000)):
        tracemalloc.start()
        try:
            load_weights(program, Allowance(most))
            refused = False
        except SpecError as error:
            assert [item.code for item in error.diagnostics] == ["SPC0559"]  # noqa: PT017
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert taken <= most + SLACK, (most, taken)
    assert not refused
