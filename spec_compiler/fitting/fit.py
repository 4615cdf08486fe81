"""Epoch after epoch: Keras's `fit`, with all that it takes to go on where it was interrupted."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from spec_compiler.elaborate.training import Training
from spec_compiler.export.keras.archive import told
from spec_compiler.export.keras.model import KerasProgram
from spec_compiler.fitting.objects import compiled, stopping
from spec_compiler.fitting.progress import Checkpoint, no_checkpoint, no_number
from spec_compiler.fitting.rows import Data, batches, fed, no_numbers
from spec_compiler.ir.arrays import Array, np
from spec_compiler.refusals import Refusal

_STOPPING = ("wait", "best", "best_epoch", "stopped_epoch")
"""What Keras's EarlyStopping remembers beside weights."""


class Watch(NamedTuple):
    """Who is told how far it is.

    Attributes:
        batch: Told of the rows of a batch that is done.
        epoch: Told of an epoch that is done.
    """

    batch: Callable[[int], None]
    epoch: Callable[[Checkpoint], None]


def fit(
    model: Any,
    calls: KerasProgram,
    training: Training,
    data: tuple[Data, Data | None],
    seed: int,
    begun: Checkpoint,
    watch: Watch,
) -> Checkpoint:
    """Train a model of Keras up to the last epoch; it has the new weights afterwards.

    Args:
        model: Its outputs are a mapping by the spec's names.
        calls: What it was made from.
        training: How.
        data: The rows to train on, and those to validate with.
        seed: What is random is drawn from it.
        begun: Where it goes on; changed by every epoch.
        watch: Told after each batch and each epoch.

    Raises:
        Refusal: Keras refuses what it is told, or the loss is no number any more.
    """
    model = _with_losses(model, training)
    compiled(model, training, -(-data[0].total // training.train.batch_size))
    model.optimizer.build(model.trainable_variables)
    if begun.epoch:
        variables = _variables(model)
        if [tuple(it.shape) for it in variables] != [array.shape for array in begun.state]:
            raise no_checkpoint("checkpoint", "its arrays are not those of this model")
        for variable, array in zip(variables, begun.state, strict=True):
            variable.assign(array)
    stop = stopping(training)
    if begun.epoch < training.train.epochs and not begun.stopped:
        rows = batches(calls, training, data[0], seed)
        own = _epochs(model, rows, begun, stop, seed, training, watch)
        with warnings.catch_warnings(), told("train"):
            warnings.simplefilter("ignore")
            model.fit(
                rows,
                epochs=training.train.epochs,
                initial_epoch=begun.epoch,
                validation_data=_validation(calls, training, data[1]),
                validation_batch_size=training.train.batch_size,
                shuffle=False,
                verbose=0,
                callbacks=[*([stop] if stop is not None else []), own],
            )
        wrong = no_number(begun.history)
        if wrong is not None:
            raise _without_end(f"the loss is no number in epoch {wrong}", data)
    if begun.best:
        model.set_weights(begun.best)
    for variable in model.variables:
        # some backends lose NaN on the way to the loss: a maximum may give the other number
        array = _array(variable)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise _without_end(f"the weight `{variable.path}` holds no numbers any more", data)
    return begun


def _without_end(what: str, data: tuple[Data, Data | None]) -> Refusal:
    """What is no number, and why that may be."""
    found = next(filter(None, (no_numbers(part) for part in data if part)), "")
    return Refusal(
        "SPC0912",
        f"{what}: {found}" if found else what,
        help="train on rows that hold numbers alone"
        if found
        else "write a smaller `learning_rate`, or `clipnorm: 1` in the optimizer; what is very "
        "large in the data wants a Normalization layer",
    )


def _with_losses(model: Any, training: Training) -> Any:
    """The same weights with the outputs alone that have losses: Keras wants labels for all."""
    found: dict[str, Any] = model(model.inputs)
    if found.keys() == training.outputs.keys():
        return model
    keras = importlib.import_module("keras")
    return keras.Model(model.inputs, {name: found[name] for name in training.outputs})


def _validation(calls: KerasProgram, training: Training, data: Data | None) -> Any:
    if data is None:
        return None
    inputs, labels = fed(calls, training, data)
    return (inputs[0] if len(inputs) == 1 else inputs), labels


def _variables(model: Any) -> list[Any]:
    """All that an epoch changes."""
    return [*model.variables, *model.optimizer.variables]


def _epochs(
    model: Any,
    rows: Any,
    begun: Checkpoint,
    stop: Any,
    seed: int,
    training: Training,
    watch: Watch,
) -> Any:
    """The callback that makes an epoch depend on nothing but the state before it."""
    keras = importlib.import_module("keras")
    size, count = training.train.batch_size, rows.order.size

    class Epochs(keras.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            if stop is not None and begun.stopping:
                for name, item in begun.stopping.items():
                    setattr(stop, name, item)
                stop.best_weights = list(begun.best) or None

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            rows.begin(epoch)
            # some backends draw dropout from a generator of the process
            keras.utils.set_random_seed(
                int(np.random.default_rng((seed, epoch, 1)).integers(2**31))
            )

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            watch.batch(min(size, count - batch * size))

        def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
            begun.epoch = epoch + 1
            for name, item in (logs or {}).items():
                begun.history.setdefault(name, []).append(_number(item))
            rate = float(_number(model.optimizer.learning_rate))
            begun.history.setdefault("learning_rate", []).append(rate)
            if no_number(begun.history) is not None:
                model.stop_training = True
                return
            if stop is not None:
                begun.stopping = {name: _plain(getattr(stop, name)) for name in _STOPPING}
                best: list[Array] = stop.best_weights or []
                begun.best = [np.array(array) for array in best]
            begun.stopped = bool(model.stop_training)
            begun.state = [_array(variable) for variable in _variables(model)]
            watch.epoch(begun)

    return Epochs()


def _array(variable: Any) -> Array:
    keras = importlib.import_module("keras")
    found: Any = keras.ops.convert_to_numpy(variable)
    return np.array(found, np.float32) if found.dtype.name == "bfloat16" else np.array(found)


def _number(item: Any) -> float:
    keras = importlib.import_module("keras")
    found: Array = keras.ops.convert_to_numpy(item)
    return float(found.mean())


def _plain(item: Any) -> float | None:
    return None if item is None else float(item)
