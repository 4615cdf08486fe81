"""All that can be mended safely, worked out beside the thread that talks to the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from spec_compiler.authoring.minimal_edits import edits_between
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.server.checking import asked
from spec_compiler.spans import Edit

if TYPE_CHECKING:
    from spec_compiler.server.opened import Opened
    from spec_compiler.server.session import Session


class AllFixes:
    """Works them out once for what is open, which takes some checks: seconds for 10,000 slips.

    An editor that cannot ask for edits when an action is chosen asks at each movement of the
    cursor.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._key: object = None
        self._made: asyncio.Future[list[Edit]] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def of(self, opened: Opened) -> list[Edit] | None:
        """The edits of a file; None where something that is open has changed meanwhile."""
        key = self._key_of(opened)
        if self._made is None or key != self._key:
            self._key, self._made = key, asyncio.ensure_future(self._in_turn(opened, key))
        made = await asyncio.shield(self._made)  # who asked may not want it any more
        return made if key == self._key_of(opened) else None

    def _key_of(self, opened: Opened) -> object:
        texts = tuple((other.uri, other.state.version) for other in self._session.opened.values())
        return opened.uri, texts, opened.checked

    async def _in_turn(self, opened: Opened, key: object) -> list[Edit]:
        async with self._one_at_a_time:
            if key != self._key_of(opened):  # while another text was mended
                return []
            texts = {other.real: other.state.text.raw for other in self._session.opened.values()}
            tidy = opened.state.text.tidy
            return await asyncio.to_thread(_edits, opened.path, opened.real, tidy, texts)


def _edits(path: str, real: str, text: str, texts: Mapping[str, str]) -> list[Edit]:
    """The edits that mend a file.

    Args:
        path: Its path.
        real: The same, links followed.
        text: What stands in it, tidy.
        texts: Of all files that are open, by their paths, links followed.
    """
    # only where somebody asks for it
    from spec_compiler.drafts import Drafts
    from spec_compiler.mending import mended
    from spec_compiler.source.characters import tidy

    raw = {file: own.encode("utf-8", "replace") for file, own in texts.items()}
    drafts = Drafts(frozenset((real,)), dict(raw), dict(raw))
    mended(path, drafts, unsafe=False, rules=asked(path, Diagnostics()).rules)
    return edits_between(text, tidy(drafts.now[real].decode("utf-8")), path)
