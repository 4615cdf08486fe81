"""SpatialDropout: in training whole features become 0; a run changes nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import DataFormat


def _shown(takes: str, settings: dict[str, Any]) -> tuple[Example, ...]:
    """A use with all arguments, and one of a tensor that has too few axes."""
    return (
        Example(takes, settings, gives=takes, equals="x", keeps="mask(x)"),
        Example("float32[batch, 8]", {"rate": 0.1}, refuses="SPC0304"),
    )


class SpatialDropout1D(Inert):
    """In training, set a fraction of the features to 0 in all steps at once.

    `[batch, steps, features]` as it is: a run is inference. A mask passes. Floats are cast to the
    dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's
    SpatialDropout1D.
    """

    examples: ClassVar[tuple[Example, ...]] = _shown("float32[batch, seq, 8] mask", {"rate": 0.1})
    ranks: ClassVar[tuple[int, ...]] = (3,)
    axes: ClassVar[str] = "rank 3, a batch of sequences"

    rate: Fraction
    """Fraction of the features that training drops, from 0 to 1; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is dropped; no effect on inference."""


class SpatialDropout2D(Inert):
    """In training, set a fraction of the features to 0 in the whole image at once.

    `[batch, rows, columns, features]` as it is: a run is inference. A mask passes. Floats are cast
    to the dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's
    SpatialDropout2D.
    """

    examples: ClassVar[tuple[Example, ...]] = _shown(
        "float32[batch, 5, seq, 3] mask", {"rate": 0.1, "data_format": "channels_last"}
    )
    ranks: ClassVar[tuple[int, ...]] = (4,)
    axes: ClassVar[str] = "rank 4, a batch of images"

    rate: Fraction
    """Fraction of the features that training drops, from 0 to 1; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the features are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is dropped; no effect on inference."""


class SpatialDropout3D(Inert):
    """In training, set a fraction of the features to 0 in the whole volume at once.

    `[batch, three axes, features]` as it is: a run is inference. A mask passes. Floats are cast to
    the dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's
    SpatialDropout3D.
    """

    examples: ClassVar[tuple[Example, ...]] = _shown(
        "float32[batch, 4, 2, seq, 3] mask", {"rate": 0.1, "data_format": "channels_first"}
    )
    ranks: ClassVar[tuple[int, ...]] = (5,)
    axes: ClassVar[str] = "rank 5, a batch of volumes"

    rate: Fraction
    """Fraction of the features that training drops, from 0 to 1; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the features are; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of what is dropped; no effect on inference."""
