"""Layers of which Keras's class wants other arguments than the spec's: a rule for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from spec_compiler.export.keras.arguments import NotInKerasError, arguments_of
from spec_compiler.export.keras.model import Argument
from spec_compiler.ir.dims import Dim
from spec_compiler.program import Step

Rewrite: TypeAlias = Callable[[Any, Step], dict[str, Argument]]


def keras_arguments(step: Step) -> dict[str, Argument]:
    """The arguments of Keras's class for the layer of a step.

    Raises:
        NotInKerasError: one of them has no form there.
    """
    rewrite = _REWRITTEN.get(step.kind)
    layer = step.settings.layer
    return arguments_of(layer) if rewrite is None else rewrite(layer, step)


def _reshape(layer: Any, step: Step) -> dict[str, Argument]:
    """A size that only the data knows is inferred, where there is one."""
    shape = list(layer.target_shape)
    named = [axis for axis, size in enumerate(shape) if isinstance(size, Dim)]
    if len(named) == 1 and -1 not in shape:
        shape[named[0]] = -1
    elif named:
        raise NotInKerasError("several of its sizes are known only from the data")
    return {"target_shape": shape}


def _discretization(layer: Any, step: Step) -> dict[str, Argument]:
    """Keras takes the boundaries of bins, or how many it is to make."""
    return {key: item for key, item in arguments_of(layer).items() if key != "num_bins"}


def _einsum(layer: Any, step: Step) -> dict[str, Argument]:
    """Keras wants the sizes of the output, and those of the kernel among them as numbers."""
    equation, result = layer.equation, next(iter(step.results.values()))
    labels, shape = list(equation.output.labels), list(result.shape)
    left = equation.text.startswith("...")
    if result.batch != 0 or (not left and labels[:1] != list(equation.input.labels[:1])):
        raise NotInKerasError("the batch is not the first axis of its result")
    if left:
        shape = shape[len(shape) - len(labels) :]
    else:
        labels, shape = labels[1:], shape[1 : len(labels)]
    sizes: Argument = [size if isinstance(size, int) else None for size in shape]
    stated = layer.output_shape
    said = cast("list[Any]", [stated] if isinstance(stated, int) else list(stated or ()))
    kept = (
        stated is not None
        and len(said) == len(labels)
        and all(
            size is not None or label not in equation.kernel.labels
            for label, size in zip(labels, said, strict=True)
        )
    )
    arguments = arguments_of(layer)
    arguments.pop("sizes", None)
    given: Argument = arguments.pop("output_shape", None)
    first: dict[str, Argument] = {
        "equation": "".join(equation.text.split()),
        "output_shape": given if kept else sizes,
    }
    return first | {name: value for name, value in arguments.items() if name not in first}


def _embedding(layer: Any, step: Step) -> dict[str, Argument]:
    """First values are no part of Keras's configurations: they come with the weights."""
    arguments = arguments_of(layer)
    arguments.pop("weights", None)
    return arguments


_REWRITTEN: Mapping[str, Rewrite] = MappingProxyType(
    {
        "Reshape": _reshape,
        "EinsumDense": _einsum,
        "Embedding": _embedding,
        "Discretization": _discretization,
    }
)
"""By the layer's type."""
