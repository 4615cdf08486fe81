"""What a traced model is made of: calls of layers, and the tensors between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from spec_compiler.keras.model import Part
from spec_compiler.records import record


class Ref(NamedTuple):
    """An output of a step."""

    step: int
    output: int


Ports: TypeAlias = Ref | tuple[Ref, ...] | Mapping[str, Ref]
"""What feeds a layer: a tensor, a list of them, or a mapping of roles."""


@record
class KerasStep:
    """A call of a layer, or an input.

    Attributes:
        path: The names of the models around the layer, and its own.
        earlier: How many calls of this layer came before.
        ports: What feeds it.
        mask: The tensor that it uses as its mask instead of the implied one.
        masked: Whether one of its inputs has a mask, by itself or given.
        drops: Whether its inputs have masks that it does not know.
    """

    part: Part
    path: tuple[str, ...]
    earlier: int = 0
    ports: Ports = ()
    mask: Ref | None = None
    masked: bool = False
    drops: bool = False


class NestedRun(NamedTuple):
    """A call of a nested model, of which the steps are traced one by one.

    Attributes:
        path: The names of the models around it, and its own.
        start: Its first step.
        end: The step behind its last.
        inputs: What feeds it, by the names of its inputs.
        outputs: What it gives, by the names of the layers that make it.
    """

    path: tuple[str, ...]
    start: int
    end: int
    inputs: tuple[tuple[str, Ref], ...]
    outputs: tuple[tuple[str, Ref], ...]


class NestedCall(NamedTuple):
    """A call of a nested model in a spec that has its layers one by one.

    Attributes:
        path: The names of the models around it, and its own.
        layers: Its layers, with the names that they have in it.
        inputs: What feeds it, by the names of its inputs.
        outputs: What it gives, with the name of the layer that makes it.
    """

    path: tuple[str, ...]
    layers: Mapping[str, str]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


KerasResults: TypeAlias = "dict[tuple[str, int], list[Ref] | None]"


def sources(step: KerasStep) -> tuple[Ref, ...]:
    """The tensors that feed a step."""
    if isinstance(step.ports, Ref):
        return (step.ports,)
    return tuple(step.ports.values()) if isinstance(step.ports, Mapping) else step.ports
