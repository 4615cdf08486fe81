"""What a traced model is made of: calls of layers, and the tensors between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from spec_compiler.keras.model import Part


class Ref(NamedTuple):
    """An output of a step."""

    step: int
    output: int


@dataclass(frozen=True, slots=True)
class KerasStep:
    """A call of a layer, or an input.

    Attributes:
        path: The names of the models around the layer, and its own.
        earlier: How many calls of this layer came before.
        ports: What feeds it: a tensor, a list of them, or a mapping of roles.
        mask: The tensor that it uses as its mask instead of the implied one.
        masked: Whether one of its inputs has a mask, by itself or given.
        drops: Whether its inputs have masks that it does not know.
    """

    part: Part
    path: tuple[str, ...]
    earlier: int = 0
    ports: Ref | tuple[Ref, ...] | dict[str, Ref] = ()
    mask: Ref | None = None
    masked: bool = False
    drops: bool = False


KerasResults: TypeAlias = "dict[tuple[str, int], list[Ref] | None]"


def sources(step: KerasStep) -> tuple[Ref, ...]:
    """The tensors that feed a step."""
    if isinstance(step.ports, Ref):
        return (step.ports,)
    return tuple(step.ports.values()) if isinstance(step.ports, dict) else step.ports
