"""Specs mended by the edits that their findings carry, and checked again after each of them.

Edits are made in drafts, in memory. What does not make a spec better is taken back: where the same
is said again, where the text is read no further, or where a guess leads to more errors than before.
"""

from __future__ import annotations

import os
from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias, Unpack

from spec_compiler.compile import Options, analyze_file
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.edits.applied import applied, touches, written
from spec_compiler.linting import Rules, lint
from spec_compiler.records import entity
from spec_compiler.rewriting import ChangedError
from spec_compiler.source import SourceNode, load, read
from spec_compiler.source.characters import tidy
from spec_compiler.spans import Edit

_MOST_ROUNDS = 200
"""How often a spec is checked at most while it is mended."""
_MOST_TRIED = 20
"""Of so many edits at most it is tried what they do before they are offered."""
_MOST_AT_ONCE = 20_000
"""How many findings of a spec are known at once: more than are shown, as each round takes time."""
_USUAL = Rules()
_NO_TYPE = "SPC0202"
_UNREAD = "SPC00"
"""The family of codes about the text itself."""
_Key: TypeAlias = "tuple[str, str]"


@entity
class Drafts:
    """Files as they are to be: edits are made here, and read again from here.

    Attributes:
        editable: The files that may be edited, links followed.
        before: The bytes of each file that was edited, or is not on the disk, as they were read.
        now: Its bytes as they are to be.
    """

    editable: frozenset[str]
    before: dict[str, bytes]
    now: dict[str, bytes]

    @classmethod
    def of(cls, files: Iterable[str], texts: Mapping[str, bytes] | None = None) -> Drafts:
        """Drafts of some files: of the same file, by whatever name, there is one.

        Args:
            files: Those that may be edited.
            texts: What stands in those that are not on the disk.
        """
        held = {os.path.realpath(file): text for file, text in (texts or {}).items()}
        return cls(frozenset(map(os.path.realpath, files)), dict(held), dict(held))

    def load(self, file: str, diagnostics: Diagnostics) -> SourceNode | None:
        """Read a document as it is to be; see `source.load`."""
        draft = self.now.get(os.path.realpath(file))
        return load(file, diagnostics) if draft is None else read(draft, file, diagnostics)

    def edit(self, fixes: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        """Do what the edits of some findings say, none of which touches another.

        Raises:
            ChangedError: a file is not what was read of it.
        """
        edits: dict[str, list[Edit]] = {}
        read: dict[str, str] = {}
        for edit in (edit for finding in fixes for edit in finding.edits):
            path = os.path.realpath(edit.span.file)
            edits.setdefault(path, []).append(edit)
            read[path] = edit.span.file
        for path, own in edits.items():
            if path not in self.now:
                with open(path, "rb") as stream:
                    self.before[path] = self.now[path] = stream.read()
            text = self.now[path].decode("utf-8", "replace")
            if tidy(text) != sources[read[path]]:
                raise ChangedError(read[path])
            self.now[path] = applied(text, own).encode("utf-8")

    @property
    def changed(self) -> dict[str, tuple[bytes, bytes]]:
        """What was and what is to be, of each file that differs."""
        pairs = {path: (self.before[path], draft) for path, draft in self.now.items()}
        return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


class Mended(NamedTuple):
    """What became of the findings of a spec.

    Attributes:
        found: What is left.
        fixed: How many findings were mended.
        behind: How many of these were seen only when others were mended.
        taken_back: Findings whose fix made nothing better.
        elsewhere: Files that may not be edited, and how many fixes there are for each.
    """

    found: Diagnostics
    fixed: int
    behind: int
    taken_back: tuple[Diagnostic, ...]
    elsewhere: Counter[str]


def mended(
    path: str,
    drafts: Drafts,
    *,
    unsafe: bool,
    rules: Rules = _USUAL,
    **options: Unpack[Options],
) -> Mended:
    """Mend a spec in drafts, as far as its findings say how.

    Args:
        path: The file.
        drafts: What is edited; other specs may share it.
        unsafe: Whether guesses count, and edits that change what the model is.
        rules: What is asked of its findings.
        options: As of `analyze_file`.

    Raises:
        OSError: it cannot be read, or changed meanwhile.
    """
    found, fixed, most = findings(path, drafts, rules, **options), 0, _MOST_AT_ONCE
    behind, first = 0, {_key(item) for item in found.items}
    given_up: dict[_Key, Diagnostic] = {}
    wrong = found.is_wrong
    better_since = False
    seen: list[dict[str, bytes]] = []
    for _ in range(_MOST_ROUNDS):
        # what is read no more, or came out, once something was mended is for the author to see
        waits = wrong and unsafe
        may = [item for item in found.sorted() if not (waits and item.last)]
        fixes = _fixes(may, unsafe, given_up, drafts.editable)[:most]
        if not fixes and given_up and better_since:
            given_up, better_since = {}, False  # what made nothing better then may do so now
            continue
        if not fixes:
            break
        kept = dict(drafts.now)
        drafts.edit(fixes, found.sources)
        after = findings(path, drafts, rules, **options)
        again = drafts.now in seen  # what one fix writes, another takes away
        if not again and _is_better(fixes, found, after):
            seen.append(kept)
            found, fixed, most = after, fixed + len(fixes), _MOST_AT_ONCE
            behind += sum(_key(item) not in first for item in fixes)
            better_since = bool(given_up)
            continue
        drafts.now.clear()
        drafts.now.update(kept)
        if len(fixes) == 1:
            given_up[_key(fixes[0])] = fixes[0]
        most = max(len(fixes) // 2, 1)
    may = [item for item in found.items if item.edits and (unsafe or item.safe)]
    elsewhere = Counter(_file(item) for item in may if _path(item) not in drafts.editable)
    return Mended(found, fixed, behind, tuple(given_up.values()), elsewhere)


def try_edits(path: str, found: Diagnostics, rules: Rules, **options: Unpack[Options]) -> None:
    """Offer of a spec's findings only the edits that make it better when they are tried in a draft.

    Args:
        path: The file.
        found: Its findings, which are changed. Where there are many, none is tried.
        rules: As of `mended`.
        options: As of `analyze_file`.

    Raises:
        OSError: it cannot be read, or changed meanwhile.
    """
    if 0 < sum(bool(item.edits) for item in found.errors) <= _MOST_TRIED:
        offer_only_better(
            found, mended(path, Drafts.of([path]), unsafe=True, rules=rules, **options)
        )


def offer_only_better(found: Diagnostics, done: Mended) -> None:
    """Take from findings the edits that made nothing better."""
    back = {_key(item) for item in done.taken_back}
    if back:
        found.revise(lambda item: replace(item, edits=()) if _key(item) in back else item)


def findings(
    path: str, drafts: Drafts, rules: Rules = _USUAL, **options: Unpack[Options]
) -> Diagnostics:
    """All that there is to say of a spec as it stands in drafts; arguments as of `mended`.

    Raises:
        OSError: it cannot be read.
    """
    found = Diagnostics(most=_MOST_AT_ONCE)
    own: Options = {**options, "diagnostics": found, "load_file": drafts.load}
    known = analyze_file(path, **own)
    lint(known, rules)
    return found


def _fixes(
    found: Iterable[Diagnostic], unsafe: bool, given_up: Collection[_Key], editable: Collection[str]
) -> list[Diagnostic]:
    """The findings that can be mended at once, by place: no edit of one is in another's.

    Where one text is to be two different things, which copies of a block may ask, it stays.
    """
    able = [
        item
        for item in found
        if item.edits
        and (unsafe or item.safe)
        and _key(item) not in given_up
        and _path(item) in editable
    ]
    texts: dict[object, set[str]] = {}
    for edit in (edit for item in able for edit in item.edits):
        texts.setdefault(edit.span, set()).add(edit.text)
    chosen: list[Diagnostic] = []
    taken: list[Edit] = []
    """Edits of those that are chosen, in their order."""
    for item in sorted(able, key=lambda item: item.edits[0].span):
        rival = any(
            len(texts[edit.span]) > 1 and edit.span[1:3] != edit.span[3:] for edit in item.edits
        )
        if not rival and not any(touches(edit, taken) for edit in item.edits):
            chosen.append(item)
            for edit in item.edits:
                insort(taken, edit)
    return chosen


def _is_better(fixes: list[Diagnostic], before: Diagnostics, after: Diagnostics) -> bool:
    """Whether a spec is better in each regard without the findings that were mended together."""
    said, again, mended = (
        Counter(map(_key, items)) for items in (before.items, after.items, fixes)
    )
    if not before.left_out and any(again[key] > said[key] - mended[key] for key in mended):
        return False
    errors = after.errors
    news = [item for item in errors if item.code.startswith(_UNREAD) and not said[_key(item)]]
    # what stands behind a text that could not be read is read now: there may be more
    behind = [item.where for item in fixes if item.code.startswith(_UNREAD)]
    if any(item.where <= where for item in news for where in behind):
        return False
    if _is_refused(fixes, before, after):
        return False
    rest = [item for item in fixes if not item.code.startswith(_UNREAD)]
    if any(item.safe for item in rest) and news and not behind:
        return False
    if all(item.safe for item in rest) or len(errors) <= len(before.errors):
        return True
    # what a layer of no type says is read once it has one: go on where all of it can be mended
    typed = any(item.code == _NO_TYPE for item in rest)
    return typed and all(item.edits for item in errors if not said[_key(item)])


def _is_refused(fixes: list[Diagnostic], before: Diagnostics, after: Diagnostics) -> bool:
    """Whether what was made readable, surely as it was meant, is refused where it stands."""
    asked = [item for item in fixes if item.code.startswith(_UNREAD) and item.safe]
    said = {_key(item) for item in before.items}
    blamed = [item.span for item in after.errors if item.span and _key(item) not in said]
    for file in {_file(item) for item in asked}:
        all_ = [edit for item in fixes if _file(item) == file for edit in item.edits]
        own = {edit for item in asked for edit in item.edits}
        texts = before.sources.get(file, ""), after.sources.get(file, "")
        kept = [edit for edit in sorted(all_) if edit.text]
        for edit, span in zip(kept, written(*texts, all_), strict=True):
            start, end = span[1:3], span[3:]
            if edit in own and any(at.file == file and start <= at[1:3] < end for at in blamed):
                return True
    return False


def _key(finding: Diagnostic) -> _Key:
    return finding.code, finding.message


def _file(finding: Diagnostic) -> str:
    return finding.edits[0].span.file


def _path(finding: Diagnostic) -> str:
    return os.path.realpath(_file(finding))
