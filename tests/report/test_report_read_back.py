"""Whatever specc finds, each format says it to its readers: every code's wrong example in all.

A snapshot of hundreds of pages would hold every word and no promise. What is held is that a format,
read by its own rules, says the same as the model that all of them print.
"""

import shlex
from pathlib import Path

import pytest
from read_back import READERS, Fact, of_json

from spec_compiler.codes import CODES

VALIDATED = [code for code in CODES.values() if code.wrong and code.command.startswith("validate")]
TESTED = [code for code in CODES.values() if code.wrong and code.command.startswith("test")]


def test_most_codes_are_those_of_validate():
    assert len(VALIDATED) > 150


def reports(specc, code, text, folder):
    """Every format of one run, by its name."""
    for name, content in {**code.files, code.varies: text}.items():
        (folder / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    given = [item for form in ["json", *READERS] for item in ("--format", f"{form}:out.{form}")]
    specc(*shlex.split(code.command), *given, folder=folder)
    return {form: Path(folder, f"out.{form}").read_text("utf-8") for form in ["json", *READERS]}


@pytest.mark.parametrize("code", VALIDATED, ids=lambda code: code.code)
def test_every_format_says_the_same(specc, code, tmp_path):
    made = reports(specc, code, code.wrong, tmp_path)
    facts = of_json(made["json"])
    assert code.code in {fact.code for fact in facts}
    for form, reader in READERS.items():
        expected = facts
        if form == "junit":
            expected = [fact for fact in facts if fact.severity == "error"]
        if form == "gitlab":  # which wants a place
            expected = [Fact(*fact[:3], fact.line or 1) for fact in facts]
        assert reader(made[form]) == expected, form


@pytest.mark.parametrize("code", TESTED, ids=lambda code: code.code)
def test_what_fails_in_tests_is_said_the_same(specc, code, tmp_path):
    made = reports(specc, code, code.wrong, tmp_path)
    facts = READERS["sarif"](made["sarif"])
    assert code.code in {fact.code for fact in facts}
    for form, reader in READERS.items():
        assert reader(made[form]) == facts, form


def test_what_is_right_is_said_to_be(specc, tmp_path):
    code = CODES["SPC0103"]
    made = reports(specc, code, code.right, tmp_path)
    assert all(reader(made[form]) == [] for form, reader in READERS.items())
    assert '<testcase classname="model.yaml" name="valid" file="model.yaml"/>' in made["junit"]
    assert made["markdown"].startswith("**1 spec is valid**\n")
    assert "| `model.yaml` | 0 | 0 | 0 |" in made["markdown"]
    assert made["gitlab"] == "[]\n"
    assert made["github"] == ""
