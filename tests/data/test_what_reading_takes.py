"""What reading may take is what it takes, whatever a file holds and however it is packed."""

import sys
import tracemalloc
import zipfile
from io import BytesIO, TextIOWrapper

import numpy as np
import pytest
from scipy import sparse

from spec_compiler import data
from spec_compiler.data import archives
from spec_compiler.refusals import Refusal

COUNT = 10_000
SLACK = 300_000
"""The bytes that reading takes of any file: of buffers, and of what is loaded at the first use."""
JSON = {
    "small numbers": "[" + "0," * COUNT + "0]",
    "numbers": "[" + "300, 1e5," * COUNT + "0]",
    "long whole numbers": "[" + "1234567890123456789," * COUNT + "0]",
    "numbers of many digits": "[" + ("9" * 4000 + ",") * 50 + "0]",
    "lists of one": "[" + "[300]," * COUNT + "[0]]",
    "lists of five": "[" + "[1,2,3,4,5.5]," * COUNT + "[0,0,0,0,0]]",
    "empty lists": "[" + "[]," * COUNT + "[]]",
    "deep lists": "[" + ("[" * 20 + "300" + "]" * 20 + ",") * 1000 + "[" * 20 + "0" + "]" * 21,
    "mappings": "[" + '{"a":{"b":300}},' * COUNT + "0]",
    "arrays": "{" + ",".join(f'"{n}":[300]' for n in range(4000)) + "}",
    "texts": "[" + '"ab",' * COUNT + "0]",
    "wide texts": '["\U0001f600' + "a" * COUNT + '"]',
    "a wide sign": "[" + "300, " * COUNT + '0, "\U0001f600"]',
    "numbers beyond float64": "[" + "1e999, " * COUNT + "0]",
    "infinity": "[Infinity, " + "300.5, " * COUNT + "0]",
    "infinity in arrays": "{" + ",".join(f'"{n}":[Infinity]' for n in range(4000)) + "}",
}
CSV = {
    "a row": "300," * COUNT + "0",
    "a column": "1\n" * COUNT,
    "a column of CRLF": "12\r\n" * COUNT,
    "floats": "0.5,12,300,4\n" * COUNT,
    "a float at last": "12,300,4\n" * COUNT + "0,0,0.5",
    "long cells": "0.1234567890123456789012345678901234567890,1\n" * COUNT,
    "no numbers": "1,x\n" * COUNT,
    "blank lines": "1\n" + "\n" * COUNT,
    "quoted lines": '"1\n",' * COUNT + "1",
    "wide header": "\U0001f600" * 5000 + ",b\n" + "1,2\n" * COUNT,
    "not UTF-8": "1,2\n" * COUNT + "\udcff,1\n",
}


def peak_of(source, most):
    """What reading a source takes at most, and whether it was refused for that."""
    tracemalloc.start()
    try:
        for handle in data.read(str(source), allowance=data.Allowance(most)).values():
            handle.load()
    except Refusal as refusal:
        return tracemalloc.get_traced_memory()[1], refusal.code == "SPC0559"
    else:
        return tracemalloc.get_traced_memory()[1], False
    finally:
        tracemalloc.stop()


def held_to(source):
    """Nothing takes more than is allowed, and what is allowed much is not refused for it."""
    refused = True
    for most in [2**power for power in range(14, 29, 2)]:
        taken, refused = peak_of(source, most)
        assert taken <= most + SLACK, (most, taken)
    assert not refused


@pytest.mark.parametrize("what", JSON)
def test_json(what, tmp_path):
    (tmp_path / "x.json").write_text(JSON[what])
    held_to(tmp_path / "x.json")


@pytest.mark.parametrize("what", CSV)
def test_csv(what, tmp_path):
    content = CSV[what].encode("utf-8", "surrogateescape")
    (tmp_path / "x.csv").write_bytes(content)
    held_to(tmp_path / "x.csv")


def test_standard_input(monkeypatch):
    big_endian = BytesIO()
    np.save(big_endian, np.ones(10**5, ">f8"))
    for content in (JSON["numbers"].encode(), big_endian.getvalue()):
        for most in (2**15, 2**20, 2**25):
            monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(content)))
            taken, _ = peak_of("-", most)
            assert taken <= 1.125 * most + 2**20 + SLACK


@pytest.mark.parametrize("name", ["format.npy", "x.npy"])
def test_a_member_that_inflates_is_not_read_to_its_end(name, tmp_path):
    """The header of an array, and the name of a sparse format, are as long as a file says."""
    size = 30_000_000
    with zipfile.ZipFile(tmp_path / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        if name == "format.npy":
            matrix = BytesIO()
            sparse.save_npz(matrix, sparse.csr_matrix(np.eye(2)))
            parts = zipfile.ZipFile(matrix)
            for part in set(parts.namelist()) - {name}:
                archive.writestr(part, parts.read(part))
        archive.writestr(name, b"\x93NUMPY\2\0" + size.to_bytes(4, "little") + b" " * size)
    with pytest.raises(Refusal) as caught:
        data.read_one(str(tmp_path / "x.npz")).load()
    assert caught.value.code == "SPC0555"
    assert peak_of(tmp_path / "x.npz", 10**6)[0] < 10**6


def test_very_many_members(tmp_path):
    empty = BytesIO()
    np.save(empty, np.zeros(0))
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.npy", empty.getvalue())
    held_to(tmp_path / "x.npz")


@pytest.mark.parametrize("dtype", ["int8", "float64"])
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia"])
def test_sparse(form, dtype, tmp_path):
    matrix = sparse.diags_array(np.ones((50, 2000)), offsets=np.arange(50), shape=(2000, 2000))
    sparse.save_npz(tmp_path / "x.npz", matrix.astype(dtype).asformat(form))
    held_to(tmp_path / "x.npz")


@pytest.mark.parametrize("save", [np.save, np.savez, np.savez_compressed])
def test_what_is_copied_into_the_order_of_the_machine_counts(save, tmp_path):
    path = tmp_path / ("x.npy" if save is np.save else "x.npz")
    save(path, np.ones(10**5, ">f8"))
    held_to(path)


def test_sources_are_counted_together(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", x=np.zeros(10**5))
    allowance = data.Allowance(10**6)
    assert data.read_one(f"{tmp_path / 'x.npz'}:x", allowance=allowance).load().shape == (10**5,)
    with pytest.raises(Refusal, match="800,000 are taken") as caught:
        data.read_one(f"{tmp_path / 'x.npz'}:x", allowance=allowance)
    assert caught.value.code == "SPC0559"
    assert caught.value.help == "write it as `.npy`, which is mapped and not read at once"


def test_a_member_is_held_once(tmp_path):
    size = 8_000_000
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", bytes(size))
    allowance = data.Allowance()
    with archives.opened(tmp_path / "x.zip", allowance) as archive:
        tracemalloc.start()
        try:
            found = archives.content("x.zip", archive, archive.getinfo("x"), allowance)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert found == bytes(size)
    assert peak < 1.3 * size + 2 * 2**20  # a part in pieces, and one as it is inflated
