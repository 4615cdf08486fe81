"""Everything that the README shows is what happens."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FENCE = re.compile(r"^```(\w*)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(kind, name, body) for kind, name, body in FENCE.findall(README)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's files and the examples in it."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "examples", place / "examples")
    for kind, name, body in BLOCKS:
        if kind == "yaml":
            assert name, "a spec in the README has a file name"
            (place / name).write_text(body)
    return place


def run(command: str, folder: Path) -> str:
    """What a terminal of 100 columns would show."""
    binaries = Path(sys.executable).parent
    environment = {
        "PATH": f"{binaries}:{os.environ['PATH']}",
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


def steps() -> list[tuple[str, str]]:
    """Each command and the output below it."""
    found: list[tuple[str, str]] = []
    for kind, _, body in BLOCKS:
        if kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


def test_every_command_prints_what_is_shown(folder: Path) -> None:
    shown = steps()
    assert len(shown) >= 6
    for command, output in shown:
        assert run(command, folder).rstrip() == output.rstrip(), command


def test_the_python_example_prints_what_is_shown(folder: Path) -> None:
    index = next(i for i, (kind, _, _) in enumerate(BLOCKS) if kind == "python")
    (folder / "example.py").write_text(BLOCKS[index][2])
    assert run("python example.py", folder) == BLOCKS[index + 1][2]


def test_the_commands_in_the_table_are_all_there_are() -> None:
    from spec_compiler.cli import COMMANDS

    named = re.findall(r"^\| `specc (\w+)", README, re.MULTILINE)
    assert sorted(named) == sorted(COMMANDS)


def test_make_knows_the_targets_that_are_named() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert target in targets


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link
