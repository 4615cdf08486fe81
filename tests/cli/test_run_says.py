"""What `specc run` says beside its results: what it wrote, and on a terminal how far it is."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.cli.progress import Progress

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
inputs: {x: {shape: [2]}}
layers:
  - {type: Dense, name: a, units: 3}
  - {type: Lambda, name: b, from: x, function: "argmax(x, axis=1)"}
outputs: [a, b]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    np.save(tmp_path / "x.npy", np.ones((4000, 2), "float32"))
    return tmp_path


@pytest.mark.parametrize("rows", [7, 256, 4000])
def test_it_says_what_it_wrote(specc, folder, rows):
    words = ("run", "model.yaml", "-i", "x.npy", "-o", "y.npz", "--rows", rows)
    status, out, err = specc(*words, folder=folder)
    assert (status, out) == (0, "")
    assert err.splitlines()[-1] == "wrote y.npz: a float32[4000, 3], b int32[4000]"
    with np.load(folder / "y.npz") as written:
        assert {name: (of.dtype, of.shape) for name, of in written.items()} == {
            "a": (np.dtype("float32"), (4000, 3)),
            "b": (np.dtype("int32"), (4000,)),
        }


def test_of_many_results_the_first_are_named(specc, tmp_path):
    layers = "\n".join(f"  - {{type: Identity, name: y{n}, from: x}}" for n in range(11))
    names = ", ".join(f"y{n}" for n in range(11))
    spec = f"specc: 1\ninputs: {{x: {{shape: []}}}}\nlayers:\n{layers}\noutputs: [{names}]\n"
    (tmp_path / "model.yaml").write_text(spec)
    words = ("run", "model.yaml", "--random", "batch=2", "-o", "y.npz")
    last = specc(*words, folder=tmp_path).err.splitlines()[-1]
    assert last.startswith("wrote y.npz: y0 float32[2], ")
    assert last.endswith("y7 float32[2], and 3 more")


def test_what_goes_to_standard_output_is_not_repeated(specc, folder):
    ran = specc("run", "model.yaml", "--random", "batch=1", folder=folder)
    assert "wrote" not in ran.err


def on_a_terminal(folder, *words, **environment):
    """What `specc` writes to a terminal on standard error."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", SHOWN_AT_ONCE, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ):
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            parts.append(part)
    os.close(ours)
    return b"".join(parts).decode()


SHOWN_AT_ONCE = """
from spec_compiler.cli import main, progress
progress._FIRST = progress._BETWEEN = 0
main()
"""
WORDS = ("run", "model.yaml", "-i", "x.npy", "-o", "y.npz", "--rows", "100")


def test_a_terminal_shows_how_far_it_is_and_nothing_stays(folder):
    shown = on_a_terminal(folder, *WORDS)
    assert re.search(r"running: 2,000 of 4,000 rows, [\d,]+ rows/s, \d+ s left", shown)
    screen = [line.rpartition("\x1b[K")[2] for line in shown.replace("\r\n", "\n").split("\n")]
    assert not any("rows/s" in line for line in screen)
    assert screen[-2] == "wrote y.npz: a float32[4000, 3], b int32[4000]"


def test_nothing_is_shown_where_nobody_looks(folder):
    assert "rows/s" not in on_a_terminal(folder, *WORDS, TERM="dumb")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    piped = subprocess.run(
        [sys.executable, "-c", SHOWN_AT_ONCE, *WORDS],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rows/s" not in piped.stderr
    assert "\x1b" not in piped.stderr


@pytest.mark.parametrize(
    ("done", "seconds", "says"),
    [
        (500, 2, "x: 500 of 10,000 rows, 250 rows/s, 38 s left"),
        (100, 20, "x: 100 of 10,000 rows, 5 rows/s, 33:00 min left"),
        (1, 2, "x: 1 of 10,000 rows, 0 rows/s, 5:33:18 h left"),
        (0, 2, "x: 0 of 10,000 rows, 0 rows/s, ? left"),
    ],
)
def test_the_time_that_is_left(done, seconds, says):
    progress = Progress("x", 10_000)
    progress.add(done)
    assert progress.line(seconds) == says


@pytest.mark.parametrize("rows", [10, 4000])
def test_a_terminal_is_shown_the_first_of_many_rows(specc, folder, rows, monkeypatch):
    np.save(folder / "x.npy", np.ones((rows, 2), "float32"))
    piped = specc("run", "model.yaml", "-i", "x.npy", folder=folder)
    assert len(json.loads(piped.out)["b"]) == rows
    monkeypatch.setattr("spec_compiler.cli.results.on_terminal", lambda: True)
    shown = specc("run", "model.yaml", "-i", "x.npy", folder=folder)
    if rows == 10:
        assert shown.out == piped.out
    else:
        assert json.loads(shown.out) == {
            name: all_[:5] for name, all_ in json.loads(piped.out).items()
        }
        assert "the first 5 of 4,000 rows" in shown.err
