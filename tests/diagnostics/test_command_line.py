"""Wrong words on the command line, and files that are not there: what was meant is said."""

import numpy as np
import pytest

SPEC = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, name: y, units: 3}]\n"
WEIGHTS = (
    "No such option: --weights; weights are named in the spec: `weights: {file: model.safetensors}`"
    ", or given to `specc run` and `specc test`"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "other.yaml").write_text(f"{SPEC}weights: {{file: modl.safetensors}}\n")
    (tmp_path / "model.safetensors").write_bytes(b"")
    ones = np.ones((1, 2), np.float32)
    np.savez(tmp_path / "data.npz", X_train=ones, y_train=ones)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("valdate model.yaml", 2, "there is no command `valdate`; did you mean `validate`?"),
        ("check model.yaml", 2, "there is no command `check`; did you mean `validate`?"),
        ("predict model.yaml", 2, "there is no command `predict`; did you mean `run`?"),
        (
            "help",
            2,
            "there is no command `help`; write `specc --help`, or `specc validate --help`",
        ),
        ("model.yaml", 2, "a command stands before a file: `specc validate model.yaml`"),
        (
            "run model.yaml --random",
            2,
            "Option '--random' requires an argument; write `--random batch=2`",
        ),
        ("--hlep", 2, "No such option: --hlep; did you mean `--help`?"),
        ("--zzz", 2, "No such option: --zzz; `specc --help` shows what there is"),
        ("validate --fmt json model.yaml", 2, "No such option: --fmt; did you mean `--format`?"),
        ("validate", 2, "SPEC… is missing; `specc validate --help` shows what there is"),
        ("init model.yaml", 2, "--output FILE is missing; `specc init --help` shows what there is"),
        (
            "validate --fail-on=warning model.yaml",
            2,
            "No such option: --fail-on; did you mean `--deny-warnings`?",
        ),
        ("test --filter one model.yaml", 2, "No such option: --filter; did you mean `-k`?"),
        (
            "run model.yaml --random batch=2 n=5",
            2,
            "Got unexpected extra argument(s) (n=5); sizes are joined by commas: "
            "`--random batch=2,n=5`",
        ),
        (
            "validate --format sarif:o/x.sarif model.yaml",
            3,
            "o/x.sarif: No such file or directory; there is no folder `o`",
        ),
        (
            "run model.yaml data.npz",
            2,
            "Got unexpected extra argument(s) (data.npz); `specc run --help` shows what there is",
        ),
        ("run model.yaml --inputs x=a.npy", 2, "No such option: --inputs; did you mean `--input`?"),
        ("run model.yaml --data x=a.npy", 2, "No such option: --data; did you mean `--input`?"),
        ("validate model.yaml --weights a.h5", 2, WEIGHTS),
        (
            "validate --format jsn model.yaml",
            2,
            "--format jsn: there is no `jsn`; did you mean `json`?",
        ),
        (
            "validate model.yml",
            3,
            "model.yml: No such file or directory; did you mean `model.yaml`?",
        ),
        (
            "run model.yaml --input x=dta.npz:X_train",
            3,
            "dta.npz: No such file or directory; did you mean `data.npz`?",
        ),
    ],
)
def test_what_was_meant_is_said(specc, folder, words, status, said):
    ran = specc(*words.split(), folder=folder)
    assert (ran.status, ran.err.splitlines()[-1]) == (status, f"error: {said}")


def test_a_key_names_an_array_of_a_file(specc, folder):
    ran = specc("run", "model.yaml", "--input", "x=data.npz:X_train", folder=folder)
    assert ran.status == 0, ran.err
    ran = specc("run", "model.yaml", "--input", "x=data.npz:X_trian", folder=folder)
    assert "help: did you mean `X_train`?" in ran.err


def test_a_weights_file_that_is_not_there_is_guessed(specc, folder):
    ran = specc("validate", "other.yaml", folder=folder)
    assert "^ did you mean `model.safetensors`?" in ran.out


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("parts.yaml", None),
        ("bloks.yaml", "blocks.yaml"),
        ("block.yml", "blocks.yaml"),
        ("library.yaml", "library.yml"),
    ],
)
def test_a_file_is_meant_by_its_name_not_by_its_ending(specc, tmp_path, written, meant):
    for name in ("base.yaml", "mars.yaml", "blocks.yaml", "library.yml"):
        (tmp_path / name).write_text("specc: 1\n")
    (tmp_path / "m.yaml").write_text(
        f"specc: 1\nimports: {{a: {written}}}\ninputs: {{x: {{shape: [8]}}}}\nlayers: []\n"
    )
    ran = specc("validate", "m.yaml", folder=tmp_path)
    assert ("did you mean" in ran.out) == (meant is not None)
    assert meant is None or f"did you mean `{meant}`?" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run model.yaml", "give `x`: `--input x=FILE`; or `--random` draws data for all inputs"),
        (
            "run model.yaml --input x=[[1,2]]",
            "lists stand in a file: write them into `data.json`, and name that",
        ),
    ],
)
def test_where_data_comes_from_is_said(specc, folder, words, said):
    assert f"help: {said}\n" in specc(*words.split(), folder=folder).err


def test_help_has_a_short_name(specc):
    assert specc("-h").out == specc("--help").out
    assert specc("fmt", "-h").out == specc("fmt", "--help").out


@pytest.mark.parametrize("word", ["train", "dims", "early_stopping"])
def test_what_is_a_section_is_explained_as_one(specc, word):
    known = specc("docs", word)
    ran = specc("explain", word)
    assert ran.status == known.status
    assert known.status != 0 or "a section" in ran.out
