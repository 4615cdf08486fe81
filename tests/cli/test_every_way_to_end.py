"""Each way to end has its exit code and a line; 70 is left for bugs, and none is a traceback."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from spec_compiler.cli.commands import COMMANDS

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
inputs:
  x: {shape: [2]}
layers:
  - {type: Dense, units: 3, kernel_regularizer: l2}
tests:
  - name: t
    dims: {batch: 1}
    expect: {dense: {finite: true}}
"""
KERAS = """\
{"class_name": "Sequential", "config": {"name": "m", "layers": [
  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 2]}},
  {"class_name": "Dense", "config": {"name": "d", "units": 1}}]}}
"""
WORDS = {
    "new": ["mlp", "-o", "new.yaml", "--force"],
    "validate": ["model.yaml"],
    "fmt": ["model.yaml"],
    "run": ["model.yaml", "--random", "batch=1"],
    "test": ["model.yaml"],
    "trace": ["model.yaml", "--with-engine", "evaluator"],
    "summary": ["model.yaml"],
    "profile": ["model.yaml", "--random", "batch=1"],
    "init": ["model.yaml", "-o", "made.safetensors", "--force"],
    "train": ["trained.yaml", "--data", "rows.json", "-o", "made.safetensors", "--check"],
    "expand": ["model.yaml"],
    "graph": ["model.yaml"],
    "view": ["model.yaml", "-o", "model.html"],
    "diff": ["model.yaml", "model.yaml"],
    "hash": ["model.yaml"],
    "import": ["keras.json", "-o", "made.yaml", "--force"],
    "export": ["python", "model.yaml", "-o", "made.py", "--force"],
    "schema": [],
    "explain": ["SPC0301"],
    "docs": ["SPC0301"],
    "lsp": ["--help"],  # it talks to an editor: tests/server
    "mcp": ["--help"],  # it talks to a client: tests/agents
    "doctor": [],
}
LINES = [[name, *words] for name, words in WORDS.items()]
LINES += [["run", "model.yaml", "--losses"], ["--help"], ["validate", "--help"], ["--version"]]


def test_all_commands_are_tried():
    assert [*WORDS] == [*COMMANDS]


@pytest.fixture
def process(tmp_path):
    """Runs the interpreter on what is left of its arguments, in a folder with a spec."""
    (tmp_path / "model.yaml").write_text(SPEC)
    (tmp_path / "keras.json").write_text(KERAS)
    (tmp_path / "trained.yaml").write_text(SPEC + "train: {loss: mse, labels: y}\n")
    (tmp_path / "rows.json").write_text('{"x": [[1, 2]], "y": [[1, 2, 3]]}')

    def run(*arguments, **settings):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings.pop("env", {})}
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **settings}
        return subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, check=False, **given
        )

    return run


FULL_DISK = """
import json, os, pkgutil, sys
import spec_compiler
for module in pkgutil.walk_packages(spec_compiler.__path__, "spec_compiler."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
from spec_compiler.cli import main
for number, words in enumerate(json.loads(sys.argv[1])):
    child = os.fork()
    if not child:
        os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        os.dup2(os.open(f"{number}.said", os.O_WRONLY | os.O_CREAT), 2)
        sys.argv = ["specc", *words]
        main()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_a_full_disk_is_said(process, tmp_path):
    done = process("-c", FULL_DISK, json.dumps(LINES))
    assert done.stdout.split() == ["3"] * len(LINES), done.stderr
    for number, words in enumerate(LINES):
        said = (tmp_path / f"{number}.said").read_text()
        assert said.splitlines()[-1] == "error: No space left on device", words
        assert "Traceback" not in said, words


def test_there_need_not_be_room_to_say_so(process):
    with open("/dev/full", "w") as full:
        assert process("-m", "spec_compiler", "explain", stdout=full, stderr=full).returncode == 3
        assert process("-m", "spec_compiler", "explain", "x", stderr=full).returncode == 2


ALL_LINES = """
import json, sys
from conftest import command
print(json.dumps([command(*words) for words in json.loads(sys.argv[1])]))
"""


def test_docstrings_may_be_dropped(process, specc, tmp_path):
    paths = {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    done = process("-OO", "-c", ALL_LINES, json.dumps(LINES), env=paths)
    assert done.returncode == 0, done.stderr
    for words, (status, out, err) in zip(LINES, json.loads(done.stdout), strict=True):
        same = specc(*words, folder=tmp_path)
        assert (status, err) == (same.status, same.err), words
        assert status == 0, words
        if "--help" not in words and words[0] not in {"schema", "profile"}:
            assert out == same.out, words


INTERRUPTED = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["specc", "run", "model.yaml", "--random", "batch=1", "-o", "made.npz"]
from spec_compiler.cli import main
main()
"""


