"""Sparse matrices of scipy are read through scipy, which may be missing."""

import builtins
import sys

import numpy as np
import pytest
from scipy import sparse

from spec_compiler import data
from spec_compiler.refusals import Refusal


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("form", ["csr", "csc", "bsr", "coo", "dia"])
def test_every_format_becomes_csr(form, compressed, tmp_path):
    dense = np.array([[0, 1, 0, 0], [0, 0, 2, 0]], np.float32)
    sparse.save_npz(tmp_path / "x.npz", sparse.coo_matrix(dense).asformat(form), compressed)
    handle = data.read_one(str(tmp_path / "x.npz"), name="bag")
    assert (handle.name, handle.dtype, handle.shape) == ("bag", "float32", (2, 4))
    assert handle.sparse
    assert handle.load().format == "csr"
    np.testing.assert_array_equal(handle.load().toarray(), dense)


def parts(**changes):
    usual = {
        "format": np.array(b"csr"),
        "shape": np.array([2, 3]),
        "data": np.ones(2),
        "indices": np.array([0, 2], np.int32),
        "indptr": np.array([0, 1, 2], np.int32),
    }
    return usual | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"indices": np.array([0, 3], np.int32)}, "SPC0555"),
        ({"indices": np.array([0, -1], np.int32)}, "SPC0555"),
        ({"format": np.array(b"csc"), "indices": np.array([0, 9], np.int32)}, "SPC0555"),
        ({"indptr": np.array([0, 5, 2], np.int32)}, "SPC0555"),
        ({"format": np.array(b"xyz")}, "SPC0555"),
        ({"shape": np.array([2, -3])}, "SPC0555"),
        ({"shape": np.array(2)}, "SPC0555"),
        ({"data": np.array(["a", "b"])}, "SPC0561"),
        ({"data": np.array([{}, {}], object)}, "SPC0560"),
        ({"shape": np.array([2**40, 3])}, "SPC0559"),
        ({"data": np.ones(10**6)}, "SPC0559"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes, code, tmp_path):
    np.savez_compressed(tmp_path / "x.npz", **parts(**changes))
    with pytest.raises(Refusal) as caught:
        data.read_one(str(tmp_path / "x.npz"), allowance=data.Allowance(10**6)).load()
    assert caught.value.code == code


def test_without_scipy_the_error_says_what_to_install(tmp_path, monkeypatch):
    np.savez(tmp_path / "x.npz", **parts())
    usual = builtins.__import__

    def without(name, *arguments, **options):
        if name.startswith("scipy"):
            raise ImportError(name)
        return usual(name, *arguments, **options)

    monkeypatch.setitem(sys.modules, "scipy", None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refusal) as caught:
        data.read(str(tmp_path / "x.npz"))
    assert caught.value.code == "SPC0563"
    assert "spec-compiler[sparse]" in caught.value.help
