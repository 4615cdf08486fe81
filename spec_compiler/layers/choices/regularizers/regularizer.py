"""What a regulariser is."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value


class Regularizer(Choice):
    """A penalty on a tensor."""

    def check(self, shape: Shape) -> None:
        """Refuse a tensor of a shape that has no such penalty.

        Raises:
            Refusal: the shape does not fit.
        """

    def penalty(self, b: Builder, w: Value) -> Value:
        """A value of rank 0, in the dtype of `w`.

        Raises:
            Refusal: the shape of `w` does not fit.
        """
        raise NotImplementedError
