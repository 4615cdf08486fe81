"""From nodes to primitives: each operation is typed as it is added, and blamed where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from spec_compiler.diagnostics import Refusal
from spec_compiler.expression.indexing import Entry, Range, index, pick
from spec_compiler.expression.operand import Columns, Context, Operand, Tensor, bounded, described
from spec_compiler.expression.operators import binary, unary
from spec_compiler.expression.syntax import (
    Argument,
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Literal,
    Name,
    Rest,
    Slice,
    Unary,
)
from spec_compiler.expression.vocabulary import Vocabulary


@dataclass(slots=True)
class Lowering:
    """Walks an expression; its depth is bounded by the parser.

    Attributes:
        c: What functions write with.
        words: What names mean, and the functions.
        alone: The operands of a function whose name is the whole expression.
    """

    c: Context
    words: Vocabulary
    alone: Sequence[str] = ()

    def whole(self, tree: Expression) -> Operand:
        """What an expression is; `relu` alone is `relu(x)`.

        Raises:
            Refusal: as in `operand`.
        """
        if not isinstance(tree, Name) or not self.words.is_function(tree):
            return self.operand(tree)
        at = (tree.start, tree.end)
        given = tuple(Argument("", Name(*at, 1, name), tree.start) for name in self.alone)
        return self.call(Call(*at, 2, tree.text, given))

    def operand(self, node: Expression) -> Operand:
        """What a part of the expression is.

        Raises:
            Refusal: it has no meaning; `within` has the columns to blame.
        """
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Name):
            return self.words.meaning(node)
        if isinstance(node, Binary):
            return self.chain(node)
        if isinstance(node, Items):
            return [self.operand(item) for item in node.items]
        if isinstance(node, Unary):
            item = self.operand(node.operand)
            return _blamed(node, lambda: unary(self.c, node.operator, item))
        return self.call(node) if isinstance(node, Call) else self.index(node)

    def chain(self, node: Binary) -> Operand:
        """`a + b - c …`, from the left; long chains must not nest calls."""
        links = [node]
        while isinstance(links[-1].left, Binary):
            links.append(links[-1].left)
        value = self.operand(links[-1].left)
        for link in reversed(links):
            left, right = value, self.operand(link.right)
            value = _blamed(link, lambda: binary(self.c, link.operator, left, right))  # noqa: B023
        return value

    def index(self, node: Index) -> Operand:
        """`x[…]`."""
        target = self.operand(node.target)
        entries: list[tuple[Entry, Columns]] = []
        for item in node.entries:
            if isinstance(item, Rest):
                entry: Entry = ...
            elif isinstance(item, Slice):
                entry = Range(*map(self.optional, (item.first, item.stop, item.step)))
            else:
                entry = self.operand(item)
            entries.append((entry, (item.start, item.end)))
        if isinstance(target, list):
            return _blamed(node, lambda: pick(self.c, target, entries))
        if isinstance(target, Tensor):
            return _blamed(node, lambda: index(self.c, target, entries))
        raise Refusal(
            "SPC0128", f"{described(target)} has no entries", within=(node.start, node.end)
        )

    def optional(self, node: Expression | None) -> Operand:
        """What a part that may be absent is."""
        return None if node is None else self.operand(node)

    def call(self, node: Call) -> Operand:
        """A function of the table."""
        name = (node.start, node.start + len(node.function))
        function = self.words.function(node)
        given = [
            (item.keyword, self.operand(item.value), (item.start, item.value.end))
            for item in node.arguments
        ]

        def lower() -> Operand:
            blame = self.c.blame
            try:
                self.c.blame = {}
                return bounded(function.lower(self.c, given, name))
            finally:
                self.c.blame = blame

        return _blamed(node, lower)


def _blamed(node: Expression, lower: Callable[[], Any]) -> Any:
    """What `lower` gives; a refusal without a place of its own is blamed on the node."""
    within = (node.start, node.end)
    try:
        return lower()
    except Refusal as refusal:
        raise refusal.but(argument=(), within=refusal.within or within) from None
