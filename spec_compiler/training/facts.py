"""What losses and metrics ask of an output, and what they say of its labels."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.fixes import Fix, advise, put, remove, write
from spec_compiler.ir.dims import Shape, Size, quoted
from spec_compiler.ir.types import FLOATS, DType, End, TensorType
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal

Form: TypeAlias = Literal["", "any", "softmax", "unit", "log", "sign", "positive"]
"""Which numbers an output can be, as far as the operation that makes it tells: any, shares that add
up to 1, each from 0 to 1, logarithms of those, from -1 to 1, 0 or more; nothing where it does not
tell."""
_WORDS = {
    "any": "can be any number",
    "softmax": "adds up to 1 already",
    "unit": "is from 0 to 1",
    "log": "is a logarithm of probabilities",
    "sign": "is from -1 to 1",
    "positive": "is 0 or more",
}


_ONE = "write `binary_crossentropy` for one probability, or give the output two `units`"


class Made(NamedTuple):
    """An output, as training sees it.

    Attributes:
        name: Of the output.
        type: Its shape, the batch first, and its dtype.
        form: Which numbers it can be.
        axes: Of a softmax: along which it adds up to 1, where that is known.
        layer: The layer whose operation tells that.
        has_activation: Whether that layer takes an `activation`.
    """

    name: str
    type: TensorType
    form: Form = ""
    axes: tuple[int, ...] = ()
    layer: str = ""
    has_activation: bool = False

    @property
    def said(self) -> str:
        """Which numbers it can be, in words."""
        return _WORDS[self.form]

    def with_activation(self, name: str) -> str:
        """What to write for the output to be something else."""
        if self.has_activation:
            return f"write `activation: {name}` in `{self.layer}`"
        return f"put `{{type: Activation, activation: {name}}}` behind `{self.layer}`"

    def activated(self, name: str) -> Fix | None:
        """The same as an edit of that layer; where it stands, the driver knows."""
        words = self.with_activation(name)
        if not self.has_activation:
            return advise(words)
        return put("activation", name, words=words)._replace(at=Outside())


class LabelType(NamedTuple):
    """What the labels of an output must be.

    Attributes:
        shape: The batch first; an axis that may have any size is None.
        dtype: The one that they have unless their author says another.
        whole: Whether they must be whole numbers.
        low: The least number; None for any.
        high: The greatest.
        what: What they are, for messages.
        said: Why they lie in that range.
    """

    shape: tuple[Size | None, ...]
    dtype: DType
    whole: bool = False
    low: End | None = None
    high: End | None = None
    what: str = "labels of the output's shape"
    said: str = ""


def require_floats(who: str, of: Made) -> None:
    """Refuse an output of whole numbers or booleans: nothing can be learned through it."""
    if of.type.dtype not in FLOATS:
        raise Refusal(
            "SPC0903",
            f"`{who}` needs floats, and the output `{of.name}` is `{of.type.dtype}`",
            help="train an output that is not rounded or compared",
        )


def class_axis(who: str, of: Made, axis: int = -1) -> int:
    """The axis that has an entry for each class, counted from 0.

    Raises:
        Refusal: the output has no such axis, or a single class on it.
    """
    rank = len(of.type.shape)
    if not -rank <= axis < rank or axis % rank == 0:
        raise Refusal(
            "SPC0903",
            f"`{who}` needs an axis with an entry for each class, and the output `{of.name}` is "
            f"{of.type}: axis {axis} is none",
            argument=("axis",) if axis != -1 else (),
            fix=remove("leave `axis` out: classes are on the last axis")
            if axis != -1 and rank > 1
            else advise(
                "end with a layer that gives a number for each class: `{type: Dense, units: 10, "
                "activation: softmax}`"
            ),
        )
    axis %= rank
    if of.type.shape[axis] == 1:
        raise Refusal(
            "SPC0903",
            f"`{who}` needs a number for each of at least two classes, and the output `{of.name}` "
            f"is {of.type}: a single class is always right",
            fix=write("binary_crossentropy", words=_ONE, safe=False)
            if who.endswith("crossentropy")
            else advise(_ONE),
        )
    return axis


def check_axes(who: str, of: Made, axes: tuple[int, ...] | None) -> None:
    """Refuse axes that the output has not.

    Raises:
        Refusal: there is one.
    """
    rank = len(of.type.shape)
    wrong = next((axis for axis in axes or () if not -rank <= axis < rank), None)
    if wrong is not None:
        raise Refusal(
            "SPC0903",
            f"`{who}` has axis {wrong}, and the output `{of.name}` is {of.type}",
            argument=("axis",),
            help=f"write axes from {-rank} to {rank - 1}",
        )


def without(shape: Shape, axis: int) -> tuple[Size | None, ...]:
    """A shape without one of its axes."""
    return tuple(size for at, size in enumerate(shape) if at != axis)


def last_class(classes: Size) -> Size:
    """The greatest number of a class."""
    return classes - 1


def require_shares(who: str, of: Made, axis: int, from_logits: bool | None) -> None:
    """Refuse an output that is no distribution over classes, or one with `from_logits`.

    Args:
        who: The loss or metric.
        of: The output.
        axis: That of the classes, from 0.
        from_logits: As its author says; None where it has no such argument.
    """
    _require_probabilities(who, of, from_logits, "softmax")
    if not from_logits and of.form == "softmax" and of.axes and of.axes != (axis,):
        along = ", ".join(map(str, of.axes))
        raise Refusal(
            "SPC0902",
            f"`{who}` compares classes along axis {axis}, and the output `{of.name}` adds up to 1 "
            f"along axis {along}",
            help=f"write `axis: {of.axes[0]}` here, or in the softmax `axis: {axis}`",
        )


def require_chances(who: str, of: Made, from_logits: bool | None) -> None:
    """Refuse an output whose entries are no probabilities, each apart."""
    _require_probabilities(who, of, from_logits, "sigmoid")
    alone = bool(of.axes) and all(of.type.shape[axis] == 1 for axis in of.axes)
    if not from_logits and of.form == "softmax" and alone:
        raise Refusal(
            "SPC0903",
            f"the output `{of.name}` is {of.type}, and a softmax of one number is always 1",
            fix=of.activated("sigmoid"),
        )


def _require_probabilities(who: str, of: Made, from_logits: bool | None, applied: str) -> None:
    """Refuse an output that is none before `applied` makes them, or behind it."""
    if from_logits:
        return require_logits(who, of, ("softmax", "unit"), applied)
    if of.form in {"any", "sign", "log", "positive"}:
        other = ", or `from_logits: true` here" if from_logits is False and of.form == "any" else ""
        raise Refusal(
            "SPC0902",
            f"`{who}` reads probabilities, and the output `{of.name}` {of.said}",
            fix=put("from_logits", "true", words=f"{of.with_activation(applied)}{other}")
            if other
            else of.activated(applied),
        )
    return None


def require_signs(who: str, of: Made) -> None:
    """Refuse an output that is never negative where its sign is the answer."""
    if of.form in {"softmax", "unit", "positive"}:
        raise Refusal(
            "SPC0902",
            f"`{who}` reads a sign, and the output `{of.name}` {of.said}: never below 0",
            help=f"leave out the activation of `{of.layer}`, or {of.with_activation('tanh')}"
            if of.has_activation
            else "end with a layer without an activation",
        )


def require_not_negative(who: str, of: Made) -> None:
    """Refuse an output that can be negative where that has no meaning."""
    if of.form in {"any", "sign", "log"}:
        raise Refusal(
            "SPC0902",
            f"`{who}` needs numbers of 0 or more, and the output `{of.name}` {of.said}",
            fix=of.activated("softplus"),
        )


def require_logits(
    who: str, of: Made, wrong: tuple[Form, ...], applied: str, *, asked: bool = True
) -> None:
    """Refuse probabilities where the loss makes them itself, because it was asked to or always."""
    if of.form in wrong:
        when, either = (" for `from_logits: true`", "`from_logits`, or ") if asked else ("", "")
        raise Refusal(
            "SPC0902",
            f"`{who}` applies a {applied} itself{when}, and the output `{of.name}` {of.said}",
            argument=("from_logits",) if asked else (),
            fix=remove(f"leave out {either}the activation of `{of.layer}`") if asked else None,
            help=f"leave out {either}the activation of `{of.layer}`",
        )


def same_shape(
    of: Made, low: End | None = None, high: End | None = None, said: str = ""
) -> LabelType:
    """Labels of the output's own shape."""
    dtype: DType = "float64" if of.type.dtype == "float64" else "float32"
    return LabelType(of.type.shape, dtype, low=low, high=high, said=said)


def class_labels(of: Made, axis: int, ignored: int | None = None) -> LabelType:
    """A class for each place of the output: a whole number below the number of classes."""
    classes = of.type.shape[axis]
    low: Size = 0
    high = last_class(classes)
    said = f"the output `{of.name}` has {quoted(classes)} classes"
    if ignored is not None:
        low = min(0, ignored)
        high = max(high, ignored) if isinstance(high, int) else high
    return LabelType(
        without(of.type.shape, axis), "int32", True, low, high, "a class for each place", said
    )
