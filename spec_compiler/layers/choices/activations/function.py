"""What an activation is."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import under


class ActivationFunction(Choice):
    """A function of a tensor; the shape stays, except for `glu`, which halves an axis."""

    @property
    def keeps_integers(self) -> bool:
        """Whether whole numbers stay whole; other activations compute in the layer's dtype."""
        return False

    def lower(self, b: Builder, x: Value) -> Value:
        """The function written in primitives; `x` is already in the dtype to compute in.

        Raises:
            Refusal: `axis` does not fit the shape of `x`.
        """
        raise NotImplementedError

    def halved_axis(self, x: Value) -> int | None:
        """The axis of `x` that becomes half as long, counted from 0, if there is one."""
        return None

    def applied(self, b: Builder, x: Value, mask: Mask | None = None) -> Signal:
        """What the argument `activation` does to `x`.

        The mask stays, unless its own axis is halved.

        Raises:
            Refusal: `axis` does not fit the shape of `x`.
        """
        with under("activation"):
            axis = self.halved_axis(x)
            fits = axis is None or mask is None or axis >= len(mask.value.shape)
            return Signal(self.lower(b, x), mask if fits else None)
