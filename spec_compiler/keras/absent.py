"""Layers that Keras's versions have and a spec has not, and what says the same in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.language.keras_layers import ABSENT, WHY

_LOCAL = (
    "it has other weights at every place: in a spec, `Weight` holds them, and a Lambda with "
    "`windows` and `einsum` applies them"
)
_IN_TENSORFLOW = "write what it computes as a Lambda expression"
_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "Highway": "use the block `std.highway` of `specc:std`, or two Dense and a Lambda "
        "`t * h + (1 - t) * x`",
        "MaxoutDense": "write a Dense of `units * nb_feature` units, and a Lambda that takes the "
        "`max` over the features, reshaped apart",
        "SReLU": "write its four weights as `Weight`, and a Lambda with `where`",
        "ParametricSoftplus": "write its two weights as `Weight`, and a Lambda "
        "`alpha * softplus(beta * x)`",
        "LocallyConnected1D": _LOCAL,
        "LocallyConnected2D": _LOCAL,
        "Merge": "name its `mode`, or write the merging layer that it means",
        "ConvLSTM2DCell": "write the layer ConvLSTM2D",
        "DenseFeatures": "feed the columns as inputs, and Concatenate them",
        "SequenceFeatures": "feed the columns as inputs, and Concatenate them",
        **dict.fromkeys(("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"), _IN_TENSORFLOW),
    }
)
"""Classes of Keras 1 and 2 that no version has any longer, with what to write for each."""

OF_KERAS = frozenset({*ABSENT, *_INSTEAD})
"""Classes of Keras 1 to 3 that cannot be imported, as far as they are no longer others'."""


def instead(kind: str) -> str:
    """What to do about a class of Keras that is not imported."""
    known = _INSTEAD.get(kind) or WHY.get(kind)
    general = "replace it by layers of Keras that can be imported, or write it in the spec as a "
    return known or f"{general}Lambda expression"
