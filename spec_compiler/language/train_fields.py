"""What stands in a section `train`: said of outputs by name, or of the only one without."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    StrictBool,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
)

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.fields import (
    Declaration,
    DTypeName,
    Number,
    ShapeField,
    number_of,
    refuse,
    scope_of,
)
from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.declaring.plain import is_list, is_mapping, is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.declaring.validated import validated
from spec_compiler.fixes import Fix, remove, write
from spec_compiler.language.inputs import ValuesField
from spec_compiler.refusals import under
from spec_compiler.training.losses import LOSSES, Loss
from spec_compiler.training.metrics import METRICS, Metric
from spec_compiler.training.schedules.batches import Steps

ONLY = ""
"""What stands for the name of the only output, where its author writes none."""


class Label(Declaration):
    """What an output is compared with: an array of the training data."""

    output: StrictStr | None = None
    """The output; default: the one of the label's name, or the only one with a loss."""
    shape: ShapeField | None = None
    """The shape without the batch axis; default: the one that the loss asks for."""
    dtype: DTypeName | None = None
    """Dtype of the data; default: int32 for numbers of classes, else float32."""
    values: ValuesField = None
    """The interval of the numbers, which data is held to; default: the one that the loss asks
    for."""

    @property
    def interval(self) -> tuple[Any, Any] | None:
        """The numbers that are allowed; an end that is not said is None."""
        return None if self.values is None else (self.values.min, self.values.max)


class EarlyStopping(Declaration):
    """When training ends before the last epoch: Keras's EarlyStopping."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        "verbose": remove("leave it out: `specc train` says when it stopped", safe=True)
    }

    monitor: StrictStr = "val_loss"
    """What is to become better: `loss`, a metric, or with `val_` before it that of the validation
    data."""
    min_delta: NonNegativeNumber = 0
    """How much better counts."""
    patience: Steps = 0
    """For how many epochs it may be no better."""
    mode: Literal["auto", "min", "max"] = "auto"
    """Whether less or more is better; `auto` knows it of Keras's losses and metrics."""
    baseline: Number | None = None
    """What must be reached first."""
    restore_best_weights: StrictBool = False
    """Whether the weights of the best epoch are kept, rather than those of the last."""
    start_from_epoch: Steps = 0
    """How many epochs are not looked at."""


def _by_output(written: object, what: str) -> Mapping[str, object]:
    """What is said of outputs by name; of the only one under `ONLY`."""
    if is_mapping(written) and "type" not in written:
        if not written:
            raise refuse(f"must name at least one output, or {what}")
        return {str(name): item for name, item in written.items() if str(name)[:2] != "x-"}
    return {ONLY: written}


def _losses(written: object, info: ValidationInfo) -> dict[str, Loss]:
    if is_list(written):
        raise refuse("must be a loss, or losses by output, not a list", help="write `{y: mse}`")
    found: dict[str, Loss] = {}
    for name, item in _by_output(written, "a loss").items():
        with under(*([name] if name else [])):
            found[name] = LOSSES.parse(item, info)
    return found


def _metrics(written: object, info: ValidationInfo) -> dict[str, list[Metric]]:
    found: dict[str, list[Metric]] = {}
    for name, item in _by_output(written, "a metric").items():
        with under(*([name] if name else [])):
            items = item if is_sequence(item) else [item]
            found[name] = []
            for index, each in enumerate(items):
                with under(*([index] if is_sequence(item) else [])):
                    found[name].append(METRICS.parse(each, info))
    return found


def _labels(written: object, info: ValidationInfo) -> dict[str, Label]:
    named = {written: None} if isinstance(written, str) else written
    if is_list(written):
        named = dict.fromkeys(map(str, written))
    if not is_mapping(named):
        raise refuse(f"must be a name, a list of names or a mapping, not {described(written)}")
    found: dict[str, Label] = {}
    for name, item in named.items():
        plain = {} if item is None else {"output": item} if isinstance(item, str) else item
        with under(*([name] if is_mapping(written) else [])):
            if not is_mapping(plain):
                help = "write `{shape: [8], dtype: float32}`"
                raise refuse(f"must be a mapping, not {described(item)}", help=help)
            found[str(name)] = validated(Label, plain, scope_of(info), "a label")
    return found


def _weights_of_classes(written: object, info: ValidationInfo) -> dict[int, float]:
    if is_sequence(written):
        written = dict(enumerate(written))
    if not is_mapping(written) or not written:
        raise refuse(
            f"must be weights by class, not {described(written)}",
            help="write `{0: 1, 1: 5}`, or a list with a weight for each class",
        )
    found: dict[int, float] = {}
    for key, item in written.items():
        if not str(key).isdigit():
            raise refuse(f"has the class `{key}`: classes are numbers from 0", blame_key=True)
        with under(key):
            value = number_of(item, info)
            if not 0 <= value < float("inf"):
                raise refuse(f"must be 0 or more, not {value:g}")
            found[int(key)] = value
    return found


