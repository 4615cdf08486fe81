"""Penalties of regularisers: on weights, and on activities of layers for given data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from spec_compiler.ir.arrays import Array
from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.program import Program
from spec_compiler.runtime.run import Run


def losses(program: Program, weights: Mapping[str, Array], run: Run | None) -> dict[str, float]:
    """Every penalty by the name of its weight or layer.

    Weights that are not trainable have none, as in Keras. Penalties on activities are divided by
    the batch size.
    """
    found = {
        name: penalty(made.training.regularizer, weights[name])
        for name, made in program.weights.items()
        if made.training.regularizer is not None and made.weight.trainable
    }
    if run is not None and program.activities:
        outputs = {str(i): value for i, (_, _, value) in enumerate(program.activities)}
        seen = run.whole(replace(program.graph, outputs=outputs))
        for index, (layer, regularizer, _) in enumerate(program.activities):
            activity = seen[str(index)]
            found[layer] = found.get(layer, 0.0) + penalty(regularizer, activity) / len(activity)
    return found


def penalty(regularizer: Regularizer, array: Array) -> float:
    """A regulariser's penalty on an array, computed in float64."""
    b = Builder()
    w = b.value(TensorType("float64", array.shape))
    graph = b.graph({"w": w}, {"penalty": regularizer.penalty(b, w)})
    return float(evaluate(graph, {"w": array.astype(np.float64)}, {}, {})["penalty"])
