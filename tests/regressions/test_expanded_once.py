"""What the core form once left out: relations that uses leave to the data."""

from pathlib import Path

import numpy as np
import pytest

from spec_compiler import Model, SpecError, compile_file, compile_text
from spec_compiler.compare.canonical import identity
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

PART = """
specc: 1
dims: {n: {min: 2, max: 10, multiple_of: 2}, m: {}}
constraints: ["n <= m"]
inputs: {t: {shape: [n]}, u: {shape: [m]}}
layers:
  - {type: Identity, name: d, from: t}
  - {type: Identity, name: f, from: u}
outputs: [d, f]
"""
OF_A_FILE = """
specc: 1
imports: {part: ./part.yaml}
dims: {k: {}, l: {}}
inputs: {a: {shape: [k]}, b: {shape: [l]}}
layers: [{use: part, name: p, from: [a, b]}]
outputs: [p.d, p.f]
"""
OF_A_BLOCK = """
specc: 1
dims: {k: {}, l: {}}
inputs: {a: {shape: [k]}, b: {shape: [l]}}
blocks:
  part:
    inputs: {t: {shape: [s]}, u: {shape: [s]}}
    layers: [{type: Add, name: sum, from: [t, u]}]
    outputs: {y: {from: sum, shape: [3, s]}}
layers: [{use: part, name: p, from: [a, b]}]
"""


def expanded(model: Model) -> Model:
    return compile_text(to_yaml(core_document(model.program)))


def is_taken(model: Model, batch: int, k: int, other: int) -> bool:
    try:
        model({"a": np.zeros((batch, k), "float32"), "b": np.zeros((batch, other), "float32")})
    except SpecError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (OF_A_FILE, lambda batch, k, other: 2 <= k <= min(10, other) and k % 2 == 0),
        (OF_A_BLOCK, lambda batch, k, other: k == other and batch == 3),
    ],
)
def test_the_core_form_takes_what_the_spec_takes(tmp_path: Path, text: str, holds):
    (tmp_path / "part.yaml").write_text(PART)
    path = tmp_path / "model.yaml"
    path.write_text(text)
    model = compile_file(path)
    again = expanded(model)
    assert identity(again.program) == identity(model.program)
    assert core_document(again.program) == core_document(model.program)
    for batch, k, other in [
        (1, 2, 2),
        (3, 4, 4),
        (1, 4, 3),
        (3, 3, 5),
        (1, 12, 12),
        (3, 1, 1),
        (2, 2, 9),
    ]:
        wanted = bool(holds(batch, k, other))
        assert is_taken(model, batch, k, other) == wanted
        assert is_taken(again, batch, k, other) == wanted
