"""Running the command line in this process, as its entry point does."""

from __future__ import annotations

import io
import signal
import sys
from typing import NamedTuple

import pytest

from spec_compiler.cli import main


class Outcome(NamedTuple):
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def specc(monkeypatch, capsys):
    def run(*arguments: str, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["specc", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        capsys.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        return Outcome(leaving.value.code, *capsys.readouterr())

    return run
