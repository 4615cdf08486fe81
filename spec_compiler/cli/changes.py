"""Specs and what they were in a revision: many of them, as a reviewer of a change wants them."""

from __future__ import annotations

import os

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.revision import PREFIX, Commit, Revision, revisions
from spec_compiler.cli.specs import find_specs, has_signs
from spec_compiler.cli.typed import UsageError
from spec_compiler.compare import Changes, Comparison, compare
from spec_compiler.compile import Options, program_of_text, prove_file, prove_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.program import Program
from spec_compiler.report.paths import relative
from spec_compiler.source import SourceNode, read
from spec_compiler.source.recognized import SUFFIXES, looks_like_spec


def changes(paths: list[str], rev: str, given: Options) -> Changes:
    """What became of all specs that files, folders and patterns mean, or meant.

    A file of blocks is compared through the specs that import it.

    Raises:
        OSError: there is no git, no repository or no such revision, or a file cannot be read.
        UsageError: an argument is no path, or there was and is no spec.
    """
    first, second = revisions(rev)
    old = Revision(first, paths[0]).commit()
    new = Revision(second, paths[0]).commit() if second else None
    before = _specs_at(old, paths)
    after = _specs_at(new, paths) if new is not None else _specs_now(paths)
    if not before and not after:
        raise UsageError(f"{', '.join(paths)}: no specs, now or in {first}")
    refused: dict[str, str] = {}
    compared: list[Comparison] = []
    same = 0
    for path in sorted(before & after):
        sides: list[Program | None] = []
        for state, when in ((old, "before the change"), (new, "now")):
            try:
                sides.append(_proved(state, path, given))
            except SpecError as error:
                count = len(error.diagnostics.errors)
                errors = f"{count:,} error{'' if count == 1 else 's'}"
                refused[path] = f"it is not valid {when}: {errors}"
        one, other = (*sides, None, None)[:2]
        if one is None or other is None:
            continue
        comparison = compare(one, other)
        same += not comparison.findings
        compared += [comparison] if comparison.findings else []
    added, removed = (tuple(sorted(found)) for found in (after - before, before - after))
    return Changes(tuple(compared), same, added, removed, refused)


def program_at(commit: Commit, path: str, given: Options) -> Program:
    """A spec as it was, with what it imported then.

    Raises:
        OSError: it was not there.
        SpecError: it is refused.
    """
    text, name = commit.read(path)
    return program_of_text(text, name, **given_at(commit, path, given))


def _proved(state: Commit | None, path: str, given: Options) -> Program | None:
    """A spec in a state, or now; None for a file of blocks."""
    given = {**given, "diagnostics": Diagnostics()}
    if state is None:
        return prove_file(path, **given)
    text, name = state.read(path)
    return prove_text(text, name, **given_at(state, path, given))


def given_at(commit: Commit, path: str, given: Options) -> Options:
    """The same options, for what is read from a commit, and what that imports."""

    def load(file: str, diagnostics: Diagnostics) -> SourceNode | None:
        return read(*commit.read(file), diagnostics)

    return {**given, "load_file": load, "stands_at": path}


def _specs_now(paths: list[str]) -> set[str]:
    """The specs that are there, of arguments that may all be gone."""
    found: set[str] = set()
    for path in paths:
        if path == STDIN or path.startswith(PREFIX):
            raise UsageError(f"{path}: --rev compares files with their past")
        if has_signs(path) or os.path.isdir(path):
            try:
                specs = find_specs([path])
            except UsageError:  # nothing is there now; there may have been
                continue
            if specs.unread:
                raise specs.unread[0]
            found |= {os.path.normpath(one) for one in specs.paths}
        elif os.path.exists(path):
            found.add(os.path.normpath(path))
    return found


def _specs_at(commit: Commit, paths: list[str]) -> set[str]:
    """The specs that were there. A pattern is asked of what it matches now: git has others."""
    found: set[str] = set()
    for path in paths:
        plain = sorted(_specs_now([path])) if has_signs(path) else [path]
        for name in (name for one in plain for name in commit.files(one)):
            hidden = any(part.startswith(".") for part in relative(name).split("/"))
            if name in plain or (
                name.endswith(SUFFIXES) and not hidden and looks_like_spec(commit.read(name)[0])
            ):
                found.add(name)
    return found
