"""What mends a file, tried beside the thread that talks to the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from spec_compiler.authoring.minimal_edits import edits_between
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.server.checking import asked
from spec_compiler.spans import Edit

if TYPE_CHECKING:
    from spec_compiler.drafts import Drafts
    from spec_compiler.mending import GivenUp, Mended
    from spec_compiler.server.opened import Opened
    from spec_compiler.server.session import Session

Made = TypeVar("Made")


class File(NamedTuple):
    """A file that is mended.

    Attributes:
        path: Its path.
        real: The same, links followed.
        text: What stands in it, tidy.
        texts: Of all files that are open, by their paths, links followed.
    """

    path: str
    real: str
    text: str
    texts: Mapping[str, str]

    def mended(self, *, unsafe: bool, rounds: int | None = None) -> tuple[Mended, Drafts]:
        """What becomes of its findings, in drafts."""
        # only where somebody asks for it
        from spec_compiler.drafts import Drafts
        from spec_compiler.mending import MOST_ROUNDS, mended

        raw = {file: own.encode("utf-8", "replace") for file, own in self.texts.items()}
        drafts = Drafts(frozenset((self.real,)), dict(raw), dict(raw))
        rules = asked(self.path, Diagnostics()).rules
        most = MOST_ROUNDS if rounds is None else rounds
        return mended(self.path, drafts, unsafe=unsafe, rules=rules, rounds=most), drafts


class Once(Generic[Made]):
    """Works something out once for what is open, which takes some checks: seconds for many slips.

    An editor asks at each movement of the cursor.

    Args:
        session: What is open.
        work: What is worked out for a file.
    """

    def __init__(self, session: Session, work: Callable[[File], Made]) -> None:
        self._session, self._work = session, work
        self._key: object = None
        self._made: asyncio.Future[Made | None] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def of(self, opened: Opened) -> Made | None:
        """It for a file; None where something that is open has changed meanwhile."""
        key = self._key_of(opened)
        if self._made is None or key != self._key:
            self._key, self._made = key, asyncio.ensure_future(self._in_turn(opened, key))
        made = await asyncio.shield(self._made)  # who asked may not want it any more
        return made if key == self._key_of(opened) else None

    def _key_of(self, opened: Opened) -> object:
        texts = tuple((other.uri, other.state.version) for other in self._session.opened.values())
        return opened.uri, texts, opened.checked

    async def _in_turn(self, opened: Opened, key: object) -> Made | None:
        async with self._one_at_a_time:
            if key != self._key_of(opened):  # while another text was mended
                return None
            texts = {other.real: other.state.text.raw for other in self._session.opened.values()}
            file = File(opened.path, opened.real, opened.state.text.tidy, texts)
            return await asyncio.to_thread(self._work, file)


def safe_edits(file: File) -> list[Edit]:
    """All that can be mended safely, as edits of a file."""
    from spec_compiler.source.characters import tidy  # see above

    _, drafts = file.mended(unsafe=False)
    return edits_between(file.text, tidy(drafts.now[file.real].decode("utf-8")), file.path)


def tried_in_vain(file: File) -> GivenUp:
    """The findings whose edits make nothing better, as `specc validate` tries them."""
    from spec_compiler.mending import MOST_TRIED  # see above

    done, _ = file.mended(unsafe=True, rounds=MOST_TRIED)
    return done.given_up
