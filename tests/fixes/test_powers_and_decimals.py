"""Sizes as other languages count them become what they are there, where `w` is 8."""

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
    "w^2": ("w * w", 64),
    "w**3": ("w * w * w", 512),
    "64 // w^2": ("64 // (w * w)", 1),
    "-w ^ 2 + 100": ("-(w * w) + 100", 36),
    "(w+1)**2": ("(w+1) * (w+1)", 81),
    "2 * (2 + w)  ** 2": ("2 * ((2 + w) * (2 + w))", 200),
    "2^5": ("32", 32),
    "w + 3 ** 4": ("w + 81", 89),
    "2.0 * w": ("2 * w", 16),
}
GUESSED = {
    "w * 0.5": ("w / 2", 4),
    "w*1.5": ("w * 3 / 2", 12),
    "0.25*w": ("w / 4", 2),
    "1.5 * w + 1": ("w * 3 / 2 + 1", 13),
    "0.5 * (w + 4)": ("(w + 4) / 2", 6),
    "int(w / 3)": ("w // 3", 2),
    "int(w*0.3)": ("w * 3 // 10", 2),
    "int(0.3 * w) + 1": ("(w * 3 // 10) + 1", 3),
}
LEFT = ["w ** w", "2 ** w", "w ^ 9", "w * 0.333", "w / 0.5", "8 / 0.5 * w", "int(w + 0.5)"]
"""What has no whole number, or more than one reading, or is long."""


def units(spec):
    (result,) = sc.compile_text(spec).run({"x": np.zeros((1, 8))}).values()
    return result.shape[-1]


@pytest.mark.parametrize(("wrong", "right"), [*SURE.items(), *GUESSED.items()])
def test_a_size_is_as_large_as_there(tmp_path, wrong, right):
    text, size = right
    now, done = mend(tmp_path, SPEC.format(wrong), unsafe=wrong not in SURE)
    assert now.replace('"', "") == SPEC.format(text).replace('"', "")
    assert not done.found.errors
    assert units(now) == size


@pytest.mark.parametrize("wrong", LEFT)
def test_what_has_no_reading_is_left_to_the_author(tmp_path, wrong):
    now, done = mend(tmp_path, SPEC.format(wrong))
    assert now == SPEC.format(wrong)
    assert len(done.found.errors) == 1
