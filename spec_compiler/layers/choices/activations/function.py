"""What an activation is."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, under


def along_batch(what: str, x: Value) -> Refusal:
    """The refusal of what would work along axis 0, which is the batch."""
    return Refusal(
        "SPC0358",
        f"{what} would work along the batch, axis 0 of {x.type}: rows would mix",
        argument=("axis",),
        help="it has no other axis; `axis: 0` if rows are to mix",
    )


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

    @property
    def takes_last(self) -> bool:
        """Whether it works along the last axis, as it does where its author names none."""
        return False

    def joined_axis(self, x: Value) -> int | None:
        """The axis of `x` whose entries decide each other's results, if there is one."""
        return None

    def applied(
        self, b: Builder, x: Value, mask: Mask | None = None, batch: int | None = 0
    ) -> Signal:
        """What the argument `activation` does to `x`, whose batch is an axis, or None.

        The mask stays, unless its own axis is halved.

        Raises:
            Refusal: `axis` does not fit the shape of `x`, or is the batch.
        """
        with under("activation"):
            if batch == 0 == self.joined_axis(x) and self.takes_last:
                raise along_batch(f"`{self.names[0]}`", x)
            axis = self.halved_axis(x)
            fits = axis is None or mask is None or axis >= len(mask.value.shape)
            return Signal(self.lower(b, x), mask if fits else None, batch=batch)
