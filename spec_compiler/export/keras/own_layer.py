"""A layer that Keras has not, or computes otherwise, as the text of a class of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import indent
from typing import NamedTuple

from spec_compiler.export.keras.arguments import of_weight, python, quoted
from spec_compiler.export.keras.function import Function, FunctionWriter, Helpers
from spec_compiler.export.keras.layout import laid_out
from spec_compiler.export.keras.sizes import identifier, tells
from spec_compiler.ir.dims import Symbol
from spec_compiler.ir.graph import Node, Value
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.base.trained import Trained
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

MASKS: Mapping[str, str] = {
    "MaskOf": '''
class MaskOf({base}):
    """The mask of a tensor, as a tensor."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, x, mask=None):
        return ops.copy(mask)

    def compute_output_spec(self, x, mask=None):
        return keras.KerasTensor(mask.shape, "bool")

    def compute_mask(self, x, mask=None):
        return None
''',
    "WithMask": '''
class WithMask({base}):
    """A tensor with another tensor as its mask."""

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.supports_masking = True

    def call(self, inputs):
        return ops.copy(inputs[0])

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs[0].shape, inputs[0].dtype)

    def compute_mask(self, inputs, mask=None):
        return inputs[1]
''',
    "WithoutMask": '''
class WithoutMask({base}):
    """A tensor without its mask: padding takes part in what follows."""

    def __init__(self, **kwargs):
        super().__init__(autocast=False, **kwargs)
        self.supports_masking = True

    def call(self, x):
        return ops.copy(x)

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape, x.dtype)

    def compute_mask(self, x, mask=None):
        return None
