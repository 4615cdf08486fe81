"""Conv1D, Conv2D, Conv3D: every window times a kernel."""

from __future__ import annotations

from math import gcd
from typing import ClassVar, Literal

from pydantic import model_validator

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.fixes import write
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.layers.base.interface import Named
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.lora import Adaptable, adaptation
from spec_compiler.layers.convolution.convolution import WithKernel
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class _Conv(Adaptable, WithKernel):
    """Every window of each group of channels times a kernel."""

    learned: ClassVar[tuple[Named, ...]] = (*WithKernel.learned, *adaptation("kernel"))

    groups: KnownSize = 1
    """Parts into which the channels are divided; each part of the output reads one of them."""

    @model_validator(mode="after")
    def _whole_groups(self) -> _Conv:
        if self.filters % self.groups:
            raise refuse(
                f"must divide `filters`, and {self.filters} is no multiple of {self.groups}",
                "SPC0108",
                argument=("groups",),
                related=((("filters",), "channels of the output"),),
            )
        return self

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        value, channels = self.read(b, x)
        if isinstance(channels, int) and channels % self.groups:
            raise Refusal(
                "SPC0371",
                f"{channels} channels cannot be divided into {self.groups} groups",
                argument=("groups",),
                origins=((channels, "size"),),
                fix=write(
                    gcd(channels, self.filters, self.groups),
                    words="`groups` divides the channels of the input and `filters`",
                    safe=False,
                ),
            )
        inside = channels if self.groups == 1 else floor_divide(channels, self.groups)
        shape = (*self.kernel_size, inside, self.filters)
        kernel = self.adapted(b, "kernel", shape, self.training("kernel"))
        y = b.convolve(value, kernel, self.windows, self.groups)
        return self.finished(b, y, self.filters)


