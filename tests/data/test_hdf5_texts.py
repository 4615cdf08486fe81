"""Lists of texts in HDF5 files: read as far as memory goes, whatever else the file holds."""

import h5py
import numpy as np
import pytest

from spec_compiler.data import Allowance, hdf5

NAMES = [f"layer_{number}/kernel:0" for number in range(500)]


@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_list_is_read_in_a_large_file(tmp_path, libver):
    """500 texts of at most what the file has would be 2 GB."""
    with h5py.File(tmp_path / "x.h5", "w", libver=libver) as file:
        file["x"] = np.zeros(10**6, "f")
        file.attrs["names"] = NAMES
        file.attrs["text"] = "x" * 10_000
    group = hdf5.read(str(tmp_path / "x.h5"), "x.h5", Allowance(10**8))
    assert group.texts("names") == NAMES


def test_texts_that_could_be_longer_than_memory_are_not_read(tmp_path):
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.attrs["names"] = ["x" * 1_000_000, "y"]
    assert hdf5.read(str(tmp_path / "x.h5"), "x.h5", Allowance(10**6)).texts("names") is None
    found = hdf5.read(str(tmp_path / "x.h5"), "x.h5", Allowance(10**7)).texts("names")
    assert found is not None
    assert found[1] == "y"
