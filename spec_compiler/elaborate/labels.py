"""Labels: what arrays of the data outputs are compared with, against what their losses ask for."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from spec_compiler.fixes import remove, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size, symbol
from spec_compiler.ir.facts import Facts
from spec_compiler.ir.types import (
    INTEGERS,
    DType,
    End,
    TensorType,
    closed,
    interval_text,
    shape_text,
)
from spec_compiler.language.train import Label, Train
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Port, Program
from spec_compiler.refusals import Refusal, Skipped
from spec_compiler.spelling import nearest, suggestion
from spec_compiler.training.facts import LabelType


class Labels:
    """The labels of a section `train`, as outputs ask for them.

    Attributes:
        ports: What the data holds beside the inputs, by name.
    """

    def __init__(self, program: Program, train: Train, trained: list[str]) -> None:
        self.ports: dict[str, Port] = {}
        self._program, self._trained = program, trained
        self._declared = train.labels
        self._label_of: dict[str, str] = {}

    def check_name(self, label: str) -> None:
        """Find the output that a declared label is for.

        Raises:
            Refusal: there is none, or it has another label.
        """
        declared, at = self._declared[label], ("labels", label)
        outputs, trained = self._program.outputs, self._trained
        output = declared.output
        if output is None:
            output = label if label in trained else trained[0] if len(trained) == 1 else None
        if output is None:
            known = ", ".join(f"`{name}`" for name in trained)
            raise Refusal(
                "SPC0905",
                f"nothing says which output `{label}` is for: {known} have losses",
                argument=at,
                blame_key=True,
                help=f"write `labels: {{{label}: {trained[0]}}}`" if trained else "",
            )
        if output not in trained:
            known = [*trained]
            what = "has no loss" if output in outputs else "is no output of the model"
            if turned := self._turned(trained):
                if label != next(iter(self._declared)):
                    raise Skipped  # said of the first
                raise Refusal(
                    "SPC0905",
                    f"`{label}` is for `{output}`, which {what}",
                    argument=("labels",),
                    fix=write(turned, ": labels by their own names, and the outputs they are for"),
                )
            raise Refusal(
                "SPC0905",
                f"`{label}` is for `{output}`, which {what}",
                argument=at,
                **suggestion(nearest(output, known), f"one of {', '.join(known)}", known, known),
            )
        other = self._label_of.setdefault(output, label)
        if other != label:
            raise Refusal(
                "SPC0905",
                f"`{label}` and `{other}` are both for the output `{output}`",
                argument=at,
                blame_key=True,
                fix=remove("keep one of them"),
            )

    def _turned(self, trained: Collection[str]) -> str:
        """The labels the other way round, where all of them name outputs; empty otherwise."""
        pairs = {label: said.output for label, said in self._declared.items()}
        if not pairs.keys() <= {*trained} or any(
            said.shape is not None or said.dtype is not None for said in self._declared.values()
        ):
            return ""
        names = [*pairs.values()]
        if None in names or len({*names}) < len(names):
            return ""
        return f"{{{', '.join(f'{output}: {label}' for label, output in pairs.items())}}}"

    def of(self, output: str, wanted: LabelType) -> str:
        """The name of the labels of an output, which are what its loss asks for.

        Raises:
            Refusal: they are declared otherwise.
        """
        label = self._label_of.get(output, output)
        if label in self._program.inputs:
            self._check_input(label, output, wanted)
        elif label in self.ports:
            raise Refusal(
                "SPC0905",
                f"`{label}` cannot be the labels of `{output}`, too",
                argument=("labels",),
                help="give each output an array of its own",
            )
        else:
            self.ports[label] = self._port(label, wanted)
        return label

    def _check_input(self, label: str, output: str, wanted: LabelType) -> None:
        """An input is its own label, as that of an autoencoder is."""
        if label not in self._declared:
            raise Refusal(
                "SPC0905",
                f"the labels of the output `{output}` would be called like an input",
                argument=("loss",),
                help=f"name them: `labels: {{y: {output}}}`; for the input itself, write "
                f"`labels: {{{label}: {output}}}`",
            )
        declared = self._declared[label]
        for key in ("shape", "dtype", "values"):
            if getattr(declared, key) is not None:
                raise Refusal(
                    "SPC0905",
                    f"`{label}` is an input, whose `{key}` is said there",
                    argument=("labels", label, key),
                    fix=remove(safe=True),
                )
        port = self._program.inputs[label]
        _check_dtype(label, Label(dtype=port.type.dtype), wanted)
        _check_shape(label, port.type.shape, wanted)
        if (wanted.low, wanted.high) != (None, None):
            _check_values(label, port.interval or (None, None), port.type.dtype, wanted)

    def _port(self, label: str, wanted: LabelType) -> Port:
        declared = self._declared.get(label, Label())
        dtype = cast("DType", declared.dtype or wanted.dtype)
        shape = _settled(label, wanted.shape)
        _check_dtype(label, declared, wanted)
        if declared.shape is not None:
            stated = (wanted.shape[0], *declared.shape)
            _check_shape(label, stated, wanted)
            both = zip(stated, shape, strict=True)
            shape = tuple(real if size is None else size for size, real in both)
        interval = declared.interval or (wanted.low, wanted.high)
        if wanted.whole:
            interval = _whole(interval[0]), _whole(interval[1])
        if declared.interval is not None:
            _check_values(label, interval, dtype, wanted)
        said = None if interval == (None, None) else interval
        value = Builder().value(TensorType(dtype, shape))
        written = ("labels", label) if label in self._declared else ("loss",)
        return Port(label, Signal(value), said, ("train", *written))


def _check_dtype(label: str, declared: Label, wanted: LabelType) -> None:
    """Refuse numbers of classes that may not be whole."""
    if wanted.whole and declared.dtype is not None and declared.dtype not in INTEGERS:
        raise Refusal(
            "SPC0904",
            f"`{label}` is `{declared.dtype}`, and must be {wanted.what}: whole numbers",
            argument=("labels", label, "dtype"),
            fix=write("int32", words="write `dtype: int32`", safe=False),
        )


def _check_shape(label: str, shape: tuple[Size | None, ...], wanted: LabelType) -> None:
    """Refuse labels of another shape; null is any size."""
    if len(shape) != len(wanted.shape) or any(
        one is not None and other is not None and Facts().equal(one, other) is not True
        for one, other in zip(shape, wanted.shape, strict=True)
    ):
        own, asked = _text(shape[1:]), _text(wanted.shape[1:])
        raise Refusal(
            "SPC0904",
            f"`{label}` is {own} for each row, and must be {asked}: {wanted.what}",
            argument=("labels", label, "shape"),
            fix=write(asked, words=f"write `shape: {asked}`, or leave it out", safe=False),
        )


def _check_values(
    label: str, interval: tuple[End | None, End | None], dtype: DType, wanted: LabelType
) -> None:
    """Refuse labels that may lie outside of what the loss reads."""
    low, high = closed(*interval, dtype)
    if _below(low, wanted.low) or _below(wanted.high, high):
        raise Refusal(
            "SPC0904",
            f"`{label}` may hold {interval_text(*interval)}, and must be "
            f"{interval_text(wanted.low, wanted.high)}: {wanted.said}",
            argument=("labels", label, "values"),
            help="declare the range that the data has, or give the output more classes"
            if wanted.whole
            else "declare the range that the data has, or choose another loss",
        )


def _below(one: End | None, other: End | None) -> bool:
    """Whether the first may be below the second: they are not shown to be in order."""
    if other is None or one is None:
        return False
    if isinstance(one, float) or isinstance(other, float):
        numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return numbers and cast("float", one) < cast("float", other)
    return Facts().compare(one, ">=", other) is not True


def _whole(end: End | None) -> End | None:
    return int(end) if isinstance(end, float) and end.is_integer() else end


def _settled(label: str, shape: tuple[Size | None, ...]) -> tuple[Size, ...]:
    """A shape in which what may be any size has a name."""
    return tuple(
        symbol(f"{label}.{axis}", kind="anonymous") if size is None else size
        for axis, size in enumerate(shape)
    )


def _text(shape: tuple[Size | None, ...]) -> str:
    return shape_text(tuple(-1 if size is None else size for size in shape)).replace("-1", "null")


def told_by_labels(train: Train, outputs: Collection[str]) -> str | None:
    """The only output that labels are for, of those that no loss is said of."""
    named = {label.output for label in train.labels.values()}
    left = [name for name in outputs if name in named and name not in train.loss]
    unknown = [name for name in train.loss if name not in outputs]
    return left[0] if len(left) == len(unknown) == 1 else None
