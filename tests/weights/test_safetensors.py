"""Weights files are read exactly as the safetensors package writes them, and trusted in nothing."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from spec_compiler.codes.weights import DENSE_WEIGHTS, WEIGHTS
from spec_compiler.refusals import Refusal
from spec_compiler.weights.safetensors import DTYPES, HEADER_LIMIT, ITEMSIZE, read_header
from spec_compiler.weights.tensors import open_tensors, write_tensors

NUMPY_DTYPES = sorted(set(DTYPES.values()) - {"bfloat16"})
HEADER_CODES = [
    code for code in WEIGHTS if code.varies == "dense.safetensors" and code.code < "SPC0610"
]


def arrays():
    rng = np.random.default_rng(0)
    each = {f"layer.{d}": rng.integers(0, 2, (3, 5)).astype(d) for d in NUMPY_DTYPES}
    return each | {"scalar": np.array(2.5), "empty": np.zeros((0, 4), np.float32)}


def assert_same(got, expected):
    assert set(got) == set(expected)
    for name, array in expected.items():
        assert got[name].dtype == array.dtype
        assert got[name].shape == array.shape
        np.testing.assert_array_equal(got[name], array)


def raw(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def refused(path, content, code):
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        read_header(path)
    assert caught.value.code == code, caught.value.message
    return caught.value


def test_reads_what_the_package_writes(tmp_path):
    save_file(arrays(), tmp_path / "w.safetensors", {"made": "by the package"})
    assert_same(open_tensors(tmp_path / "w.safetensors"), arrays())


def test_the_package_reads_what_is_written(tmp_path):
    write_tensors(tmp_path / "w.safetensors", arrays(), {"seed": "7"})
    assert_same(load_file(tmp_path / "w.safetensors"), arrays())
    with safe_open(tmp_path / "w.safetensors", "np") as file:
        assert file.metadata() == {"seed": "7"}


def test_writing_keeps_values_of_any_memory_layout(tmp_path):
    base = np.arange(12, dtype=np.float32).reshape(3, 4)
    laid_out = {"t": base.T, "step": base[:, ::2], "big": base.astype(">f4")}
    write_tensors(tmp_path / "w.safetensors", laid_out)
    got = load_file(tmp_path / "w.safetensors")
    for name, array in laid_out.items():
        np.testing.assert_array_equal(got[name], array)


def test_same_arrays_give_the_same_bytes_in_any_order_and_aligned(tmp_path):
    write_tensors(tmp_path / "a", arrays())
    write_tensors(tmp_path / "b", dict(reversed(arrays().items())))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    for entry in read_header(tmp_path / "a").values():
        assert entry.begin % ITEMSIZE[entry.dtype] == 0


def test_bfloat16_is_read_as_the_same_values_in_float32(tmp_path):
    # The upper half of a float32 is its bfloat16: 1.5 is 3FC0, -inf is FF80.
    header = {"w": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}
    (tmp_path / "w").write_bytes(raw(header, bytes.fromhex("C03F80FF")))
    array = open_tensors(tmp_path / "w")["w"]
    assert array.dtype == np.float32
    assert array.tolist() == [1.5, -np.inf]


def test_arrays_are_views_that_cannot_be_written(tmp_path):
    write_tensors(tmp_path / "w", {"w": np.ones(3, np.float32), "b": np.ones(3, bool)})
    tensors = open_tensors(tmp_path / "w")
    assert not tensors["w"].flags.owndata
    for name in tensors:
        with pytest.raises(ValueError, match="read-only"):
            tensors[name][0] = 0


@pytest.mark.parametrize("code", HEADER_CODES, ids=lambda code: code.code)
def test_each_header_code_is_raised_by_its_wrong_example_only(code, tmp_path):
    refused(tmp_path / "w", code.wrong.encode(), code.code)
    (tmp_path / "w").write_bytes(code.right.encode())
    assert list(read_header(tmp_path / "w")) == ["dense.kernel"]
    assert load_file(tmp_path / "w").keys() == {"dense.kernel"}


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [2**63], "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [2**62] * 300, "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [float("nan")], "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1] * 33, "data_offsets": [0, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [False, 4]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0, 4.0]}, "SPC0603"),
        (None, "SPC0603"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0]}, "SPC0603"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0, 4], "x": 1}, "SPC0603"),
        ({"dtype": ["F32"], "shape": [1], "data_offsets": [0, 4]}, "SPC0605"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}, "SPC0606"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}, "SPC0606"),
        # 2^32 times 2^32 elements are 0 in NumPy's integers.
        ({"dtype": "F32", "shape": [2**32, 2**32], "data_offsets": [0, 0]}, "SPC0607"),
        ({"dtype": "U8", "shape": [2], "data_offsets": [2, 4]}, "SPC0609"),
        ([], "SPC0603"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(entry, code, tmp_path):
    assert "`w`" in refused(tmp_path / "x", raw({"w": entry}, b"\0" * 4), code).message or (
        code == "SPC0609"
    )


@pytest.mark.parametrize(
    ("offsets", "code"),
    [
        ([(0, 4), (2, 6)], "SPC0608"),
        ([(0, 8), (2, 6)], "SPC0608"),
        ([(0, 8), (4, 4)], "SPC0608"),  # no byte is shared, yet it lies inside another
        ([(0, 4), (6, 8)], "SPC0609"),
        ([(0, 4), (4, 7)], "SPC0609"),
    ],
)
def test_tensors_cover_the_data_without_a_gap_or_an_overlap(offsets, code, tmp_path):
    header = {
        f"t{i}": {"dtype": "U8", "shape": [end - begin], "data_offsets": [begin, end]}
        for i, (begin, end) in enumerate(offsets)
    }
    refused(tmp_path / "x", raw(header, b"\0" * 8), code)


def test_a_field_that_stands_twice_is_refused(tmp_path):
    text = b'{"w":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}'
    refused(tmp_path / "x", raw(text, b"\0"), "SPC0604")


@pytest.mark.parametrize(
    "content",
    [
        raw(b'{"w": 1'),
        raw(b'{"w": "\xff"}'),
        raw(b"{}trailing"),
        raw(b'{"a":' * 100_000),
        raw(b'{"w":' + b"9" * 5000 + b"}"),
        raw({"__metadata__": {"a": 1}}),
        raw({"__metadata__": []}),
        (2**63).to_bytes(8, "little") + b"{}",
        (HEADER_LIMIT + 1).to_bytes(8, "little") + b"{" + b" " * (HEADER_LIMIT + 1),
    ],
    ids=["cut", "utf8", "trailing", "deep", "digits", "metadata", "metadata list", "huge", "long"],
)
def test_a_broken_header_is_refused(content, tmp_path):
    refused(tmp_path / "x", content, "SPC0603")


@pytest.mark.parametrize("size", range(9))
def test_a_file_shorter_than_a_header_is_refused(size, tmp_path):
    refused(tmp_path / "x", b"\0" * size, "SPC0601")


@pytest.mark.parametrize("name", ["w.pt", "w.BIN", "w.pkl", "w.h5", "w.keras"])
def test_pickled_formats_are_refused_by_name(name, tmp_path):
    refused(tmp_path / name, DENSE_WEIGHTS.encode(), "SPC0602")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x80\x04\x95", b"\x89HDF\r\n\x1a\n"])
def test_pickled_formats_are_refused_by_content(start, tmp_path):
    refused(tmp_path / "w.safetensors", start + b"\0" * 20, "SPC0602")


def test_a_header_whose_length_looks_like_a_pickle_is_read(tmp_path):
    header = json.dumps({"__metadata__": {}}).encode().ljust(0x0480)
    (tmp_path / "w").write_bytes(raw(header))
    assert read_header(tmp_path / "w") == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_refused_or_read_within_its_bounds(tmp_path, at, junk):
    write_tensors(tmp_path / "w", {"a": np.ones((2, 3), np.float32), "b": np.ones(3, np.int8)})
    content = bytearray((tmp_path / "w").read_bytes())
    content[at : at + len(junk)] = junk
    (tmp_path / "w").write_bytes(content)
    try:
        tensors = open_tensors(tmp_path / "w")
    except Refusal:
        return
    for name in tensors:
        assert tensors[name].shape == tensors.entries[name].shape


def test_a_dtype_that_the_format_lacks_is_a_bug_of_the_caller(tmp_path):
    with pytest.raises(ValueError, match="complex128"):
        write_tensors(tmp_path / "w", {"w": np.zeros(1, complex)})
    assert list(tmp_path.iterdir()) == []


def test_reading_a_header_does_not_import_numpy():
    script = "import sys, spec_compiler.weights.safetensors; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
