"""The rules of the house that no linter knows."""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import pytest

import spec_compiler

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "spec_compiler").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 320, 60
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "process"}


def named(path):
    return str(path.relative_to(ROOT))


def test_the_public_face_is_small_and_documented():
    assert spec_compiler.__all__ == sorted(spec_compiler.__all__)
    assert len(spec_compiler.__all__) <= 12
    for name in spec_compiler.__all__:
        words = inspect.getdoc(getattr(spec_compiler, name))
        assert words, name
        # dataclasses and named tuples get a signature for a docstring when nobody writes one
        assert not words.startswith(f"{name}("), name


def test_public_functions_say_what_they_take_and_give():
    for name in spec_compiler.__all__:
        item = getattr(spec_compiler, name)
        if inspect.isfunction(item):
            signature = inspect.signature(item)
            kinds = [p.annotation for p in signature.parameters.values()]
            assert inspect.Signature.empty not in [*kinds, signature.return_annotation], name


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_file_tells_one_story(path):
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    assert path.stem not in VAGUE
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (function.end_lineno or 0) - function.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{named(path)}: {function.name}"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_an_import_inside_a_function_says_why(path):
    text = path.read_text()
    lines = text.splitlines()
    if path.name in {"arrays.py", "__init__.py"} and "at the first use" in text:
        return  # a door: the module's own words say why
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    above = lines[function.lineno : node.lineno]  # up to its own line
                    assert any("# " in line for line in above), f"{named(path)}:{node.lineno}"


def test_nothing_is_evaluated_or_unpickled():
    # the engine of still pictures runs the page's scripts, which are ours
    forbidden = re.compile(
        r"\b(?<!engine\.)(eval|exec|__import__)\(|\bpickle\b.*import|allow_pickle=True|yaml\.load"
    )
    for path in SOURCES:
        for line in path.read_text().splitlines():
            assert not forbidden.search(line.split("#")[0]), f"{named(path)}: {line.strip()}"


def test_findings_are_made_at_one_door():
    doors = {ROOT / "spec_compiler" / "diagnostics.py"}
    reader = ROOT / "spec_compiler" / "source"  # it has characters, and no places yet
    for path in SOURCES:
        if path not in doors and reader not in path.parents:
            for call in ast.walk(ast.parse(path.read_text())):
                made = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
                assert not made or call.func.id != "Diagnostic", f"{named(path)}:{call.lineno}"


def test_every_layer_of_imports_is_named():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    listed = {name.strip() for row in layers for name in row.split("|")}
    found = {
        path.stem
        for path in (ROOT / "spec_compiler").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert listed == found - {"__init__"}


def test_the_wheel_has_what_it_promises():
    assert (ROOT / "spec_compiler" / "py.typed").exists()
    assert "Apache License" in (ROOT / "LICENSE").read_text()
