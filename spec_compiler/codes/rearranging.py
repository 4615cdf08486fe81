"""Layers that only reorder elements."""

from __future__ import annotations

from spec_compiler.codes.code import Code, one_layer

REARRANGING: tuple[Code, ...] = (
    Code(
        "SPC0360",
        "a reshape that does not fit",
        "Reshape keeps all elements, so the product of the sizes after the batch must stay the "
        "same. With -1 the other sizes must divide it. Where only the data knows the sizes, this "
        "is checked before the run.",
        one_layer("type: Reshape, target_shape: [5, 2]"),
        one_layer("type: Reshape, target_shape: [-1, 2]"),
        mend="unsafe",
    ),
    Code(
        "SPC0361",
        "more than one size to infer",
        "In `target_shape` one size may be -1: it follows from the others. Two do not.",
        one_layer("type: Reshape, target_shape: [-1, -1, 2]"),
        one_layer("type: Reshape, target_shape: [3, -1, 2]"),
    ),
    Code(
        "SPC0362",
        "not an order of the axes",
        "`dims` of Permute holds the number of every axis after the batch once, counted from 1: "
        "`[2, 1]` swaps two axes. The batch stays first and is not listed.",
        one_layer("type: Permute, dims: [1, 0]"),
        one_layer("type: Permute, dims: [2, 1]"),
        mend="unsafe",
    ),
    Code(
        "SPC0368",
        "cropping more than there is",
        "Cropping takes entries away at both ends of an axis, and CenterCrop keeps `height` times "
        "`width` of them: an axis has at least as many. Where only the data knows its size, this "
        "is checked before the run.",
        one_layer("type: Cropping1D, cropping: [2, 2]"),
        one_layer("type: Cropping1D, cropping: [2, 1]"),
    ),
)
