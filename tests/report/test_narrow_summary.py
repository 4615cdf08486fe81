"""A summary fits the terminal, from 40 columns on; elsewhere all of it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_compiler.compile import program_of_text, prove_file
from spec_compiler.report.model import Summary
from spec_compiler.report.style import Style

TESTS = Path(__file__).parents[1]
SPECS = sorted(
    path
    for folder in (TESTS.parent / "examples", TESTS / "ports")
    for path in folder.rglob("*.yaml")
)
ORDER = ["mask", "FLOPs", "type", "share"]
"""What is left out, the first at first; dtypes are gone before."""


def head(program, width):
    lines = Summary(program).text(Style(width=width, wraps=True)).splitlines()
    return next(line for line in lines if line.startswith("layer ")).split()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(TESTS.parent)))
@pytest.mark.parametrize("fold", [True, False])
def test_no_line_is_longer_than_the_terminal(path, fold):
    program = prove_file(path)
    if program is None:
        return
    for width in (40, 41, 50, 60, 69, 70, 80, 100, 160):
        style = Style(width=width, wraps=True, color=False)
        text = Summary(program, fold=fold).text(style)
        assert max(map(len, text.splitlines())) <= width
    whole = Summary(program, fold=fold).text(Style(width=40)).splitlines()
    assert any(line.split()[:4] == ["layer", "type", "output", "dtype"] for line in whole)


def test_columns_are_left_out_in_one_order():
    program = prove_file(TESTS.parent / "examples" / "text" / "model.yaml")
    assert program is not None
    gone = None
    for width in range(160, 39, -1):
        titles = head(program, width)
        assert {"layer", "output", "parameters"} <= {*titles}
        left_out = [title for title in ORDER if title not in titles]
        assert left_out == ORDER[: len(left_out)]
        assert gone is None or len(left_out) >= len(gone)
        gone = left_out
    assert gone == ORDER


def test_what_is_broken_stays_whole():
    text = """\
specc: 1
inputs: {x: {shape: [4]}}
layers: [{type: Dense, name: a_layer_whose_name_is_long, units: 3}]
"""
    lines = Summary(program_of_text(text)).text(Style(width=40, wraps=True)).splitlines()
    names = "".join(line[:14].rstrip() for line in lines[2:5])
    assert names.startswith("a_layer_whose_name_is_long")
