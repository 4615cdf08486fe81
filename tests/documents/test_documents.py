"""Everything that the README and the reference of the language show is what happens."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README_PATH = ROOT / "README.md"
README = README_PATH.read_text()
FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: str) -> list[tuple[str, str, str]]:
    """The fenced parts of a document: kind, file name, content."""
    return FENCE.findall((ROOT / document).read_text())


def shows(kinds: set[str]) -> list[str]:
    """The pages that show something of such a kind."""
    pages = [README_PATH, *sorted((ROOT / "docs").glob("*.md"))]
    names = [page.relative_to(ROOT).as_posix() for page in pages]
    return [name for name in names if kinds & {kind for kind, _, _ in blocks(name)}]


DOCUMENTS = shows({"console", "python"})


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each document a folder with its files, and the examples in it."""
    found: dict[str, Path] = {}
    for document in DOCUMENTS:
        place = found[document] = tmp_path_factory.mktemp("document")
        shutil.copytree(ROOT / "examples", place / "examples")
        for kind, name, body in blocks(document):
            if kind in {"yaml", "json", "toml"} and name:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_text(body)
    return found


@pytest.fixture
def run(specc: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Path], str]:
    """What a terminal of 100 columns would show."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def output(command: str, folder: Path) -> str:
        name, *words = shlex.split(command)
        if name != "specc":
            return other_output(command, folder)
        _, out, err = specc(*words, folder=folder)
        return out + err

    return output


def other_output(command: str, folder: Path) -> str:
    """The same of a command that is not specc's."""
    binaries = Path(sys.executable).parent
    environment = {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),  # what is imported is the tree that is tested
        "COLUMNS": "100",
        "LC_ALL": "C.UTF-8",
        "HOME": os.environ.get("HOME", "/"),
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def steps(document: str) -> list[tuple[str, str]]:
    """Each command and the output below it."""
    found: list[tuple[str, str]] = []
    for kind, _, body in blocks(document):
        if kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
"""A number that was computed: its last digit may be another one on another machine."""


@pytest.mark.parametrize("document", shows({"console"}))
def test_every_command_prints_what_is_shown(
    document: str, folders: dict[str, Path], run: Callable[[str, Path], str]
) -> None:
    shown = steps(document)
    assert shown
    for command, output in shown:
        found = run(command, folders[document])
        assert words(found) == words(output), command
        numbers = [[float(number) for number in NUMBER.findall(text)] for text in (found, output)]
        assert numbers[0] == pytest.approx(numbers[1], rel=2e-3), command


def words(text: str) -> str:
    """What was printed, without the digits of computed numbers."""
    return NUMBER.sub("#", text.rstrip())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_prints_what_is_shown(
    document: str, folders: dict[str, Path], run: Callable[[str, Path], str]
) -> None:
    parts = blocks(document)
    for (kind, _, code), (below, _, output) in pairwise(parts):
        if kind == "python":
            assert below == "text", "what a program prints stands below it"
            (folders[document] / "example.py").write_text(code)
            assert run("python example.py", folders[document]) == output


def test_the_readme_names_its_files() -> None:
    assert all(name for kind, name, _ in blocks("README.md") if kind == "yaml")


def test_the_commands_in_the_table_are_all_there_are() -> None:
    from spec_compiler.cli.commands import COMMANDS

    named = re.findall(r"^\| `specc (\w+)", README, re.MULTILINE)
    assert sorted(named) == sorted(COMMANDS)


def test_make_knows_the_targets_that_are_named() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert target in targets


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", (ROOT / document).read_text()):
        assert (ROOT / document).parent.joinpath(link).exists(), link


def test_the_spec_at_the_front_shows_what_specs_are_made_of() -> None:
    _, _, spec = next(part for part in blocks("README.md") if part[0] == "yaml")
    assert len(spec.splitlines()) <= 30
    for word in ("from", "use", "with", "reuse", "function", "blocks", "tests", "mask_zero"):
        assert re.search(rf"\b{word}:", spec), word


def test_the_readme_says_where_the_command_is() -> None:
    binaries = re.findall(r"^VENV := (\S+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [f"`{place}/bin/specc`" in README for place in binaries] == [True]
    assert f"`source {binaries[0]}/bin/activate`" in README
