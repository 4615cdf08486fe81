"""What changes is looked at again, and nothing else; what is half-written is not called wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from spec_compiler.cli.linting import Linting
from spec_compiler.cli.test import Asked
from spec_compiler.cli.watch.loop import watch
from spec_compiler.cli.watch.proofs import Proving
from spec_compiler.cli.watch.tests import RunningTests
from spec_compiler.testing import run_tests

ROOT = Path(__file__).parents[2]
SPEC = "specc: 1\ninputs:\n  x: {shape: [8]}\nlayers:\n  - {type: Dense, name: d, units: 4}\n"
BROKEN = SPEC.replace("units", "unitz")
LIBRARY = """\
specc: 1
blocks:
  up:
    inputs: {x: {}}
    layers:
      - {type: Dense, name: d, units: 4}
    outputs: d
"""
USING = """\
specc: 1
imports: {lib: lib.yaml}
inputs:
  x: {shape: [8]}
layers:
  - {use: lib.up}
"""
TESTED = SPEC + "tests:\n  - {name: t, dims: {batch: 1}, expect: {d: {finite: true}}}\n"
DATA = SPEC + "tests:\n  - {name: t, inputs: {x: {file: x.json}}, expect: {d: {finite: true}}}\n"


class Ended(BaseException):
    """The last step is done."""


@pytest.fixture
def rounds(tmp_path, monkeypatch, capfd):
    """Does a step after each report; which specs each report was about, and what it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "dumb")

    def told(job, *steps):
        reports = []
        ahead = iter(steps)
        tell = job.tell

        def then(results, about):
            tell(results, about)
            out, err = capfd.readouterr()
            reports.append((about.specs, out + err))
            step = next(ahead, None)
            if step is None:
                raise Ended
            step()

        job.tell = then
        with pytest.raises(Ended):
            watch(job)
        return reports

    return told


def proving(*named, format="concise", select=None, baseline=None, **options):  # noqa: A002
    linting = Linting(select, None, False, baseline, False)
    return Proving([*named], linting, {None: format}, "never", **options)


def running(*named):
    asked = Asked("", Path("kept"), None, None, False)
    return RunningTests([*named], asked, {None: "text"}, "never")


def writes(path, text):
    return lambda: Path(path).write_text(text)


def replaces(path, text):
    """As editors do that write beside a file, and put that in its place."""

    def act():
        Path(f"{path}~").write_text(text)
        os.replace(f"{path}~", path)

    return act


def test_what_changes_is_proved_again_and_nothing_else(rounds):
    for name in ("a.yaml", "b.yaml"):
        writes(name, SPEC)()
    job = proving("a.yaml", "b.yaml", format="text")
    first, broken, mended = rounds(
        job, writes("b.yaml", BROKEN), replaces("b.yaml", SPEC + "# mended\n")
    )
    assert first[0] == ["a.yaml", "b.yaml"]
    assert "2 specs are valid" in first[1]
    assert broken[0] == mended[0] == ["b.yaml"]
    assert "SPC0103" in broken[1]
    assert "are valid" not in broken[1]
    assert "is valid" not in broken[1]
    assert "2 specs are valid" in mended[1]
    assert "b.yaml checked in" in mended[1]


def test_a_finding_of_another_spec_stays(rounds):
    writes("a.yaml", BROKEN)()
    writes("b.yaml", SPEC)()
    _, again = rounds(proving("a.yaml", "b.yaml"), writes("b.yaml", SPEC + "\n"))
    assert again[0] == ["b.yaml"]
    assert "a.yaml:5" in again[1]


