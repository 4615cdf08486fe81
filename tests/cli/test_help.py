"""The help shows every word of every description, also on a narrow terminal."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest
import typer

from spec_compiler.cli.commands import COMMANDS


def words(text: str) -> str:
    """The words alone, without frames, lines and columns."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


def module(name: str):
    return importlib.import_module(f"spec_compiler.cli.{({'import': 'import_'}).get(name, name)}")


@pytest.mark.parametrize("columns", [80, 100])
def test_every_command_is_described_whole(specc, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    out = specc("--help").out
    assert "..." not in out.replace("[ARGS]...", "")
    assert max(map(len, out.splitlines())) <= columns
    for name in COMMANDS:
        described = inspect.cleandoc(module(name).command.__doc__).partition("\n\n")[0]
        assert words(f"{name} {described}") in words(out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_described_whole(specc, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    out = specc(name, "--help").out
    assert max(map(len, out.splitlines())) <= 80
    shown = set(words(out).split())
    hints = inspect.get_annotations(module(name).command, eval_str=True)
    for hint in hints.values():
        for said in getattr(hint, "__metadata__", ()):
            assert isinstance(said, typer.models.ParameterInfo)
            assert {*said.help.split()} <= shown
    assert {*inspect.getdoc(module(name).command).split()} <= shown
    assert "[[" not in out
