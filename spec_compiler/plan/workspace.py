"""The memory of a plan: blocks that values share, one after the other."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from typing import Any

from spec_compiler.ir.arrays import Array, np

_ALIGNED = 64
"""Bytes: a line of the cache, and the widest registers."""
_ROOMY = 4
"""How many times what is asked for a block may have that is taken for it."""


@dataclass(slots=True)
class _Block:
    owner: Array
    holders: int = 0


@dataclass(slots=True)
class Workspace:
    """Gives arrays, and gives their memory again once nothing holds it.

    Attributes:
        pinned: Blocks that are not given to others, held or not.
    """

    pinned: set[int] = field(default_factory=set[int])
    _blocks: dict[int, _Block] = field(default_factory=dict[int, _Block])
    _free: list[_Block] = field(default_factory=list[_Block])
    _fresh: list[_Block] = field(default_factory=list[_Block])

    @property
    def size(self) -> int:
        """The bytes of all blocks."""
        return sum(block.owner.nbytes for block in self._blocks.values())

    def array(self, shape: tuple[int, ...], dtype: Any) -> Array:
        """A new array in row-major order; `settle` takes it back where nothing holds it by then."""
        kind = np.dtype(dtype)
        size = prod(shape) * kind.itemsize
        if not size:
            return np.empty(shape, kind)
        block = self._block(size)
        self._fresh.append(block)
        owner = block.owner
        start = -owner.ctypes.data % _ALIGNED
        return owner[start : start + size].view(kind).reshape(shape)

    def hold(self, owner: int) -> None:
        """Something more is in a block."""
        self._blocks[owner].holders += 1

    def release(self, owner: int) -> None:
        """Something is no more in a block."""
        block = self._blocks[owner]
        block.holders -= 1
        if not block.holders and owner not in self.pinned:
            self._free.append(block)

    def settle(self) -> None:
        """Take back what was given since the last time and is not held."""
        self._free += [block for block in self._fresh if not block.holders]
        self._fresh.clear()

    @contextmanager
    def pinned_to(self, owners: set[int]) -> Generator[None]:
        """Keep blocks, each held once in here, and by nothing after it."""
        fresh = self._fresh
        self._fresh = []
        for owner in owners:
            self._blocks[owner].holders = 1
        self.pinned |= owners
        yield
        self.pinned -= owners
        for owner in owners:
            self._blocks[owner].holders = 0
        self._fresh += fresh

    def holders(self, owner: int) -> int:
        """How much is in a block."""
        return self._blocks[owner].holders

    def owner(self, array: Array) -> int | None:
        """The block that an array is in; None for one of others."""
        found = id(array if array.base is None else array.base)
        return found if found in self._blocks else None

    def _block(self, size: int) -> _Block:
        """The smallest free block that is large enough, and not much too large; else a new one."""
        wanted = size + _ALIGNED
        fitting = [b for b in self._free if wanted <= b.owner.nbytes <= _ROOMY * wanted]
        if fitting:
            block = min(fitting, key=lambda found: found.owner.nbytes)
            self._free = [other for other in self._free if other is not block]
            return block
        block = _Block(np.empty(wanted, np.uint8))
        self._blocks[id(block.owner)] = block
        return block
