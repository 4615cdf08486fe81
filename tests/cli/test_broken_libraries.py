"""A library that is installed and cannot be imported is no bug in specc; nor is a folder gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from spec_compiler.cli.importing import failures, not_imported

ROOT = Path(__file__).parents[2]
SPEC = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers: [{type: Dense, units: 2}]\n"


def specc(folder, *words):
    """A process of its own, in which `folder/path` comes first."""
    path = os.pathsep.join([str(folder / "path"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-m", "spec_compiler", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.fixture
def broken(tmp_path):
    """A folder with a spec, whose NumPy does what it is given."""

    def build(text):
        package = tmp_path / "path" / "numpy"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").write_text(text)
        (tmp_path / "m.yaml").write_text(SPEC)
        return tmp_path

    return build


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise ImportError('libblas.so: no such file\\nread the manual')", "libblas.so"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_broken_numpy_is_told(broken, text, said):
    folder = broken(text)
    ran = specc(folder, "run", "m.yaml", "--random", "batch=1")
    assert ran.returncode == 3
    assert ran.stderr.splitlines()[-1].startswith("error: numpy cannot be imported (")
    assert said in ran.stderr
    assert "read the manual" not in ran.stderr
    assert ran.stderr.endswith("run `specc doctor`\n")
    assert specc(folder, "validate", "m.yaml").returncode == 0
    ran = specc(folder, "doctor")
    assert ran.returncode == 1
    (line,) = [line for line in ran.stdout.splitlines() if line.startswith("wrong  numpy ")]
    assert said in line
    assert "ok     pyyaml" in ran.stdout


def test_one_that_ends_the_process_is_told_and_the_others_are_tried(monkeypatch, tmp_path):
    (tmp_path / "ends.py").write_text("import os\nos.abort()\n")
    (tmp_path / "lacks.py").write_text("import nowhere_to_be_found\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = failures(["json", "ends", "lacks", "csv"])
    assert [*found] == ["ends", "lacks"]
    assert "the process ends with" in found["ends"]
    assert found["lacks"] == "ModuleNotFoundError: No module named 'nowhere_to_be_found'"


def test_what_a_library_raises_later_is_no_failure_to_import():
    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads("{")
    assert not_imported(raised.value) == ""


def test_a_folder_that_is_gone_is_told(tmp_path):
    program = (
        "import os, runpy, sys; os.rmdir(os.getcwd()); sys.path[0] = ''; "
        "sys.argv = ['specc', *sys.argv[1:]]; "
        "runpy.run_module('spec_compiler', run_name='__main__', alter_sys=True)"
    )
    (tmp_path / "m.yaml").write_text(SPEC)
    for words, status, said in (
        (["validate", str(tmp_path / "m.yaml")], 0, "1 spec is valid"),
        (["new", "mlp"], 3, "error: the folder that specc runs in is not there any more"),
    ):
        (tmp_path / "gone").mkdir()
        ran = subprocess.run(
            [sys.executable, "-c", program, *words],
            cwd=tmp_path / "gone",
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert (ran.returncode, said in ran.stdout + ran.stderr) == (status, True), ran
