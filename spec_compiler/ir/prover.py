"""What type rules ask about sizes, over one question: does a relation hold?"""

from __future__ import annotations

from abc import ABC, abstractmethod

from spec_compiler.ir.dims import BATCH, Size, holds_batch, quoted
from spec_compiler.ir.facts import Facts, Relation
from spec_compiler.refusals import ItemPath, Refusal


class Prover(ABC):
    """Decides relations between sizes; what becomes of those it cannot decide, a subclass says."""

    __slots__ = ()
    facts: Facts

    @abstractmethod
    def require(
        self,
        left: Size,
        relation: Relation,
        right: Size,
        why: str,
        at: ItemPath = (),
    ) -> bool:
        """Demand that a relation holds; False when it does not."""

    def decided(self, left: Size, relation: Relation, right: Size) -> bool | None:
        """Whether a relation holds; None when only the data can tell."""
        if relation != "== or 1":
            return self.facts.compare(left, relation, right)
        if 1 in (left, right):
            return True
        answer = self.facts.equal(left, right)
        if answer is False and not (self._may_be_one(left) or self._may_be_one(right)):
            return False
        return answer or None

    def require_equal(self, left: Size, right: Size, why: str) -> None:
        """Demand that two sizes are equal; refuse when they are not, or `apart`."""
        if left is right or left == right:
            return
        if self.apart(left, right) or not self.require(left, "==", right, why):
            raise Refusal("SPC0301", f"{why}: {quoted(left)} is not {quoted(right)}")

    def apart(self, left: Size, right: Size) -> bool:
        """Whether two sizes never are that of one axis.

        They differ, or one is the batch, which equals no other size unless the author says so.
        """
        same = self.facts.equal(left, right)
        batch = _is_batch_beside(left, right) or _is_batch_beside(right, left)
        return same is False or (batch and not same)

    def broadcast(self, left: Size, right: Size, why: str) -> Size:
        """The size that two axes have together; one of them may be 1.

        A size of 1 against an unknown one is the unknown one; two that may differ must be equal,
        since a result whose size is "either of them" has no name.
        """
        if left == 1:
            return right
        if right == 1 or left == right:
            return left
        if isinstance(left, int) and not isinstance(right, int):
            if not self.require(left, "== or 1", right, why):
                raise _apart(why, left, right)
            return left
        if isinstance(right, int) and not isinstance(left, int):
            return self.broadcast(right, left, why)
        if not self.require(left, "==", right, why):
            raise _apart(why, left, right)
        return left

    def _may_be_one(self, size: Size) -> bool:
        return self.facts.equal(size, 1) is not False


def _is_batch_beside(size: Size, other: Size) -> bool:
    return size == BATCH and other != 1 and not holds_batch(other)


def _apart(why: str, left: Size, right: Size) -> Refusal:
    return Refusal("SPC0303", f"{why}: {quoted(left)} and {quoted(right)} do not broadcast")
