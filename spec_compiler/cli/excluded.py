"""Specs that settings exclude: they are passed over where their folder is named."""

from __future__ import annotations

from collections.abc import Collection

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.specs import Specs
from spec_compiler.cli.typed import UsageError
from spec_compiler.linting.settings_files import SettingsFiles
from spec_compiler.shortening import counted


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
