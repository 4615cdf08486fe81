"""`--max-memory` in each command that allocates, and what reading data may take."""

import json

import numpy as np
import pytest

from spec_compiler.cli.typed import bytes_of

SPEC = """\
specc: 1
inputs: {x: {shape: [1000]}}
layers: [{type: Dense, name: y, units: 100}]
tests:
  - {name: t, dims: {batch: 2}, expect: {y: {finite: true}}}
"""
RUNS = [
    ["run", "model.yaml", "--random", "batch=2"],
    ["init", "model.yaml", "-o", "model.safetensors"],
    ["test", "model.yaml"],
]
IMPORT = ["import", "model.json", "-o", "imported.yaml", "--weights", "weights.npz"]
KERAS = {
    "class_name": "Sequential",
    "config": {
        "name": "s",
        "layers": [
            {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 1000]}},
            {
                "class_name": "Dense",
                "config": {"name": "dense", "units": 1000, "use_bias": False},
            },
        ],
    },
}


@pytest.mark.parametrize("words", RUNS)
def test_what_needs_more_is_refused_and_more_can_be_allowed(words, specc, tmp_path):
    """100,100 weights of 4 bytes, drawn in float64."""
    (tmp_path / "model.yaml").write_text(SPEC)
    refused = specc(*words, "--max-memory", "100K", folder=tmp_path)
    assert refused.status == 1
    assert "SPC0523" in refused.out + refused.err
    assert specc(*words, "--max-memory", "100M", folder=tmp_path).status == 0


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("7", 7),
        ("7B", 7),
        ("3K", 3 * 1024),
        ("3KiB", 3 * 1024),
        ("3kb", 3000),
        ("200MB", 200 * 10**6),
        ("200 MiB", 200 * 2**20),
        ("200m", 200 * 2**20),
        ("4GB", 4 * 10**9),
        ("4GiB", 4 * 2**30),
        ("1TB", 10**12),
    ],
)
def test_units_of_two_and_of_ten_are_told_apart(written, amount):
    assert bytes_of(written) == amount


@pytest.mark.parametrize("words", [*RUNS, IMPORT])
@pytest.mark.parametrize("amount", ["4X", "4iB", "4KK", "", "M", "-1", "9" * 5000, "٣"])
def test_an_amount_is_a_number_with_a_unit(amount, words, specc, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    ran = specc(*words, f"--max-memory={amount}", folder=tmp_path)
    assert (ran.status, f"--max-memory {amount}: write 500M or 4G" in ran.err) == (2, True)


def test_weights_to_import_are_measured_before_they_are_read(specc, tmp_path):
    (tmp_path / "model.json").write_text(json.dumps(KERAS))
    np.savez_compressed(tmp_path / "weights.npz", **{"dense/kernel": np.zeros((1000, 1000))})
    refused = specc(*IMPORT, "--max-memory", "1M", folder=tmp_path)
    assert (refused.status, "needs 8,000,000 bytes" in refused.err) == (1, True), refused.err
    assert specc(*IMPORT, "--max-memory", "10M", folder=tmp_path).status == 0


def test_expected_files_are_measured_before_they_are_read(specc, tmp_path):
    """5,000,000 zeros in 5 KB, beside a model that needs far less."""
    test = "  - {name: t, dims: {batch: 2}, expect: {y: {file: y.npz}}}\n"
    (tmp_path / "model.yaml").write_text(SPEC[: SPEC.index("  - {")] + test)
    np.savez_compressed(tmp_path / "y.npz", y=np.zeros(5_000_000))
    for words in (("test",), ("test", "--update")):
        refused = specc(*words, "model.yaml", "--max-memory", "10M", folder=tmp_path)
        assert (refused.status, "SPC0559" in refused.out) == (1, True), refused.out


@pytest.mark.parametrize("name", ["x.csv", "x.json", "x.npz"])
def test_data_is_measured_before_it_is_read(name, specc, tmp_path):
    """5,000 rows of 50 numbers are 1 MB in float32; the model itself needs far less."""
    small = "specc: 1\ninputs: {x: {shape: [50]}}\nlayers: [{type: Dense, units: 1}]\n"
    (tmp_path / "model.yaml").write_text(small)
    path, data = tmp_path / name, np.ones((5000, 50), np.float32)
    if name == "x.csv":
        np.savetxt(path, data, "%.1f", delimiter=",")
    elif name == "x.json":
        path.write_text(str(data.tolist()))
    else:
        np.savez_compressed(path, x=data)
    words = ("run", "model.yaml", "--input", name, "--output", "y.npy")
    refused = specc(*words, "--max-memory", "900K", folder=tmp_path)
    assert (refused.status, "[SPC0559]" in refused.err) == (1, True), refused.err
    assert "write it as `.npy`, which is mapped" in refused.err
    assert "or allow more with `--max-memory`" in " ".join(refused.err.split())
    allowed = specc(*words, "--max-memory", "100M", folder=tmp_path)
    assert (allowed.status, np.load(tmp_path / "y.npy").shape) == (0, (5000, 1)), allowed.err