def test_imported_files_decide_what_uses_them(rounds):
    writes("lib.yaml", LIBRARY)()
    writes("uses.yaml", USING)()
    writes("alone.yaml", SPEC)()
    job = proving("uses.yaml", "alone.yaml")
    _, broken, gone, back = rounds(
        job,
        writes("lib.yaml", LIBRARY.replace("units", "unitz")),
        lambda: os.remove("lib.yaml"),
        writes("lib.yaml", LIBRARY),
    )
    assert broken[0] == gone[0] == back[0] == ["uses.yaml"]
    assert "lib.yaml:6" in broken[1]
    assert "SPC0217" in gone[1]
    assert "SPC" not in back[1]


def test_files_come_and_go(rounds, tmp_path):
    (tmp_path / "models").mkdir()
    writes("models/a.yaml", SPEC)()
    writes("models/other.yaml", "some: thing\n")()
    job = proving("models", format="text")
    _, two, three, one = rounds(
        job,
        writes("models/b.yaml", SPEC),
        writes("models/other.yaml", SPEC),
        lambda: [os.remove(f"models/{name}.yaml") for name in ("a", "b")],
    )
    assert two[0] == ["models/b.yaml"]
    assert "2 specs are valid" in two[1]
    assert three[0] == ["models/other.yaml"]
    assert "3 specs are valid" in three[1]
    assert one[0] == []
    assert "1 spec is valid" in one[1]


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        ("models/**/*.yaml", ("models/a/b/new.yaml", "models/c/d/e/new.yaml")),
        ("**/*.yaml", ("models/a/b/new.yaml", "others/new.yaml")),
        ("models/*/s[ap]ec.yaml", ("models/b/spec.yaml", "models/a/saec.yaml")),
        ("m*s/*/*.yaml", ("models/b/spec.yaml", "mores/c/spec.yaml")),
        ("models/?/spec.yaml", ("models/b/spec.yaml", "models/c/spec.yaml")),
    ],
)
def test_a_pattern_is_asked_again_where_folders_come(rounds, tmp_path, pattern, new):
    """Also below folders that held nothing, and that were not there."""
    (tmp_path / "models/a/b").mkdir(parents=True)
    writes("models/a/spec.yaml", SPEC)()

    def comes(path):
        def act():
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(f"{path}~").write_text(SPEC)
            os.replace(f"{path}~", path)

        return act

    _, *reports = rounds(proving(pattern, format="text"), *map(comes, new))
    assert [looked for looked, _ in reports][-1] == [new[1]]
    assert "3 specs are valid" in reports[-1][1]


def test_the_last_spec_may_go_and_one_may_come(rounds, tmp_path):
    (tmp_path / "models").mkdir()
    writes("models/a.yaml", SPEC)()
    _, none, some = rounds(
        proving("models"), lambda: os.remove("models/a.yaml"), writes("models/b.yaml", BROKEN)
    )
    assert "error: models: no .yaml" in none[1]
    assert some[0] == ["models/b.yaml"]
    assert "SPC0103" in some[1]


def test_a_file_that_is_not_there_yet_is_waited_for(rounds):
    absent, there = rounds(proving("a.yaml", format="text"), writes("a.yaml", SPEC))
    assert "error: a.yaml: No such file" in absent[1]
    assert "1 spec is valid" in there[1]


def test_settings_and_baselines_count_when_they_change(rounds):
    writes("a.yaml", SPEC.replace("inputs", "dims: {n: {min: 1}}\ninputs"))()
    job = proving("a.yaml")
    said, ignored, wrong, gone = rounds(
        job,
        writes("specc.toml", 'ignore = ["SPC1002"]\n'),
        writes("specc.toml", 'ignored = ["SPC1002"]\n'),
        lambda: os.remove("specc.toml"),
    )
    assert "SPC1002" in said[1]
    assert "SPC1002" not in ignored[1]
    assert "specc.toml:1:1" in wrong[1]
    assert "SPC1095" in wrong[1]
    assert "SPC1002" in gone[1]
    assert "SPC1095" not in gone[1]


