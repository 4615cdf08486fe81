"""What a section `train` names, as objects of Keras."""

from __future__ import annotations

import importlib
from typing import Any, cast

from spec_compiler.declaring.choice import Choice
from spec_compiler.elaborate.training import Trainee, Training
from spec_compiler.ir.dims import Dim
from spec_compiler.training.metrics.accuracies import Accuracy
from spec_compiler.training.optimizers import Optimizer
from spec_compiler.training.schedules import Schedule
from spec_compiler.training.schedules.batches import counted


def compiled(model: Any, training: Training, epoch: int) -> None:
    """Tell a model of Keras how it is trained.

    Args:
        model: Its outputs are a mapping by the spec's names.
        training: What was proved.
        epoch: How many batches an epoch has.
    """
    keras = importlib.import_module("keras")
    weights = training.train.loss_weights
    outputs = training.outputs
    model.compile(
        optimizer=_optimizer(training.train.optimizer, epoch),
        loss={name: _made(keras.losses, of.loss) for name, of in outputs.items()},
        loss_weights={name: weights.get(name, 1.0) for name in outputs} if weights else None,
        metrics={name: _metrics(of) for name, of in outputs.items()},
    )


def stopping(training: Training) -> Any:
    """Keras's EarlyStopping; None where the spec has none.

    The weights of the best epoch are kept in it, and the caller restores them: so does one that
    goes on where another was interrupted.
    """
    declared = training.train.early_stopping
    if declared is None:
        return None
    keras = importlib.import_module("keras")
    settings = declared.model_dump(exclude={"doc"})
    if declared.mode == "auto":  # of several outputs, Keras does not know it
        settings["mode"] = "min" if training.measured[declared.monitor] else "max"
    return keras.callbacks.EarlyStopping(**settings)


def _metrics(of: Trainee) -> list[Any]:
    keras = importlib.import_module("keras")
    return [
        _made(
            keras.metrics,
            metric.of(of.made, of.loss) if isinstance(metric, Accuracy) else metric,
            name=name,
        )
        for name, metric in of.metrics.items()
    ]


def _optimizer(optimizer: Optimizer, epoch: int) -> Any:
    keras = importlib.import_module("keras")
    rate: Any = optimizer.learning_rate
    if isinstance(rate, Schedule):
        told: dict[str, Any] = {}
        for name in type(rate).model_fields:
            given: Any = getattr(rate, name)
            if isinstance(given, Dim):
                told[name] = counted(given, epoch)
            elif isinstance(given, tuple):
                items = cast("tuple[Any, ...]", given)
                told[name] = [counted(x, epoch) if isinstance(x, Dim) else x for x in items]
        rate = _made(keras.optimizers.schedules, rate, **told)
    return _made(keras.optimizers, optimizer, learning_rate=rate)


def _made(module: Any, choice: Choice, **more: Any) -> Any:
    """An object of Keras's class of the same name."""
    settings = {name: getattr(choice, name) for name in type(choice).model_fields if name != "doc"}
    return getattr(module, type(choice).__name__)(**{**_settings(settings), **more})


def _settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as Keras takes them: lists rather than tuples."""
    return {
        name: list(cast("tuple[Any, ...]", item)) if isinstance(item, tuple) else item
        for name, item in settings.items()
    }
