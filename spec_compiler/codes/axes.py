"""Merges of two inputs, and axes that layers work along."""

from __future__ import annotations

from spec_compiler.codes.code import Code, one_layer


def _pair(layer: str, first: str = "[4]", second: str = "[4]", dtype: str = "float32") -> str:
    """A model of two inputs, `x` and `y`, and a layer."""
    return f"""\
specc: 1
inputs:
  x: {{shape: {first}, dtype: {dtype}}}
  y: {{shape: {second}, dtype: {dtype}}}
layers:
  - {{{layer}}}
"""


AXES: tuple[Code, ...] = (
    Code(
        "SPC0350",
        "a merge of other than two inputs",
        "Subtract and Dot take two inputs, and their order matters. Without `from`, a layer reads "
        "only the item above it, so the list of inputs has probably been forgotten.",
        _pair("type: Subtract, name: gap, from: [x, y, x]"),
        _pair("type: Subtract, name: gap, from: [x, y]"),
        mend="unsafe",
    ),
    Code(
        "SPC0351",
        "a difference of truth values",
        "Subtract needs numbers: true minus false is nothing that a truth value could be. Give the "
        "inputs a dtype of numbers.",
        _pair("type: Subtract, name: gap, from: [x, y]", dtype="bool"),
        _pair("type: Subtract, name: gap, from: [x, y]", dtype="int8"),
        mend="unsafe",
    ),
    Code(
        "SPC0352",
        "an axis that Dot cannot sum along",
        "Dot works on each sample alone, so it never sums along the batch (axis 0); and both "
        "inputs must have the axis. Axes count the batch; negative ones count from the last.",
        _pair("type: Dot, name: dot, from: [x, y], axes: 0"),
        _pair("type: Dot, name: dot, from: [x, y], axes: 1"),
        mend="unsafe",
    ),
    Code(
        "SPC0353",
        "inputs of Dot that differ in size",
        "The axes that Dot sums along are equal in size, one in each input, and so is the batch; "
        "nothing is broadcast. `axes` may name another axis for each input.",
        _pair("type: Dot, name: dot, from: [x, y], axes: 1", "[3, 4]", "[5, 3]"),
        _pair("type: Dot, name: dot, from: [x, y], axes: [1, 2]", "[3, 4]", "[5, 3]"),
        mend="unsafe",
    ),
    Code(
        "SPC0354",
        "axes that a layer cannot work along",
        "`axis` is an axis of the input or a list of different ones. Axes count the batch, which "
        "is axis 0; negative ones count from the last, so that 2 and -1 are one axis of rank 3.",
        one_layer("type: LayerNormalization, axis: [2, -1]"),
        one_layer("type: LayerNormalization, axis: [1, 2]"),
        mend="unsafe",
    ),
    Code(
        "SPC0355",
        "noise that does not fit the input",
        "`noise_shape` has an entry for each axis, the batch included: the size of the axis or "
        "null when each entry is dropped by itself, 1 when all are dropped together.",
        one_layer("type: Dropout, rate: 0.5, noise_shape: [1, 4]"),
        one_layer("type: Dropout, rate: 0.5, noise_shape: [null, 1, 4]"),
        mend="unsafe",
    ),
    Code(
        "SPC0369",
        "groups that do not divide the features",
        "GroupNormalization parts the features of its axis into groups of one size: their number "
        "divides that of the features. `groups: -1` makes a group of each feature, `groups: 1` is "
        "one of all. The default is 32, as in Keras.",
        one_layer("type: GroupNormalization, groups: 3", "[5, 4]"),
        one_layer("type: GroupNormalization, groups: 2", "[5, 4]"),
        mend="unsafe",
    ),
)
