"""Learning rates that become smaller."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import Number, number_of, refuse
from spec_compiler.declaring.numbers import NonNegativeNumber, PositiveNumber
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.ir.dim_operations import bounds
from spec_compiler.ir.dims import Size
from spec_compiler.training.schedules.batches import Batches, BatchesOrNone, positive
from spec_compiler.training.schedules.schedule import Schedule


class CosineDecay(Schedule):
    """Falls along half a cosine to `alpha` times the first rate; a warm-up may come first."""

    names: ClassVar[tuple[str, ...]] = ("cosine_decay", "CosineDecay")

    initial_learning_rate: NonNegativeNumber
    """What it begins with."""
    decay_steps: Batches
    """After how many batches, without those of the warm-up, it ends."""
    alpha: NonNegativeNumber = 0.0
    """The last rate as a share of the first."""
    warmup_target: PositiveNumber | None = None
    """The rate at the end of the warm-up; without it there is none."""
    warmup_steps: BatchesOrNone = 0
    """How many batches the warm-up takes."""


class CosineDecayRestarts(Schedule):
    """Falls along half a cosine, and begins again."""

    names: ClassVar[tuple[str, ...]] = ("cosine_decay_restarts", "CosineDecayRestarts")

    initial_learning_rate: NonNegativeNumber
    """What it begins with."""
    first_decay_steps: Batches
    """How many batches the first fall takes."""
    t_mul: PositiveNumber = 2.0
    """How much longer each fall is than the one before."""
    m_mul: PositiveNumber = 1.0
    """What each fall begins with, as a share of the one before."""
    alpha: NonNegativeNumber = 0.0
    """The last rate of a fall as a share of its first."""


class ExponentialDecay(Schedule):
    """`initial_learning_rate * decay_rate ** (batches / decay_steps)`."""

    names: ClassVar[tuple[str, ...]] = ("exponential_decay", "ExponentialDecay")

    initial_learning_rate: NonNegativeNumber
    """What it begins with."""
    decay_steps: Batches
    """How many batches a fall by `decay_rate` takes."""
    decay_rate: PositiveNumber
    """What it is multiplied by."""
    staircase: StrictBool = False
    """Whether it falls in steps."""


class InverseTimeDecay(Schedule):
    """`initial_learning_rate / (1 + decay_rate * batches / decay_steps)`."""

    names: ClassVar[tuple[str, ...]] = ("inverse_time_decay", "InverseTimeDecay")

    initial_learning_rate: NonNegativeNumber
    """What it begins with."""
    decay_steps: Batches
    """How many batches `decay_rate` is for."""
    decay_rate: NonNegativeNumber
    """How fast it falls."""
    staircase: StrictBool = False
    """Whether it falls in steps."""


class PolynomialDecay(Schedule):
    """Falls as a power of the batches that are left, to `end_learning_rate`."""

    names: ClassVar[tuple[str, ...]] = ("polynomial_decay", "PolynomialDecay")

    initial_learning_rate: NonNegativeNumber
    """What it begins with."""
    decay_steps: Batches
    """After how many batches it ends."""
    end_learning_rate: NonNegativeNumber = 0.0001
    """What it ends with."""
    power: PositiveNumber = 1.0
    """1 falls along a line."""
    cycle: StrictBool = False
    """Whether it begins again after `decay_steps`."""


def _growing(written: object, info: ValidationInfo) -> tuple[Size, ...]:
    if not is_sequence(written):
        raise refuse(f"must be a list of numbers of batches, not {described(written)}")
    found = tuple(positive(item, info) for item in written)
    if not found or any((bounds(b - a)[0] or 0) < 1 for a, b in pairwise(found)):
        raise refuse("must be numbers of batches that grow: `[10 * epoch, 20 * epoch]`")
    return found


def _printed(sizes: tuple[Size, ...]) -> list[int | str]:
    return [size if isinstance(size, int) else str(size) for size in sizes]


def _numbers(written: object, info: ValidationInfo) -> tuple[float, ...]:
    if not is_sequence(written):
        raise refuse(f"must be a list of numbers, not {described(written)}")
    return tuple(number_of(item, info) for item in written)


class PiecewiseConstantDecay(Schedule):
    """The same rate up to each boundary, and another one behind it."""

    names: ClassVar[tuple[str, ...]] = ("piecewise_constant_decay", "PiecewiseConstantDecay")

    boundaries: Annotated[
        tuple[Size, ...],
        BeforeValidator(_growing),
        PlainSerializer(_printed),
        WithJsonSchema({"type": "array", "items": {"type": ["integer", "string"]}}),
    ]
    """After how many batches each piece ends."""
    values: Annotated[
        tuple[Number, ...],
        BeforeValidator(_numbers),
        WithJsonSchema({"type": "array", "items": {"type": ["number", "string"]}}),
    ]
    """The rates: one more than there are boundaries."""

    @model_validator(mode="after")
    def _one_more(self) -> PiecewiseConstantDecay:
        if len(self.values) != len(self.boundaries) + 1:
            raise refuse(
                f"must have one more entry than `boundaries`: {len(self.boundaries) + 1}, not "
                f"{len(self.values)}",
                argument=("values",),
            )
        return self
