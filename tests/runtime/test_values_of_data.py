"""What the data of an input may hold: each kind of finding once, at its place in the whole data."""

import numpy as np
import pytest

from spec_compiler import SpecError
from spec_compiler.compile import program_of_text
from spec_compiler.ir.types import DTYPES, ends
from spec_compiler.runtime.run import Run


def found_in(data, declared, rows=None):
    """Messages of the errors and warnings about an input `x`, read whole or some rows at a time."""
    program = program_of_text(f"specc: 1\ninputs: {{x: {declared}}}\nlayers: [{{type: Identity}}]")
    run = Run(program, {}, {"x": data})
    run.prepare()
    try:
        if rows is None:
            run.whole()
        else:
            list(run.slices(rows))
    except SpecError as refused:
        return [item.message for item in refused.diagnostics.items]
    return [item.message for item in run.diagnostics.items]


DIGITS = "{shape: [2], dtype: int32, values: {min: 0, max: 9}}"


@pytest.mark.parametrize("rows", [None, 1, 2, 3, 5, 9])
def test_rows_are_counted_in_the_whole_data(rows):
    data = np.zeros((5, 2), np.int32)
    data[3, 1], data[4, 0] = 12, 13
    said = "the data for `x` holds 12 at [3, 1]; `x` takes 0 to 9"
    assert found_in(data, DIGITS, rows) == [said]
    wide = data.astype(np.float64)
    wide[3, 1] = wide[4, 0] = 1.5
    said = "the data for `x` holds 1.5 at [3, 1], which is no `int32`"
    assert found_in(wide, "{shape: [2], dtype: int32}", rows) == [said]


@pytest.mark.parametrize("rows", [None, 2])
def test_nan_is_a_warning_at_its_place(rows):
    data = np.zeros((5, 2), np.float32)
    data[3, 0] = np.nan
    assert found_in(data, "{shape: [2]}", rows) == ["the data for `x` holds NaN at [3, 0]"]


def test_several_nan_are_counted():
    data = np.zeros((5, 2), np.float32)
    data[3] = np.nan
    said = "the data for `x` holds NaN at [3, 0] (2 in all)"
    assert found_in(data, "{shape: [2]}") == [said]


@pytest.mark.parametrize("bits", [0x7C00, 0x7C01, 0x7FFF, 0xFC00, 0xFC01, 0xFFFF])
def test_nan_of_either_sign_is_found(bits):
    data = np.array([[0, bits], [0xFBFF, 0x7BFF]], np.uint16).view(np.float16)
    said = ["the data for `x` holds NaN at [0, 1]"] * bool(bits & 0x3FF)
    assert found_in(data, "{shape: [2], dtype: float16}") == said
    assert found_in(data.astype(np.float32), "{shape: [2]}") == said


FLOATING = ["float16", "float32", "float64", "bfloat16"]
LAYOUTS = {
    "whole": lambda x: x,
    "reversed": lambda x: x[::-1, ::-1],
    "every other": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "in Fortran's order": np.asfortranarray,
    "of another byte order": lambda x: x.astype(x.dtype.newbyteorder()),
}


def of_layout(layout, data):
    """The same numbers, laid out otherwise and not to be written to."""
    laid = LAYOUTS[layout](data)[...]
    laid.flags.writeable = False
    return laid


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", FLOATING)
def test_nan_is_found_among_numbers_whose_sum_is_none(dtype, layout):
    """The greatest numbers and both infinities: their sums are infinite, or NaN."""
    held = np.dtype("float32" if dtype == "bfloat16" else dtype)
    most = 3e38 if dtype == "bfloat16" else np.finfo(held).max
    declared = f"{{shape: [9], dtype: {dtype}}}"
    data = np.full((7, 9), most, held)
    data[1, 1], data[2, 2] = np.inf, -np.inf
    assert found_in(of_layout(layout, data), declared) == []
    place = np.argwhere(LAYOUTS[layout](np.arange(63).reshape(7, 9)) == 25)[0]
    data[2, 7] = np.nan
    said = f"the data for `x` holds NaN at {place.tolist()}"
    assert found_in(of_layout(layout, data), declared) == [said]


@pytest.mark.parametrize(
    "declared", ["float32", "float32, values: {min: 0, max: 9}", "int8", "bool"]
)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint64", "bool"])
def test_of_no_numbers_nothing_is_said(declared, dtype):
    text = f"dims: {{n: {{min: 0}}}}\ninputs: {{x: {{shape: [n], dtype: {declared}}}}}"
    program = program_of_text(f"specc: 1\n{text}\nlayers: [{{type: Identity}}]")
    run = Run(program, {}, {"x": np.zeros((2, 0), dtype)})
    run.prepare()
    assert run.whole()["identity"].shape == (2, 0)
    assert not run.diagnostics.items


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_ends_of_an_interval_are_in_it_as_the_dtype_has_them(dtype):
    declared = f"{{shape: [2], dtype: {dtype}, values: {{min: -0.1, max: 0.1}}}}"
    data = np.array([[-0.1, 0.1]], dtype)
    assert found_in(data, declared) == []
    (said,) = found_in(np.nextafter(data, data.dtype.type(1)), declared)
    assert said.startswith("the data for `x` holds 0.1000")
    assert "at [0, 1]" in said
    (said,) = found_in(np.nextafter(data, data.dtype.type(-1)), declared)
    assert said.startswith("the data for `x` holds -0.1000")
    assert "at [0, 0]" in said


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("source", ["int8", "uint8", "int32", "int64", "uint64", "bool"])
def test_whole_numbers_that_a_dtype_has_are_taken_and_others_refused(dtype, source):
    least, most = (0, 1) if source == "bool" else (np.iinfo(source).min, np.iinfo(source).max)
    powers = [
        sign * 2**bits for bits in (0, 6, 7, 8, 9, 10, 11, 24, 31, 53, 63) for sign in (1, -1)
    ]
    for number in {power + more for power in powers for more in (-1, 0, 1)}:
        if not least <= number <= most:
            continue
        data = np.array([[number, 0]], source)
        exact = has(dtype, number)
        found = found_in(data, f"{{shape: [2], dtype: {dtype}}}")
        assert bool(found) != exact, number
        if found:
            assert found == [f"the data for `x` holds {number} at [0, 0], which is no `{dtype}`"]


def has(dtype, number):
    """Whether a dtype has a whole number: its digits in binary are not too many, nor too large."""
    low, high = ends(dtype)
    bits = {"bfloat16": 8, "float16": 11, "float32": 24, "float64": 53}.get(dtype, 64)
    digits = abs(number).bit_length()
    return low <= number <= high and number % 2 ** max(digits - bits, 0) == 0


@pytest.mark.parametrize("narrow", ["float16", "float32", "bfloat16"])
def test_a_float_that_becomes_infinite_is_refused(narrow):
    declared = f"{{shape: [2], dtype: {narrow}}}"
    assert found_in(np.array([[np.inf, -np.inf]]), declared) == []
    assert found_in(np.array([[0.1, -1e-9]]), declared) == []
    said = f"the data for `x` holds 1e+300 at [0, 1], which is no `{narrow}`"
    assert found_in(np.array([[np.inf, 1e300]]), declared) == [said]


def test_data_is_rounded_to_what_a_dtype_has():
    text = "specc: 1\ninputs: {x: {shape: [2], dtype: bfloat16}}\nlayers: [{type: Identity}]"
    run = Run(program_of_text(text), {}, {"x": np.array([[1, 1 + 2**-9]], np.float32)})
    run.prepare()
    assert run.data()["x"].tolist() == [[1, 1]]
