"""Formulas in numbers, as examples of layers state them: the way of a Lambda, not of a layer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from spec_compiler.expression import Operand, Tensor, lower_expression
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS


class Formulas:
    """What names mean, and what formulas over them are in float64."""

    def __init__(
        self, sizes: Mapping[str, int], arrays: Mapping[str, np.ndarray], where: Mapping[str, str]
    ) -> None:
        """Names of sizes, of arrays (`x.mask` is the mask of `x`), and of what formulas are."""
        self._builder = LayerBuilder(policy=Policy.named("float64"), layer="formula")
        self._arrays = {name: _wide(array) for name, array in arrays.items()}
        self._values = {name: self._value(array) for name, array in self._arrays.items()}
        self._names: dict[str, Operand] = dict(sizes)
        for name, value in self._values.items():
            self._names[name] = Tensor.input(value, self._values.get(f"{name}.mask"))
        for name, formula in where.items():
            self._names[name] = self._lowered(formula)

    def __call__(self, formula: str) -> np.ndarray:
        """What a formula is."""
        graph = self._builder.graph(self._values, {"y": self._lowered(formula).value})
        return evaluate(graph, self._arrays, {}, {})["y"]

    def _lowered(self, formula: str) -> Tensor:
        return lower_expression(formula, self._builder, self._names, LAMBDA_FUNCTIONS)

    def _value(self, array: np.ndarray) -> Value:
        return self._builder.value(TensorType(str(array.dtype), array.shape))


def _wide(array: np.ndarray) -> np.ndarray:
    return array.astype("float64") if array.dtype.kind == "f" else array
