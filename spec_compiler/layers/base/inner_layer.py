"""A layer that stands in another one: how it is written, lowered, and blamed."""

from __future__ import annotations

from spec_compiler.refusals import Refusal


class inside:  # noqa: N801 - used as a word: `with inside("layer"):`
    """What is refused in this block is about what stands at `path`, but for what comes in."""

    __slots__ = ("path",)

    def __init__(self, *path: str | int) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> None:
        if self.path and isinstance(raised, Refusal) and raised.argument[:1] != ("from",):
            raise raised.under(self.path) from None
