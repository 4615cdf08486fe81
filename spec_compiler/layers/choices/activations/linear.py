"""No activation, which most layers begin with: a spec that names no other loads no other."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import ActivationFunction


class Linear(ActivationFunction):
    """`x`."""

    names: ClassVar[tuple[str, ...]] = ("linear",)

    @property
    def keeps_integers(self) -> bool:
        """Always."""
        return True

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return x
