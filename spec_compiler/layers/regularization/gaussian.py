"""GaussianDropout and GaussianNoise: in training noise comes in; a run changes nothing."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.layer import Example


class GaussianDropout(Inert):
    """In training, multiply by noise around 1, of deviation `sqrt(rate / (1 - rate))`.

    A run is inference: values and shape stay as they are, and a mask passes. Floats are cast to the
    dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's
    GaussianDropout.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            {"rate": 0.1},
            gives="float32[batch, seq, 8] mask",
            equals="x",
            keeps="mask(x)",
        ),
        Example("float32[batch, 8]", {"rate": -0.5}, refuses="SPC0104"),
    )

    rate: Fraction
    """How much of an entry is noise, from 0 to 1; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of the noise; no effect on inference."""


class GaussianNoise(Inert):
    """In training, add noise around 0 of deviation `stddev`.

    A run is inference: values and shape stay as they are, and a mask passes. Floats are cast to the
    dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's
    GaussianNoise.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            {"stddev": 0.1},
            gives="float32[batch, seq, 8] mask",
            equals="x",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 8]", {"stddev": 2}, refuses="SPC0104", why="Keras takes none above 1"
        ),
    )

    stddev: Fraction
    """Deviation of the noise, from 0 to 1; no effect on inference."""
    seed: WholeNumber | None = None
    """Seed of the noise; no effect on inference."""
