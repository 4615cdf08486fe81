"""Specs mended by the edits that their findings carry, and checked again after each of them.

Edits are made in drafts, in memory. What does not make a spec better is taken back: where the same
is said again, where the text is read no further, or where a guess leads to more errors than before.
"""

from __future__ import annotations

import os
from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias, Unpack

from spec_compiler.compile import Options, analyze_file
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.drafts import Drafts
from spec_compiler.edits.applied import touches, written
from spec_compiler.linting import Rules, lint
from spec_compiler.spans import Edit

MOST_ROUNDS = 200
"""How often a spec is checked at most while it is mended."""
MOST_TRIED = 20
"""Of so many edits at most it is tried what they do before they are offered, in as many checks."""
_MOST_AT_ONCE = 20_000
"""How many findings of a spec are known at once: more than are shown, as each round takes time."""
_USUAL = Rules()
_NO_TYPE = ("SPC0202", "SPC0102")
"""Codes of what has no type: a layer, or a choice such as a schedule."""
_UNREAD = "SPC00"
"""The family of codes about the text itself."""
TEXTS = (_UNREAD, "SPC012")
"""The families about what is written in a language of its own: the text, expressions."""
_FORMULAS = ("SPC012", "SPC013")
"""The families about expressions, each of which is read as far as its first mistake."""
_MOST_GIVEN_UP = 8
"""Of so many findings that say the same it is tried in vain; then none of them is."""
_Key: TypeAlias = "tuple[str, str]"


class GivenUp:
    """Findings that are not mended any more, by what they say and the line that they blame."""

    def __init__(self) -> None:
        self.findings: dict[tuple[_Key, str], Diagnostic] = {}
        self._often: Counter[_Key] = Counter()

    def add(self, item: Diagnostic, found: Diagnostics) -> None:
        """Give a finding up, one of those that were found."""
        self.findings[_key(item), _line(item, found)] = item
        self._often[_key(item)] += 1

    def has(self, item: Diagnostic, found: Diagnostics) -> bool:
        """Whether a finding is given up, or too many are that say the same."""
        key = _key(item)
        often = self._often[key]
        return often >= _MOST_GIVEN_UP or (often > 0 and (key, _line(item, found)) in self.findings)


class Mended(NamedTuple):
    """What became of the findings of a spec.

    Attributes:
        found: What is left.
        fixed: How many findings were mended.
        behind: How many of these were seen only when others were mended.
        within: How many of these are in each file, links followed.
        given_up: Findings whose fix made nothing better.
        elsewhere: Files that may not be edited, and how many fixes there are for each.
    """

    found: Diagnostics
    fixed: int
    behind: int
    within: Counter[str]
    given_up: GivenUp
    elsewhere: Counter[str]

    @property
    def taken_back(self) -> tuple[Diagnostic, ...]:
        """Findings whose fix made nothing better."""
        return tuple(self.given_up.findings.values())


