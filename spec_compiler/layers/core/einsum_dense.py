"""EinsumDense: a learned contraction, written as an einsum equation."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from spec_compiler.declaring.fields import PositiveSize, refuse
from spec_compiler.fixes import put, rename
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import Masks, Named, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.lora import Adaptable, adaptation
from spec_compiler.layers.choices.activations import ActivationField
from spec_compiler.layers.choices.activations.linear import Linear
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.initializers.glorot import GlorotUniform
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.core.equation import EquationField
from spec_compiler.layers.core.label_sizes import LabelSizes
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest, suggestion


def _entries(written: Any) -> list[object]:
    return list(written)


def _listed(written: object) -> object:
    """A single size stands for a list of one."""
    return tuple(_entries(written)) if isinstance(written, list | tuple) else (written,)


def _joined(written: object) -> object:
    """Keras also takes the letters as a list."""
    if not isinstance(written, list):
        return written
    letters = [part for part in _entries(written) if isinstance(part, str)]
    return "".join(letters) if len(letters) == len(_entries(written)) else _entries(written)


_SIZE = [{"type": "integer", "minimum": 1}, {"type": "string"}]
_ENTRY = {"anyOf": [*_SIZE, {"type": "null"}]}
OutputSize = Annotated[
    PositiveSize | None,
    BeforeValidator(lambda written: None if written == "None" else written),
    WithJsonSchema(_ENTRY),
]
OutputShape = Annotated[
    tuple[OutputSize, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [*_SIZE, {"type": "array", "items": _ENTRY}]}),
]
BiasAxes = Annotated[
    str,
    BeforeValidator(_joined),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


class EinsumDense(Adaptable, Layer):
    """Contract the input with a learned kernel as an equation says, add a bias, activate.

    The forms are `X,Y->Z`, `...X,Y->...Z` and `X...,Y->Z...`, where the letters of X name the axes
    of the input (the batch first) and those of Y the axes of the kernel. Weights: `kernel`, with
    its axes in the order of Y, and where `bias_axes` is given `bias`, from the first of these axes
    to the end of the output, with size 1 for axes that are not named. A mask ends here, unless
    `mask: pass` says that it passes. Source: Keras's EinsumDense.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8]",
            {"equation": "abc,cd->abd", "sizes": {"d": 4}, "bias_axes": "d"},
            gives="float32[batch, seq, 4]",
            equals="x @ kernel + bias",
        ),
        Example(
            "float32[batch, seq, 8]",
            {"equation": "btd,dhk->bthk", "output_shape": [None, 2, 4]},
            gives="float32[batch, seq, 2, 4]",
            equals='einsum("btd,dhk->bthk", x, kernel)',
            why="Keras's notation: without the batch, null where the input decides",
        ),
        Example(
            "float32[batch, 2, 5, 3]",
            {"equation": "...x,xy->...y", "output_shape": 4},
            gives="float32[batch, 2, 5, 4]",
            equals="x @ kernel",
        ),
        Example(
            "float32[batch, 3, 2, 5]",
            {"equation": "bc...,cd->bd...", "sizes": {"d": 4}, "bias_axes": "d"},
            gives="float32[batch, 4, 2, 5]",
            equals='einsum("bcij,cd->bdij", x, kernel) + bias',
        ),
        Example(
            "float32[batch, 8]",
            {"equation": "ab,b->a"},
            gives="float32[batch]",
            equals="x @ kernel",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"equation": "abc,cd->abd", "sizes": {"d": 4}, "activation": "tanh", "mask": "pass"},
            gives="float32[batch, seq, 4] mask",
            equals="tanh(x @ kernel)",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 8]",
            {"equation": "ab,bhc->ahc", "output_shape": [2, 4], "lora_rank": 2, "lora_alpha": 3},
            gives="float32[batch, 2, 4]",
            equals='einsum("ab,bhc->ahc", x, kernel + 3 / 2 * lora_kernel_a @ lora_kernel_b)',
            why="an adapted kernel",
        ),
        Example(
            "float32[batch, 5, 3]",
            {"equation": "abc,cd->abd", "output_shape": [7, 4]},
            refuses="SPC0302",
        ),
        Example("float32[batch, 8]", {"equation": "ab,bc->ac"}, refuses="SPC0333"),
        Example(
            "float32[batch, seq, 8]",
            {"equation": "ab,bc->ac", "sizes": {"c": 4}},
            refuses="SPC0331",
        ),
        Example(
            "float32[batch, 8]",
            {"equation": "ab,bc->ac", "output_shape": [2, 4]},
            refuses="SPC0334",
        ),
    )

    learned: ClassVar[tuple[Named, ...]] = (
        Named("kernel"),
        Named("bias", ("bias_axes",)),
        *adaptation("kernel"),
    )
    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NAMED

    equation: EquationField
    """Axes of input, kernel and output: `abc,cd->abd`. Blanks have no meaning."""
    output_shape: OutputShape | None = None
    """Sizes of the output without batch and ellipsis; null: as in the input."""
    sizes: dict[str, PositiveSize] = Field(default_factory=dict)
    """Sizes by label, in place of `output_shape` or beside it."""
    activation: ActivationField = Linear()
    """Applied to the result."""
    bias_axes: BiasAxes | None = None
    """Labels of the output that the bias has; absent: no bias."""
    kernel_initializer: InitializerField = GlorotUniform()
    """Gives the kernel its first values."""
    bias_initializer: InitializerField = Zeros()
    """Gives the bias its first values."""
    kernel_regularizer: RegularizerField | None = None
    """Penalty on the kernel."""
    bias_regularizer: RegularizerField | None = None
    """Penalty on the bias."""
    activity_regularizer: RegularizerField | None = None
    """Penalty on the output, divided by the batch size."""
    kernel_constraint: ConstraintField | None = None
    """Projection of new kernels."""
    bias_constraint: ConstraintField | None = None
    """Projection of new biases."""

    @model_validator(mode="after")
    def _labels_exist(self) -> EinsumDense:
        known = dict.fromkeys(
            self.equation.input.labels + self.equation.kernel.labels + self.equation.output.labels
        )
        for label in self.sizes:
            if label not in known:
                raise refuse(
                    f"`sizes` has `{label}`, and `{self.equation.text}` has no such label",
                    "SPC0335",
                    about_field="",
                    argument=("sizes", label),
                    blame_key=True,
                    **suggestion(
                        nearest(label, [name for name in known if name not in self.sizes]),
                        f"its labels are {', '.join(f'`{name}`' for name in known)}",
                        [name for name in known if name not in self.sizes],
                    ),
                )
        return self

    @model_validator(mode="after")
    def _bias_axes_in_output(self) -> EinsumDense:
        axes, output = self.bias_axes, self.equation.output
        if axes == "":
            raise refuse(
                "must name at least one label of the output",
                "SPC0332",
                argument=("bias_axes",),
                help="leave `bias_axes` out for no bias",
            )
        for column, label in enumerate(axes or ""):
            if label not in output.labels or label in (axes or "")[:column]:
                repeated = label in output.labels
                raise refuse(
                    f"bias axis `{label}` "
                    + ("stands twice" if repeated else f"is not in the output `{output}`"),
                    "SPC0332",
                    about_field="",
                    argument=("bias_axes",),
                    within=(column, column + 1),
                    related=((("equation",), f"the output is `{output}`"),),
                    fix=rename(output.labels[-1], safe=False) if len(axes or "") == 1 else None,
                )
        return self

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        elided = self.equation.elided(x.rank)
        sizes = LabelSizes(self.equation, self.sizes, self.output_shape)
        found = sizes.find(b, x.value, elided)
        kernel_labels, output = self.equation.kernel.labels, self.equation.output
        shape = tuple(sizes.of_kernel(label, found) for label in kernel_labels)
        inner = [label not in output.labels for label in kernel_labels]
        fan_in = prod(size for size, summed in zip(shape, inner, strict=True) if summed)
        fan_out = prod(size for size, summed in zip(shape, inner, strict=True) if not summed)
        kernel = self.adapted(
            b,
            "kernel",
            shape,
            self.training("kernel"),
            (fan_in, fan_out),
        )
        y = b.einsum(
            self.equation.input.axes(elided),
            kernel_labels,
            output.axes(elided),
            b.compute(x.value),
            kernel,
        )
        if self.bias_axes:
            bias = b.weight(
                "bias",
                sizes.of_bias(self.bias_axes, found, len(elided)),
                self.training("bias"),
            )
            y = b.add(y, bias)
        return self.activation.applied(b, y, batch=self._batch(x, elided))

    def _batch(self, x: Signal, elided: str) -> int | None:
        """Where the equation puts the batch; nowhere, if the kernel's sums go over it."""
        if x.batch is None:
            return None
        label = self.equation.input.axes(elided)[x.batch]
        at = self.equation.output.axes(elided).find(label)
        return None if at < 0 else at

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask, when its axes are the first ones of the output too, in whatever order."""
        if x.mask is None:
            return super().carry_mask(b, result, x)
        elided = self.equation.elided(x.rank)
        masked = self.equation.input.axes(elided)[: len(x.mask.value.shape)]
        output = self.equation.output.axes(elided)
        for label in masked:
            if label not in output:
                raise self._mask_ends(label, f"einsum label `{label}` is not in the output")
        first = output[: len(masked)]
        for label in masked:
            if label not in first:
                name = f"einsum label `{label}`" if label.isascii() else "an axis of the ellipsis"
                raise self._mask_ends(label, f"{name} is not among the first of the output")
        return Mask(b.transpose(x.mask.value, tuple(map(masked.index, first))), x.mask.origin)

    def _mask_ends(self, label: str, why: str) -> Refusal:
        return Refusal(
            "SPC0411",
            f"the mask cannot pass: {why}",
            argument=("equation",),
            within=self.equation.columns(label) if label.isascii() else None,
            annotation="masked axis",
            related=((("mask",), "asks that the mask passes"),),
            fix=put(
                "mask",
                "drop",
                words="write `mask: drop` if padding may take part, or keep the masked axes first",
            ).on(),
        )
