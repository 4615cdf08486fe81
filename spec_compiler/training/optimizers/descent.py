"""Optimisers that descend along gradients, with one memory or none."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import Number
from spec_compiler.declaring.numbers import Fraction, NonNegativeNumber, PositiveNumber
from spec_compiler.training.optimizers.optimizer import LearningRate, Optimizer


class SGD(Optimizer):
    """Steps against the gradient, with momentum."""

    names: ClassVar[tuple[str, ...]] = ("sgd", "SGD")

    learning_rate: LearningRate = 0.01
    """How far a step goes: a number, or a schedule."""
    momentum: Fraction = 0.0
    """How much of the step before is kept."""
    nesterov: StrictBool = False
    """Whether momentum looks ahead."""


class RMSprop(Optimizer):
    """Steps by the gradient over the root of the mean of its squares."""

    names: ClassVar[tuple[str, ...]] = ("rmsprop", "RMSprop")

    rho: Fraction = 0.9
    """How slowly the mean of squares follows."""
    momentum: Fraction = 0.0
    """How much of the step before is kept."""
    epsilon: NonNegativeNumber = 1e-07
    """What keeps divisors above 0."""
    centered: StrictBool = False
    """Whether the variance is taken in place of the mean of squares."""


class Adagrad(Optimizer):
    """Steps by the gradient over the root of the sum of all its squares."""

    names: ClassVar[tuple[str, ...]] = ("adagrad", "Adagrad")

    initial_accumulator_value: NonNegativeNumber = 0.1
    """What the sum begins with."""
    epsilon: NonNegativeNumber = 1e-07
    """What keeps divisors above 0."""


class Adadelta(Optimizer):
    """Adagrad over a window, with steps in the unit of the weights."""

    names: ClassVar[tuple[str, ...]] = ("adadelta", "Adadelta")

    rho: Fraction = 0.95
    """How slowly the means of squares follow."""
    epsilon: NonNegativeNumber = 1e-07
    """What keeps divisors above 0."""


class Adafactor(Optimizer):
    """Adam that keeps sums over rows and columns in place of a square for each weight."""

    names: ClassVar[tuple[str, ...]] = ("adafactor", "Adafactor")

    beta_2_decay: Number = -0.8
    """How the mean of squares slows down."""
    epsilon_1: NonNegativeNumber = 1e-30
    """What keeps divisors above 0."""
    epsilon_2: NonNegativeNumber = 0.001
    """The least size of a weight that steps are scaled by."""
    clip_threshold: PositiveNumber = 1.0
    """The largest size of a step."""
    relative_step: StrictBool = True
    """Whether `learning_rate` is a limit that shrinks with the root of the steps."""


class Ftrl(Optimizer):
    """Follow the regularised leader: weights of little use become 0."""

    names: ClassVar[tuple[str, ...]] = ("ftrl", "Ftrl")

    learning_rate_power: Number = -0.5
    """How the rate falls; 0 or less."""
    initial_accumulator_value: NonNegativeNumber = 0.1
    """What sums of squares begin with."""
    l1_regularization_strength: NonNegativeNumber = 0.0
    """Weight of the sum of sizes."""
    l2_regularization_strength: NonNegativeNumber = 0.0
    """Weight of the sum of squares."""
    l2_shrinkage_regularization_strength: NonNegativeNumber = 0.0
    """The same, in the gradients alone."""
    beta: Number = 0.0
    """Keras's `beta`."""
