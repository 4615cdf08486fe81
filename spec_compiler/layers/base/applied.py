"""What layers share that apply one activation."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.signal import Signal


class Applied(Layer):
    """A layer that is an activation of its input; what its arguments are is the layer's own."""

    masks: ClassVar[Masks] = PASSED

    def function(self) -> ActivationFunction:
        """The activation with the layer's arguments."""
        raise NotImplementedError

    def lower(self, b: Builder, x: Signal) -> Signal:
        """Whole numbers stay whole where the activation keeps them so."""
        function = self.function()
        whole = function.keeps_integers and x.value.type.is_integer
        return function.applied(b, x.value if whole else b.compute(x.value), x.mask)
