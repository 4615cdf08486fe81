"""Where a model gives other numbers here than in Keras: what an import has to say of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spec_compiler.keras.steps import KerasStep
from spec_compiler.keras.table import KerasArguments
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import Passing, Several

_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"})


def differences(step: KerasStep, dtypes: list[str]) -> Iterator[str]:
    """What a call computes otherwise than Keras does, each without the layer's name.

    Args:
        step: The call.
        dtypes: The dtypes of what feeds it, as far as Keras declares them.
    """
    part = step.part
    for name, value in part.arguments.items():
        kind = value.get("type") if isinstance(value, dict) else value
        if name.endswith("activation") and kind == "sparsemax":
            yield "`sparsemax` sums to 1, and in Keras 3 it does not where several entries are left"
    if step.masked:
        for kinds, holds, text in _BEHIND_A_MASK:
            if part.layer in kinds and holds(part.arguments):
                yield text
    given = isinstance(step.ports, dict) and any("state" in role for role in step.ports)
    if step.masked and given and part.layer in _RECURRENT:
        yield "the mask is used; Keras ignores it where a first state is given"
    if part.layer == "MultiHeadAttention" and part.arguments.get("activity_regularizer"):
        yield "`activity_regularizer` looks at the output; in Keras at each projection, too"
    if part.layer == "LayerNormalization" and any("int" in dtype for dtype in dtypes):
        yield "of whole numbers it gives fractions, which Keras rounds"
    if part.layer == "SpectralNormalization" and any("int" in dtype for dtype in dtypes):
        yield "of whole numbers it gives fractions, which Keras cuts off"
    layer = LAYERS[part.layer]
    merges = isinstance(layer.ports, Several) and layer.masks.passes is not Passing.JOINED
    if merges and len(set(dtypes)) > 1:
        yield "its inputs are cast to one dtype first; Keras takes them two at a time"


def _always(_: KerasArguments) -> bool:
    return True


_BEHIND_A_MASK: tuple[tuple[frozenset[str], Callable[[KerasArguments], bool], str], ...] = (
    (
        _RECURRENT,
        lambda given: bool(given.get("go_backwards") and given.get("return_sequences")),
        "the mask is reversed with the steps (`go_backwards`); Keras leaves it as it is",
    ),
    (
        frozenset({"GlobalAveragePooling1D"}),
        _always,
        "a row in which no step is kept gives 0; in Keras NaN",
    ),
    (
        frozenset({"MultiHeadAttention"}),
        _always,
        "a step that may attend to nothing gets 0; in Keras the average of all, padding included",
    ),
)
"""The layers, with which arguments, and what is said where their input has a mask."""
