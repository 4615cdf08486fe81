"""What `specc validate` says of a spec, asked of the text in an editor."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from spec_compiler.authoring.document import Document, read_document
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.linting import Rules, lint
from spec_compiler.linting.settings_files import SettingsFiles
from spec_compiler.places import Outside
from spec_compiler.records import entity
from spec_compiler.refusals import Refusal
from spec_compiler.source import SourceNode, load, read
from spec_compiler.source.recognized import looks_like_spec


@entity
class Checked:
    """A spec that was checked.

    Attributes:
        document: What is known of it.
        found: What there is to say of it, by the settings of its folder.
        is_spec: Whether it says that it is a spec; of other YAML nothing is said.
        reads: The files that it is made of, links followed.
    """

    document: Document
    found: Diagnostics
    is_spec: bool
    reads: frozenset[str]

    @property
    def waits_for_files(self) -> bool:
        """Whether a file that it imports could not be read."""
        library = self.document.analysis.library
        return library is not None and None in library.imports.values()


def checked(
    text: str, path: str, texts: Mapping[str, str], remembered: Remembered | None = None
) -> Checked:
    """Check a spec as `specc validate` does.

    Args:
        text: What stands in the editor.
        path: Its file.
        texts: The texts of files that are open in the editor, by path, links followed.
        remembered: What is known from a check of it before.
    """

    def load_file(file: str, diagnostics: Diagnostics) -> SourceNode | None:
        own = texts.get(os.path.realpath(file))
        return load(file, diagnostics) if own is None else read(own, file, diagnostics)

    remembered = remembered or Remembered()
    document = read_document(text, path, load_file=load_file, remembered=remembered)
    found = document.analysis.found
    found.checked = (path,)
    _ask(document, path)
    reads = frozenset(map(os.path.realpath, (path, *found.sources)))
    is_spec = looks_like_spec(document.text.encode("utf-8", "replace"))
    return Checked(document, found, is_spec, reads)


class Asked(NamedTuple):
    """What is asked of the findings of a spec.

    Attributes:
        rules: Which are said.
        baseline: A file of those that are known.
    """

    rules: Rules = Rules()
    baseline: Path | None = None


def asked(path: str, found: Diagnostics) -> Asked:
    """What the settings of a spec ask for; what is wrong with them is collected."""
    with found.at(Outside(path)):
        try:
            settings = SettingsFiles(found).of(path)
        except OSError as error:
            message = f"settings cannot be read: {error.strerror or error}"
            raise Refusal("SPC1095", message) from None
        if settings is not None:
            return Asked(settings.rules_for(path), settings.baseline)
    return Asked()


def _ask(document: Document, path: str) -> None:
    """Add lints to the findings, and keep what settings and a baseline ask for."""
    found, of_settings = document.analysis.found, Diagnostics()
    rules, known = asked(path, of_settings)
    lint(document.analysis, rules)
    found.extend(of_settings)
    if known is None:
        return
    # few have one
    from spec_compiler.linting.baseline import Baseline

    with found.at(Outside(str(known))):
        try:
            Baseline(known).apply(found)
        except OSError as error:
            message = f"the baseline cannot be read: {error.strerror or error}"
            raise Refusal("SPC1096", message) from None
