"""What layers share that act in training only: a run gives out what comes in."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Inert(Layer):
    """A layer whose arguments have no effect on a run; they are held to what Keras takes.

    Values and shape stay. Floats are cast to the dtype that the layer computes in; whole numbers
    stay whole, unless the layer `casts`.
    """

    ranks: ClassVar[tuple[int, ...]] = ()
    """The numbers of axes that the input may have; none: any."""
    axes: ClassVar[str] = ""
    """What they are, for the message."""
    casts: ClassVar[bool] = False
    """Whether whole numbers become floats."""
    masks: ClassVar[Masks] = PASSED

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if self.ranks and x.rank not in self.ranks:
            raise Refusal(
                "SPC0304",
                f"{type(self).__name__} needs {self.axes}, and its input is {x.value.type}",
                argument=("from",),
            )
        return replace(x, value=b.compute(x.value) if self.casts else b.kept(x.value))
