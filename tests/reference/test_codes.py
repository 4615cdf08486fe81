"""Every code can be met: its wrong example raises it alone, its right one raises nothing."""

import re
import shlex
from pathlib import Path

import pytest

from spec_compiler.codes import CODES, FAMILIES

PACKAGE = Path(__file__).parents[2] / "spec_compiler"
NOT_SHOWN = {
    "SPC0136": "needs a Python function, which no text can name",
    "SPC0401": "only a mistake in a layer could cause it",
    "SPC0524": "needs a Python function, which no text can name",
    "SPC0525": "needs a folder of results",
    "SPC0526": "needs Dask",
    "SPC0518": "needs a sparse matrix, which is no text",
    "SPC0559": "needs data beyond the machine's memory",
    "SPC0560": "needs pickled data, which is no text",
    "SPC0563": "needs a machine without scipy",
    "SPC0814": "needs Keras",
    "SPC0821": "needs a machine without Keras",
    "SPC0822": "needs Keras",
    "SPC0912": "needs Keras",
    "SPC0913": "needs Keras",
}
"""Codes whose examples cannot be shown as text."""
SHOWN = [code for code in CODES.values() if code.code not in NOT_SHOWN]


@pytest.fixture
def shown(specc, tmp_path, monkeypatch):
    """Runs what a code shows with one of its texts: the status, the findings, what was printed."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def run(code, text):
        for name, content in {**code.files, code.varies: text}.items():
            (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
        ran = specc(*shlex.split(code.command), folder=tmp_path)
        found = re.findall(r"^(error|warning|note)\[(SPC\d{4})\]", ran.out + ran.err, re.MULTILINE)
        return ran.status, found, ran

    return run


@pytest.mark.parametrize("code", SHOWN, ids=lambda code: code.code)
def test_wrong_raises_it_alone(code, shown):
    status, found, printed = shown(code, code.wrong)
    assert [number for _, number in found] == [code.code], printed
    assert status == (1 if found[0][0] == "error" else 0)


@pytest.mark.parametrize("code", SHOWN, ids=lambda code: code.code)
def test_right_raises_nothing(code, shown):
    status, found, printed = shown(code, code.right)
    assert (status, found) == (0, []), printed


def test_what_is_not_shown_has_a_reason():
    assert {code.code for code in CODES.values() if not code.wrong} == set(NOT_SHOWN)


def test_codes_are_those_that_the_source_raises():
    raised = {
        number
        for path in PACKAGE.rglob("*.py")
        if path.parent.name not in {"codes", "report"}
        for number in re.findall(r'"(SPC\d{4})"', path.read_text())
    }
    assert raised == set(CODES)


def test_a_code_is_in_the_family_that_its_number_names():
    for number, family in FAMILIES.items():
        assert {item.code[:5] for item in family} == {f"SPC{number}"}


def test_no_code_has_two_meanings():
    entries = [
        number
        for path in (PACKAGE / "codes").glob("*.py")
        for number in re.findall(r'^\s+(?:\w+\()?"(SPC\d{4})",$', path.read_text(), re.MULTILINE)
    ]
    assert len(entries) == len(set(entries)) == len(CODES)
