"""How a model is trained, as authors write it: Keras's `compile` and `fit`, and the labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator

from spec_compiler.declaring.fields import Declaration, KnownSize, refuse
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix, called, remove
from spec_compiler.language.train_fields import (
    ONLY,
    ClassWeightField,
    EarlyStopping,
    EarlyStoppingField,
    Label,
    LabelsField,
    LossesField,
    LossWeightsField,
    MetricsField,
    ShareField,
)
from spec_compiler.training.metrics import Metric
from spec_compiler.training.optimizers import OPTIMIZERS, OptimizerField


class Train(Declaration):
    """How the model is trained: what `specc train` hands to Keras."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **dict.fromkeys(
            ("x", "y", "data"),
            remove("leave it out: the data comes with `specc train --data FILE`"),
        ),
        **dict.fromkeys(
            ("verbose", "jit_compile", "run_eagerly", "steps_per_execution"),
            remove("leave it out: it changes no result", safe=True),
        ),
        **dict.fromkeys(
            ("steps_per_epoch", "validation_steps"),
            remove("leave it out: an epoch sees all data once"),
        ),
        "initial_epoch": remove("leave it out: `specc train --resume` goes on"),
        "weighted_metrics": called("metrics", "write `metrics`"),
        "sample_weight": "rows have no weights here; classes have: `class_weight`",
        "validation": "write `validation_split: 0.2`, or `validation_data: FILE`",
        "weights": "write `initial_weights` for those to begin with; the file that is written is "
        "the spec's own, `weights`, or `--output`",
    }

    others: ClassVar[str] = "language.other_tools.training.of_training"

    labels: LabelsField = Field(default_factory=dict[str, Label])
    """What outputs are compared with, by the names that arrays have in the data; default: arrays of
    the outputs' names, of the type that the loss asks for."""
    loss: LossesField
    """What is made small: the loss of the only output, or losses by output."""
    loss_weights: LossWeightsField = Field(default_factory=dict[str, float])
    """How much the losses of outputs count, by output; default: 1."""
    initial_weights: StrictStr | None = None
    """A safetensors file of the weights to begin with, relative to the spec, such as those of the
    model that is fine-tuned; default: drawn from the spec's seed, as `specc init` does. Weights
    that it lacks are drawn, those of `lora_rank` or of a layer with another name."""
    optimizer: OptimizerField = Field(default_factory=lambda: OPTIMIZERS.by_name["rmsprop"]())
    """How weights are changed; default: rmsprop."""
    metrics: MetricsField = Field(default_factory=dict[str, list[Metric]])
    """What is measured beside the loss: metrics of the only output, or by output."""
    epochs: KnownSize = 1
    """How often all data is seen."""
    batch_size: KnownSize = 32
    """How many rows a step sees."""
    shuffle: StrictBool = True
    """Whether every epoch sees the rows in another order."""
    seed: Annotated[StrictInt, Field(ge=0)] | None = None
    """What the order of rows and dropout are drawn from; default: the spec's seed."""
    class_weight: ClassWeightField = None
    """How much rows of each class count, by the number of the class; default: 1."""
    validation_split: ShareField = 0.0
    """The share of the rows, the last ones, that is measured and not trained on."""
    validation_data: StrictStr | None = None
    """A data file that is measured and not trained on, relative to the spec."""
    early_stopping: EarlyStoppingField = None
    """When training ends before the last epoch."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        # only where a key is not known
        from spec_compiler.language.near_training import of_something_in_train

        found = of_something_in_train(key, given, key_names(EarlyStopping))
        return cls.elsewhere.get(key) or found or super().belongs(key, given)

    @model_validator(mode="after")
    def _one_validation(self) -> Train:
        if self.validation_data is not None and self.validation_split:
            raise refuse(
                "cannot stand beside `validation_split`",
                "SPC0107",
                argument=("validation_data",),
                related=((("validation_split",), "here"),),
                help="keep one of them",
            )
        return self

    @property
    def validates(self) -> bool:
        """Whether there is data that is measured and not trained on."""
        return bool(self.validation_split) or self.validation_data is not None


__all__ = ["ONLY", "EarlyStopping", "Label", "Train"]
