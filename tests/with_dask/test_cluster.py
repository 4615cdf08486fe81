"""Partitions on workers: nothing is lost or done twice, and a run that broke goes on."""

import json
import os
import signal
import subprocess
import sys
from threading import Thread
from time import monotonic, sleep

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client, LocalCluster

from spec_compiler import data
from spec_compiler.partitions import recipe as recipes

FILES, EACH = 24, 2000
SPEC = """\
specc: 1
inputs: {x: {shape: [16], values: {min: -9, max: 9}}}
layers:
  - {type: Dense, units: 512, activation: tanh, name: wide}
  - {type: Dense, units: 512, activation: tanh, name: wider}
  - {type: Dense, units: 3, name: y}
"""


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL"
    ) as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "data").mkdir()
    rng = np.random.default_rng(0)
    for index in range(FILES):
        write(tmp_path, index, rng.standard_normal((EACH, 16)).astype(np.float32))
    return tmp_path


def write(folder, index, rows):
    column = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), 16)
    pq.write_table(pa.table({"x": column}), folder / f"data/part{index:02}.parquet")


def scored(folder, name):
    return {path.name: path.read_bytes() for path in (folder / name).glob("*.parquet")}


def noted(folder, name):
    lines = (folder / name / ".specc.jsonl").read_text().splitlines()
    return [json.loads(line)["part"] for line in lines[1:] if line]


def run(specc, folder, output, *options):
    return specc("run", "model.yaml", "-i", "x=data/*.parquet", "-o", output, *options,
                 folder=folder)  # fmt: skip


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(cluster, folder, specc):
    killed = []

    def kill():
        end = monotonic() + 60
        while len(list((folder / "far").glob("*.parquet"))) < 3 and monotonic() < end:
            sleep(0.01)
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            pid = next(iter(client.run(os.getpid).values()))
        os.kill(pid, signal.SIGKILL)
        killed.append(len(list((folder / "far").glob("*.parquet"))))

    assert run(specc, folder, "near/").status == 0
    killer = Thread(target=kill)
    killer.start()
    ran = run(specc, folder, "far/", "--scheduler", cluster.scheduler_address)
    killer.join()
    assert ran.status == 0, ran.err
    assert "1 worker ended, and others ran what they had" in ran.err
    assert killed[0] < FILES, "the worker was killed too late to say anything"
    assert scored(folder, "far") == scored(folder, "near")
    assert sorted(noted(folder, "far")) == [f"part{index:02}" for index in range(FILES)]
    assert {path.suffix for path in (folder / "far").iterdir()} == {".parquet", ".jsonl"}


def test_ctrl_c_reaches_all_of_a_terminal_and_one_answers(folder):
    """What is done is kept, and the same command goes on."""
    words = ["run", "model.yaml", "-i", "x=data/*.parquet", "-o", "s/", "--rows", "1"]
    command = [sys.executable, "-m", "spec_compiler", *words, "--workers", "2"]
    running = subprocess.Popen(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    end = monotonic() + 60
    while not list((folder / "s").glob("*.parquet")) and monotonic() < end:
        sleep(0.01)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "Traceback" not in said
    last = said.splitlines()[-1]
    assert last.startswith("error: interrupted: wrote s/: ")
    assert last.endswith(f" of {FILES} partitions; the same command runs the rest")
    assert len(scored(folder, "s")) < FILES


def test_a_bad_row_names_its_file_and_what_is_good_is_kept(folder, specc):
    good = pq.read_table(folder / "data/part05.parquet")
    rows = np.stack(good["x"].to_numpy())
    rows[1234, 7] = 77
    write(folder, 5, rows)
    ran = run(specc, folder, "scores/", "--workers", 2)
    assert ran.status == 1
    assert "part05.parquet:x holds 77.0 at [1234, 7]" in ran.err
    assert len(scored(folder, "scores")) == FILES - 1
    rows[1234, 7] = 7
    write(folder, 5, rows)
    before = {path: path.stat().st_mtime_ns for path in (folder / "scores").glob("*.parquet")}
    ran = run(specc, folder, "scores/", "--workers", 2)
    assert ran.status == 0, ran.err
    assert f"{FILES} partitions, {FILES - 1} of them before" in ran.err
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert data.read_one(f"{folder}/scores").shape == (FILES * EACH, 3)


def test_only_what_is_the_same_is_kept(folder, specc):
    assert run(specc, folder, "scores/").status == 0
    (folder / "scores/part01.parquet").write_bytes(b"not what was written")
    (folder / "scores/part02.parquet").unlink()
    write(folder, 3, np.zeros((EACH, 16), np.float32))
    with open(folder / "scores/.specc.jsonl", "a") as file:
        file.write('{"part": "part04", "of')  # broken off
    ran = run(specc, folder, "scores/")
    assert f"{FILES - 3} of them before" in ran.err
    assert f"{FILES} of them before" in run(specc, folder, "scores/").err
    assert run(specc, folder, "others/").status == 0
    assert scored(folder, "scores") == scored(folder, "others")
    (folder / "model.yaml").write_text(SPEC.replace("tanh", "relu"))
    ran = run(specc, folder, "scores/")
    assert ran.status == 1
    assert "SPC0553" in ran.err
    (folder / "data/part00.parquet").unlink()
    (folder / "model.yaml").write_text(SPEC)
    ran = run(specc, folder, "scores/")
    assert ran.status == 1
    assert "`part00.parquet`, which is no result" in ran.err


def test_one_large_file_is_divided_by_its_rows_alone(folder, specc, monkeypatch):
    monkeypatch.setattr("spec_compiler.partitions.parts._LARGEST", 2**16)
    rows = np.random.default_rng(1).standard_normal((5000, 16)).astype(np.float32)
    np.save(folder / "x.npy", rows)
    for output, options in (("one.npy", ()), ("some/", ())):
        ran = specc("run", "model.yaml", "-i", "x=x.npy", "-o", output, *options, folder=folder)
        assert ran.status == 0, ran.err
    assert len(list((folder / "some").glob("x-*.npy"))) == 5
    together = data.read_one(f"{folder}/some").load()[:]
    # rows that a product has beside them change its last bit
    np.testing.assert_allclose(together, np.load(folder / "one.npy"), rtol=1e-4, atol=1e-6)


def test_a_process_makes_a_model_once(folder, specc, monkeypatch):
    made = []
    make = recipes.Recipe.make
    monkeypatch.setattr(recipes.Recipe, "make", lambda self: made.append(self.key) or make(self))
    recipes._made.clear()
    assert run(specc, folder, "scores/").status == 0
    assert len(made) == 1


def test_what_cannot_be_divided_is_refused(folder, specc):
    layer = '{type: Lambda, name: y, function: "x - mean(x, axis=0)"}'
    together = f"specc: 1\ninputs: {{x: {{shape: [16]}}}}\nlayers: [{layer}]\n"
    (folder / "model.yaml").write_text(together)
    assert "SPC0525" in run(specc, folder, "scores/").err
    (folder / "model.yaml").write_text(SPEC)
    assert "write into a folder" in run(specc, folder, "y.npy", "--workers", 2).err
    assert "SPC0526" in run(specc, folder, "s/", "--scheduler", "tcp://127.0.0.1:9").err
