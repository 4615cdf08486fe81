"""Forty specs as somebody wrote them who had read the README once, and what they were told.

A folder is one trial, each by another reader. `NAME.yaml` is as it was written, `NAME.right.yaml`
as it became by following the messages; one that was right at once has no second form. `said.txt`
holds every message, a block for each spec: its place, its code and its words, and below them the
words beside the caret and the help. Layers of Keras that specc has not yet are left out of it: a
spec that only lacks one is held to be right, and must be so when the layer comes.
"""

from pathlib import Path

import pytest

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

HERE = Path(__file__).parent
TRIALS = sorted(path.parent for path in HERE.glob("*/said.txt"))
WRITTEN = sorted(path for path in HERE.glob("*/*.yaml") if not path.stem.endswith(".right"))
RIGHT = [right if (right := path.with_suffix(".right.yaml")).exists() else path for path in WRITTEN]
SAID = {
    trial / f"{name}.yaml": lines
    for trial in TRIALS
    for block in (trial / "said.txt").read_text(encoding="utf-8").strip().split("\n\n")
    for name, *lines in [block.splitlines()]
}


def named(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def findings(path: Path) -> list[sc.Diagnostic]:
    """What is wrong with a spec, but for the layers that are to come."""
    return [
        item
        for item in sc.validate(path.read_text(encoding="utf-8"), file=str(path))
        if item.severity is Severity.ERROR and not is_to_come(item)
    ]


def is_to_come(item: sc.Diagnostic) -> bool:
    return item.code == "SPC0202" and item.message.endswith(" yet")


def lines_of(item: sc.Diagnostic) -> tuple[str, str]:
    words = [part for part in (item.annotation, item.help) if part not in {"", "unknown"}]
    place = f"{item.span.line}:{item.span.column}"
    return f"{place} {item.code} {item.message}", f"~ {' | '.join(words)}"


@pytest.mark.parametrize("path", WRITTEN, ids=named)
def test_a_slip_is_said_once_and_in_place(path):
    said = [line for item in findings(path) for line in lines_of(item)]
    assert said == SAID.get(path, [])


@pytest.mark.parametrize("path", RIGHT, ids=named)
def test_what_the_messages_led_to_is_right(path):
    assert findings(path) == []


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_every_message_has_its_spec(trial):
    written = [path for path in WRITTEN if path.parent == trial]
    assert len(written) == 40
    assert {path for path in SAID if path.parent == trial} <= {*written}


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_their_own_tests_pass(specc, trial):
    tested = [
        path
        for path in RIGHT
        if path.parent == trial
        and "\ntests:" in (text := path.read_text(encoding="utf-8"))
        and not any(map(is_to_come, sc.validate(text, file=str(path))))
        and "\nweights:" not in text
    ]
    assert len(tested) >= 7
    ran = specc("test", *map(str, tested))
    assert ran.status == 0, ran.out
