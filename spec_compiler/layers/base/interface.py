"""What a layer says of itself beside its arguments: ports, outputs, weights, masks."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, TypeAlias


class Roles(NamedTuple):
    """Ports with names, in the order in which a list feeds them.

    Attributes:
        required: Those that must be fed.
        optional: Those that may be, after the others.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them; none of what nothing feeds."""
        return (*self.required, *self.optional)


class Several:
    """Any number of inputs of one kind, which have no names."""


class ByAuthor:
    """Inputs that the layer's own text calls by the names in `from`; a single one is `x`."""


class ByInner:
    """Ports that depend on the layer inside: `Layer.ports_with` has their names."""

    def __init__(self, first: str) -> None:
        self.first = first


Ports: TypeAlias = Roles | Several | ByAuthor | ByInner


class Named(NamedTuple):
    """An output or a weight.

    Attributes:
        name: What it is called.
        when: The arguments without which it is not there: each must be given, and not false;
            `score_mode=concat` must have that value.
        unless: The argument with which it is not there.
    """

    name: str
    when: tuple[str, ...] = ()
    unless: str = ""


class Passing(Enum):
    """Which mask a result has by itself."""

    NEVER = "none of the inputs'"
    FIRST = "that of the first input"
    EVERY = "the union of the inputs', where each has one"
    JOINED = "those of the inputs side by side, or their union where each has one"
    PROVED = "that of an input, where the layer's own text proves that its axes are still there"


class Rows(Enum):
    """What a layer makes of a tensor without a batch, which is the same for every row."""

    ANY = "the same as of each row"
    NEEDED = "nothing: it gives the rows of a batch another form"
    NAMED = "what its own text says, which names every axis"


class Masks(NamedTuple):
    """What a layer does with the masks of its inputs; by default it does not know them.

    Attributes:
        makes: Whether it makes a mask, in place of its inputs'. `mask: drop` and `mask: NAME` are
            then about that one.
        uses: Whether padding is kept out of its results, so that a mask that ends here is not lost.
        by: The argument that says what is masked, of a layer that makes a mask.
        passes: Which mask its result has by itself.
        when: The arguments without which it makes none and passes none by itself.
        provable: Whether `mask: pass` keeps a mask that does not pass by itself, where that can be
            proved (`Layer.carry_mask`).
    """

    makes: bool = False
    uses: bool = False
    passes: Passing = Passing.NEVER
    when: tuple[str, ...] = ()
    provable: bool = False
    by: str = ""


PASSED = Masks(passes=Passing.FIRST)
"""Each step of the result belongs to that step of the first input."""
