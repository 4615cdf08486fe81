"""What kernels write calls with: bound to arrays that are there, or to places for those to come."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from math import prod
from operator import add, itemgetter, sub
from typing import Any, NamedTuple, TypeAlias

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.evaluate import RunError, looked_at
from spec_compiler.ir.graph import Node
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.layout import Order, inverse, order_of, viewed
from spec_compiler.plan.workspace import Workspace
from spec_compiler.refusals import Refusal

_DROPPED = 2**16
"""The bytes from which on an array that a call made is let go after its last use."""


class Late(NamedTuple):
    """An array that comes with a run: an input, an output, or what a call makes.

    Attributes:
        place: Where a run holds it.
        shape: The sizes of its axes.
        dtype: NumPy's.
        over: The blocks that it may be a part of.
        rows: Whether it is row-major, where it is to be written to.
        sparse: Whether it is a matrix of scipy.sparse.
    """

    place: int
    shape: tuple[int, ...]
    dtype: Any
    over: tuple[int, ...] = ()
    rows: bool = True
    sparse: bool = False


Operand: TypeAlias = "Array | Late"
"""What kernels read: an array whose memory is settled, or one to come."""


class Work(NamedTuple):
    """What calls come to.

    Attributes:
        calls: How many there are.
        moved: The bytes that they read and write, weights not among them.
        beside: The bytes of weights that they read, and of operands that functions have already.
    """

    calls: int = 0
    moved: int = 0
    beside: int = 0

    def times(self, turns: int) -> Work:
        """So often."""
        return Work(*(count * turns for count in self))

    def and_then(self, more: Work) -> Work:
        """Both."""
        return Work(*map(add, self, more))

    def since(self, before: Work) -> Work:
        """What has come to what was there before."""
        return Work(*map(sub, self, before))


_NOTHING = Work()

Call: TypeAlias = Callable[[], Any]
"""A step of a plan."""


class Mark(NamedTuple):
    """Whose a call is.

    Attributes:
        layer: The layer that it comes from.
        node: What it is a part of; None before the first one.
        work: What it does; a loop, what its turns do.
    """

    layer: str
    node: Node | None
    work: Work


@dataclass(slots=True)
class Recorder:
    """Collects the calls of a plan.

    Attributes:
        held: What a run holds by its place: inputs, outputs, what calls make.
        calls: In order.
        marks: Whose each call is.
        node: What the calls that come are of.
        layer: The layer of that.
        target: Where the result of the node at hand has to come, if that is settled.
        order: How the result of the node at hand should lie in memory; None: it is all the same.
        spent: The blocks whose last reader is the node at hand: it may write there.
        work: What a run does.
        marked: How much of that marks tell.
        passing: The bytes of what calls have made and nothing has dropped.
        most: The most that this has been, with what calls take beside it.
        owing: Where that is held.
    """

    workspace: Workspace = field(default_factory=Workspace)
    held: list[Any] = field(default_factory=list[Any])
    calls: list[Call] = field(default_factory=list["Call"])
    marks: list[Mark] = field(default_factory=list[Mark])
    node: Node | None = None
    layer: str = ""
    target: Late | None = None
    order: Order | None = None
    spent: frozenset[int] = frozenset()
    work: Work = _NOTHING
    marked: Work = _NOTHING
    passing: int = 0
    most: int = 0
    owing: set[int] = field(default_factory=set[int])

    # --- calls -----------------------------------------------------------------------------------

    def call(self, function: Call) -> None:
        """Record a call that has all that it needs."""
        self.calls.append(function)
        self.marks.append(Mark(self.layer, self.node, self.work.since(self.marked)))
        self.marked = self.work

    def do(
        self, function: Callable[..., Any], *operands: Operand, has: Array | None = None
    ) -> None:
        """Record a call that writes into one of its operands, of a function that may have one."""
        self._count(operands)
        if has is not None:
            self.work = self.work._replace(beside=self.work.beside + has.nbytes)
        if any(isinstance(operand, Late) for operand in operands):
            held, get = self.held, self._getter(operands)
            self.call(lambda: function(*get(held)))
        else:
            self.call(partial(function, *operands))

    def made(
        self, function: Callable[..., Any], *operands: Operand, of: TensorType, taken: int = 0
    ) -> Late:
        """Record a call whose result is new, or a part of an operand.

        Args:
            function: Gives the result.
            operands: What it reads.
            of: The type of the result.
            taken: The most bytes that it takes, the result among them; 0: that is a view.

        Raises:
            RunError: in a run, where the function refuses its data.
        """
        self._count(operands)
        held, get, place = self.held, self._getter(operands), self.place()
        layer, node = self.layer, self.node

        def call() -> None:
            try:
                held[place] = function(*get(held))
            except Refusal as refusal:
                read = None if node is None else looked_at(node)
                raise RunError(layer, refusal, read) from None

        self.call(call)
        self.beside(taken)
        if taken:
            self.passing += held_bytes(of)
            self.owing.add(place)
        over = {owner for operand in operands for owner in self.owners(operand)}
        return Late(place, concrete(of), np.dtype(stored(of.dtype)), tuple(over))

    @contextmanager
    def apart(self, kept: set[int], turns: int) -> Generator[list[Call]]:
        """Record what is run in turns; the blocks `kept` are not given to others meanwhile."""
        calls, marks, whose = self.calls, self.marks, (self.node, self.layer)
        work, marked = self.work, self.marked
        self.calls, self.marks, self.work, self.marked = [], [], _NOTHING, _NOTHING
        with self.workspace.pinned_to(kept):
            yield self.calls
        self.calls, self.marks, (self.node, self.layer) = calls, marks, whose
        self.work, self.marked = work.and_then(self.work.times(turns)), marked

    def place(self, array: Any = None) -> int:
        """A new place, and what it holds before a run."""
        self.held.append(array)
        return len(self.held) - 1

    def drop(self, operand: Operand) -> None:
        """Let go of what a call made, where it is large."""
        if isinstance(operand, Late) and _bytes(operand) > _DROPPED:
            self.call(partial(self.held.__setitem__, operand.place, None))
            if operand.place in self.owing:
                self.owing.remove(operand.place)
                self.passing -= _bytes(operand)

    def beside(self, taken: int) -> None:
        """Count bytes that a call takes for itself, while it runs."""
        self.most = max(self.most, self.passing + taken)

    def _count(self, operands: Sequence[Operand]) -> None:
        changing = [x for x in operands if isinstance(x, Late) or self.owners(x)]
        moved = sum(map(_bytes, changing))
        self.work = self.work.and_then(Work(1, moved, sum(map(_bytes, operands)) - moved))

    def _getter(self, operands: Sequence[Operand]) -> Callable[[list[Any]], Sequence[Any]]:
        places = [item.place if isinstance(item, Late) else self.place(item) for item in operands]
        if len(places) > 1:
            return itemgetter(*places)
        return itemgetter(slice(places[0], places[0] + 1)) if places else itemgetter(slice(0, 0))

    # --- arrays ----------------------------------------------------------------------------------

    def new(self, shape: tuple[int, ...], dtype: Any, order: Order | None = None) -> Array:
        """Memory, row-major or in an order; what is no part of a result is free after the node."""
        if order is None:
            return self.workspace.array(shape, dtype)
        held = self.workspace.array(tuple(shape[axis] for axis in order), dtype)
        return held.transpose(inverse(order))

    def result(self, of: TensorType, order: Order | None = None) -> Operand:
        """Memory for the result of the node at hand, row-major or in an order."""
        if self.target is not None:
            return self.target
        return self.new(concrete(of), stored(of.dtype), order)

    def into(self, of: TensorType, *operands: Operand, rows: bool = False) -> Operand:
        """Memory for a result that is written entry by entry: an operand's, where it may be.

        Args:
            of: The type of the result.
            operands: Those that are read no more once it is written.
            rows: Whether it has to be row-major, so that axes can be taken together.
        """
        if self.target is not None and (self.target.rows or not rows):
            return self.target
        shape, dtype = concrete(of), np.dtype(stored(of.dtype))
        for operand in operands:
            if (
                not isinstance(operand, Late)
                and operand.shape == shape
                and operand.dtype == dtype
                and self.workspace.owner(operand) in self.spent
                and 0 not in operand.strides
                and operand.flags.writeable  # what is broadcast is not, to its own shape neither
                and (operand.flags.c_contiguous or not rows)
            ):
                return operand
        if rows:
            return self.new(shape, dtype)
        return self.new(shape, dtype, self.order or self._order(shape, operands))

    def _order(self, shape: tuple[int, ...], operands: Sequence[Operand]) -> Order | None:
        """The order of the first operand of a shape."""
        for operand in operands:
            if operand.shape == shape and not isinstance(operand, Late):
                return None if operand.flags.c_contiguous else order_of(operand.strides)
        return None

    def copied(self, x: Operand, order: Order | None = None) -> Array:
        """A copy in memory of the plan, row-major or in an order."""
        copy = self.new(x.shape, x.dtype, order)
        self.do(np.copyto, copy, x)
        return copy

    def settled(self, x: Operand) -> Array:
        """An operand whose memory is there, so that parts of it can be named before a run."""
        return self.copied(x) if isinstance(x, Late) else x

    def owners(self, operand: Operand) -> tuple[int, ...]:
        """The blocks that an operand is in: none has what is there before a run."""
        if isinstance(operand, Late):
            return operand.over
        owner = self.workspace.owner(operand)
        return () if owner is None else (owner,)

    # --- views -----------------------------------------------------------------------------------

    def view(self, function: Callable[[Array], Array], x: Operand, of: TensorType) -> Operand:
        """A view of an operand, by a function that never copies."""
        return self.made(function, x, of=of) if isinstance(x, Late) else function(x)

    def reshaped(self, x: Operand, shape: tuple[int, ...]) -> Operand:
        """The elements in another shape: a view where the memory allows it, else a copy."""
        if x.shape == shape:
            return x
        if isinstance(x, Late):
            held, get, place = self.held, self._getter((x,)), self.place()
            self.call(lambda: held.__setitem__(place, get(held)[0].reshape(shape)))
            return x._replace(place=place, shape=shape)
        found = viewed(x, shape)
        if found is not None:
            return found
        if self.workspace.owner(x) is None:
            return x.reshape(shape)
        return self.copied(x).reshape(shape)


def _bytes(of: Operand) -> int:
    return prod(of.shape) * of.dtype.itemsize
