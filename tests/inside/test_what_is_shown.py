"""What `--show` tells of results without rows, of wrappers, and of numbers of every kind."""

import json

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.runtime.run import Run

SPEC = """\
specc: 1
inputs: {x: {shape: [5, 3]}}
layers:
  - {type: Weight, name: places, shape: [5, 3]}
  - {type: Lambda, name: sum, function: x + p, from: {x: x, p: places}}
  - {type: Bidirectional, name: both, layer: {type: LSTM, units: 2, return_sequences: true}}
  - {type: LSTM, name: memory, units: 2, return_state: true}
  - {type: Dense, name: out, units: 2, from: memory.output}
"""
MIXED = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
  - {type: Lambda, name: mean, function: "mean(x, axis=0)", from: {x: x}}
  - {type: Lambda, name: out, function: x - m, from: {x: x, m: mean}}
"""


@pytest.fixture
def spec(tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((50, 5, 3), "f"))
    return tmp_path


def test_a_result_without_rows_does_not_keep_the_others_from_slices(spec, specc, monkeypatch):
    runs = []
    slices = Run.slices
    monkeypatch.setattr(Run, "slices", lambda run, rows: runs.append(rows) or slices(run, rows))
    monkeypatch.setattr(Run, "whole", lambda run: pytest.fail("all rows are held at once"))
    ran = specc("run", "spec.yaml", "-i", "x.npy", "--show", "*", "--rows", "7", folder=spec)
    assert ran.status == 0
    assert runs == [1, 7]
    monkeypatch.undo()
    assert ran.out == specc("run", "spec.yaml", "-i", "x.npy", "--show", "*", folder=spec).out


def test_it_is_saved_once(spec, specc):
    words = "run", "spec.yaml", "-i", "x.npy", "--save-all", "all", "--rows", "7"
    assert specc(*words, folder=spec).status == 0
    index = {
        entry["name"]: np.load(spec / "all" / entry["file"])
        for entry in json.loads((spec / "all" / "index.json").read_text())["results"]
    }
    model = sc.compile_text(SPEC)
    np.testing.assert_array_equal(index["places"], model.weights["places.value"])
    assert index["sum"].shape == (50, 5, 3)
    np.testing.assert_allclose(index["sum"], np.load(spec / "x.npy") + index["places"], rtol=1e-6)


def test_a_result_without_rows_that_all_rows_make_is_of_all_of_them(tmp_path, specc):
    (tmp_path / "spec.yaml").write_text(MIXED)
    x = np.random.default_rng(0).random((50, 4), "f")
    np.save(tmp_path / "x.npy", x)
    words = "run", "spec.yaml", "-i", "x.npy", "--show", "mean,out", "--rows", "7"
    ran = specc(*words, folder=tmp_path)
    assert ran.out.splitlines()[0] == "mean (Lambda) float32[4]"
    numbers = x.mean(axis=0)
    assert f"min {numbers.min():.4g}  mean {numbers.mean():.4g}" in ran.out


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sum.x", "`sum` (Lambda) gives `sum`; nothing inside of it has a name"),
        (
            "memory.state",
            "`memory` (LSTM) gives `memory.output`, `memory.state_h`, `memory.state_c`, and inside "
            "of it are `memory.cell.state_h`, `memory.cell.state_c`; did you mean `memory.state_h`",
        ),
        ("both.forward", "did you mean `both.forward_layer`?"),
        ("out.kernel", "`out.kernel` is a weight, and no result of a layer"),
        ("sum.mask", "`sum` has no mask"),
        ("*.mask", "`*.mask` means no result of a layer that has a mask"),
        ("enc.*", "`enc.*` means no result of a layer"),
        ("x.y", "`x` (input) gives `x`"),
    ],
)
def test_what_is_no_result_is_told_from_what_is(spec, specc, name, said):
    ran = specc("run", "spec.yaml", "-i", "x.npy", "--show", name, folder=spec)
    assert ran.status == 2
    assert ran.err.splitlines()[-1].startswith("error: --show: ")
    assert said in ran.err


def test_states_are_shown_each_by_its_name(spec, specc):
    ran = specc("run", "spec.yaml", "-i", "x.npy", "--show", "memory.state_c", folder=spec)
    assert ran.out.splitlines()[0] == "memory.state_c (LSTM) float32[50, 2]"
    ran = specc("run", "spec.yaml", "-i", "x.npy", "--show", "memory", folder=spec)
    heads = [line for line in ran.out.splitlines() if not line.startswith(" ")]
    assert [head.split()[0] for head in heads] == [
        "memory.output",
        "memory.state_h",
        "memory.state_c",
    ]


KINDS = """\
specc: 1
inputs: {x: {shape: [2]}, of: {shape: [2], dtype: bool}, one: {shape: [], dtype: int64}}
layers:
  - {type: Lambda, name: logs, function: log(x), from: {x: x}}
  - {type: Lambda, name: odd, function: "one % 2 == 1", from: {one: one}}
  - {type: Lambda, name: low, function: "cast(x, 'bfloat16')", from: {x: x}}
outputs: {logs: null, odd: null, low: null}
"""


def test_numbers_of_every_kind_are_told(tmp_path, specc):
    (tmp_path / "spec.yaml").write_text(KINDS)
    x = np.array([[1, 0], [-1, 4]], "f")
    np.savez(tmp_path / "d.npz", x=x, of=x > 0, one=np.array([3, 2**40]))
    ran = specc("run", "spec.yaml", "-i", "d.npz", "--show", "logs,of,one,odd,low", folder=tmp_path)
    assert ran.status == 0
    lines = ran.out.splitlines()
    # log 1 = 0, log 0 = -inf, log -1 is none
    assert lines[0] == "logs (Lambda) float32[2, 2]"
    assert lines[1].endswith("zeros 25 %  NaN 1  inf 1")
    assert [line.split() for line in lines[2:4]] == [["0", "-inf"], ["nan", "1.386"]]
    assert lines[4] == "of (input) bool[2, 2]"
    assert lines[6].split() == ["True", "False"]
    assert lines[8] == "one (input) int64[2]"
    assert lines[10].split() == ["3", f"{2**40}"]
    assert lines[11] == "odd (Lambda) bool[2]"
    assert lines[14] == "low (Lambda) bfloat16[2, 2]"


def test_nan_on_both_sides_is_the_same(tmp_path, specc):
    one = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers:\n"
    one += "  - {type: Lambda, name: logs, function: log(x)}\n"
    (tmp_path / "a.yaml").write_text(one + "  - {type: Dense, name: d, units: 2}\n")
    (tmp_path / "b.yaml").write_text(
        one + "  - {type: Dense, name: d, units: 2, activation: tanh}\n"
    )
    np.save(tmp_path / "x.npy", np.array([[1, -1], [2, 0], [3, 4]], "f"))
    words = "trace", "a.yaml", "a.yaml", "--input", "x.npy"
    assert specc(*words, folder=tmp_path).status == 0
    ran = specc("trace", "a.yaml", "b.yaml", "--input", "x.npy", folder=tmp_path)
    assert ran.status == 1
    assert "2 results compared, 1 the same before:" in ran.out
    assert "  d (Dense)" in ran.out
