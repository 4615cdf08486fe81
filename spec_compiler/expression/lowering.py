"""From nodes to primitives: each operation is typed as it is added, and blamed where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from spec_compiler.expression.indexing import IndexEntry, Range, index, pick
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded, described
from spec_compiler.expression.operators import binary, unary
from spec_compiler.expression.vocabulary import Vocabulary
from spec_compiler.formula.syntax import (
    Argument,
    Binary,
    Expression,
    Index,
    Invocation,
    Items,
    Literal,
    Name,
    Rest,
    Slice,
    Unary,
)
from spec_compiler.formula.tokens import Columns, Token
from spec_compiler.refusals import Refusal


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
        given = tuple(Argument(tree.at, "", Name(tree.at, name)) for name in self.alone)
        return self.call(Invocation(tree.at, Token("name", tree.text, tree.at), given))

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
            return self.placed(node, lambda: unary(self.c, node.operator, item))
        return self.call(node) if isinstance(node, Invocation) else self.index(node)

    def chain(self, node: Binary) -> Operand:
        """`a + b - c …`."""
        links = node.chain
        value = self.operand(links[0].left)
        for link in links:
            value = self.link(link, value)
        return value

    def link(self, node: Binary, left: Operand) -> Operand:
        """A sign of a chain, with what stands before it."""
        right = self.operand(node.right)
        sides = (node.left.at, node.right.at)
        met = (node.left, left), (node.right, right)
        return self.placed(
            node, lambda: binary(self.c, node.operator.text, left, right), sides, met
        )

    def index(self, node: Index) -> Operand:
        """`x[…]`."""
        self.words.of_inputs(node)
        target = self.operand(node.target)
        entries: list[tuple[IndexEntry, Columns]] = []
        for item in node.entries:
            if isinstance(item, Rest):
                entry: IndexEntry = ...
            elif isinstance(item, Slice):
                entry = Range(*map(self.optional, (item.first, item.stop, item.step)))
            else:
                entry = self.operand(item)
            entries.append((entry, item.at))
        if isinstance(target, list):
            return self.placed(node, lambda: pick(self.c, target, entries))
        if isinstance(target, Tensor):
            parts = (node.target.at, *(at for _, at in entries))
            return self.placed(node, lambda: index(self.c, target, entries), parts)
        raise Refusal("SPC0128", f"{described(target)} has no entries", within=node.at)

    def optional(self, node: Expression | None) -> Operand:
        """What a part that may be absent is."""
        return None if node is None else self.operand(node)

    def call(self, node: Invocation) -> Operand:
        """A function of the table."""
        function = self.words.function(node)
        given = [(item.keyword, self.operand(item.value), item.at) for item in node.arguments]

        parts = (part for _, x, _ in given for part in (x if isinstance(x, list) else [x]))
        met = [part for part in parts if isinstance(part, Tensor)]

        def lower() -> Operand:
            blame = self.c.blame
            try:
                self.c.blame = {}
                return bounded(function.lower(self.c, given, node.function.at))
            except Refusal as refusal:
                of_sizes = refusal.code.startswith(("SPC03", "SPC04"))
                origins = tuple((x.value, "type") for x in met if of_sizes)
                origins = refusal.origins or origins
                raise refusal.but(origins=origins) from None
            finally:
                self.c.blame = blame

        tensors = (item for _, operand, item in given if isinstance(operand, Tensor | list))
        values = [(it.value, x) for it, (_, x, _) in zip(node.arguments, given, strict=True)]
        return self.placed(node, lower, tuple(tensors), values)

    def placed(
        self,
        node: Expression,
        lower: Callable[[], Any],
        operands: tuple[Columns, ...] = (),
        met: Sequence[tuple[Expression, Operand]] = (),
    ) -> Any:
        """What `lower` gives; a refusal without a place of its own is blamed on the node."""
        around, self.c.at = self.c.at, node.at
        self.c.b.within = node.at
        self.c.operands = operands
        try:
            return lower()
        except Refusal as refusal:
            within = refusal.within or node.at
            if met and refusal.code == "SPC0303" and refusal.fix is None:
                # only where tensors do not meet
                from spec_compiler.expression.spreading import made_to_meet

                fix = made_to_meet(self.c.text, met, within)
                refusal = refusal.mended(fix) if fix else refusal
            raise refusal.but(argument=(), within=within) from None
        finally:
            self.c.at = around
            self.c.b.within = None