''',
}
"""What handles masks beside layers that compute."""


@record
class OwnLayer:
    """What a step becomes.

    Attributes:
        text: The class, with `{name}` for its own name.
        weights: The spec's names of its weights by Keras's.
        operands: What it reads, in the order of its parameters.
    """

    text: str
    weights: Mapping[str, str]
    operands: tuple[Value, ...]


class Surroundings(NamedTuple):
    """What the layers of one program are written with.

    Attributes:
        made: What makes each value.
        sized: The input of the program that tells each named size.
        anything: What is read where nothing is: Keras calls no layer without a tensor.
        helpers: Takes the functions that layers need.
    """

    made: Mapping[Value, Node]
    sized: Mapping[Symbol, Value]
    anything: Value
    helpers: Helpers


def own_layer(
    operands: Sequence[tuple[Value, str]],
    results: Sequence[Value],
    weights: Mapping[str, Trained],
    around: Surroundings,
    doc: str,
    activity: str = "",
) -> OwnLayer:
    """Write the class.

    Args:
        operands: What the step can read, and what to call it.
        results: What it gives.
        weights: The weights that it makes, by full name.
        around: What it is written with.
        doc: What it does.
        activity: The penalty on what it gives, as Python has it.

    Raises:
        Refusal: something in it has no form in Keras.
    """
    attributes = {full: identifier(full.removeprefix(_owner(weights))) for full in weights}
    own = {item.weight.value: f"self.{attributes[full]}" for full, item in weights.items()}
    wanted: dict[Value, str] = {}
    for value, name in operands:
        wanted.setdefault(value, name)
    made, known = around.made, {**dict.fromkeys(wanted, ""), **own}
    read = [x for x in FunctionWriter(made, known, Helpers()).leaves(results) if x not in own]
    order = list(wanted)
    read.sort(key=lambda x: order.index(x) if x in wanted else len(order))
    names = _named(read, wanted)
    function = FunctionWriter(made, {**names, **own}, around.helpers).function(results)
    lacking = [_teller(symbol, wanted, around.sized) for symbol in function.missing]
    if not read and not lacking:
        lacking = [around.anything]
    if lacking:
        names = _named(dict.fromkeys((*read, *lacking)), wanted)
        function = FunctionWriter(made, {**names, **own}, around.helpers).function(results)
    text = _class_text(names, function, results, attributes, weights, doc, activity)
    return OwnLayer(text, {attributes[full]: full for full in weights}, tuple(names))


def _owner(weights: Mapping[str, Trained]) -> str:
    """What the full names of a layer's weights begin with: the layer's, which may have dots."""
    first = next(iter(weights), "")
    for item in weights.values():
        argument = item.training.argument.rstrip("_")
        if argument and (at := first.rfind(f".{argument}")) >= 0:
            return first[: at + 1]
    return first[: first.rfind(".") + 1]


def _teller(symbol: Symbol, wanted: Iterable[Value], sized: Mapping[Symbol, Value]) -> Value:
    """A tensor whose shape tells a named size."""
    there = next((x for x in wanted if symbol in tells(x)), None)
    found = sized.get(symbol) if there is None else there
    if found is None:
        raise Refusal(
            "SPC0820",
            f"the size `{symbol}` stands in no shape of an input, and Keras knows no other sizes",
            help="give the size a number, or an input an axis of it",
        )
    return found


def _named(read: Iterable[Value], wanted: Mapping[Value, str]) -> dict[Value, str]:
    """The parameters of a layer."""
    names: dict[Value, str] = {}
    for value in read:
        names[value] = identifier(wanted.get(value, "other"), {"self", "ops", *names.values()})
    return names


def _class_text(
    names: Mapping[Value, str],
    function: Function,
    results: Sequence[Value],
    attributes: Mapping[str, str],
    weights: Mapping[str, Trained],
    doc: str,
    activity: str,
) -> str:
    parameters = ", ".join(names.values())
    lines = [
        "class {name}({base}):",
        f'    """{_said(doc)}"""',
        "",
        "    def __init__(self, **kwargs):",
        "        super().__init__(autocast=False, **kwargs)",
        "        self.supports_masking = True",
        *([f"        self.activity_regularizer = {activity}"] if activity else []),
        "",
    ]
    if weights:
        # Keras tells no shapes of arguments that are called as masks are
        told = (name for name in names.values() if not f"_{name}".endswith("_mask"))
        shapes = ", ".join(["self", *(f"{name}_shape" for name in told)])
        lines.append(f"    def build({shapes}):")
        made = [_weight(attributes[full], item) for full, item in weights.items()]
        lines += [indent(laid_out(line, 8), " " * 8) for line in made]
        lines.append("")
    lines += [
        f"    def call(self, {parameters}):",
        indent("\n".join(laid_out(line, 8) for line in function.lines), " " * 8),
        "",
        f"    def compute_output_spec(self, {parameters}):",
        f"        return {', '.join(_spec(value.type) for value in results)}",
        "",
        "    def compute_mask(self, *inputs, **masks):",
        "        return None",
    ]
    return "\n".join(lines)


def _weight(attribute: str, made: Trained) -> str:
    said = ", ".join(f"{key}={python(item)}" for key, item in of_weight(made.training).items())
    weight = made.weight
    trained = "" if weight.trainable else ", trainable=False"
    return (
        f"self.{attribute} = self.add_weight(name={quoted(attribute)}, "
        f"shape={tuple(weight.shape)}, dtype={quoted(weight.value.dtype)}, "
        f"autocast=False, {said}{trained})"
    )


def _spec(of: TensorType) -> str:
    sizes = ", ".join(str(size) if isinstance(size, int) else "None" for size in of.shape)
    shape = f"({sizes},)" if len(of.shape) == 1 else f"({sizes})"
    return f"keras.KerasTensor({shape}, {quoted(of.dtype)})"


def _said(doc: str) -> str:
    """Words as a docstring of one line."""
    text = " ".join(doc.split())
    text = ascii(text)[1:-1].replace('"', "'") if not text.isascii() or "\\" in text else text
    text = text.replace('"""', "'''")
    return (text if len(text) <= 90 else f"{text[:87]}...").rstrip('"\\') or "A layer."
