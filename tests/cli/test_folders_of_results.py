"""A folder has a result for each file of the data, and none is lost, doubled or of other data."""

import os
from contextlib import contextmanager

import numpy as np
import pytest

from spec_compiler import data
from spec_compiler.cli.progress import Progress
from spec_compiler.partitions import score as scoring
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.run import Run

SPEC = """\
specc: 1
inputs: {x: {shape: [3]}}
layers: [{type: Lambda, name: y, function: "x * 2"}]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "data").mkdir()
    for index, rows in enumerate((4, 0, 5)):
        np.save(tmp_path / f"data/p{index}.npy", np.full((rows, 3), index, np.float32))
        os.utime(tmp_path / f"data/p{index}.npy", (0, 0))  # clocks of files go by milliseconds
    return tmp_path


def names(folder):
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("output", ["data/", "data/*.npy"])
def test_data_is_not_replaced_by_its_results(output, folder, specc):
    before = {path: path.read_bytes() for path in (folder / "data").iterdir()}
    ran = specc("run", "model.yaml", "-i", "data/", "-o", output, folder=folder)
    assert ran.status == 1
    assert "SPC0553" in ran.err
    assert {path: path.read_bytes() for path in (folder / "data").iterdir()} == before


def test_neither_is_data_that_has_another_name_too(folder, specc):
    (folder / "scores").mkdir()
    os.link(folder / "data/p2.npy", folder / "scores/p2.npy")
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "scores/", folder=folder)
    assert "`p2.npy` is also an input" in ran.err.replace(f"{folder}/scores/", "")
    assert names(folder / "scores") == ["p2.npy"]


@pytest.mark.parametrize("suffix", ["npy", "npz", "csv", "json"])
def test_a_file_without_rows_has_a_result_without_rows(suffix, folder, specc):
    ran = specc("run", "model.yaml", "-i", "data/", "-o", f"s/*.{suffix}", folder=folder)
    assert ran.status == 0, ran.err
    assert names(folder / "s") == [".specc.jsonl", *(f"p{n}.{suffix}" for n in range(3))]
    if suffix == "npy":
        assert np.load(folder / "s/p1.npy").shape == (0, 3)
    again = specc("run", "model.yaml", "-i", "data/", "-o", f"s/*.{suffix}", folder=folder)
    assert "3 partitions, 3 of them before" in again.err


def test_what_a_broken_run_left_is_removed_be_it_a_folder(folder, specc):
    (folder / "scores/.specc-0.tmp/y").mkdir(parents=True)
    (folder / "scores/.specc-1.tmp").write_bytes(b"half")
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "scores/", folder=folder)
    assert ran.status == 0, ran.err
    assert names(folder / "scores") == [".specc.jsonl", "p0.npy", "p1.npy", "p2.npy"]


def test_a_format_that_is_none_is_refused_before_there_is_a_folder(folder, specc):
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "scores/*.xyz", folder=folder)
    assert "SPC0564" in ran.err
    assert not (folder / "scores").exists()


def test_results_are_noted_for_the_data_that_they_were_made_of(folder, specc, monkeypatch):
    score = scoring._score

    def meanwhile(order, part, found):
        digest = score(order, part, found)
        if part.name == "p2":  # read and computed, not yet noted
            np.save(folder / "data/p2.npy", np.full((5, 3), 7, np.float32))
        return digest

    with monkeypatch.context() as changing:
        changing.setattr(scoring, "_score", meanwhile)
        assert specc("run", "model.yaml", "-i", "data/", "-o", "s/", folder=folder).status == 0
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "s/", folder=folder)
    assert "3 partitions, 2 of them before" in ran.err
    np.testing.assert_array_equal(np.load(folder / "s/p2.npy"), 14)


@pytest.mark.parametrize("rows", [3, 5, 6])
def test_data_that_changes_after_it_was_divided_is_refused(rows, folder, specc, monkeypatch):
    score = scoring._score

    def after(order, part, found):
        if part.name == "p2":
            np.save(folder / "data/p2.npy", np.full((rows, 3), 7, np.float32))
        return score(order, part, found)

    monkeypatch.setattr(scoring, "_score", after)
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "s/", folder=folder)
    assert ran.status == 1
    assert "p2.npy` cannot be read: it has changed since the run began" in ran.err
    assert names(folder / "s") == [".specc.jsonl", "p0.npy", "p1.npy"]


@pytest.mark.parametrize("rows", [1, 5, 900])
def test_rows_that_change_before_they_are_read_are_refused(rows, folder):
    read = data.read_one(f"{folder}/data").load()
    np.save(folder / "data/p2.npy", np.full((rows, 3), 7, np.float32))
    with pytest.raises(Refusal, match="it has changed"):
        read[4:9]


def test_the_name_of_a_folder_is_no_pattern(folder, specc):
    (folder / "data").rename(folder / "data[1]")
    ran = specc("run", "model.yaml", "-i", "data[1]/", "-o", "y.npy", folder=folder)
    assert ran.status == 0, ran.err
    assert np.load(folder / "y.npy").shape == (9, 3)


def test_a_folder_that_is_not_there_is_said_to_be_none(folder, specc):
    ran = specc("run", "model.yaml", "-i", "dato/", "-o", "y.npy", folder=folder)
    assert "dato/: No such file or directory" in ran.err


TABLE = """\
specc: 1
inputs: {i: {shape: [2], dtype: int32}}
layers: [{type: Embedding, name: e, input_dim: 50, output_dim: 1}]
"""


@pytest.mark.parametrize("output", ["y.npy", "scores/"])
@pytest.mark.parametrize("engine", ["plan", "evaluator"])
def test_an_index_that_names_nothing_is_found_in_its_file(
    output, engine, folder, specc, monkeypatch
):
    monkeypatch.setattr("spec_compiler.partitions.parts._LARGEST", 2**14)
    (folder / "model.yaml").write_text(TABLE)
    for index in range(3):
        rows = np.full((5000, 2), index, np.int32)
        rows[4321, 1] = 50 if index == 2 else 0
        np.save(folder / f"data/p{index}.npy", rows)
    ran = specc("run", "model.yaml", "-i", "data/", "-o", output, "--engine", engine, folder=folder)
    assert ran.status == 1
    assert "index 50 at position [4321, 1]" in ran.err
    assert "in the rows of `" in ran.err
    assert "p2.npy`" in ran.err
    assert not (folder / "y.npy").exists()


@pytest.mark.parametrize("source", ["x=", ""])
def test_no_name_is_not_the_folder_that_one_is_in(source, folder, specc):
    ran = specc("run", "../model.yaml", "-i", source, "-o", "y.npy", folder=folder / "data")
    assert (ran.status, "no file is named" in ran.err) == (2, True)


@pytest.mark.parametrize("output", ["y.npy", "y.npz", "y.csv", "y.json", "scores/"])
def test_a_disk_that_is_full_is_said_with_the_file(output, folder, specc, limited):
    np.save(folder / "data/p0.npy", np.zeros((9999, 3), np.float32))
    with limited(2**14):
        ran = specc("run", "model.yaml", "-i", "data/", "-o", output, folder=folder)
    assert ran.status == 3
    named = "scores/p0.npy" if output == "scores/" else output
    assert f"{named}: File too large" in ran.err
    left = {"model.yaml", "data", *(["scores"] if output == "scores/" else [])}
    assert set(os.listdir(folder)) == left
    if output == "scores/":
        assert names(folder / "scores") == [".specc.jsonl"]


@pytest.fixture
def limited():
    """Files may not have more bytes."""
    resource = pytest.importorskip("resource")

    @contextmanager
    def limit(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return limit


def test_a_column_of_a_csv_file_is_one_number_a_row_in_partitions_too(folder, specc):
    (folder / "model.yaml").write_text(SPEC.replace("shape: [3]", "shape: []"))
    (folder / "x.CSV").write_text("1\n2\n3\n")
    ran = specc("run", "model.yaml", "-i", "x.CSV", "-o", "scores/*.npy", folder=folder)
    assert ran.status == 0, ran.err
    assert np.load(folder / "scores/x.npy").tolist() == [2, 4, 6]


BOUNDED = SPEC.replace("[3]", "[3], values: {min: 0, max: 9}")


def test_a_result_of_other_data_does_not_stay_where_its_data_is_refused_now(folder, specc):
    (folder / "model.yaml").write_text(BOUNDED)
    typed = ("run", "model.yaml", "-i", "data/", "-o", "s/")
    assert specc(*typed, folder=folder).status == 0
    np.save(folder / "data/p2.npy", np.full((5, 3), 77, np.float32))
    ran = specc(*typed, folder=folder)
    assert ran.status == 1
    assert names(folder / "s") == [".specc.jsonl", "p0.npy", "p1.npy"]
    assert '"p2"' not in (folder / "s/.specc.jsonl").read_text()
    assert "error[SPC0520]: data/p2.npy holds 77.0 at [0, 0]" in ran.err
    said = ran.err.splitlines()[-1]
    assert said.startswith("wrote s/: 2 of 3 partitions, 2 of them before; ")
    assert "is taken away: p2; the same command runs the rest" in said
    np.save(folder / "data/p2.npy", np.full((5, 3), 7, np.float32))
    assert "3 partitions, 2 of them before\n" in specc(*typed, folder=folder).err


def test_ctrl_c_says_what_is_written_and_what_goes_on(folder, specc, monkeypatch):
    score = scoring._score

    def interrupted(order, part, found):
        if part.name == "p1":
            raise KeyboardInterrupt
        return score(order, part, found)

    monkeypatch.setattr(scoring, "_score", interrupted)
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "s/", folder=folder)
    assert ran.status == 130
    said = "error: interrupted: wrote s/: 1 of 3 partitions; the same command runs the rest\n"
    assert ran.err.endswith(said)


def test_ctrl_c_of_a_run_into_one_file_says_what_would_go_on(folder, specc, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "slices", interrupted)
    ran = specc("run", "model.yaml", "-i", "data/", "-o", "y.npy", folder=folder)
    assert ran.status == 130
    assert "nothing is written; into a folder, `--output scores/`" in ran.err
    assert not (folder / "y.npy").exists()


def test_rows_are_counted_within_a_partition(folder, specc, monkeypatch):
    told = []
    monkeypatch.setattr(Progress, "reached", lambda _, *said: told.append(said))
    monkeypatch.setattr(Progress, "looked_at", property(lambda _: True), raising=False)
    typed = ("run", "model.yaml", "-i", "data/", "-o", "s/", "--rows", "2")
    assert specc(*typed, folder=folder).status == 0
    assert [rows for name, rows in told if name == "p2"] == [2, 4, 5, 5]


def test_rows_of_a_part_that_is_begun_anew_are_not_counted_twice():
    progress = Progress("running", 10)
    for part, rows in (("a", 4), ("b", 2), ("a", 2), ("a", 5)):
        progress.reached(part, rows)
    assert progress.line(1).startswith("running: 7 of 10 rows")
