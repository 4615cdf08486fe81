"""The rows of training data: checked, split, and handed out in batches."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from spec_compiler.elaborate.training import Training
from spec_compiler.export.keras.model import KerasProgram
from spec_compiler.ir.arrays import Array, dense, is_sparse, np
from spec_compiler.places import Outside
from spec_compiler.program import Port, Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.run import Run
from spec_compiler.shortening import counted


class Data(NamedTuple):
    """Data that fits, in the dtypes that are declared.

    Attributes:
        arrays: Inputs and labels by name.
        sizes: The number that each named size is.
        total: How many rows there are.
    """

    arrays: Mapping[str, Array]
    sizes: Mapping[str, int]
    total: int

    def rows(self, first: int, last: int) -> Data:
        """Some of the rows."""
        arrays = {name: array[first:last] for name, array in self.arrays.items()}
        return Data(arrays, self.sizes, last - first)


def no_numbers(data: Data) -> str:
    """The arrays in which some numbers are none, for a message; nothing where there are none."""
    floats = {name: array for name, array in data.arrays.items() if array.dtype.kind == "f"}
    found = [
        f"`{name}` holds {'NaN' if np.isnan(array).any() else 'infinity'}"
        for name, array in floats.items()
        if not np.isfinite(array).all()
    ]
    return ", ".join(found)


def checked(run: Run, training: Training) -> Data:
    """All data of a run, held to what is declared.

    Raises:
        SpecError: it does not fit.
    """
    labels = {name: training.labels.get(name) for name in run.inputs}
    run.inputs = {name: _of_rank(array, labels[name]) for name, array in run.inputs.items()}
    run.prepare()
    arrays = {name: np.asarray(dense(array)) for name, array in run.data().items()}
    counts = {name: len(array) for name, array in arrays.items()}
    count = min(counts.values(), default=0)
    with run.diagnostics.at(Outside(run.program.core.file)):
        if count == 0:
            raise Refusal("SPC0911", "the data has no rows", help="train on at least one")
    run.diagnostics.stop_on_errors()
    return Data(arrays, run.sizes, count)


def _of_rank(array: Any, label: Port | None) -> Any:
    """Labels in the rank that they have; a last axis of one may be there or not, as in Keras."""
    shape: tuple[int, ...] = getattr(array, "shape", ())
    if label is None or is_sparse(array):
        return array
    if len(shape) == label.type.rank - 1 and label.type.shape[-1] == 1:
        return array[..., None]
    return array[..., 0] if len(shape) == label.type.rank + 1 and shape[-1:] == (1,) else array


def split(data: Data, share: float, program: Program) -> tuple[Data, Data | None]:
    """The rows to train on, and the last ones, a share of all, to validate with.

    Raises:
        Refusal: one of the parts has no rows.
    """
    if not share:
        return data, None
    first = math.floor(data.total * (1.0 - share))
    if first == 0 or first == data.total:
        raise Refusal(
            "SPC0911",
            f"`validation_split: {share:g}` of {counted(data.total, 'row')} leaves none to "
            f"{'train on' if first == 0 else 'validate with'}",
            help="give more rows, or name a file: `validation_data`",
        )
    return data.rows(0, first), data.rows(first, data.total)


def fed(model: KerasProgram, training: Training, data: Data) -> tuple[list[Array], dict[str, Any]]:
    """The arrays as Keras takes them: inputs in order, labels by output."""
    inputs = [np.asarray(data.arrays[item.fed]) for item in model.inputs]
    return inputs, {name: data.arrays[of.label] for name, of in training.outputs.items()}


def weights_of_rows(training: Training, data: Data) -> Array | None:
    """How much each row counts by its class; None where all count alike."""
    weights = training.train.class_weight
    if weights is None:
        return None
    (of,) = training.outputs.values()
    labels = data.arrays[of.label]
    if not of.loss.of_classes and labels.ndim == 2 and labels.shape[1] > 1:
        labels = labels.argmax(axis=-1)
    classes = np.rint(labels.reshape(len(labels))).astype(np.int64)
    table = np.ones(max(int(classes.max(initial=0)), *weights) + 1, np.float32)
    for number, weight in weights.items():
        table[number] = weight
    return table[classes]


def batches(model: KerasProgram, training: Training, data: Data, seed: int) -> Any:
    """The rows in batches, as a dataset of Keras; `begin(epoch)` puts them in an order.

    The order of an epoch depends on the seed and its number alone, so that training which goes on
    sees the rows as if it had never been interrupted.
    """
    keras = importlib.import_module("keras")
    inputs, labels = fed(model, training, data)
    weights, size = weights_of_rows(training, data), training.train.batch_size
    count, shuffle = data.total, training.train.shuffle

    class Batches(keras.utils.PyDataset):
        def __init__(self) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            self.order = np.arange(count)

        def begin(self, epoch: int) -> None:
            if shuffle:
                self.order = np.random.default_rng((seed, epoch)).permutation(count)

        def __len__(self) -> int:
            return -(-count // size)

        def __getitem__(self, index: int) -> Any:
            rows = self.order[index * size : (index + 1) * size]
            x = [array[rows] for array in inputs]
            y = {name: array[rows] for name, array in labels.items()}
            x = x[0] if len(x) == 1 else x
            if weights is None:
                return x, y
            return x, y, dict.fromkeys(y, weights[rows])

    return Batches()