def test_what_is_selected_on_the_command_line_stays_so(rounds):
    writes("a.yaml", SPEC.replace("inputs", "dims: {n: {min: 1}}\ninputs"))()
    job = proving("a.yaml", select=["SPC1001"])
    reports = rounds(job, writes("specc.toml", 'select = ["SPC1002"]\n'))
    assert not any("SPC1002" in text for _, text in reports)


@pytest.mark.parametrize("half", ["", SPEC[:40], SPEC[:-20]])
def test_a_file_that_is_caught_half_written_is_not_said_to_be_wrong(rounds, half):
    writes("a.yaml", SPEC)()
    job = proving("a.yaml", format="text")
    look, seen = job.look, []

    def interrupted(spec):
        found = look(spec)
        seen.append(found.wrong)
        if seen == [False, True]:  # the other half is written while the first is looked at
            writes("a.yaml", SPEC + "# whole\n")()
        return found

    job.look = interrupted
    reports = rounds(job, writes("a.yaml", half))
    assert seen == [False, True, False]
    assert all("1 spec is valid" in text and "SPC" not in text for _, text in reports)


def test_a_file_that_is_moved_away_before_it_is_written_is_not_said_to_be_gone(rounds):
    writes("a.yaml", SPEC)()
    job = proving("a.yaml", format="text")
    look, seen = job.look, []

    def interrupted(spec):
        found = look(spec)
        seen.append(found.wrong)
        if seen == [False, True]:
            writes("a.yaml", SPEC)()
        return found

    job.look = interrupted
    reports = rounds(job, lambda: os.replace("a.yaml", "a.yaml~"))
    assert [("No such file" in text) for _, text in reports] == [False, False]


def test_tests_run_again_where_data_changes(rounds):
    writes("x.json", '{"x": [[1, 2, 3, 4, 5, 6, 7, 8]]}')()
    writes("data.yaml", DATA)()
    writes("other.yaml", TESTED)()
    first, short, again = rounds(
        running("data.yaml", "other.yaml"),
        writes("x.json", '{"x": [[1, 2, 3]]}'),
        replaces("x.json", '{"x": [[8, 7, 6, 5, 4, 3, 2, 1]]}'),
    )
    assert "2 passed" in first[1]
    assert short[0] == again[0] == ["data.yaml"]
    assert "1 failed" in short[1]
    assert "1 passed" in short[1]
    assert "2 passed" in again[1]


@pytest.fixture
def ran(monkeypatch):
    """The names of the tests that were run, a list for each look at a spec."""
    looks = []

    def noted(program, tests, **more):
        looks.append([test.name for _, test in tests])
        return run_tests(program, tests, **more)

    monkeypatch.setattr("spec_compiler.cli.test.run_tests", noted)
    return looks


TWO = """\
tests:
  - {name: one, inputs: {x: {file: x.npy}}, expect: {d: {finite: true}}}
  - {name: two, dims: {batch: [1, 2]}, expect: {d: {finite: true}}}
"""


def test_only_tests_run_again_whose_outcome_may_be_another(rounds, ran):
    np.save("x.npy", np.ones((1, 8), "float32"))
    writes("a.yaml", SPEC + TWO)()
    steps = [
        writes("a.yaml", SPEC + TWO.replace("[1, 2]", "[1, 3]")),
        writes("a.yaml", SPEC + TWO.replace("[1, 2]", "[1, 3]") + "# a comment\n"),
        writes("a.yaml", SPEC + TWO.replace("[1, 2]", "[1, 3]") + "# another one\n"),
        writes(
            "a.yaml",
            SPEC.replace("units: 4", "units: 5")
            + TWO.replace("[1, 2]", "[1, 3]")
            + "# another one\n",
        ),
        lambda: np.save("x.npy", np.full((2, 8), np.nan, "float32")),
        lambda: os.utime("a.yaml"),
        lambda: np.save("x.npy", np.ones((1, 8), "float32")),
    ]
    reports = rounds(running("a.yaml"), *steps)
    every = ["one", "two"]
    # a comment more behind a test is read with it; all tests depend on units and on data
    assert ran == [every, ["two"], ["two"], [], every, every, ["one"], every]
    told = [re.findall(r"\d+ (?:passed|failed)", text) for _, text in reports]
    assert told == [["3 passed"]] * 5 + [["2 passed", "1 failed"]] * 2 + [["3 passed"]]
    assert "batch=3" not in reports[0][1]


