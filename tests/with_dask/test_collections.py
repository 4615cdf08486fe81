"""A model over a collection of Dask gives what it gives over the whole, with the types inferred."""

import dask
import dask.array as da
import dask.bag as db
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
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
    with dask.config.set({"scheduler": request.param, "dataframe.convert-string": False}):
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


@pytest.mark.parametrize("backend", [None, "pyarrow"])
@pytest.mark.parametrize("fixed", [True, False])
def test_columns_of_lists_are_read_from_files_too(backend, fixed, tmp_path):
    """Neither what Dask makes up of them nor a first row that is not there yet is looked at."""
    kind = pa.list_(pa.float32(), 3) if fixed else pa.list_(pa.float32())
    rows = pa.array([list(map(float, row)) for row in ROWS], kind)
    for part in range(2):
        half = {"x": rows[25 * part :][:25], "n": np.arange(25) + 25 * part}
        pq.write_table(pa.table(half), tmp_path / f"{part}.parquet")
    options = {} if backend is None else {"dtype_backend": backend}
    frame = dd.read_parquet(tmp_path, **options)
    model = sc.compile_text(TWO)
    found = sc.map_partitions(model, frame)
    result = found.compute()
    assert dict(found.dtypes) == dict(result.dtypes)
    np.testing.assert_allclose(np.stack(result["y"]), model([ROWS, np.arange(50)])["y"], 1e-5, 1e-6)
    chosen = sc.map_partitions(model, frame, columns={"x": "x", "n": "n"}).compute()
    np.testing.assert_array_equal(chosen["m"], result["m"])


def test_lists_of_pandas_and_sizes_that_the_data_decides_are_taken():
    spec = ONE.replace("[3]", "[n]").replace("Dense, units: 4", "Activation")
    model = sc.compile_text(spec + "dims: {n: {}}\n")
    frame = pd.DataFrame({"x": list(ROWS)})
    found = sc.map_partitions(model, dd.from_pandas(frame, npartitions=2))
    result = found.compute()
    assert dict(found.dtypes) == dict(result.dtypes)
    np.testing.assert_allclose(np.stack(result["y"]), np.tanh(ROWS), rtol=1e-5)


@pytest.mark.parametrize("columns", [{"x": "a,d"}, {"x": ["a", "d"]}, {"x": "d"}, {}])
def test_a_column_that_is_not_there_is_refused_with_those_that_are(columns):
    frame = dd.from_pandas(pd.DataFrame({"a": ROWS[:, 0], "b": ROWS[:, 1]}), npartitions=2)
    with pytest.raises(sc.SpecError, match=r"(?s)has no column `[dx]`.*it holds `a`, `b`"):
        sc.map_partitions(sc.compile_text(ONE), frame, columns=columns)


def test_partitions_without_rows_give_none():
    model, kept = sc.compile_text(ONE), ROWS[:, 0] > 1.5
    array = da.from_array(ROWS, chunks=(2, 3))
    found = sc.map_partitions(model, array[array[:, 0] > 1.5]).compute()
    assert (found.dtype, found.shape) == (np.float32, (kept.sum(), 4))
    np.testing.assert_allclose(found, model(ROWS)[kept], rtol=1e-5, atol=1e-6)
    assert sc.map_partitions(model, array[array[:, 0] > 9]).compute().shape == (0, 4)
    frame = dd.from_pandas(pd.DataFrame({"x": list(ROWS), "n": np.arange(50)}), npartitions=9)
    found = sc.map_partitions(model, frame[frame["n"] > 45][["x"]])
    result = found.compute()
    assert dict(found.dtypes) == dict(result.dtypes)
    assert list(result.index) == [46, 47, 48, 49]
    assert len(sc.map_partitions(model, frame[frame["n"] > 99][["x"]]).compute()) == 0


def test_a_bad_row_names_its_partition():
    wrong = ROWS.copy()
    wrong[30, 1] = 77
    model = sc.compile_text(ONE)
    array = da.from_array(wrong, chunks=(20, 3))
    bag = db.from_sequence(list(wrong), partition_size=20)
    frame = dd.from_pandas(pd.DataFrame({"x": list(wrong)}), chunksize=20)
    for collection in (array, bag, frame):
        with pytest.raises(sc.SpecError, match=r"partition 1: .* holds 77\.0 at \[10, 1\]"):
            sc.map_partitions(model, collection).compute()
    index = TWO.replace("Lambda, name: m, from: n, function: n * 2", "Embedding, name: m, from: n, "
                        "input_dim: 50, output_dim: 2")  # fmt: skip
    given = {"x": array, "n": da.from_array(np.where(np.arange(50) == 41, 50, 0), chunks=20)}
    with pytest.raises(sc.SpecError, match=r"partition 2: .*index 50 at position \[1\]"):
        sc.map_partitions(sc.compile_text(index), given)["m"].compute()


