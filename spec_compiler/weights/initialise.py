"""First values of weights, from the seed."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.storage import as_stored
from spec_compiler.layers.base.trained import Trained
from spec_compiler.layers.choices.constraints import Constraint
from spec_compiler.layers.choices.initializers import RandomInitializer
from spec_compiler.weights.random import Stream


def initialise(
    weights: Mapping[str, Trained], seed: int, *, project: bool = False
) -> dict[str, Array]:
    """New values for every weight, each from a random stream of its own.

    The streams are keyed by the seed (an initialiser's own, if it has one) and the weight's name:
    adding or reordering weights leaves the others' values as they were.

    Args:
        weights: The weights by name.
        seed: The file's seed.
        project: Whether constraints are applied to the new values.

    Returns:
        Arrays in the weights' dtypes; bfloat16 values stand in float32 arrays.

    Raises:
        Refusal: an initialiser or a constraint does not fit the shape of its weight.
    """
    values: dict[str, Array] = {}
    for name, made in weights.items():
        initializer, weight = made.training.initializer, made.weight
        own = initializer.seed if isinstance(initializer, RandomInitializer) else None
        stream = Stream(seed if own is None else own, name)
        array = initializer.draw(stream, weight.shape, made.fans)
        with np.errstate(over="ignore"):  # a constant beyond the dtype's range is infinite in it
            drawn = as_stored(array, weight.value.dtype)
        if project and made.training.constraint is not None:
            drawn = _projected(drawn, weight, made.training.constraint)
        values[name] = drawn
    return values


def _projected(array: Array, weight: Weight, constraint: Constraint) -> Array:
    b = Builder()
    w = b.value(weight.value.type)
    graph = b.graph({"w": w}, {"y": constraint.project(b, w)})
    return evaluate(graph, {"w": array}, {}, {})["y"]
