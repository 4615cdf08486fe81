"""Transforms read backwards: of tensors of which shapes they make a weight of a known one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from spec_compiler.expression import parse
from spec_compiler.expression.compiled import CONSTANTS
from spec_compiler.expression.functions import FUNCTIONS
from spec_compiler.expression.lowering import Lowering
from spec_compiler.expression.operand import Context
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
    parts,
)
from spec_compiler.formula.tokens import Token
from spec_compiler.ir.build import Builder
from spec_compiler.refusals import Refusal

OpenShape: TypeAlias = tuple[int | None, ...]
"""A shape; None is a size that the transform does not tell."""
TURNED: Final = "names, `transpose`, `reshape`, slices, `split`, `concat` and `stack` can be"


def source_shapes(
    text: str,
    sources: Sequence[str],
    values: Mapping[str, Any],
    shape: tuple[int, ...],
    fans: tuple[int, int] | None,
) -> dict[str, OpenShape]:
    """The shapes of the tensors that a transform makes a weight of.

    Args:
        text: The transform.
        sources: The names that it has for the tensors.
        values: What other names mean.
        shape: The weight's.
        fans: Its numbers of inputs and outputs, where the layer knows them: what a `reshape` is
            given is a matrix of them, which nothing else tells.

    Raises:
        Refusal: a part of it cannot be turned round; `within` are its columns.
    """
    tree = parse(text)
    if isinstance(tree, Name) and tree.text not in sources:  # `transpose` alone
        given = tuple(Argument(tree.at, "", Name(tree.at, name)) for name in sources)
        tree = Invocation(tree.at, Token("name", tree.text, tree.at), given)
    walk = _Backwards(sources, values, fans)
    walk.into(tree, shape)
    return walk.found


def unturned(what: str, within: tuple[int, int] | None = None) -> Refusal:
    """The refusal of a part that has no way back."""
    help = f"{TURNED}; `specc run --initial` needs no file"
    return Refusal("SPC0624", f"{what} cannot be turned round", within=within, help=help)


@dataclass(slots=True)
class _Backwards:
    """Walks an expression from its result to the tensors."""

    sources: Sequence[str]
    values: Mapping[str, Any]
    fans: tuple[int, int] | None
    found: dict[str, OpenShape] = field(default_factory=dict[str, OpenShape])

    def into(self, node: Expression, shape: OpenShape) -> None:
        """Go on into a part that makes a tensor of a shape."""
        match node:
            case Name(text=name) if name in self.sources:
                self.found[name] = together(self.found.get(name), shape)
            case Unary(operator="-"):
                self.into(node.operand, shape)
            case Binary():
                self._arithmetic(node, shape)
            case Index() | Invocation():
                try:
                    self._index(node, shape) if isinstance(node, Index) else self._call(node, shape)
                except Refusal:
                    raise
                except (LookupError, TypeError, ValueError):
                    raise unturned("this", node.at) from None
            case _:
                raise unturned("this", node.at)

    def _call(self, node: Invocation, shape: OpenShape) -> None:
        name = node.function.text
        if name not in _RULES:
            raise unturned(f"`{name}`", node.at)
        _RULES[name](self, self.bound(node), shape)

    def numbers(self, node: Expression) -> list[int]:
        """The whole number, or the list of them, that an argument is."""
        words = Vocabulary({**self.values, **CONSTANTS, **self.values}, FUNCTIONS)
        found = Lowering(Context(Builder()), words).operand(node)
        items = found if isinstance(found, list) else [found]
        numbers = [item for item in items if isinstance(item, int)]
        if len(numbers) < len(items):
            raise TypeError
        return numbers

    def number(self, node: Expression) -> int:
        """The whole number that an argument is."""
        (found,) = self.numbers(node)
        return found

    def bound(self, node: Invocation) -> dict[str, Expression]:
        """What a function is given, by the names of its parameters."""
        function = FUNCTIONS.get(node.function.text)
        names = list(function.parameters) if function else []
        given: dict[str, Expression] = {}
        for name, item in zip(names, node.arguments, strict=False):
            given[item.keyword or name] = item.value
        return given

    def _reads(self, node: Expression) -> bool:
        return any(isinstance(of, Name) and of.text in self.sources for of in parts(node))

    def _arithmetic(self, node: Binary, shape: OpenShape) -> None:
        """Numbers that are added or multiplied leave the shape as it is."""
        for link in node.chain:
            sides = [side for side in (link.left, link.right) if self._reads(side)]
            if link.operator.text not in {"+", "-", "*", "/"} or len(sides) != 1:
                raise unturned(f"`{link.operator.text}`", link.at)
            if link.operator.text == "/" and sides[0] is link.right:
                raise unturned("a division by it", link.at)
            if not isinstance(sides[0], Binary) or sides[0] is link.right:
                self.into(sides[0], shape)

    def _index(self, node: Index, shape: OpenShape) -> None:
        target = node.target
        if isinstance(target, Invocation) and target.function.text == "split":
            self._split(self.bound(target), shape)
            return
        before, left = list[int | None](), [*shape]
        for place, entry in enumerate(node.entries):
            if isinstance(entry, Rest):
                after = sum(not self._drops(item) for item in node.entries[place + 1 :])
                before += left[: len(left) - after]
                left = left[len(left) - after :]
            elif isinstance(entry, Slice):
                size = left.pop(0)
                before.append(size if _is_all(entry) else None)
            elif isinstance(entry, Literal) and entry.value is None:
                left.pop(0)
            else:
                before.append(None)
        self.into(target, (*before, *left))

    def _split(self, given: Mapping[str, Expression], shape: OpenShape) -> None:
        axis, whole = self.number(given["axis"]), [*shape]
        size = whole[axis]
        whole[axis] = None if size is None else size * self.number(given["parts"])
        self.into(given["x"], tuple(whole))

    @staticmethod
    def _drops(entry: Expression | Slice | Rest) -> bool:
        """Whether an entry of an index has no axis in the result."""
        new = isinstance(entry, Literal) and entry.value is None
        return not isinstance(entry, Slice) and not new


def together(first: OpenShape | None, second: OpenShape) -> OpenShape:
    """What two shapes of one tensor say; the first, where they contradict."""
    if first is None or len(first) != len(second):
        return second if first is None else first
    return tuple(a if a is not None else b for a, b in zip(first, second, strict=True))


def _is_all(entry: Slice) -> bool:
    """Whether a slice keeps the size: it is `:`, or `::-1`."""
    match entry.step:
        case None | Unary(operand=Literal(value=1)):
            return entry.first is None and entry.stop is None
        case _:
            return False


def _permuted(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    axes = [*range(len(shape))][::-1]
    if "axes" in given:
        axes = walk.numbers(given["axes"])
    whole: list[int | None] = [None] * len(shape)
    for size, axis in zip(shape, axes, strict=True):
        whole[axis] = size
    walk.into(given["x"], tuple(whole))


def _swapped(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    whole, one, other = [*shape], walk.number(given["axis1"]), walk.number(given["axis2"])
    whole[one], whole[other] = whole[other], whole[one]
    walk.into(given["x"], tuple(whole))


def _reshaped(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    """From a matrix of inputs by outputs; from one axis where the result has no more than two."""
    made = walk.numbers(given["shape"])
    sizes = [old if new == -1 else new for old, new in zip(shape, made, strict=True)]
    count = math.prod(size if size is not None else -1 for size in sizes)
    if count < 0 or None in sizes:
        raise ValueError
    fans = walk.fans
    if fans is None or math.prod(fans) != count:
        first = sizes[0] or 1
        fans = (first, count // first)
    flat = len(sizes) < 3 or math.prod(fans) != count
    walk.into(given["x"], (count,) if flat else fans)


def _squeezed(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    axes, whole = walk.numbers(given["axis"]), [*shape]
    rank = len(shape) + len(axes)
    for at in sorted(at % rank for at in axes):
        whole.insert(at, 1)
    walk.into(given["x"], tuple(whole))


def _expanded(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    gone = {at % len(shape) for at in walk.numbers(given["axis"])}
    walk.into(given["x"], tuple(size for at, size in enumerate(shape) if at not in gone))


def _same(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    walk.into(given["x"], shape)


def _joined(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    """Tensors of one size each, where nothing else tells."""
    items, axis = given["xs"], walk.number(given["axis"])
    if not isinstance(items, Items):
        raise TypeError
    part, size = [*shape], shape[axis]
    share, rest = divmod(size or 0, len(items.items))
    part[axis] = share if size and not rest else None
    for item in items.items:
        walk.into(item, tuple(part))


def _stacked(walk: _Backwards, given: Mapping[str, Expression], shape: OpenShape) -> None:
    items, axis = given["xs"], walk.number(given["axis"]) if "axis" in given else 0
    if not isinstance(items, Items):
        raise TypeError
    part = [*shape]
    part.pop(axis)
    for item in items.items:
        walk.into(item, tuple(part))


_RULES: dict[str, Callable[[_Backwards, Mapping[str, Expression], OpenShape], None]] = {
    "transpose": _permuted,
    "swapaxes": _swapped,
    "reshape": _reshaped,
    "squeeze": _squeezed,
    "expand": _expanded,
    "flip": _same,
    "roll": _same,
    "concat": _joined,
    "stack": _stacked,
}
