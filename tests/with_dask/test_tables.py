"""Tables, stores and folders give the rows that they hold, some at a time, and take results."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
import pytest
import zarr
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler import data
from spec_compiler.data import Allowance, Streamed
from spec_compiler.data.handle import KNOWN
from spec_compiler.refusals import Refusal

ROWS = np.random.default_rng(0).standard_normal((1000, 3)).astype(np.float32)
SPEC = """\
specc: 1
inputs: {x: {shape: [3], values: {min: -9, max: 9}}}
layers: [{type: Dense, units: 4, activation: tanh, name: y}]
"""


def as_lists(rows, dtype=None):
    kind = dtype or pa.list_(pa.float32(), 3)
    return pa.array([None if row is None else list(row) for row in rows], kind)


def table(path, columns, group=70):
    content = pa.table(columns)
    if path.suffix == ".parquet":
        pq.write_table(content, path, row_group_size=group)
        return
    with ipc.new_file(path, content.schema) as file:
        file.write_table(content, max_chunksize=group)


def refused(code, source, *words):
    with pytest.raises(Refusal) as caught:
        data.read_one(str(source), name="x").load()[:]
    said = caught.value
    assert said.code == code, said.message
    for word in words:
        assert word in said.message + said.help + "".join(said.notes)


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
@pytest.mark.parametrize("dtype", sorted(KNOWN))
def test_what_is_written_is_read_in_its_dtype_and_shape(dtype, suffix, tmp_path):
    rng = np.random.default_rng(0)
    arrays = {
        "a": rng.integers(0, 2, 7).astype(dtype),
        "b": rng.integers(0, 2, (7, 2, 3)).astype(dtype),
    }
    data.write(tmp_path / f"x{suffix}", arrays)
    for name, handle in data.read(str(tmp_path / f"x{suffix}")).items():
        assert (handle.dtype, handle.shape) == (dtype, arrays[name].shape)
        np.testing.assert_array_equal(handle.load()[:], arrays[name])


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_a_column_is_numbers_or_lists_and_several_stand_side_by_side(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    columns = {name: ROWS[:, index] for index, name in enumerate("abc")}
    anyhow = as_lists(ROWS, pa.list_(pa.float32()))
    table(path, {"x": as_lists(ROWS), "lists": anyhow, **columns, "id": list(map(str, ROWS[:, 0]))})
    assert set(data.read(str(path))) == {"x", "lists", "a", "b", "c"}  # and no text
    for key in ("x", "lists", "a,b,c"):
        np.testing.assert_array_equal(data.read_one(f"{path}:{key}").load()[:], ROWS)
    np.testing.assert_array_equal(data.read_one(f"{path}:b").load()[:], ROWS[:, 1])
    np.testing.assert_array_equal(data.read_one(f"{path}:c,a").load()[:], ROWS[:, [2, 0]])
    refused("SPC0562", f"{path}:list", "did you mean `lists`")
    refused("SPC0561", f"{path}:id", "string")
    refused("SPC0554", f"{path}:a,x", "lists")


def test_nulls_and_lists_of_other_lengths_are_refused_with_their_row(tmp_path):
    path = tmp_path / "x.parquet"
    table(path, {"x": as_lists([*ROWS[:80], None])})
    refused("SPC0557", path, "row 80 is null")
    table(path, {"x": as_lists([*ROWS[:80], (1.0, None, 2.0)])})
    refused("SPC0557", path, "row 80 holds null")
    table(path, {"x": pa.array([1.0] * 75 + [None])})
    refused("SPC0557", path, "row 75 is null")
    table(path, {"x": as_lists([*ROWS[:80], (1.0,)], pa.list_(pa.float32()))})
    refused("SPC0554", path, "row 80", "a list of 1", "of 3")
    table(path, {"x": as_lists([None, *ROWS[:80]], pa.list_(pa.float32()))})
    refused("SPC0557", path, "row 0 is null")
    path.write_bytes(b"PAR1 and nothing more")
    refused("SPC0555", path, "not a sound .parquet file")


@pytest.mark.parametrize("version", [2, 3])
def test_a_store_is_an_array_or_holds_some(version, tmp_path):
    one, several = tmp_path / "one.zarr", tmp_path / "several.zarr"
    zarr.save_array(str(one), ROWS, zarr_format=version)
    group = zarr.open_group(str(several), mode="w", zarr_format=version)
    group.create_array("x", data=ROWS, chunks=(64, 2))
    group.create_array("inner/y", data=ROWS[:, 0], chunks=(64,))
    for source in (one, several, f"{several}:x"):
        np.testing.assert_array_equal(data.read_one(str(source), name="x").load()[:], ROWS)
    np.testing.assert_array_equal(data.read_one(f"{several}:inner/y").load()[:], ROWS[:, 0])
    refused("SPC0562", f"{several}:z", "it holds `x`")


def test_what_a_store_is_packed_by_cannot_run_code(tmp_path):
    numcodecs = pytest.importorskip("numcodecs")
    path = tmp_path / "x.zarr"
    rows = np.arange(30, dtype=np.int32).reshape(10, 3)
    packed = {"filters": [numcodecs.Delta("<i4")], "compressors": None}
    zarr.create_array(str(path), data=rows, zarr_format=2, **packed)
    np.testing.assert_array_equal(data.read_one(str(path)).load()[:], rows)
    head = path / ".zarray"
    said = json.loads(head.read_text())
    head.write_text(json.dumps({**said, "filters": [{"id": "pickle", "protocol": 5}]}))
    refused("SPC0555", path)
    other = {"id": "fixedscaleoffset", "offset": 0, "scale": 1, "dtype": "<i4", "astype": "<i4"}
    head.write_text(json.dumps({**said, "filters": [other]}))
    refused("SPC0555", path, "packed by `fixedscaleoffset`")


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 400)), max_size=6))
def test_rows_can_be_asked_for_in_any_order(many, slices):
    rows = data.read_one(many).load()
    assert isinstance(rows, Streamed)
    for first, count in slices:
        np.testing.assert_array_equal(rows[first : first + count], ROWS[first : first + count])


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder of files whose rows are those of one array."""
    folder = tmp_path_factory.mktemp("many")
    for index in range(5):
        table(folder / f"part{index}.parquet", {"x": as_lists(ROWS[200 * index :][:200])})
    return str(folder)


