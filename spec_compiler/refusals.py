"""Why a rule cannot accept what it was given; whoever called the rule knows where that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Literal, Self, TypeAlias, TypedDict

from spec_compiler.fixes import Fix
from spec_compiler.spans import Label

MOST_KEPT = 1000
"""Findings of each severity that a run keeps; nobody reads more, and memory has an end."""
ItemPath: TypeAlias = "tuple[str | int, ...]"
"""Keys and indices that lead from a place to what stands in it."""
Origin: TypeAlias = "tuple[object, int | Literal['dtype', 'type', 'size']]"
"""A value of the graph and what of it matters: the size of an axis, its dtype, all of its type.

Or a size, `size`: of whatever comes in that has it.
"""


class Refusal(ValueError):
    """Raised by a rule that cannot accept its arguments; `Diagnostics.at` adds the place. Frozen.

    A `ValueError`, so that pydantic hands on what a validator raises.

    Attributes:
        code: `SPC` and four digits, a key of `codes.CODES`.
        message: One line, names in backquotes, no full stop at the end.
        argument: The path of the argument to blame inside the layer (`("equation",)`), `("from",
            1)` for an input, or `()` for the layer as a whole.
        within: Characters (start, end) inside the blamed text, for a caret under one of its parts.
        annotation: The words beside the caret.
        related: Other places, as (path inside the layer, text) pairs.
        origins: What the message is about of which values; the driver says where that came from.
        intervals: Numbers of the inputs whose interval matters; the driver says where it is stated.
        labels: Other places that are known already.
        notes: Further facts, a line each.
        help: What to write instead.
        fix: What mends it. Where nothing else is said, its words are the help and the annotation.
        blame_key: Whether the last key of `argument` is at fault, rather than the value under it.
        missing: The required key that is absent.
        allowed: All that may stand there, where that is known and not too much.
        read: What is read here, where the same is refused wherever it is read: a param.
        about_field: Whether the message is about the field that it is raised for, whose name only
            the driver knows: `subject` before a predicate (`must be positive`), `topic` before a
            sentence (`there is no dtype …`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        argument: ItemPath = (),
        within: tuple[int, int] | None = None,
        annotation: str = "",
        related: tuple[tuple[ItemPath, str], ...] = (),
        origins: tuple[Origin, ...] = (),
        intervals: tuple[int, ...] = (),
        labels: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",
        fix: Fix | None = None,
        blame_key: bool = False,
        missing: str = "",
        allowed: tuple[str, ...] = (),
        read: str = "",
        about_field: Literal["", "subject", "topic"] = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.within = within
        self.annotation = annotation or (fix.annotation if fix else "")
        self.related = related
        self.origins = origins
        self.intervals = intervals
        self.labels = labels
        self.notes = notes
        self.help = help or (fix.help if fix else "")
        self.fix = fix
        self.blame_key = blame_key
        self.missing = missing
        self.allowed = allowed
        self.read = read
        self.about_field: Literal["", "subject", "topic"] = about_field

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self):
            raise AttributeError(f"a refusal is frozen; `but` makes one with another `{name}`")
        super().__setattr__(name, value)

    @property
    def parts(self) -> tuple[Refusal, ...]:
        """What was refused, one by one."""
        return (self,)

    def but(self, **facts: Any) -> Self:
        """Another refusal, with other facts under these names."""
        other = type(self).__new__(type(self), facts.get("message", self.message))
        vars(other).update({**vars(self), **facts})
        return other

    def mended(self, fix: Fix) -> Self:
        """The same with another mend, and its words."""
        return self.but(fix=fix, help=fix.help, annotation=fix.annotation or self.annotation)

    def under(self, path: ItemPath) -> Self:
        """The same seen from further outside: paths begin with `path`, the field has its name."""
        argument = (*path, *self.argument)
        message, about = self.message, self.about_field
        field = next((part for part in reversed(argument) if isinstance(part, str)), "")
        if field and about:
            message, about = f"`{field}`{' ' if about == 'subject' else ': '}{message}", ""
        related = tuple(((*path, *at), text) for at, text in self.related)
        facts = {"argument": argument, "related": related, "message": message, "about_field": about}
        return self.but(**facts, fix=self.fix and self.fix.under(path))


class under:  # noqa: N801 - used as a word: `with under("activation"):`
    """What is refused in this block is about what stands at `path`, seen from outside."""

    __slots__ = ("path",)

    def __init__(self, *path: str | int) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> None:
        if isinstance(raised, Refusal):
            raise raised.under(self.path) from None


class Refusals(Refusal):
    """Everything that is wrong with one thing. Empty where that has been said elsewhere."""

    def __init__(self, parts: Iterable[Refusal] = ()) -> None:
        found = tuple(part for refusal in parts for part in refusal.parts)
        super().__init__("", "; ".join(part.message for part in found))
        self._parts = found

    @property
    def parts(self) -> tuple[Refusal, ...]:
        """What was refused, one by one."""
        return self._parts

    def but(self, **facts: Any) -> Self:
        """Each part with other facts."""
        return type(self)(part.but(**facts) for part in self._parts)

    def under(self, path: ItemPath) -> Self:
        """Each part seen from further outside."""
        return type(self)(part.under(path) for part in self._parts)


class LeftOut(Refusal):
    """What is wrong in the same way in so many more places that nobody reads of each: a number.

    Attributes:
        count: Of the places.
    """

    def __init__(self, code: str, message: str, count: int, argument: ItemPath) -> None:
        super().__init__(code, message, argument=argument, blame_key=True)
        self.count = count


class Skipped(Refusals):
    """What is needed was refused before: there is nothing to say, and nothing to check."""


class Severity(StrEnum):
    """How grave a finding is: only an error makes a spec invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Said(TypedDict, total=False):
    """What a driver says of the refusals at a place.

    Attributes:
        severity: How grave they are; default: errors.
        labels: Other places that explain them.
        notes: Further facts.
        once: Whether one at the same place, from another copy of a block, says it all.
        explain: Adds to a refusal what only the driver knows.
    """

    severity: Severity
    labels: tuple[Label, ...]
    notes: tuple[str, ...]
    once: bool
    explain: Callable[[Refusal], Refusal] | None
