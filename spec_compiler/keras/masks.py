"""Which mask a Keras model's tensors carry, and whether an explicit `mask` is just that one.

Keras writes the mask machinery into the graph: operations such as `NotEqual(x, 0)` and a `mask`
argument that uses them. A spec implies both. Every value gets a number, equal values the same one
(value numbering), so that "the mask that is implied anyway" is an equality of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TypeAlias

from spec_compiler.keras.table import KerasArguments, Row
from spec_compiler.layers.base.interface import Passing
from spec_compiler.layers.base.layer import Layer

Frozen: TypeAlias = "str | int | float | bool | tuple[Frozen, ...] | None"
Key: TypeAlias = "tuple[str, tuple[Frozen, ...], tuple[tuple[str, Frozen], ...]]"

_LAST: dict[str, Frozen] = {"axis": -1, "keepdims": False}
_BOOL: dict[str, Frozen] = {"dtype": "bool"}


class MaskValues:
    """The numbers of values, and the mask that each tensor carries."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self.masks: dict[int, int] = {}
        """The number of the mask by the number of the tensor."""

    def number(
        self, kind: str, operands: Sequence[Frozen], options: Mapping[str, Frozen] | None = None
    ) -> int:
        """The number of what an operation of this kind gives for these operands."""
        key = (kind, tuple(operands), tuple(sorted((options or {}).items())))
        return self._numbers.setdefault(key, len(self._numbers))

    def constant(self, value: Frozen) -> int:
        """The number of a constant; 0 and 0.0 are the same."""
        return self.number("constant", (value,))

    def implied(
        self,
        layer: type[Layer],
        row: Row,
        inputs: Sequence[int],
        seen: Sequence[int],
        arguments: KerasArguments,
        given: int | None,
    ) -> int | None:
        """The mask that a layer gives to its first output.

        Args:
            layer: The spec's layer, which declares what becomes of masks.
            row: How Keras makes one.
            inputs: The numbers of the tensors of the layer's first argument.
            seen: The numbers of the same in the dtype that the layer computes in.
            arguments: The layer's arguments.
            given: The mask that the layer was told to use instead of its input's.
        """
        if not layer.is_on(layer.masks.when, arguments):
            return None
        if layer.masks.makes:
            return self._made(row, inputs[0], seen[0], arguments)
        masks = [self.masks.get(value) for value in inputs]
        match layer.masks.passes:
            case Passing.FIRST:
                return given if given is not None else masks[0]
            case Passing.EVERY:
                return self._any_of(masks)
            case Passing.JOINED:
                return self._concatenated(seen, masks, arguments.get("axis", -1))
            case Passing.NEVER | Passing.PROVED:
                return None

    def _made(self, row: Row, x: int, seen: int, arguments: KerasArguments) -> int | None:
        match row.makes:
            case "from_indices":
                return self.number("NotEqual", (x, self.constant(0)))
            case "from_values":
                value = self.constant(freeze(arguments.get("mask_value", 0.0)))
                return self.number("Any", (self.number("NotEqual", (seen, value)),), _LAST)
            case None:
                return None

    def _any_of(self, masks: Sequence[int | None]) -> int | None:
        known = [mask for mask in masks if mask is not None]
        if not known or len(known) < len(masks):
            return None
        mask = known[0]
        for other in known[1:]:
            mask = self.number("LogicalOr", (mask, other))
        return mask

    def _concatenated(
        self, inputs: Sequence[int], masks: Sequence[int | None], axis: object
    ) -> int | None:
        if all(mask is None for mask in masks):
            return None
        parts: list[int] = []
        for value, mask in zip(inputs, masks, strict=True):
            if mask is None:
                parts.append(self.number("OnesLike", (value,), _BOOL))
            else:
                spread = self.number("ExpandDims", (mask,), {"axis": -1})
                zeros = self.number("ZerosLike", (value,), _BOOL)
                parts.append(self.number("LogicalOr", (spread, zeros)))
        joined = self.number("Concatenate", parts, {"axis": freeze(axis)})
        return self.number("Any", (joined,), _LAST)


def freeze(value: object) -> Frozen:
    """Plain data as a key. Depth is bounded by who read it."""
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, dict):
        return tuple((str(key), freeze(item)) for key, item in value.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, float) and isnan(value):
        return "nan"  # it does not equal itself
    return value if isinstance(value, str | int | float | bool) else None