def test_what_is_refused_of_a_partition_crosses_processes():
    wrong = da.from_array(np.full((2, 3), 77, np.float32), chunks=(2, 3))
    with pytest.raises(sc.SpecError, match="partition 0"):
        sc.map_partitions(sc.compile_text(ONE), wrong).compute(scheduler="processes")


def test_whatever_is_refused_leaves_as_a_spec_error():
    model = sc.compile_text(ONE)
    for column in ([[1.0, 2, 3], None], [[1.0, 2, 3], [1.0]], ["a", "b"], [[1.0, None, 3], None]):
        frame = dd.from_pandas(pd.DataFrame({"x": column}, dtype=object), npartitions=1)
        with pytest.raises(sc.SpecError, match="partition 0"):
            sc.map_partitions(model, frame).compute()
    for rows in ([ROWS[0], ROWS[1, :2]], [{"x": ROWS[0]}, {"y": ROWS[1]}]):
        with pytest.raises(sc.SpecError, match="partition 0"):
            sc.map_partitions(model, db.from_sequence(rows, npartitions=1)).compute()


def test_a_shape_is_said_as_it_is():
    model = sc.compile_text(ONE)
    with pytest.raises(sc.SpecError, match=r"has shape \[50\]"):
        sc.map_partitions(model, da.from_array(ROWS[:, 0], chunks=20))
    frame = dd.from_pandas(pd.DataFrame({"x": ROWS[:, 0]}), npartitions=2)
    with pytest.raises(sc.SpecError, match=r"a row of the data for `x` has shape \[1\]"):
        sc.map_partitions(model, frame)


def test_lists_that_dask_made_text_of_are_refused_with_what_keeps_them():
    with dask.config.set({"dataframe.convert-string": True}):
        frame = dd.from_pandas(pd.DataFrame({"x": list(ROWS)}), npartitions=2)
        with pytest.raises(sc.SpecError, match=r"(?s)`x` .*is text.*dataframe\.convert-string"):
            sc.map_partitions(sc.compile_text(ONE), frame)


def test_partitions_without_rows_have_results_without_rows():
    model = sc.compile_text(ONE)
    rows = da.from_array(ROWS, chunks=((0, 30, 0, 20), (3,)))
    few = sc.map_partitions(model, rows[da.from_array(ROWS[:, 0] > 2.2, chunks=10)]).compute()
    np.testing.assert_allclose(few, model(ROWS)[ROWS[:, 0] > 2.2], rtol=1e-5, atol=1e-6)
    none = sc.map_partitions(model, da.zeros((0, 3), dtype=np.float32)).compute()
    assert (none.shape, none.dtype) == ((0, 4), np.float32)
    frame = dd.from_pandas(pd.DataFrame(ROWS, columns=[*"abc"]), npartitions=3)
    for least, count in ((2.2, int((ROWS[:, 0] > 2.2).sum())), (9, 0)):
        found = sc.map_partitions(model, frame[frame.a > least], columns={"x": ["a", "b", "c"]})
        result = found.compute()
        assert len(result) == count
        assert dict(result.dtypes) == dict(found.dtypes)


def test_columns_that_would_be_cast_to_stand_side_by_side_are_refused():
    """Whole numbers would be rounded, each alone is refused."""
    frame = pd.DataFrame(ROWS, columns=[*"abc"]).assign(n=2**24 + 1)
    lazy = dd.from_pandas(frame, npartitions=2)
    with pytest.raises(sc.SpecError, match="column `n` is int64, and `a` is float32"):
        sc.map_partitions(sc.compile_text(ONE), lazy, columns={"x": ["a", "b", "n"]}).compute()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "SPC0510"),
        ({"y": da.zeros((5, 3))}, "SPC0511"),
        ({"x": da.zeros((5, 3)), "n": da.zeros(4, dtype=int)}, "SPC0514"),
        (db.from_sequence([ROWS[0], ROWS[0, :2]], npartitions=1), "SPC0519"),
        (db.from_sequence([{"x": ROWS[0], "n": 1}, {"x": ROWS[0]}], npartitions=1), "SPC0562"),
        (dd.from_pandas(pd.DataFrame({"x": [1.0]}), npartitions=1), "SPC0562"),
        (dd.from_pandas(pd.DataFrame({"x": ["a"], "n": [1]}), npartitions=1), "SPC0561"),
        (dd.from_pandas(pd.DataFrame({"x": [1.0], "n": [None]}, dtype="Int64"), npartitions=1),
         "SPC0557"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_refused_is_refused_as_by_the_model(given, said):
    with pytest.raises(sc.SpecError, match=said):
        dask.compute(sc.map_partitions(sc.compile_text(TWO), given))


def test_arrays_that_are_not_dasks_are_said_to_be_none():
    for given in ({"x": ROWS}, da.from_array(np.float32(1))):
        with pytest.raises(TypeError, match="no array of Dask with the batch first"):
            sc.map_partitions(sc.compile_text(ONE), given)
