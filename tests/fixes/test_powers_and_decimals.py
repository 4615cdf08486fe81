"""Sizes as other languages count them become what they are there: Python says how much that is."""

import numpy as np
import pytest
from test_text_edits import mend

import spec_compiler as sc

SPEC = """\
specc: 1
params: {{w: 8}}
inputs: {{x: {{shape: [8]}}}}
layers:
  - {{type: Dense, name: y, units: "{}"}}
"""
SURE = {
    "w^2": "w * w",
    "w**3": "w * w * w",
    "64 // w^2": "64 // (w * w)",
    "-w ^ 2 + 100": "-(w * w) + 100",
    "(w+1)**2": "(w+1) * (w+1)",
    "2 * (2 + w)  ** 2": "2 * ((2 + w) * (2 + w))",
    "2^5": "32",
    "w + 3 ** 4": "w + 81",
    "2.0 * w": "2 * w",
}
GUESSED = {
    "w * 0.5": "w / 2",
    "w*1.5": "w * 3 / 2",
    "0.25*w": "w / 4",
    "1.5 * w + 1": "w * 3 / 2 + 1",
    "0.5 * (w + 4)": "(w + 4) / 2",
    "int(w / 3)": "w // 3",
    "int(w*0.3)": "w * 3 // 10",
    "int(0.3 * w) + 1": "(w * 3 // 10) + 1",
}
LEFT = ["w ** w", "2 ** w", "w ^ 9", "w * 0.333", "w / 0.5", "8 / 0.5 * w", "int(w + 0.5)"]
"""What has no whole number, or more than one reading, or is long."""


def units(spec):
    (result,) = sc.compile_text(spec).run({"x": np.zeros((1, 8))}).values()
    return result.shape[-1]


def in_python(formula):
    return eval(formula.replace("^", "**"), {"__builtins__": {"int": int}, "w": 8})


@pytest.mark.parametrize(("wrong", "right"), [*SURE.items(), *GUESSED.items()])
def test_a_size_is_as_large_as_in_python(tmp_path, wrong, right):
    now, done = mend(tmp_path, SPEC.format(wrong), unsafe=wrong not in SURE)
    assert now.replace('"', "") == SPEC.format(right).replace('"', "")
    assert not done.found.errors
    assert units(now) == in_python(wrong)


@pytest.mark.parametrize("wrong", LEFT)
def test_what_has_no_reading_is_left_to_the_author(tmp_path, wrong):
    now, done = mend(tmp_path, SPEC.format(wrong))
    assert now == SPEC.format(wrong)
    assert len(done.found.errors) == 1