def test_a_folder_or_a_pattern_is_one_input_in_sorted_order(many, tmp_path):
    np.save(tmp_path / "b.npy", ROWS[400:])
    np.save(tmp_path / "a.npy", ROWS[:400].astype(">f4"))
    (tmp_path / "README").write_text("other files do not matter")
    for source in (many, f"{many}/*.parquet", f"{many}:x", tmp_path, f"{tmp_path}/?.npy"):
        np.testing.assert_array_equal(data.read_one(str(source), name="x").load()[:], ROWS)
    np.save(tmp_path / "c.npy", ROWS[:, :2])
    refused("SPC0554", tmp_path, "c.npy", "float32[2]", "float32[3]")
    table(tmp_path / "d.parquet", {"x": [1.0]})
    refused("SPC0564", tmp_path, "several formats", "*.npy")
    refused("SPC0552", f"{tmp_path}/*.arrow", "means no file")


def test_a_run_gives_the_same_whatever_holds_its_data(many, tmp_path, specc):
    (tmp_path / "model.yaml").write_text(SPEC)
    np.save(tmp_path / "x.npy", ROWS)
    assert specc("run", "model.yaml", "-i", "x=x.npy", "-o", "y.npy", folder=tmp_path).status == 0
    expected = np.load(tmp_path / "y.npy")
    for output in ("y.parquet", "y.arrow", "y.zarr", "y.zarr"):  # and in place of the last
        ran = specc("run", "model.yaml", "-i", many, "-o", output, folder=tmp_path)
        assert ran.status == 0, ran.err
        (handle,) = data.read(str(tmp_path / output)).values()
        np.testing.assert_allclose(handle.load()[:], expected, rtol=1e-5, atol=1e-6)
    assert not list(tmp_path.glob(".specc*"))


def test_a_finding_names_the_file_and_the_row_in_it(tmp_path, specc):
    (tmp_path / "model.yaml").write_text(SPEC)
    wrong = ROWS.copy()
    wrong[730, 1] = 77
    for index in range(5):
        np.save(tmp_path / f"part{index}.npy", wrong[200 * index :][:200])
    ran = specc("run", "model.yaml", "-i", "x=*.npy", "-o", "y.parquet", folder=tmp_path)
    assert ran.status == 1
    assert "part3.npy holds 77.0 at [130, 1]" in ran.err
    assert not (tmp_path / "y.parquet").exists()


