"""What starts quickly stays quick: a command loads only what it needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGITS = "examples/digits/model.yaml"
HEAVY = {"numpy", "networkx", "scipy", "rich", "asyncio", "unittest"}


def loaded(program, *arguments):
    """The modules that a fresh interpreter has loaded after `program`."""
    listing = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print('\\n' + json.dumps([*sys.modules])))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", listing + program, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout.splitlines()[-1])), run.stdout


def test_import_loads_no_part_of_the_compiler():
    modules, _ = loaded("import spec_compiler")
    assert {name for name in modules if name.startswith("spec_compiler")} == {"spec_compiler"}
    assert not modules & (HEAVY | {"pydantic", "yaml", "typer"})


def test_a_public_name_is_loaded_when_it_is_used():
    modules, _ = loaded("import spec_compiler; spec_compiler.Diagnostic")
    assert "spec_compiler.diagnostics" in modules
    assert not modules & (HEAVY | {"pydantic", "yaml", "typer"})


@pytest.mark.parametrize("command", ["validate", "summary", "graph", "expand"])
def test_proving_needs_no_arrays(command):
    program = f"import sys; sys.argv = ['specc', {command!r}, {DIGITS!r}]\n"
    modules, output = loaded(program + "from spec_compiler.cli import main; main()")
    assert "valid" in output or "strokes" in output
    assert not modules & HEAVY, modules & HEAVY
    assert not {name for name in modules if name.startswith("spec_compiler.cli.")} & {
        "spec_compiler.cli.run",
        "spec_compiler.cli.init",
    }


def test_the_language_of_expressions_is_loaded_only_where_a_spec_has_one():
    program = f"import sys; sys.argv = ['specc', 'validate', {DIGITS!r}]\n"
    modules, _ = loaded(program + "from spec_compiler.cli import main; main()")
    assert not {name for name in modules if name.startswith("spec_compiler.expression.")}
