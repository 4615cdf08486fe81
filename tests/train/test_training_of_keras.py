"""What training is made of has Keras's names, arguments and defaults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import key_names, validated
from spec_compiler.language.train import EarlyStopping
from spec_compiler.training import TRAINING

FOLDER = Path(__file__).parents[1] / "conformance"
FILES = {
    "loss": "losses.json",
    "metric": "metrics.json",
    "optimizer": "optimizers.json",
    "schedule": "schedules.json",
}
KERAS = {kind: json.loads((FOLDER / file).read_text()) for kind, file in FILES.items()}
LEFT_OUT = {
    "loss": {"Loss"},
    "optimizer": {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"},
    "metric": {"Metric", "Mean", "Sum", "MeanMetricWrapper"},
    "schedule": {"LearningRateSchedule"},
}
"""What is inherited from, compares nothing, or is made of other objects; of mixed precision Keras
makes a LossScaleOptimizer itself."""
OF_ALL = {"name", "dtype"}
"""Names that only messages of Keras have, and a dtype that follows from the output's."""
NEEDED = {
    "recall": 0.5, "precision": 0.5, "specificity": 0.5, "sensitivity": 0.5, "num_classes": 3,
    "target_class_ids": [0], "initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5,
    "first_decay_steps": 5, "boundaries": [3], "values": [1.0, 0.5],
}  # fmt: skip
"""A value for what has no default."""
CASES = [
    pytest.param(kind, choice, id=f"{kind}-{choice.__name__}")
    for kind, registry in TRAINING.items()
    for choice in registry.choices
]


def arguments(kind, choice):
    taken = KERAS[kind]["Accuracy" if choice.names[0] == "accuracy" else choice.__name__]
    return {key: rest for key, *rest in taken if key not in OF_ALL}


@pytest.mark.parametrize("kind", TRAINING)
def test_all_classes_of_keras_are_there(kind):
    known = {choice.__name__ for choice in TRAINING[kind].choices}
    assert known == KERAS[kind].keys() - LEFT_OUT[kind]


@pytest.mark.parametrize(("kind", "choice"), CASES)
def test_arguments_and_their_order(kind, choice):
    own = [key for key in key_names(choice) if key != "doc"]
    assert own == list(arguments(kind, choice))


@pytest.mark.parametrize(("kind", "choice"), CASES)
def test_defaults(kind, choice):
    taken = arguments(kind, choice)
    given = {key: NEEDED[key] for key, default in taken.items() if not default}
    made = validated(choice, given, Scope(), "it")
    plain = made.model_dump(mode="json", exclude={"doc"})
    for key, default in taken.items():
        if default:
            assert plain[key] == default[0], key
        else:
            assert type(choice.model_fields[key]).is_required(choice.model_fields[key]), key


@pytest.mark.parametrize(("kind", "choice"), CASES)
def test_every_name_is_in_the_table(kind, choice):
    found = [name for name, of in TRAINING[kind].by_name.items() if of is choice]
    assert sorted(found) == sorted(choice.names)


def test_early_stopping_is_kerass():
    taken = dict(json.loads((FOLDER / "callbacks.json").read_text())["EarlyStopping"])
    verbose = taken.pop("verbose")
    assert verbose == 0
    plain = EarlyStopping.model_validate({}).model_dump(mode="json", exclude={"doc"})
    assert plain == taken
    assert list(plain) != []
