"""A spec is at most 1.3 times as long as the same model in Keras; `make keras` compares numbers."""

from __future__ import annotations

import pytest

import lines
from spec_compiler.compile import program_of_file


def test_there_are_ten():
    assert len(lines.NAMES) == 10


@pytest.mark.parametrize("name", lines.NAMES)
def test_a_spec_is_valid_and_not_much_longer_than_keras(name):
    assert program_of_file(lines.FOLDER / name / "model.yaml").outputs
    assert lines.spec_lines(name) <= lines.LONGEST * lines.keras_lines(name)


@pytest.mark.parametrize("name", lines.NAMES)
def test_no_line_is_made_long_to_save_another(name):
    for file in ("model.yaml", "keras_model.py"):
        text = (lines.FOLDER / name / file).read_text()
        assert max(map(len, text.splitlines())) <= lines.WIDEST


def test_the_table_is_fresh():
    assert (lines.FOLDER / "README.md").read_text() == lines.table(), "run tests/ports/lines.py"