def mended(
    path: str,
    drafts: Drafts,
    *,
    unsafe: bool,
    rules: Rules = _USUAL,
    rounds: int = MOST_ROUNDS,
    known: Diagnostics | None = None,
    **options: Unpack[Options],
) -> Mended:
    """Mend a spec in drafts, as far as its findings say how.

    Args:
        path: The file.
        drafts: What is edited; other specs may share it.
        unsafe: Whether guesses count, and edits that change what the model is.
        rules: What is asked of its findings.
        rounds: How often it is checked at most.
        known: All that there is to say of it as it is, where that is known.
        options: As of `analyze_file`.

    Raises:
        OSError: it cannot be read, or changed meanwhile.
    """
    found = findings(path, drafts, rules, **options) if known is None else known
    within, most = Counter[str](), _MOST_AT_ONCE
    behind, first = 0, {_key(item) for item in found.items}
    given_up = GivenUp()
    wrong = found.is_wrong
    better_since = False
    seen: list[dict[str, bytes]] = []
    for _ in range(rounds):
        # what is read no more, or came out, once something was mended is for the author to see
        may = [item for item in found.sorted() if not (wrong and unsafe and item.last)]
        able = [item for item in may if item.edits and not given_up.has(item, found)]
        fixes = _fixes(able, unsafe, drafts.editable)[:most]
        if not fixes and better_since:
            given_up, better_since = GivenUp(), False  # what made nothing better may do so now
            continue
        if not fixes:
            break
        kept = dict(drafts.now)
        drafts.edit(fixes, found.sources)
        after = findings(path, drafts, rules, **options)
        again = drafts.now in seen  # what one fix writes, another takes away
        if not again and _is_better(fixes, found, after):
            seen.append(kept)
            found, most = after, _MOST_AT_ONCE
            behind += sum(_key(item) not in first for item in fixes)
            within.update(map(_path, fixes))
            better_since = bool(given_up.findings)
            continue
        drafts.now.clear()
        drafts.now.update(kept)
        if len(fixes) == 1:
            given_up.add(fixes[0], found)
        most = max(len(fixes) // 2, 1)
    may = [item for item in found.items if item.edits and (unsafe or item.safe)]
    elsewhere = Counter(_file(item) for item in may if _path(item) not in drafts.editable)
    return Mended(found, within.total(), behind, within, given_up, elsewhere)


def try_edits(
    path: str,
    found: Diagnostics,
    rules: Rules = _USUAL,
    texts: Mapping[str, bytes] | None = None,
    **options: Unpack[Options],
) -> None:
    """Offer of a spec's findings only the edits that make it better when they are tried in a draft.

    Args:
        path: The file.
        found: Its findings, which are changed. Where there are many, none is tried.
        rules: As of `mended`.
        texts: What stands in files that are not on the disk.
        options: As of `analyze_file`.

    Raises:
        OSError: it cannot be read, or changed meanwhile.
    """
    if 0 < sum(bool(item.edits) for item in found.errors) <= MOST_TRIED:
        own: Options = {**options, "weights": False}  # their files are not read once more
        drafts = Drafts.of([path], texts)
        known = None if found.left_out else found
        done = mended(path, drafts, unsafe=True, rules=rules, rounds=MOST_TRIED, known=known, **own)
        offer_only_better(found, done)


def offer_only_better(found: Diagnostics, done: Mended) -> None:
    """Take from findings the edits that made nothing better."""
    if done.given_up.findings:
        found.revise(
            lambda item: replace(item, edits=()) if done.given_up.has(item, found) else item
        )


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
    found: Iterable[Diagnostic], unsafe: bool, editable: Collection[str]
) -> list[Diagnostic]:
    """The findings that can be mended at once, by place: no edit of one is in another's.

    Where one text is to be two different things, which copies of a block may ask, it stays.
    """
    able = [item for item in found if (unsafe or item.safe) and _path(item) in editable]
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
    # what stands behind a text that could not be read is read now: there may be more
    behind = [item.where for item in fixes if item.code.startswith(_UNREAD)]
    reached = [
        item
        for item in after.items
        if not (behind and item.code.startswith(_UNREAD) and item.where > max(behind))
    ]
    next_ = {*map(id, _further_on(fixes, before, after))}
    reached = [item for item in reached if id(item) not in next_]
    said, again, mended = (Counter(map(_key, items)) for items in (before.items, reached, fixes))
    if not before.left_out and any(again[key] > said[key] - mended[key] for key in mended):
        return False
    errors = after.errors
    news = [item for item in errors if item.code.startswith(_UNREAD) and not said[_key(item)]]
    if any(item.where <= where for item in news for where in behind):
        return False
    if _is_refused(fixes, before, after):
        return False
    rest = [item for item in fixes if not item.code.startswith(_UNREAD)]
    if any(item.safe for item in rest) and news and not behind:
        return False
    if all(item.safe for item in rest) or len(errors) <= len(before.errors):
        return True
    # what a layer of no type says is read once it has one, and what stands behind a broken layer
    # is checked once it is whole: go on where all of it can be mended
    typed = any(item.code in _NO_TYPE for item in rest)
    reached_more = {*after.unchecked} < {*before.unchecked}
    seen_now = [item for item in errors if not said[_key(item)]]
    return (typed or reached_more) and all(item.edits for item in seen_now)


def _is_refused(fixes: list[Diagnostic], before: Diagnostics, after: Diagnostics) -> bool:
    """Whether what surely was meant is refused where it stands: a text made readable, a formula."""
    asked = [item for item in fixes if item.safe and item.code.startswith(TEXTS)]
    said = {_key(item) for item in before.items}
    blamed = [item.span for item in after.errors if item.span and _key(item) not in said]
    for file in {_file(item) for item in asked}:
        own = {edit for item in asked for edit in item.edits}
        for start, end in _written_by(own, file, fixes, before, after):
            if any(at.file == file and start <= at[1:3] < end for at in blamed):
                return True
    return False


def _further_on(
    fixes: list[Diagnostic], before: Diagnostics, after: Diagnostics
) -> list[Diagnostic]:
    """What is said again of a formula behind the text that mended it there."""
    found: list[Diagnostic] = []
    for fix in (item for item in fixes if item.code.startswith(_FORMULAS)):
        again = [item for item in after.items if item.span and _key(item) == _key(fix)]
        if not again:
            continue
        file = _file(fix)
        ends = [end for _, end in _written_by({*fix.edits}, file, fixes, before, after)]
        found += [item for item in again if ends and (file, *max(ends)) < (item.span or ())[:3]]
    return found


def _written_by(
    own: set[Edit],
    file: str,
    fixes: Iterable[Diagnostic],
    before: Diagnostics,
    after: Diagnostics,
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Where stands what some of the edits wrote that were made together, in one file."""
    all_ = [edit for item in fixes if _file(item) == file for edit in item.edits]
    texts = before.sources.get(file, ""), after.sources.get(file, "")
    kept = [edit for edit in sorted(all_) if edit.text]
    for edit, span in zip(kept, written(*texts, all_), strict=True):
        if edit in own:
            yield span[1:3], span[3:]


def _key(finding: Diagnostic) -> _Key:
    return finding.code, finding.message


def _line(finding: Diagnostic, found: Diagnostics) -> str:
    """The text of the line that is blamed, which edits of others leave as it is."""
    span = finding.span
    return "" if span is None else found.lines.line(span.file, span.line) or ""


def _file(finding: Diagnostic) -> str:
    return finding.edits[0].span.file


def _path(finding: Diagnostic) -> str:
    return os.path.realpath(_file(finding))
