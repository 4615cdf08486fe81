"""The action for GitHub: its steps are run by bash, as a runner does, in a checkout of a change."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
SPEC = "specc: 1\ninputs:\n  x: {shape: [4]}\nlayers:\n  - {type: Dense, name: d, units: 2}\n"
TESTED = SPEC + "tests:\n  - name: finite\n    expect: {d: {finite: true}}\n"


class Job:
    """A checkout of a pull request, and what a runner gives to steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout, self.temp = folder / "checkout", folder / "temp"
        (self.temp / "specc" / "bin").mkdir(parents=True)
        (self.temp / "specc" / "bin" / "specc").write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -m spec_compiler "$@"\n'
        )
        (self.temp / "specc" / "bin" / "specc").chmod(0o755)

    def git(self, *arguments: str, where: str = "checkout") -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", *who, *arguments]
        subprocess.run(command, cwd=self.folder / where, check=True, capture_output=True)

    def run(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """A step with the inputs of the action."""
        given = {key: of["default"] for key, of in ACTION["inputs"].items()} | inputs
        context = {f"inputs.{key}": value for key, value in given.items()}
        context |= {"github.base_ref": "main", "github.action_path": str(ROOT)}
        step = STEPS[name]
        own = {
            key: re.sub(r"\$\{\{ (\S+) \}\}", lambda match: context[match[1]], value)
            for key, value in step["env"].items()
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.checkout,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "HOME": str(self.folder),
                "LC_ALL": "C.UTF-8",
                "RUNNER_TEMP": str(self.temp),
                "GITHUB_OUTPUT": str(self.folder / "output"),
                "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
                "GITHUB_ACTIONS": "true",
                **own,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def said(self, file: str) -> str:
        return (self.folder / file).read_text() if (self.folder / file).exists() else ""


@pytest.fixture
def job(tmp_path):
    """A change that adds a wrong spec, edits one, and leaves one; its checkout is one commit."""
    found = Job(tmp_path)
    (tmp_path / "origin" / "models").mkdir(parents=True)
    models = tmp_path / "origin" / "models"
    found.git("init", "--initial-branch", "main", where="origin")
    (models / "edited.yaml").write_text(SPEC)
    (models / "left.yaml").write_text(TESTED)
    found.git("add", ".", where="origin")
    found.git("commit", "-m", "first", where="origin")
    found.git("checkout", "-b", "change", where="origin")
    (models / "edited.yaml").write_text(SPEC.replace("units: 2", "units: 3"))
    (models / "a new one.yaml").write_text(TESTED)
    found.git("add", ".", where="origin")
    found.git("commit", "-m", "second", where="origin")
    origin = f"file://{tmp_path / 'origin'}"
    found.git("clone", "--depth=1", "--branch", "change", origin, "checkout", where=".")
    return found


def test_steps_are_run_in_their_order():
    assert [step["name"] for step in ACTION["runs"]["steps"]] == [
        "Install specc",
        "Prove the specs",
        "Look at the style",
        "Run the tests",
        "Say what the change does",
        "Send the findings to code scanning",
    ]


@pytest.mark.parametrize("step", [step for step in STEPS.values() if "run" in step])
def test_nothing_is_pasted_into_a_script(step):
    assert "${{" not in step["run"]


def test_valid_specs_pass_every_step(job):
    for name in ("Prove the specs", "Look at the style", "Run the tests"):
        done = job.run(name, specs="models/")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "sarif=" in job.said("output")
    assert (job.temp / "specc.sarif").exists()
    assert "passed" in job.said("summary")


def test_a_mistake_is_an_annotation_and_fails(job):
    (job.checkout / "models" / "wrong.yaml").write_text(SPEC.replace("units", "unitz"))
    done = job.run("Prove the specs", specs="models/")
    assert done.returncode == 1
    assert "::error file=models/wrong.yaml,line=5" in done.stdout
    assert "SPC0103" in job.said("summary")
    assert "SPC0103" in (job.temp / "specc.sarif").read_text()


def test_a_failed_test_fails_and_is_summed_up(job):
    (job.checkout / "models" / "left.yaml").write_text(
        TESTED.replace("{finite: true}", "{min: 9, max: 9}")
    )
    done = job.run("Run the tests", specs="models/left.yaml")
    assert done.returncode == 1
    assert "::error file=models/left.yaml" in done.stdout
    assert "failed" in job.said("summary")


def test_the_change_is_compared_with_its_base(job):
    done = job.run("Say what the change does", specs="models/")
    assert done.returncode == 0, done.stderr
    assert "3 specs: 1 changed, 1 added, 1 the same" in job.said("summary")
    comment = dict(line.split("=", 1) for line in job.said("output").splitlines())["comment"]
    assert Path(comment).read_text() == job.said("summary")


def test_what_may_not_change_fails(job):
    done = job.run("Say what the change does", specs="models/", **{"fail-on": "interface"})
    assert done.returncode == 1
    assert "1 changed" in job.said("summary")


def test_the_only_spec_may_be_new(job):
    done = job.run("Say what the change does", specs="models/a new one.yaml")
    assert done.returncode == 0, done.stderr
    assert "1 spec: 1 added" in job.said("summary")


def test_several_paths_stand_on_lines(job):
    done = job.run("Prove the specs", specs="models/left.yaml\nmodels/a new one.yaml\n")
    assert done.returncode == 0
    assert "2 specs are valid" in done.stdout


def test_a_path_is_no_option_and_no_command(job):
    for name in ("Prove the specs", "Run the tests", "Say what the change does"):
        done = job.run(name, specs="--help\n$(touch owned)\n`touch owned`; touch owned")
        assert done.returncode in {2, 3}, done.stdout
    assert not list(job.folder.rglob("owned"))
