"""The same bytes come out for any hash seed, and from any working directory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = """specc: 1
params: {width: 4}
dims: {seq: {max: 9}}
inputs: {tokens: {shape: [seq], dtype: int32}, other: {shape: [3], dtypo: int32}}
layers:
  - {type: Embedding, name: e, from: tokens, input_dim: 9, output_dim: widht, mask_zero: true}
  - {type: EinsumDense, name: p, equation: "abc,cd->abe", sizes: {d: 2}}
  - {type: Dense, name: a, from: [b, c], units: 3}
  - {type: Dense, name: b, from: a, units: 3}
  - {type: Dens, name: a, units: 3, activation: rleu, use_bias: "no"}
outputs: {y: e, z: nothing}
"""


@pytest.mark.parametrize("output", ["json", "text"])
def test_diagnostics(tmp_path, output):
    (tmp_path / "spec.yaml").write_text(WRONG)
    (tmp_path / "sub").mkdir()
    command = [sys.executable, "-m", "spec_compiler", "validate", "--format", output]
    found = set()
    for seed in ("0", "1", "42"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, "spec.yaml"], cwd=tmp_path, env=environment, capture_output=True
        )
        assert done.returncode == 1, done.stderr
        found.add(done.stdout + done.stderr)
    assert len(found) == 1


def test_working_directory(specc, tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text(WRONG)
    (tmp_path / "sub").mkdir()
    found = [
        json.loads(specc("validate", "--format", "json", path, folder=folder).out)
        for folder in (ROOT, tmp_path / "sub")
    ]
    texts = [
        [(item["code"], item["message"]) for item in result["diagnostics"]] for result in found
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 3
