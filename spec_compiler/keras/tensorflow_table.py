"""Operations that TensorFlow has and Keras 3 has not, and what an expression of `Lambda` has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.keras.operation_table import Row

_TWO = ("x1", "x2")
_BLOCK = {"block": "block"}

BECAUSE = "because"
"""The option of an operation that has no counterpart which says why."""

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "L2Normalize": Row(
            "{0} * rsqrt(maximum(sum(square({0}), axis={axis}, keepdims=True), {epsilon}))",
            options={"axis": "axis", "epsilon": "epsilon"},
        ),
        "SquaredDifference": Row("square({0} - {1})", _TWO),
        "MatmulOfTransposed": Row("swapaxes({0}, -1, -2) @ {1}", _TWO),
        "MatmulByTransposed": Row("{0} @ swapaxes({1}, -1, -2)", _TWO),
        "MatmulTransposed": Row("swapaxes({0}, -1, -2) @ swapaxes({1}, -1, -2)", _TWO),
        "PadWith": Row(
            "pad({0}, {pad_width}, value={value})",
            options={"pad_width": "pad_width", "value": "value"},
        ),
        "PadAs": Row(
            "pad({0}, {pad_width}, mode={mode})",
            options={"pad_width": "pad_width", "mode": "mode"},
        ),
        "DepthToSpace": Row(
            "reshape(transpose(reshape({0}, [shape({0})[0], shape({0})[1], shape({0})[2], {block}, "
            "{block}, shape({0})[3] // ({block} * {block})]), [0, 1, 3, 2, 4, 5]), "
            "[shape({0})[0], shape({0})[1] * {block}, shape({0})[2] * {block}, "
            "shape({0})[3] // ({block} * {block})])",
            options=_BLOCK,
        ),
        "SpaceToDepth": Row(
            "reshape(transpose(reshape({0}, [shape({0})[0], shape({0})[1] // {block}, {block}, "
            "shape({0})[2] // {block}, {block}, shape({0})[3]]), [0, 1, 3, 2, 4, 5]), "
            "[shape({0})[0], shape({0})[1] // {block}, shape({0})[2] // {block}, "
            "shape({0})[3] * {block} * {block}])",
            options=_BLOCK,
        ),
    }
)
"""By a name that says what is done."""
