"""A program as calls of Keras: what an archive and a Python file are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import NamedTuple, TypeAlias

from spec_compiler.ir.types import DType
from spec_compiler.records import record
from spec_compiler.source.node import Plain


@record
class KerasObject:
    """An object of Keras, or of a class of our own: what it is made with.

    Attributes:
        cls: As Python says it, `layers.Dense`; the bare name of a class of our own.
        arguments: By name, without defaults.
        first: The argument that Python's users write without its name.
    """

    cls: str
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, "Argument"])
    first: str = ""


Argument: TypeAlias = "Plain | KerasObject"


class KerasInput(NamedTuple):
    """An input of the model: a call of `keras.Input`.

    Attributes:
        name: In Keras.
        tensor: What it is called.
        batch_shape: The shape, None for what only the data knows.
        dtype: Of the data.
        fed: By which name the spec feeds it: `x`, or `x.mask`.
    """

    name: str
    tensor: str
    batch_shape: tuple[int | None, ...]
    dtype: DType
    fed: str


@record
class KerasLayer:
    """A layer, made once, and called at least once.

    Attributes:
        name: In Keras.
        made: The object.
        weights: The spec's names for its weights by Keras's own.
        lora_alpha: What is to be set again when it is built, since Keras forgets it.
    """

    name: str
    made: KerasObject
    weights: Mapping[str, str] = field(default_factory=dict[str, str])
    lora_alpha: float | None = None


Fed: TypeAlias = "str | tuple[Fed, ...] | bool"
"""A tensor, a list of them, of lists of them, or a switch of the call."""


def tensors_in(fed: Fed) -> Iterator[str]:
    """The tensors that something holds."""
    if isinstance(fed, str):
        yield fed
    elif not isinstance(fed, bool):
        for item in fed:
            yield from tensors_in(item)


@record
class KerasCall:
    """A call of a layer.

    Attributes:
        layer: Its name in Keras.
        args: What it is called with, by position.
        keywords: The same, by name.
        gives: What the tensors are called that it gives.
        block: The copy of a block that it belongs to; empty where there is none.
    """

    layer: str
    args: tuple[Fed, ...]
    keywords: Mapping[str, Fed]
    gives: tuple[Fed, ...]
    block: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """The tensors that it is called with."""
        return tuple(tensors_in((*self.args, *self.keywords.values())))

    @property
    def results(self) -> tuple[str, ...]:
        """The tensors that it gives."""
        return tuple(tensors_in(self.gives))


class KerasBlock(NamedTuple):
    """A copy of a block.

    Attributes:
        name: Of the copy.
        block: Of the block.
        prefix: What the names of its layers begin with in Keras.
        number: Which of several copies it is.
        use: What all the copies of one use are called.
        ports: What the block calls the tensors that it is given.
        outer: The copy that it stands in; empty where there is none.
    """

    name: str
    block: str
    prefix: str
    number: int | None
    use: str
    ports: Mapping[str, str]
    outer: str


@record
class KerasProgram:
    """A whole model.

    Attributes:
        name: Of the model.
        inputs: In the order of the spec.
        layers: By their names in Keras.
        calls: In executable order.
        outputs: The tensors, by the spec's names.
        by_name: Whether outputs are given by name: the layers' own names are others.
        classes: The texts of our own classes, by name, and of the functions that they need.
        functions: The texts of these.
        notes: What is not as in the spec.
        blocks: The copies of blocks, by name.
    """

    name: str
    inputs: tuple[KerasInput, ...]
    layers: Mapping[str, KerasLayer]
    calls: tuple[KerasCall, ...]
    outputs: Mapping[str, str]
    by_name: bool
    classes: Mapping[str, str]
    functions: Mapping[str, str]
    notes: tuple[str, ...]
    blocks: Mapping[str, KerasBlock]
