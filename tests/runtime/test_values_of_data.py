"""What the data of an input may hold: each kind of finding once, at its place in the whole data."""

import numpy as np
import pytest

from spec_compiler import SpecError
from spec_compiler.compile import program_of_text
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
            run.check_values(rows)
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


def test_who_waits_is_told_how_many_rows_have_been_read():
    text = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Identity}]"
    run = Run(program_of_text(text), {}, {"x": np.zeros((5, 2), np.float32)})
    run.prepare()
    told = []
    run.check_values(2, told.append)
    assert told == [2, 2, 1]
