"""Which specs the arguments mean: files, folders, patterns, standard input."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.shortening import counted

if TYPE_CHECKING:
    from spec_compiler.linting.settings_files import SettingsFiles


@dataclass(slots=True, eq=False, repr=False)
class Specs:
    """What arguments mean.

    Attributes:
        paths: The specs, each once, in order.
        skipped: How many YAML and JSON files in folders are none.
        unread: Why files and folders in folders cannot be looked at.
        looked_at: The folders, and the files in them, which decide the others.
    """

    paths: list[str] = field(default_factory=list[str])
    skipped: int = 0
    unread: list[OSError] = field(default_factory=list[OSError])
    looked_at: set[str] = field(default_factory=set[str])

    def say_skipped(self) -> None:
        """Say how much was passed over, so that nobody takes it for checked."""
        if self.skipped:
            say(f"note: {counted(self.skipped, 'file')} skipped: no specs", err=True)


def find_specs(paths: list[str]) -> Specs:
    """Every spec that the arguments mean: files, folders, globs, `-`.

    Raises:
        UsageError: a folder or a pattern holds no spec.
    """
    specs, found = Specs(), dict[str, str]()
    for path in paths:
        if path == STDIN:
            found[STDIN] = STDIN
            continue
        if os.path.isdir(path):
            matches = _inside(path, specs)
        elif has_signs(path):
            import glob  # only for shells that leave patterns as they are

            matches = sorted(glob.glob(path, recursive=True))
            specs.looked_at |= _folders(path)
            if not matches:
                raise UsageError(f"{path}: the pattern matches nothing")
        else:
            matches = [path]
        for match in matches:
            found.setdefault(os.path.realpath(match), match)
    specs.paths = list(found.values())
    return specs


def without_excluded(
    specs: Specs, named: Collection[str], files: SettingsFiles, to: str = "check"
) -> Specs:
    """The specs without those that settings exclude, unless they were named themselves.

    Args:
        specs: What arguments mean.
        named: The arguments.
        files: Where settings are looked for.
        to: What was to be done with them.

    Raises:
        UsageError: that leaves none.
    """
    left = [path for path in specs.paths if path in named or not _is_excluded(path, files)]
    if specs.paths and not left:
        told = counted(len(specs.paths), "spec")
        raise UsageError(f"nothing to {to}: settings exclude {told} that would be")
    specs.paths = left
    return specs


def _is_excluded(path: str, files: SettingsFiles) -> bool:
    settings = None if path == STDIN else files.of(path)
    return settings is not None and settings.excludes(path)


def has_signs(path: str) -> bool:
    """Whether an argument is a pattern that the shell left as it is."""
    return _has_sign(path) and not os.path.exists(path)


def _has_sign(path: str) -> bool:
    return any(sign in path for sign in "*?[")


def _folders(pattern: str) -> set[str]:
    """The folders in which something may come that decides what a pattern matches."""
    import glob  # see above

    found: set[str] = set()
    folder = os.path.dirname(pattern)
    while _has_sign(folder):
        below = glob.glob(os.path.join(folder, ""), recursive=True)
        found |= {path.rstrip(os.sep) for path in below}
        folder = os.path.dirname(folder)
    return found | {folder or "."}


def _inside(folder: str, specs: Specs) -> list[str]:
    """The specs in a folder; nothing hidden is looked at, and no link to a folder followed."""
    # the rest are named one by one
    from spec_compiler.source.recognized import is_spec

    matches: list[str] = []
    skipped, unread = specs.skipped, len(specs.unread)
    for path in sorted(_documents(folder, specs)):
        try:
            if is_spec(path):
                matches.append(str(path))
            else:
                specs.skipped += 1
                specs.looked_at.add(str(path))
        except OSError as error:  # what cannot be read does not hide what can
            specs.unread.append(error)
    if not matches and len(specs.unread) == unread:
        looked = counted(specs.skipped - skipped, "file")
        raise UsageError(f"{folder}: no .yaml, .yml or .json file that is a spec; {looked} skipped")
    return matches


def _documents(top: str, specs: Specs) -> Iterator[Path]:
    """The YAML and JSON files below a folder."""
    from spec_compiler.source.recognized import SUFFIXES  # see above

    for folder, folders, names in os.walk(top, onerror=specs.unread.append):
        specs.looked_at.add(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)
