"""A model over a collection of Dask gives what it gives over the whole, with the types inferred."""

import dask
import dask.array as da
import dask.bag as db
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest

import spec_compiler as sc

ROWS = np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32)
ONE = """\
specc: 1
inputs: {x: {shape: [3], values: {min: -9, max: 9}}}
layers: [{type: Dense, units: 4, activation: tanh, name: y}]
"""
TWO = """\
specc: 1
inputs: {x: {shape: [3]}, n: {shape: [], dtype: int64}}
layers:
  - {type: Dense, units: 4, name: y, from: x}
  - {type: Lambda, name: m, from: n, function: n * 2}
outputs: {y: y, m: m}
"""


@pytest.fixture(autouse=True, params=["sync", "threads"])
def scheduler(request):
    with dask.config.set(scheduler=request.param):
        yield


def test_arrays_have_the_chunks_of_the_rows():
    model = sc.compile_text(ONE)
    found = sc.map_partitions(model, da.from_array(ROWS, chunks=(7, 2)))
    assert (found.shape, found.dtype, found.chunks[0]) == ((50, 4), np.float32, (7,) * 7 + (1,))
    np.testing.assert_allclose(found.compute(), model(ROWS), rtol=1e-5, atol=1e-6)


def test_several_inputs_and_outputs_go_by_their_names():
    model = sc.compile_text(TWO)
    given = {"x": da.from_array(ROWS, chunks=(20, 3)), "n": da.arange(50, chunks=9)}
    found = sc.map_partitions(model, given)
    expected = model({"x": ROWS, "n": np.arange(50)})
    for name, array in found.items():
        assert array.dtype == expected[name].dtype
        np.testing.assert_allclose(array.compute(), expected[name], rtol=1e-5, atol=1e-6)


def test_bags_hold_rows_or_mappings_of_their_parts():
    model = sc.compile_text(ONE)
    found = sc.map_partitions(model, db.from_sequence(list(ROWS), npartitions=4)).compute()
    np.testing.assert_allclose(np.stack(found), model(ROWS), rtol=1e-5, atol=1e-6)
    rows = [{"x": row, "n": n} for n, row in enumerate(ROWS)]
    found = sc.map_partitions(sc.compile_text(TWO), db.from_sequence(rows, npartitions=3))
    assert [row["m"] for row in found.compute()] == list(range(0, 100, 2))


def test_data_frames_have_columns_of_numbers_or_lists():
    model = sc.compile_text(TWO)
    frame = pd.DataFrame(
        {"x": list(ROWS), "n": np.arange(50), **{"abc"[i]: ROWS[:, i] for i in range(3)}},
        index=range(100, 150),
    )
    expected = model({"x": ROWS, "n": np.arange(50)})
    lazy = dd.from_pandas(frame, npartitions=3)
    found = sc.map_partitions(model, lazy[["a", "b", "c", "n"]], columns={"x": ["a", "b", "c"]})
    result = found.compute()
    assert dict(found.dtypes) == dict(result.dtypes)
    assert list(result.index) == list(frame.index)
    np.testing.assert_allclose(np.stack(result["y"]), expected["y"], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(result["m"], expected["m"])


def test_weights_that_were_given_go_along():
    model = sc.compile_text(ONE)
    given = {name: array + 1 for name, array in model.weights.items()}
    model.weights = given
    found = sc.map_partitions(model, da.from_array(ROWS, chunks=(20, 3))).compute()
    np.testing.assert_allclose(found, model(ROWS), rtol=1e-5, atol=1e-6)


def test_what_is_wrong_is_refused_before_or_by_the_partition():
    model = sc.compile_text(ONE)
    with pytest.raises(sc.SpecError, match="SPC0513"):
        sc.map_partitions(model, da.zeros((5, 4), dtype=np.float32))
    wrong = ROWS.copy()
    wrong[30, 1] = 77
    lazy = sc.map_partitions(model, da.from_array(wrong, chunks=(20, 3)))
    with pytest.raises(sc.SpecError, match="SPC0520"):
        lazy.compute()
    with pytest.raises(TypeError, match="no array, bag or data frame"):
        sc.map_partitions(model, ROWS)
    apart = "Dense, units: 4, activation: tanh"
    together = ONE.replace(apart, 'Lambda, function: "x - mean(x, axis=0)"')
    with pytest.raises(sc.SpecError, match="SPC0525"):
        sc.map_partitions(sc.compile_text(together), da.zeros((5, 3), dtype=np.float32))
