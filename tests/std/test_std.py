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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", CASES)
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
