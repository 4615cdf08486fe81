"""How large an expansion becomes at least, told from the blocks before anything is expanded."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.reading.library import Block
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode

MOST = 100_000
"""Layers and copies of blocks that a spec expands to at most."""
DEEPEST = 32
"""Blocks within blocks at most."""


class Extents:
    """The extents of blocks, each told once."""

    def __init__(self) -> None:
        self.known: dict[Block, int] = {}

    def of(self, block: Block, depth: int = 0) -> int:
        """Layers and copies in one copy of a block, itself included: so many or more.

        A number of copies that only a use can tell counts as one.
        """
        if block in self.known or depth > DEEPEST:
            return self.known.get(block, 1)
        self.known[block] = 1  # a block that uses itself is refused elsewhere
        total = 1
        for item in _sources(block):
            inner = _used(item, block)
            count = _copies(item, block) if inner is not None else 1
            size = self.of(inner, depth + 1) if inner is not None else 1
            total = min(total + max(count * size, 1), MOST + 1)
        self.known[block] = total
        return total

    def culprit(self, block: Block) -> SourceNode | None:
        """The innermost use that alone makes a block too large; None where none does."""
        found: SourceNode | None = None
        current = block
        for _ in range(DEEPEST):
            if self.of(current) <= MOST:
                break
            uses = [(item, _used(item, current)) for item in _sources(current)]
            sized = [
                (self.of(inner) * _copies(item, current), item, inner)
                for item, inner in uses
                if inner is not None
            ]
            if not sized:
                break
            _, found, current = max(sized, key=lambda entry: entry[0])
        return found


def _sources(block: Block) -> Iterator[SourceNode]:
    """The items of a block; for one that reuses another, that one."""
    named: dict[str, SourceNode] = {}
    for item in block.items:
        reuse, name = item.get("reuse"), item.get("name")
        source = item
        if reuse is not None and isinstance(reuse.value, str):
            source = named.get(reuse.value, item)
        if name is not None and isinstance(name.value, str):
            named[name.value] = source
        yield source


def _used(item: SourceNode, block: Block) -> Block | None:
    """The block that an item uses, if it is one."""
    use = item.get("use")
    if use is None or not isinstance(use.value, str):
        return None
    try:
        return block.library.find(use.value)
    except Refusal:
        return None


def _copies(item: SourceNode, block: Block) -> int:
    """How many copies an item makes; one where only a use of the block can tell."""
    each, repeat = item.get("each"), item.get("repeat")
    if each is not None and isinstance(each.value, dict):
        lists = [entry.node.value for entry in each.value.values()]
        return max((len(values) for values in lists if isinstance(values, list)), default=1)
    written = repeat.value if repeat is not None else 1
    if isinstance(written, str):
        if block.library.model is not None or block.params:
            return 1
        try:
            written = block.library.scope.size(written.removeprefix("$"))
        except Refusal:
            return 1
    return written if isinstance(written, int) and not isinstance(written, bool) else 1


def too_large(item: SourceNode) -> Refusal:
    """The refusal of a use that makes an expansion too large."""
    key = next((key for key in ("repeat", "each") if item.get(key)), "use")
    message = f"the spec expands to more than {MOST} layers and copies of blocks"
    return Refusal("SPC0113", message, argument=(key,))
