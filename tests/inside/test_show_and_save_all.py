"""`specc run --show` tells of results, and `--save-all` writes them."""

from __future__ import annotations

import json

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.data.handle import Allowance
from spec_compiler.data.saved import saved
from spec_compiler.runtime.statistics import Statistics
from spec_compiler.source.recognized import is_spec

SPEC = """\
specc: 1
inputs: {words: {shape: [null], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - {type: Embedding, name: embed, input_dim: 10, output_dim: 4, mask_zero: true}
  - {type: LSTM, name: memory, units: 3}
"""


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)
    rng = np.random.default_rng(0)
    np.save(tmp_path / "words.npy", rng.integers(0, 10, (50, 5)).astype("int32"))
    return tmp_path


@pytest.mark.parametrize("parts", [[50], [7, 43], [1] * 50])
def test_statistics_of_parts_are_those_of_the_whole(parts):
    rng = np.random.default_rng(1)
    array, mask = rng.normal(5, 2, (50, 3, 4)).astype("f"), rng.random((50, 3)) < 0.5
    array[3, 1], array[4, 0, 0], array[5, 0, 0] = np.nan, np.inf, 0
    mask[3:6] = True
    of, first = Statistics(), 0
    for rows in parts:
        of.add(array[first : first + rows], mask[first : first + rows])
        first += rows
    real = array[mask].astype("float64")
    finite = real[np.isfinite(real)]
    assert (of.total, of.count) == (600, real.size)
    assert (of.nan, of.inf, of.zeros) == (4, 1, 1)
    told = of.least, of.most, of.mean, of.std
    np.testing.assert_allclose(told, [finite.min(), finite.max(), finite.mean(), finite.std()])
    np.testing.assert_array_equal(of.corner, array[0])


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.array(2.0), np.array([True, False])])
def test_arrays_of_every_rank_have_statistics(array):
    of = Statistics()
    of.add(array)
    assert of.count == array.size
    assert len(of.corner_lines()) == (1 if array.size else 0)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_least_and_the_greatest_are_numbers_that_were_there(sign):
    of = Statistics()
    of.add(sign * np.array([[0.25, 0.5], [0.75, 0.5]]))
    assert (of.least, of.most) == ((0.25, 0.75) if sign > 0 else (-0.75, -0.25))
    nothing = Statistics()
    nothing.add(np.empty((0, 3)))
    assert np.isnan([nothing.least, nothing.most, nothing.mean, nothing.std]).all()


def test_only_real_steps_are_told(spec, specc):
    ran = specc("run", spec / "spec.yaml", "-i", f"words={spec / 'words.npy'}", "--show", "embed")
    words = np.load(spec / "words.npy")
    assert ran.status == 0
    head, figures, *corner = ran.out.splitlines()
    real = 4 * (words > 0).sum()
    assert head == f"embed (Embedding) float32[50, 5, 4], {real} of 1,000 numbers real"
    table = sc.compile_text(SPEC).weights["embed.embeddings"]
    numbers = table[words[words > 0]]
    assert f"min {numbers.min():.4g}  mean {numbers.mean():.4g}" in figures
    assert "NaN 0  inf 0" in figures
    assert len(corner) == 3


def test_slices_tell_the_same(spec, specc):
    words = "run", spec / "spec.yaml", "-i", spec / "words.npy", "--show", "embed,memory,*.mask"
    assert specc(*words).out == specc(*words, "--rows", "7").out


@pytest.mark.parametrize("named", ["", ",", ",,"])
def test_no_name_is_wrong_usage(spec, specc, named):
    ran = specc("run", spec / "spec.yaml", "--random", "", "--show", named)
    assert ran.status == 2
    assert "name a layer" in ran.err


def test_a_wrong_name_is_wrong_usage(spec, specc):
    ran = specc("run", spec / "spec.yaml", "--random", "", "--show", "memry")
    assert ran.status == 2
    assert "did you mean `memory`?" in ran.err


def test_results_go_to_output_beside_it(spec, specc):
    words = "run", spec / "spec.yaml", "-i", spec / "words.npy", "--show", "embed"
    ran = specc(*words, "-o", spec / "out.npy")
    assert ran.status == 0
    assert "embed (Embedding)" in ran.out
    np.testing.assert_array_equal(
        np.load(spec / "out.npy"), sc.compile_text(SPEC)(np.load(spec / "words.npy"))
    )


@pytest.mark.parametrize("rows", [[], ["--rows", "7"]])
def test_every_result_is_saved_and_read_back(spec, specc, rows):
    folder = spec / "all"
    words = "run", spec / "spec.yaml", "-i", spec / "words.npy", "--save-all", folder, *rows
    assert specc(*words).status == 0
    assert specc(*words).status == 0, "what was made so is replaced"
    assert not is_spec(folder / "index.json"), "what looks for specs passes over it"
    index = json.loads((folder / "index.json").read_text())["results"]
    names = [entry["name"] for entry in index if not entry["name"].endswith(".mask")]
    assert names == ["words", "embed", "memory.cell.state_h", "memory.cell.state_c", "memory"]
    assert index[2]["mask_of"] == "embed"
    model = sc.compile_text(SPEC)
    inside = model.run(
        np.load(spec / "words.npy"), outputs=["*", "memory.*", "*.mask", "memory.*.mask"]
    )
    for entry in index:
        array = np.load(folder / entry["file"])
        assert (array.dtype.name, [*array.shape]) == (entry["dtype"], entry["shape"])
        np.testing.assert_allclose(array, inside[entry["name"]], rtol=1e-6, atol=1e-7)
    assert {*saved(folder, Allowance())} == {*inside}


def test_another_folder_is_not_replaced(spec, specc):
    (spec / "mine").mkdir()
    (spec / "mine" / "letter.txt").write_text("dear")
    words = "run", spec / "spec.yaml", "-i", spec / "words.npy", "--save-all", spec / "mine"
    assert specc(*words).status == 1
    assert (spec / "mine" / "letter.txt").read_text() == "dear"


def test_an_index_leads_nowhere_else(spec):
    (spec / "all").mkdir()
    entry = {"name": "words", "file": "../words.npy"}
    index = {"kind": "results of specc", "results": [entry]}
    (spec / "all" / "index.json").write_text(json.dumps(index))
    with pytest.raises(Exception, match="leaves the folder"):
        saved(spec / "all", Allowance())
