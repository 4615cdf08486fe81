"""`--weights FILE`: a file in place of the one that the spec names, with the spec's `map`."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

SPEC = """\
specc: 1
inputs: {x: {shape: [2]}}
layers: [{type: Dense, name: d, units: 1, use_bias: false}]
"""
TEST = """\
tests: [{name: three, inputs: {x: [[1, 2]]}, expect: {d: [[3]]}}]
"""
NAMED = f"weights: {{file: own.safetensors, sha256: {'a' * 64}}}\n"
MAPPED = """\
weights:
  file: own.safetensors
  get: make own
  map: {d.kernel: {from: w, as: transpose(w)}}
"""
RUN = ("run", "model.yaml", "-i", "x.npy")


@pytest.fixture
def folder(tmp_path):
    np.save(tmp_path / "x.npy", np.array([[1, 2]], "float32"))
    save_file({"d.kernel": np.array([[1], [1]], "float32")}, tmp_path / "one.safetensors")
    save_file({"w": np.array([[10, 1]], "float32")}, tmp_path / "foreign.safetensors")
    return tmp_path


def write(folder, text):
    (folder / "model.yaml").write_text(text)


def result(ran):
    assert ran.status == 0, ran.err
    return json.loads(ran.out)["d"]


@pytest.mark.parametrize("named", ["", NAMED])
def test_a_file_takes_the_place_of_the_specs(specc, folder, named):
    """1*1 + 2*1; what the spec says of its own file's checksum is not asked."""
    write(folder, SPEC + named)
    ran = specc(*RUN, "--weights", "one.safetensors", folder=folder)
    assert result(ran) == [[3]]
    assert "initialised" not in ran.err


def test_the_map_of_the_spec_holds_for_it(specc, folder):
    """10*1 + 1*2."""
    write(folder, SPEC + MAPPED)
    assert result(specc(*RUN, "--weights", "foreign.safetensors", folder=folder)) == [[12]]


def test_shards_and_links_are_followed(specc, folder):
    away = folder / "away"
    away.mkdir()
    (folder / "one.safetensors").rename(away / "blob")
    (folder / "part.safetensors").symlink_to("away/blob")
    (folder / "w.json").write_text('{"weight_map": {"d.kernel": "part.safetensors"}}')
    (folder / "inner").mkdir()
    (folder / "inner" / "model.yaml").write_text(SPEC)
    for name in ("../w.json", "../part.safetensors"):
        words = ("run", "model.yaml", "-i", "../x.npy", "--weights", name)
        assert result(specc(*words, folder=folder / "inner")) == [[3]]


def test_tests_run_with_it(specc, folder):
    write(folder, SPEC + TEST + MAPPED)
    skipped = specc("test", "model.yaml", folder=folder)
    assert skipped.status == 2
    ran = specc("test", "model.yaml", "--weights", "foreign.safetensors", folder=folder)
    assert (ran.status, "expected 3, got 12" in ran.out) == (1, True)
    write(folder, SPEC + TEST)
    ran = specc("test", "model.yaml", "--weights", "one.safetensors", folder=folder)
    assert (ran.status, "1 passed" in ran.out) == (0, True)


@pytest.mark.parametrize("words", [RUN, ("test", "model.yaml")])
def test_one_that_does_not_fit_is_said_at_its_name(specc, folder, words):
    write(folder, SPEC + TEST)
    ran = specc(*words, "--weights", "foreign.safetensors", folder=folder)
    assert ran.status == 1
    said = ran.out + ran.err
    assert "error[SPC0611]: the weights file has no `d.kernel` of shape [2, 1]" in said
    assert "--> foreign.safetensors" in said
    ran = specc(*words, "--weights", "on.safetensors", folder=folder)
    said = ran.out + ran.err
    assert "error[SPC0610]: the weights file `on.safetensors` does not exist" in said
    assert "did you mean `one.safetensors`?" in said


def test_what_the_map_says_wrongly_is_said_in_the_spec(specc, folder):
    write(folder, SPEC + MAPPED.replace("from: w,", "from: v,"))
    ran = specc(*RUN, "--weights", "foreign.safetensors", folder=folder)
    assert "--> model.yaml:7:" in ran.err
    assert "the weights file has no `v`, which `d.kernel` needs" in ran.err


def test_it_is_not_written_over_and_not_given_twice(specc, folder):
    write(folder, SPEC)
    (folder / "one.safetensors").rename(folder / "one.npz")
    before = (folder / "one.npz").read_bytes()
    ran = specc(*RUN, "--weights", "one.npz", "-o", "one.npz", folder=folder)
    assert ran.status != 0
    assert (folder / "one.npz").read_bytes() == before
    ran = specc(*RUN, "--weights", "one.npz", "--initial", folder=folder)
    assert (ran.status, ran.err) == (2, "error: --weights and --initial exclude each other\n")
