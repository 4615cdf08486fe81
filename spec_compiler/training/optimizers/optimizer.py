"""What an optimiser is, and the arguments that all have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.fields import KnownSize, finite, number_of, refuse
from spec_compiler.declaring.numbers import Fraction, NonNegativeNumber, PositiveNumber
from spec_compiler.declaring.plain import is_mapping, written_plainly
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix, outward, rename
from spec_compiler.training.schedules import SCHEDULES, Schedule


def _rate(written: object, info: ValidationInfo) -> object:
    if isinstance(written, Schedule):
        return written
    if is_mapping(written) or (isinstance(written, str) and written in SCHEDULES.by_name):
        return SCHEDULES.parse(written, info)
    rate = finite(number_of(written, info))
    if rate < 0:
        raise refuse(f"must be 0 or more, not {rate:g}")
    return rate


def _printed(rate: float | Schedule) -> Any:
    return rate.written() if isinstance(rate, Schedule) else rate


LearningRate = Annotated[
    float | Schedule,
    BeforeValidator(_rate),
    PlainSerializer(_printed),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string"}, {"$ref": "#/$defs/schedule"}]}
    ),
]
"""A number, or a schedule."""

_RATES = ("lr", "rate", "eta")
_OF_TRAIN = ("loss", "metrics", "epochs", "batch_size", "shuffle", "validation_split",
             "early_stopping", "class_weight", "labels")  # fmt: skip


class Optimizer(Choice):
    """How weights are changed by their gradients."""

    in_order: ClassVar[tuple[str, ...]] = ("learning_rate",)

    learning_rate: LearningRate = 0.001
    """How far a step goes: a number, or a schedule."""
    weight_decay: NonNegativeNumber | None = None
    """The share by which every step makes weights smaller."""
    clipnorm: PositiveNumber | None = None
    """The largest norm of the gradient of a weight."""
    clipvalue: PositiveNumber | None = None
    """The largest number of a gradient."""
    global_clipnorm: PositiveNumber | None = None
    """The largest norm of all gradients together."""
    use_ema: StrictBool = False
    """Whether the mean of the weights over the steps is kept; it is what they become at the end."""
    ema_momentum: Fraction = 0.99
    """How slowly that mean follows."""
    ema_overwrite_frequency: KnownSize | None = None
    """After how many steps the weights become that mean."""
    loss_scale_factor: PositiveNumber | None = None
    """What the loss is multiplied by before gradients are taken."""
    gradient_accumulation_steps: KnownSize | None = None
    """Over how many steps gradients are added up before weights change."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        found = super().belongs(key, given)
        if found is None and key in _OF_TRAIN:
            value = written_plainly(given.get(key))
            return outward(key, value, f"it stands beside `optimizer`: `{key}: {value}`", safe=True)
        if found is None and key in _RATES:
            return rename("learning_rate", safe=True)
        # only where an argument is not known
        from spec_compiler.training.optimizers.other_tools import of_argument

        return found or of_argument(key, given, key_names(cls))

    @model_validator(mode="after")
    def _one_clip(self) -> Optimizer:
        given = [
            key
            for key in ("clipnorm", "clipvalue", "global_clipnorm")
            if getattr(self, key) is not None
        ]
        if len(given) > 1:
            raise refuse(
                f"cannot stand beside `{given[0]}`",
                "SPC0107",
                argument=(given[1],),
                related=(((given[0],), "here"),),
                help="keep one of them",
            )
        accumulated = self.gradient_accumulation_steps
        if accumulated == 1:
            raise refuse(
                "must be at least 2: every step changes the weights without it",
                argument=("gradient_accumulation_steps",),
            )
        return self