def test_bytes_do_not_depend_on_how_many_rows_run_at_once(many, tmp_path, specc):
    (tmp_path / "model.yaml").write_text(SPEC.replace("Dense, units: 4, activation: tanh", "ReLU"))
    for rows in (1, 7, 1000):
        options = ("-i", many, "--rows", rows, "-o", f"{rows}.parquet")
        assert specc("run", "model.yaml", *options, folder=tmp_path).status == 0
    first, *others = (path.read_bytes() for path in tmp_path.glob("*.parquet"))
    assert all(other == first for other in others)


def test_columns_are_as_many_rows_and_no_axis_is_empty(tmp_path):
    for arrays in ({"a": ROWS, "b": ROWS[:9]}, {"a": ROWS[:, :0]}, {"a": np.float32(1)[...]}):
        with pytest.raises(Refusal) as caught:
            data.write(tmp_path / "y.parquet", {name: np.asarray(a) for name, a in arrays.items()})
        assert caught.value.code == "SPC0565"
    assert not list(tmp_path.iterdir())


def test_what_streaming_takes_is_asked_for(many):
    with pytest.raises(Refusal) as caught:
        data.read_one(many, allowance=Allowance(1000)).load()
    assert caught.value.code == "SPC0559"


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
@pytest.mark.parametrize("groups", [0, 1])
def test_lists_without_rows_have_no_length_to_differ_in(suffix, groups, tmp_path):
    lists = pa.schema([("x", pa.list_(pa.float32()))])
    opened = pq.ParquetWriter if suffix == ".parquet" else ipc.new_file
    with opened(tmp_path / f"a{suffix}", lists) as file:
        for _ in range(groups):
            file.write_table(lists.empty_table())
    handle = data.read_one(str(tmp_path / f"a{suffix}"))
    assert (handle.shape, handle.dtype) == ((0, 0), "float32")
    table(tmp_path / f"b{suffix}", {"x": as_lists(ROWS, lists.field("x").type)})
    handle = data.read_one(str(tmp_path))
    assert handle.shape == ROWS.shape
    np.testing.assert_array_equal(handle.load()[:], ROWS)
    np.testing.assert_array_equal(data.in_memory(handle, Allowance()).load(), ROWS)


def test_a_table_without_numbers_says_what_it_holds(tmp_path):
    table(tmp_path / "x.parquet", {"when": pa.array([0], pa.timestamp("us")), "who": ["I"]})
    refused("SPC0561", tmp_path / "x.parquet", "no column of numbers", "`when` of type `timestamp")


def test_a_table_that_is_shorter_than_it_was_is_refused(tmp_path):
    table(tmp_path / "x.parquet", {"x": as_lists(ROWS)})
    rows = data.read_one(str(tmp_path / "x.parquet")).load()
    table(tmp_path / "x.parquet", {"x": as_lists(ROWS[:500])})
    with pytest.raises(Refusal, match="it has changed"):
        rows[:]


@pytest.mark.parametrize("suffix", ["zarr", "parquet"])
def test_a_folder_of_any_format_has_a_result_for_each_file(suffix, tmp_path, specc):
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "data").mkdir()
    for name, rows in (("a", ROWS[:9]), ("b", ROWS[:0]), ("c", ROWS[9:20])):
        np.save(tmp_path / f"data/{name}.npy", rows)
    typed = ("run", "model.yaml", "-i", "data/", "-o", f"scores/*.{suffix}")
    ran = specc(*typed, folder=tmp_path)
    assert ran.status == 0, ran.err
    for name, rows in (("a", 9), ("b", 0), ("c", 11)):
        assert data.read_one(f"{tmp_path}/scores/{name}.{suffix}:y").shape == (rows, 4)
    assert "3 of them before" in specc(*typed, folder=tmp_path).err
    written = tmp_path / f"scores/a.{suffix}"
    with open(written / "y/c/0/0" if suffix == "zarr" else written, "ab") as file:
        file.write(b"more")
    assert "2 of them before" in specc(*typed, folder=tmp_path).err
