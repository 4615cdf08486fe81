"""Weight: a learned tensor that nothing feeds, the same for every row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from spec_compiler.declaring.fields import KnownSize, refuse, sizes_listed
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix
from spec_compiler.layers.base.interface import Named, Ports, Roles
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal


def _sizes(written: object) -> object:
    if not is_sequence(written):
        message = f"must be a list of sizes such as `[512, 64]`, not {described(written)}"
        raise refuse(message, fix=sizes_listed(written))
    return tuple(written)


class Weight(Layer):
    """A learned tensor: positions, a class token, a scale. Nothing feeds it.

    Nothing to `float[shape]`. Weight: `value [shape]`. The result has no batch axis: it is the same
    for every row. What follows a Weight without `from` reads the Weight.

    Source: Keras's `add_weight`, of which its custom layers make such tensors.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example((), {"shape": [3, 4]}, gives="float32[3, 4]", equals="value"),
        Example(
            (),
            {"shape": [2], "initializer": "ones"},
            gives="float32[2]",
            equals="value",
            why="a scale",
        ),
        Example((), {"shape": [0, 4]}, refuses="SPC0308"),
        Example((), {"shape": [3], "from": "x"}, refuses="SPC0204"),
    )
    ports: ClassVar[Ports] = Roles(())
    learned: ClassVar[tuple[Named, ...]] = (Named("value"),)
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        "values": "write the numbers under `inputs`: `{tensor: [[1, 2]]}` is a constant",
    }

    shape: Annotated[tuple[KnownSize, ...], BeforeValidator(_sizes)]
    """The shape: numbers and params."""
    initializer: InitializerField = GlorotUniform()
    """Gives it its first values."""
    regularizer: RegularizerField | None = None
    """Penalty on it."""
    constraint: ConstraintField | None = None
    """What it is projected to in training."""

    def lower(self, b: LayerBuilder) -> Signal:
        """See the class."""
        said = Training("", self.initializer, self.regularizer, self.constraint)
        return Signal(b.weight("value", self.shape, said), batch=None)