@pytest.mark.parametrize(
    "module",
    [
        "spec_compiler.cli.exit_codes",
        "typer",
        "spec_compiler.cli.run",
        "pydantic",
        "numpy",
        "spec_compiler.layers.core.dense",
    ],
)
def test_ctrl_c_while_it_starts(module, process, tmp_path):
    done = process("-c", INTERRUPTED.format(module=module))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "error: interrupted\n")
    assert not (tmp_path / "made.npz").exists()


def test_ctrl_c_that_is_ignored_stays_so(process):
    program = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    done = process("-c", program + INTERRUPTED.format(module="numpy"))
    assert done.returncode == 0


@pytest.mark.parametrize("words", [["validate", "-"], ["run", "model.yaml", "--input", "-"]])
def test_standard_input_may_be_closed(words, process):
    program = f"import os, sys; os.close(0); os.execv(sys.executable, {['', *words]!r})"
    program = program.replace("['',", "[sys.executable, '-m', 'spec_compiler',")
    done = process("-c", program)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.endswith("error: standard input is closed\n")


@pytest.mark.parametrize(
    ("shell", "given"),
    [
        ("bash", {}),
        ("bash", {"COMP_WORDS": "specc va"}),
        ("bash", {"COMP_WORDS": "specc va", "COMP_CWORD": "x"}),
        ("zsh", {}),
        ("fish", {}),
        ("powershell", {}),
    ],
)
def test_completion_may_be_asked_without_its_variables(shell, given, process):
    program = "import sys; sys.argv = ['specc']\nfrom spec_compiler.cli import main; main()"
    done = process("-c", program, env={"_SPECC_COMPLETE": f"complete_{shell}", **given})
    assert done.returncode == (2 if shell == "bash" else 0), done.stderr
    assert "Traceback" not in done.stderr


def test_completion_works(process):
    program = "import sys; sys.argv = ['specc']\nfrom spec_compiler.cli import main; main()"
    asked = {"_SPECC_COMPLETE": "complete_bash", "COMP_WORDS": "specc va", "COMP_CWORD": "1"}
    assert process("-c", program, env=asked).stdout.split() == ["validate"]


@pytest.mark.parametrize("shape", [f"(0, {2**62}, 8, 8)", f"(0, {2**61}, 4)"])
def test_an_array_of_nothing_may_still_be_too_large(shape, specc, tmp_path):
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text += b" " * ((53 - len(text)) % 64) + b"\n"
    array = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    (tmp_path / "x.npy").write_bytes(array)
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as file:
        file.writestr("x.npy", array)
    (tmp_path / "model.yaml").write_text(SPEC)
    for name in ("x.npy", "x.npz"):
        ran = specc("run", "model.yaml", "--input", name, folder=tmp_path)
        assert (ran.status, "SPC0555" in ran.err) == (1, True), ran.err


SHADOWS = ["yaml", "numpy", "typing", "__future__", "typer", "pydantic", "json", "spelling"]


def test_the_working_folder_is_no_place_for_modules(process, tmp_path):
    for name in SHADOWS:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger ran')\n")
    done = process("-m", "spec_compiler", "run", "model.yaml", "--random", "batch=1")
    assert (done.returncode, "stranger" in done.stderr) == (0, False)


class Endless:
    """Standard input that never ends; who asks for all of it waits for ever."""

    def __init__(self):
        self.buffer, self.given = self, 0

    def read(self, size=-1):
        assert size >= 0
        self.given += size
        return b"#" * size


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["validate", "-"], 33 * 2**20),
        (["run", "model.yaml", "--input", "-", "--max-memory", "5M"], 6 * 2**20),
    ],
)
def test_standard_input_may_have_no_end(words, most, specc, tmp_path, monkeypatch):
    (tmp_path / "model.yaml").write_text(SPEC)
    endless = Endless()
    monkeypatch.setattr(
        "spec_compiler.files.sys", SimpleNamespace(stdin=endless, __stdin__=endless)
    )
    assert specc(*words, folder=tmp_path).status == 1
    assert endless.given <= most
