"""Each block of `specc:std` computes what others compute, whose numbers `make.py` wrote down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from cases import CASES

import spec_compiler as sc

EXPECTED = dict(np.load(Path(__file__).parent / "expected.npz"))


def told(name, kind):
    """The arrays of a case: `in`, `w` or `out`."""
    prefix = f"{name}/{kind}/"
    return {
        key.removeprefix(prefix): array for key, array in EXPECTED.items() if key.startswith(prefix)
    }


ROUNDED = (
    "encoder_stack",
    "llama_stack_masked",
    "alibi_attention",
    "wavenet_block",
    "bottleneck_block",
)
"""What is computed in float32, too, of each kind something deep."""


@pytest.mark.parametrize(
    ("name", "dtype"),
    [*((name, "float64") for name in CASES), *((name, "float32") for name in ROUNDED)],
)
def test_a_block_computes_what_others_compute(name, dtype):
    case = CASES[name]
    weights = {key: array.astype(dtype) for key, array in told(name, "w").items()}
    model = sc.compile_text(case.text(dtype), weights=weights)
    fed = {
        key: array if array.dtype == "bool" else array.astype(dtype)
        for key, array in told(name, "in").items()
    }
    made = model(fed)
    made = made if isinstance(made, dict) else {case.outputs[0]: made}
    keep = fed.get("x.mask")
    for output, wanted in told(name, "out").items():
        result = made[output]
        assert result.shape == wanted.shape
        if keep is not None and wanted.ndim == 3:  # what stands at padding counts for nobody
            result, wanted = result[keep], wanted[keep]
        limits = (
            {"rtol": 1e-5, "atol": 1e-5} if dtype == "float32" else {"rtol": 1e-10, "atol": 1e-10}
        )
        np.testing.assert_allclose(result, wanted, **limits)


@pytest.mark.parametrize("name", ["sinusoidal_positions", "rotary", "rotary_pairs"])
def test_places_are_told_apart_in_little_precision(name):
    """bfloat16 holds whole numbers up to 256 only, and angles are made of larger ones."""
    shape = "[t, 2, 4]" if "rotary" in name else "[t, 4]"
    made = []
    for dtype in ("float64", "mixed_bfloat16"):
        model = sc.compile_text(
            f"specc: 1\nimports: {{std: specc:std}}\ndtype: {dtype}\ndims: {{t: {{}}}}\n"
            f"inputs: {{x: {{shape: {shape}}}}}\nlayers: [{{use: std.{name}}}]\n"
        )
        sizes = (1, 1001, 2, 4) if "rotary" in name else (1, 1001, 4)
        made.append(model(np.ones(sizes, "float64" if dtype == "float64" else "float32")))
    np.testing.assert_allclose(made[1], made[0], atol=0.02)
