"""Layers that look at windows: convolution and pooling."""

from __future__ import annotations

from spec_compiler.codes.code import Code

_INPUT = "specc: 1\ninputs: {x: {shape: [2, 4]}}\nlayers:\n  - {type: "

WINDOWS: tuple[Code, ...] = (
    Code(
        "SPC0370",
        "a window larger than what it lies on",
        "With `padding: valid` every window lies within the axis, so the axis has at least as many "
        "entries as a window spans: `(size - 1) * dilation + 1`. Where only the data knows, this "
        "is checked before the run; a dim with `min` proves it. With `padding: same` what is "
        "lacking counts as zeros, or, of pooling, as nothing.",
        f"{_INPUT}MaxPooling1D, pool_size: 3}}\n",
        f"{_INPUT}MaxPooling1D, pool_size: 3, padding: same}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0371",
        "channels that do not divide into groups",
        "`groups` divides the channels of the input and of the output into as many parts, so both "
        "numbers must be multiples of it.",
        f"{_INPUT}Conv1D, filters: 6, kernel_size: 2, groups: 3}}\n",
        f"{_INPUT}Conv1D, filters: 6, kernel_size: 2, groups: 2}}\n",
        mend="unsafe",
    ),
)