def _weights_of_losses(written: object, info: ValidationInfo) -> dict[str, float]:
    if not is_mapping(written) or not written:
        raise refuse(f"must be weights by output, not {described(written)}", help="`{y: 0.5}`")
    found: dict[str, float] = {}
    for key, item in written.items():
        with under(str(key)):
            found[str(key)] = number_of(item, info)
    return found


def _share(written: object, info: ValidationInfo) -> float:
    value = number_of(written, info)
    if not 0 <= value < 1:
        meant = f"{value / 100:g}" if 1 < value < 100 else ""
        percent = write(meant, f" for {value:g} %", safe=False) if meant else None
        raise refuse(f"must be at least 0 and below 1, not {value:g}", fix=percent)
    return value


def _stopping(written: object, info: ValidationInfo) -> object:
    if written is True:
        words = "say for how long: `{patience: 5}`; without, it stops at the first epoch no better"
        raise refuse("must be a mapping, not true", help=words)
    if written is None or isinstance(written, EarlyStopping):
        return written
    if type(written) is int:
        raise refuse("must be a mapping", fix=write(f"{{patience: {written}}}"))
    if not is_mapping(written):
        raise refuse(f"must be a mapping, not {described(written)}", help="`{patience: 5}`")
    return validated(EarlyStopping, written, scope_of(info), "`early_stopping`")


def _alone(found: Mapping[str, Any]) -> Any:
    """As it is written: what is said of the only output without its name."""
    shown: dict[str, Any] = {name: _written(item) for name, item in found.items()}
    return shown.get(ONLY, shown)


def _written(item: Choice | list[Choice]) -> Any:
    return [each.written() for each in item] if isinstance(item, list) else item.written()


def _labels_written(found: Mapping[str, Label]) -> Any:
    return {
        name: item.model_dump(mode="json", exclude_defaults=True) or None
        for name, item in found.items()
    }


_OBJECT: dict[str, Any] = {"type": "object", "not": {"required": ["type"]}}
_METRICS: dict[str, Any] = {
    "anyOf": [
        {"$ref": "#/$defs/metric"},
        {"type": "array", "items": {"$ref": "#/$defs/metric"}},
    ]
}
_NUMBERS: dict[str, Any] = {"type": ["number", "string"]}


LabelsField = Annotated[
    dict[str, Label],
    BeforeValidator(_labels),
    PlainSerializer(_labels_written),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [
                            {"type": "string"},
                            {"type": "null"},
                            {"$ref": "#/$defs/Label"},
                        ]
                    },
                },
            ]
        }
    ),
]
"""Labels by the names that their arrays have."""

LossesField = Annotated[
    dict[str, Loss],
    BeforeValidator(_losses),
    PlainSerializer(_alone),
    WithJsonSchema(
        {
            "anyOf": [
                {"$ref": "#/$defs/loss"},
                {**_OBJECT, "additionalProperties": {"$ref": "#/$defs/loss"}},
            ]
        }
    ),
]
"""A loss, or losses by output."""

LossWeightsField = Annotated[
    dict[str, float],
    BeforeValidator(_weights_of_losses),
    WithJsonSchema({"type": "object", "additionalProperties": _NUMBERS}),
]
"""Weights by output."""

MetricsField = Annotated[
    dict[str, list[Metric]],
    BeforeValidator(_metrics),
    PlainSerializer(_alone),
    WithJsonSchema({"anyOf": [*_METRICS["anyOf"], {**_OBJECT, "additionalProperties": _METRICS}]}),
]
"""A metric or several, or metrics by output."""

ClassWeightField = Annotated[
    dict[int, float] | None,
    BeforeValidator(_weights_of_classes),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": _NUMBERS},
                {"type": "array", "items": _NUMBERS},
                {"type": "null"},
            ]
        }
    ),
]
"""Weights by the number of a class."""

ShareField = Annotated[
    float, BeforeValidator(_share), WithJsonSchema({"type": ["number", "string"]})
]
"""A share that leaves something over."""

EarlyStoppingField = Annotated[
    EarlyStopping | None,
    BeforeValidator(_stopping),
    WithJsonSchema({"anyOf": [{"$ref": "#/$defs/EarlyStopping"}, {"type": "null"}]}),
]
"""When training ends early."""
