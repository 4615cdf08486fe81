"""What a constraint is."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value


class Constraint(Choice):
    """A projection of a weight."""

    def check(self, shape: Shape) -> None:
        """Refuse a weight of a shape that cannot be projected.

        Raises:
            Refusal: the shape does not fit.
        """

    def project(self, b: Builder, w: Value) -> Value:
        """The weight that satisfies the constraint; same shape and dtype.

        Raises:
            Refusal: the shape of `w` does not fit.
        """
        raise NotImplementedError