def test_a_test_that_failed_runs_again_and_its_order_stays(rounds, ran):
    wrong = TWO.replace("expect: {d: {finite: true}}}\n", "expect: {d: {value: 9}}}\n", 1)
    np.save("x.npy", np.ones((1, 8), "float32"))
    writes("a.yaml", SPEC + wrong + "# 1\n")()
    reports = rounds(running("a.yaml"), writes("a.yaml", SPEC + wrong + "# 2\n"))
    assert ran == [["one", "two"], ["one"]]
    assert all("1 failed" in text and "2 passed" in text for _, text in reports)


@pytest.mark.parametrize("several", [False, True])
def test_tests_with_weights_in_several_files_run_again(rounds, ran, several):
    """An index names others, whose changes are not noticed."""
    np.save("x.npy", np.ones((1, 8), "float32"))
    parts = {
        "metadata": {},
        "weight_map": {f"d.{name}": "part.safetensors" for name in ("kernel", "bias")},
    }
    save_file(
        {"d.kernel": np.ones((8, 4), "float32"), "d.bias": np.ones(4, "float32")},
        "part.safetensors",
    )
    Path("weights.json").write_text(json.dumps(parts))
    text = SPEC + TWO + f"weights: {{file: {'weights.json' if several else 'part.safetensors'}}}\n"
    writes("a.yaml", text + "# 1\n")()
    rounds(running("a.yaml"), writes("a.yaml", text + "# 2\n"))
    assert ran == [["one", "two"], ["one", "two"] if several else []]


@pytest.mark.parametrize(
    "words",
    [
        ["validate", "--watch", "--fix", "a.yaml"],
        ["validate", "--watch", "--diff", "a.yaml"],
        ["validate", "--watch", "-"],
        ["test", "--watch", "--update", "a.yaml"],
        ["validate", "--watch", "nothing*.yaml"],
    ],
)
def test_what_cannot_be_watched_is_refused(specc, tmp_path, words):
    (tmp_path / "a.yaml").write_text(SPEC)
    ran = specc(*words, folder=tmp_path)
    assert ran.status == 2
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["validate", "test"])
def test_ctrl_c_ends_with_130_and_a_line(tmp_path, command):
    (tmp_path / "a.yaml").write_text(TESTED)
    process = subprocess.Popen(
        [sys.executable, "-m", "spec_compiler", command, "--watch", "a.yaml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        assert "a.yaml checked in" in process.stderr.readline()
        (tmp_path / "a.yaml").write_text(TESTED.replace("units: 4", "units: 5"))
        assert process.stderr.readline() == "\n"
        assert "a.yaml checked in" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err == "watching has ended\n"
    assert out.count("1 spec is valid" if command == "validate" else "1 passed") == 2


@pytest.mark.parametrize("wrong", [None, np.ones((2, 2)), np.ones(3)])
def test_data_that_a_refused_spec_names_is_watched_with_its_tests(rounds, wrong):
    spec = """\
specc: 1
inputs: {x: {shape: [4]}, c: {tensor: {file: c.npy}}}
layers: [{type: Multiply, name: y, from: [x, c]}, {type: Reshape, name: z, target_shape: [2, 2]}]
tests: [{name: t, dims: {batch: 1}, expect: {z: {finite: true}}}]
"""
    writes("m.yaml", spec)()
    if wrong is not None:
        np.save("c.npy", wrong)
    first, mended = rounds(running("m.yaml"), lambda: np.save("c.npy", np.ones(4, np.float32)))
    assert "error" in first[1]
    assert "1 passed" in mended[1]