class Conv1D(_Conv):
    """Every window of a sequence times a kernel: a convolution over steps.

    `float[batch, steps, channels]` to `float[batch, windows, filters]`. With `padding: valid` there
    are `(steps - span) // strides + 1` windows, `span` being `(kernel_size - 1) * dilation_rate +
    1`, else `steps / strides` rounded up; with `causal` a window ends with its own step, so that no
    result depends on later ones. Weights: `kernel [kernel_size, channels / groups, filters]`,
    `bias [filters]`. A mask ends here, and padding takes part; `mask: pass` keeps one where there
    is a window for each step. Source: Keras's Conv1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 5, 2]",
            {"filters": 3, "kernel_size": 2},
            gives="float32[batch, 4, 3]",
            equals="einsum('bscw,wcd->bsd', windows(x, 1, 2), kernel) + bias",
        ),
        Example(
            "float32[batch, seq, 2]",
            {"filters": 3, "kernel_size": 3, "padding": "causal", "activation": "relu"},
            gives="float32[batch, seq, 3]",
            equals="maximum(einsum('bscw,wcd->bsd', windows(before, 1, 3), kernel) + bias, 0)",
            where={"before": "pad(x, [[0, 0], [2, 0], [0, 0]])"},
            why="a step sees none that come later",
        ),
        Example(
            "float32[batch, seq, 2] mask",
            {"filters": 3, "kernel_size": 3, "padding": "same", "mask": "pass"},
            gives="float32[batch, seq, 3] mask",
            equals="einsum('bscw,wcd->bsd', windows(padded, 1, 3), kernel) + bias",
            where={"padded": "pad(x, [[0, 0], [1, 1], [0, 0]])"},
            keeps="mask(x)",
            why="a window for each step",
        ),
        Example(
            "int32[batch, 7, 4]",
            {"filters": 2, "kernel_size": 2, "strides": 3, "groups": 2, "use_bias": False},
            gives="float32[batch, 2, 2]",
            equals="concat(["
            "einsum('bscw,wcd->bsd', of[:, :, :2], kernel[:, :, :1]), "
            "einsum('bscw,wcd->bsd', of[:, :, 2:], kernel[:, :, 1:])], axis=-1)",
            where={"of": "windows(cast(x, 'float64'), 1, 2, stride=3)"},
            why="each half of the channels for itself",
        ),
        Example(
            "float32[batch, 5, 2]",
            {"filters": 3, "kernel_size": 2, "lora_rank": 2, "lora_alpha": 3},
            gives="float32[batch, 4, 3]",
            equals="einsum('bscw,wcd->bsd', windows(x, 1, 2), adapted) + bias",
            where={"adapted": "kernel + 3 / 2 * lora_kernel_a @ lora_kernel_b"},
            why="an adapted kernel",
        ),
        Example(
            "float32[batch, seq, 2] mask",
            {"filters": 3, "kernel_size": 3},
            refuses="SPC0410",
            why="padding takes part",
        ),
        Example(
            "float32[batch, 2, 2]",
            {"filters": 3, "kernel_size": 3},
            refuses="SPC0370",
            why="a window is longer than the sequence",
        ),
        Example("float32[batch, 5]", {"filters": 3, "kernel_size": 3}, refuses="SPC0304"),
        Example(
            "float32[batch, 5, 3]",
            {"filters": 4, "kernel_size": 3, "groups": 2},
            refuses="SPC0371",
            why="3 channels have no halves",
        ),
    )

    # frozen, so that a wider type is no danger
    padding: Literal["valid", "same", "causal"] = "valid"  # pyright: ignore[reportIncompatibleVariableOverride]
    """`valid`: windows lie within the input. `same`: a window for each `strides` steps, with zeros
    for what is lacking at both ends, the end having the odd one. `causal`: with zeros before."""


class Conv2D(_Conv):
    """Every window of an image times a kernel.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, filters]`. With `padding: valid`
    an axis of `n` has `(n - span) // strides + 1` windows, `span` being `(kernel_size - 1) *
    dilation_rate + 1`, else `n / strides` rounded up. Weights: `kernel [*kernel_size, channels /
    groups, filters]`, `bias [filters]`. A mask ends here, and padding takes part; `mask: pass`
    keeps one where there is a window for each entry. Source: Keras's Conv2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 5, 2]",
            {"filters": 3, "kernel_size": [2, 3]},
            gives="float32[batch, 3, 3, 3]",
            equals="einsum('byxcuv,uvcd->byxd', windows(x, [1, 2], [2, 3]), kernel) + bias",
        ),
        Example(
            "float32[batch, 4, 5, 1]",
            {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
            gives="float32[batch, 2, 3, 2]",
            equals="einsum('byxcuv,uvcd->byxd', windows(padded, [1, 2], [3, 3], [2, 2]), kernel) "
            "+ bias",
            where={"padded": "pad(x, [[0, 0], [0, 1], [1, 1], [0, 0]])"},
            why="a window for two rows and for two columns; an odd zero is at the end",
        ),
        Example(
            "float32[batch, 1, 5, 6]",
            {"filters": 2, "kernel_size": 3, "dilation_rate": 2, "data_format": "channels_first"},
            gives="float32[batch, 2, 1, 2]",
            equals="transpose(einsum('byxcuv,uvcd->byxd', of, kernel) + bias, [0, 3, 1, 2])",
            where={
                "last": "transpose(x, [0, 2, 3, 1])",
                "of": "windows(last, [1, 2], [3, 3], dilation=[2, 2])",
            },
            why="places that are apart, channels first",
        ),
        Example(
            "float32[batch, 4, 4]",
            {"filters": 3, "kernel_size": 2},
            refuses="SPC0304",
            why="there are no channels",
        ),
        Example("float32[batch, 4, 2, 1]", {"filters": 3, "kernel_size": 3}, refuses="SPC0370"),
    )
    rank: ClassVar[int] = 2


class Conv3D(_Conv):
    """Every window of a volume times a kernel.

    `float[batch, depth, rows, columns, channels]` to `float[batch, …, …, …, filters]`, with sizes
    as of Conv2D. Weights: `kernel [*kernel_size, channels / groups, filters]`, `bias [filters]`.
    Source: Keras's Conv3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 3, 4, 5, 2]",
            {"filters": 2, "kernel_size": 2},
            gives="float32[batch, 2, 3, 4, 2]",
            equals="einsum('bzyxctuv,tuvcd->bzyxd', of, kernel) + bias",
            where={"of": "windows(x, [1, 2, 3], [2, 2, 2])"},
        ),
        Example("float32[batch, 3, 4, 5]", {"filters": 2, "kernel_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
