"""Whether numbers are the same, as exactly as what they were computed in allows."""

from __future__ import annotations

from typing import Any

import numpy as np

from spec_compiler.runtime.model import Model

LOOSE = {"float16": 2e-2, "bfloat16": 1e-1, "float32": 1e-4, "float64": 1e-9}


def close(model: Model, left: Any, right: Any, name: str) -> None:
    """The same numbers, as exactly as the dtypes that they were computed in allow."""
    graph = model.program.graph
    dtype = graph.outputs[name].dtype
    made = [LOOSE.get(value.dtype, 0) for node in graph.nodes for value in node.results]
    coarse = max([LOOSE[dtype], *made]) if dtype in LOOSE else 0
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(
            np.asarray(left, "float64"),
            np.asarray(right, "float64"),
            rtol=coarse,
            atol=coarse,
            err_msg=name,
        )
