"""Optimisers that follow means of gradients and of their squares."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool, StrictStr

from spec_compiler.declaring.fields import KnownSize, Number
from spec_compiler.declaring.numbers import Fraction, NonNegativeNumber, PositiveNumber
from spec_compiler.training.optimizers.optimizer import LearningRate, Optimizer
from spec_compiler.training.schedules.batches import Steps


class _Moments(Optimizer):
    """What Adam and its kin take."""

    beta_1: Fraction = 0.9
    """How slowly the mean of gradients follows."""
    beta_2: Fraction = 0.999
    """How slowly the mean of their squares follows."""
    epsilon: NonNegativeNumber = 1e-07
    """What keeps divisors above 0."""


class Adam(_Moments):
    """Adam: steps by the mean of gradients over the root of the mean of their squares."""

    names: ClassVar[tuple[str, ...]] = ("adam", "Adam")
    in_order: ClassVar[tuple[str, ...]] = (
        "learning_rate",
        "beta_1",
        "beta_2",
        "epsilon",
        "amsgrad",
    )

    amsgrad: StrictBool = False
    """Whether the largest mean of squares so far is taken."""


class AdamW(Adam):
    """Adam with weight decay that is no part of the gradients."""

    names: ClassVar[tuple[str, ...]] = ("adamw", "AdamW", "adam_w")
    in_order: ClassVar[tuple[str, ...]] = (
        "learning_rate",
        "weight_decay",
        "beta_1",
        "beta_2",
        "epsilon",
        "amsgrad",
    )

    weight_decay: NonNegativeNumber | None = 0.004
    """The share by which every step makes weights smaller."""


class Adamax(_Moments):
    """Adam with the largest gradient in place of the mean of squares."""

    names: ClassVar[tuple[str, ...]] = ("adamax", "Adamax")


class Nadam(_Moments):
    """Adam with Nesterov's momentum."""

    names: ClassVar[tuple[str, ...]] = ("nadam", "Nadam")


class Lamb(_Moments):
    """Adam whose step is scaled to the size of each weight, for large batches."""

    names: ClassVar[tuple[str, ...]] = ("lamb", "Lamb")


class Lion(Optimizer):
    """Steps of one size, by the sign of a mean of gradients."""

    names: ClassVar[tuple[str, ...]] = ("lion", "Lion")

    beta_1: Fraction = 0.9
    """How the mean and the gradient are mixed for a step."""
    beta_2: Fraction = 0.99
    """How slowly the mean of gradients follows."""


class ScheduleFreeAdamW(_Moments):
    """AdamW without a schedule: weights are means over the steps."""

    names: ClassVar[tuple[str, ...]] = (
        "schedule_free_adamw",
        "ScheduleFreeAdamW",
        "schedulefreeadamw",
    )
    in_order: ClassVar[tuple[str, ...]] = (
        "learning_rate",
        "beta_1",
        "beta_2",
        "epsilon",
        "warmup_steps",
    )

    learning_rate: LearningRate = 0.0025
    """How far a step goes: a number, or a schedule."""
    epsilon: NonNegativeNumber = 1e-08
    """What keeps divisors above 0."""
    warmup_steps: Steps = 0
    """Over how many steps the rate grows to what it is."""


class Muon(Optimizer):
    """Steps of matrices by what is nearest to an orthogonal one; Adam for all else."""

    names: ClassVar[tuple[str, ...]] = ("muon", "Muon")
    in_order: ClassVar[tuple[str, ...]] = (
        "learning_rate",
        "adam_beta_1",
        "adam_beta_2",
        "adam_weight_decay",
        "epsilon",
        "weight_decay",
        "clipnorm",
        "clipvalue",
        "global_clipnorm",
        "use_ema",
        "ema_momentum",
        "ema_overwrite_frequency",
        "loss_scale_factor",
        "gradient_accumulation_steps",
    )

    adam_beta_1: Fraction = 0.9
    """Adam's `beta_1`."""
    adam_beta_2: Fraction = 0.999
    """Adam's `beta_2`."""
    adam_weight_decay: NonNegativeNumber | None = 0.004
    """Adam's `weight_decay`."""
    epsilon: NonNegativeNumber = 1e-07
    """What keeps divisors above 0."""
    weight_decay: NonNegativeNumber | None = 0.004
    """The share by which every step makes weights smaller."""
    exclude_layers: list[StrictStr] | None = None
    """Regular expressions of paths of weights that Adam changes."""
    exclude_embeddings: StrictBool = True
    """Whether Adam changes embeddings."""
    muon_a: Number = 3.4445
    """First coefficient of Newton and Schulz's iteration."""
    muon_b: Number = -4.775
    """Second coefficient."""
    muon_c: Number = 2.0315
    """Third coefficient."""
    adam_lr_ratio: PositiveNumber = 1
    """Adam's rate as a share of `learning_rate`."""
    momentum: Fraction = 0.95
    """How slowly the mean of gradients follows."""
    ns_steps: KnownSize = 5
    """How many iterations a step takes."""
    nesterov: StrictBool = True
    """Whether momentum looks ahead."""
    rms_rate: NonNegativeNumber | None = 0.2
    """The size of a step."""
