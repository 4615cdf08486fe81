"""What is written reads back the same, whole or not at all."""

import io
import json
import os
import sys
import tracemalloc

import numpy as np
import pytest

from spec_compiler import data
from spec_compiler.data.handle import KNOWN
from spec_compiler.refusals import Refusal


def sample(dtype, shape):
    return np.random.default_rng(0).normal(0, 50, shape).astype(dtype)


@pytest.mark.parametrize("dtype", sorted(KNOWN))
@pytest.mark.parametrize("shape", [(), (0, 3), (5,), (2, 3, 4)])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_numpy_reads_what_is_written(dtype, shape, tmp_path):
    array = sample(dtype, shape)
    data.write(tmp_path / "y.npy", {"y": array})
    data.write(tmp_path / "y.npz", {"y": array, "z": array})
    with np.load(tmp_path / "y.npz") as archive:
        assert archive.files == ["y", "z"]
        for got in (np.load(tmp_path / "y.npy"), archive["y"], archive["z"]):
            assert got.dtype == dtype
            assert got.shape == shape
            np.testing.assert_array_equal(got, array)


@pytest.mark.parametrize("dtype", sorted(KNOWN - {"uint64"}))
@pytest.mark.parametrize("name", ["y.json", "y.csv"])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_texts_keep_every_value(dtype, name, tmp_path):
    array = sample(dtype, (20, 3))
    data.write(tmp_path / name, {"y": array})
    np.testing.assert_array_equal(data.read_one(str(tmp_path / name)).load().astype(dtype), array)


def test_numbers_are_written_with_no_more_digits_than_needed(tmp_path):
    array = np.array([[0.1, 1e-8], [np.nan, -np.inf]], np.float32)
    data.write(tmp_path / "y.json", {"y": array})
    data.write(tmp_path / "y.csv", {"y": array})
    assert (tmp_path / "y.json").read_text() == '{"y": [[0.1, 1e-08], [NaN, -Infinity]]}\n'
    assert (tmp_path / "y.csv").read_text() == "0.1,1e-08\nnan,-inf\n"


@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (2, 0), (1, 2, 1)])
def test_json_keeps_shapes(shape, tmp_path):
    data.write(tmp_path / "y.json", {"y": np.zeros(shape), "z": np.ones(2, bool)})
    written = json.loads((tmp_path / "y.json").read_text())
    assert written == {"y": np.zeros(shape).tolist(), "z": [True, True]}


def test_standard_output_is_json(monkeypatch):
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    data.write("-", {'a"b': np.arange(2)})
    assert json.loads(out.buffer.getvalue()) == {'a"b': [0, 1]}


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv", ".json"])
def test_batches_give_the_file_of_the_whole(suffix, tmp_path):
    array = sample("float32", (10, 3))
    data.write(tmp_path / f"whole{suffix}", {"y": array})
    with data.writer(tmp_path / f"parts{suffix}", {"y": (array.dtype, array.shape)}) as out:
        for start in range(0, 10, 4):
            out.append({"y": array[start : start + 4]})
        assert not (tmp_path / f"parts{suffix}").exists()
    whole, parts = (tmp_path / f"{name}{suffix}" for name in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_memory_stays_that_of_a_batch(suffix, tmp_path):
    batch = np.zeros((1000, 125))
    tracemalloc.start()
    try:
        with data.writer(tmp_path / f"y{suffix}", {"y": (batch.dtype, (20_000, 125))}) as out:
            for _ in range(20):
                out.append({"y": batch})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / f"y{suffix}").stat().st_size > 20 * batch.nbytes
    assert peak < 3 * batch.nbytes


@pytest.mark.parametrize("suffix", [".npy", ".npz", ".csv", ".json"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt, None])
def test_a_stream_that_stops_leaves_the_old_file_and_nothing_else(suffix, failure, tmp_path):
    target = tmp_path / f"y{suffix}"
    target.write_text("old")

    def write():
        with data.writer(target, {"y": (np.dtype("f4"), (4, 2))}) as out:
            out.append({"y": np.zeros((1, 2), np.float32)})
            if failure:
                raise failure

    with pytest.raises(failure or ValueError, match=None if failure else "1 of 4"):
        write()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == [target.name]


@pytest.mark.parametrize(
    "batch", [np.zeros((1, 2)), np.zeros((1, 3), np.float32), np.zeros(2, np.float32)]
)
def test_a_batch_must_be_what_was_announced(batch, tmp_path):
    with (
        pytest.raises(ValueError, match="y is float32"),
        data.writer(tmp_path / "y.npy", {"y": (np.dtype("f4"), (1, 2))}) as out,
    ):
        out.append({"y": batch})


@pytest.mark.parametrize(
    ("name", "arrays", "code"),
    [
        ("y.npy", {"a": np.ones(1), "b": np.ones(1)}, "SPC0565"),
        ("y.csv", {"a": np.ones(1), "b": np.ones(1)}, "SPC0565"),
        ("y.csv", {"a": np.ones((1, 1, 1))}, "SPC0565"),
        ("y.npzz", {"a": np.ones(1)}, "SPC0564"),
        ("y", {"a": np.ones(1)}, "SPC0564"),
    ],
)
def test_formats_refuse_what_they_cannot_hold(name, arrays, code, tmp_path):
    with pytest.raises(Refusal) as caught:
        data.write(tmp_path / name, arrays)
    assert caught.value.code == code
    assert ".npz" in caught.value.help
    assert os.listdir(tmp_path) == []


def test_an_input_is_not_overwritten(tmp_path):
    np.save(tmp_path / "x.npy", np.ones(2))
    with pytest.raises(Refusal) as caught:
        data.write(tmp_path / "x.npy", {"y": np.zeros(2)}, inputs=[tmp_path / "x.npy"])
    assert caught.value.code == "SPC0553"
    assert np.load(tmp_path / "x.npy").tolist() == [1, 1]


def test_archives_have_the_same_bytes_each_time(tmp_path):
    for name in ("a.npz", "b.npz"):
        data.write(tmp_path / name, {"y": np.arange(3)})
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
