"""What is asked of findings, on the command line above what settings say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Unpack

import typer

from spec_compiler.cli.options import completed
from spec_compiler.cli.reading import STDIN, STDIN_NAME, typed_in
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.compile import Analysis, Options, analyze_file, analyze_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import writing
from spec_compiler.linting import Rules, lint
from spec_compiler.linting.settings_files import SettingsFiles
from spec_compiler.refusals import Refusal, Severity
from spec_compiler.shortening import counted

if TYPE_CHECKING:
    from spec_compiler.cli.fixing import Fixing
    from spec_compiler.cli.specs import Specs
    from spec_compiler.linting.settings import Settings

SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="CODE",
        help="Report only these warnings and notes: codes or prefixes.",
        autocompletion=completed("codes"),
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="CODE",
        help="Do not report these warnings and notes: codes or prefixes.",
        autocompletion=completed("codes"),
    ),
]
DenyOption = Annotated[
    bool, typer.Option("--deny-warnings", help="Exit with 1 where there is a warning, too.")
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline", metavar="FILE", help="Neither show nor count the findings in this file."
    ),
]
WriteBaselineOption = Annotated[
    bool, typer.Option("--write-baseline", help="Write what is found into the baseline.")
]


class Linting:
    """What is asked of the findings of a run.

    Args:
        select: As of the option; it is above what settings select and ignore.
        ignore: As of the option; beside what settings ignore.
        deny: Whether a warning is a failure, whatever settings say.
        baseline: A file of known findings, above that of the settings.
        write: Whether it is to be written.
    """

    def __init__(
        self,
        select: list[str] | None,
        ignore: list[str] | None,
        deny: bool,
        baseline: Path | None,
        write: bool,
    ) -> None:
        self.select, self.ignore = _codes("--select", select), _codes("--ignore", ignore)
        self.deny, self.baseline, self.write = deny, baseline, write
        self._asked = deny, baseline
        self.found = Diagnostics()
        self.files = SettingsFiles(self.found)

    def anew(self) -> Linting:
        """The same, of which no settings are read."""
        linting = Linting(None, None, self._asked[0], self._asked[1], self.write)
        linting.select, linting.ignore = self.select, self.ignore
        return linting

    def settings(self, path: str) -> Settings | None:
        """The settings for a spec; those of this folder for standard input."""
        return self.files.of("x" if path == STDIN else path)

    def rules(self, path: str) -> Rules:
        """What is asked of the findings of a spec."""
        settings = self.settings(path)
        rules = Rules()
        if settings is not None:
            self.deny = self.deny or settings.deny_warnings
            self.baseline = self.baseline or settings.baseline
            rules = settings.rules_for(path)
        if os.environ.get("CI") in {"true", "1"}:
            rules = rules.in_ci()
        if self.select:
            rules = Rules(self.select, levels=rules.levels)
        return rules.ignoring(self.ignore)

    def check_all(
        self, chosen: Specs, fixing: Fixing | None, **options: Unpack[Options]
    ) -> Diagnostics:
        """All that there is to say of some specs; which of them cannot be read is noted in them.

        Args:
            chosen: The specs.
            fixing: What mends them, if they are to be mended.
            options: See `Options`.
        """
        found = Diagnostics()
        for path in chosen.paths:
            try:
                one = self.check(path, fixing, **options)
            except OSError as error:  # what cannot be read does not hide what can
                chosen.unread.append(error)
                continue
            one.checked = (STDIN_NAME if path == STDIN else path,)
            found.extend(one)
        return found

    def check(self, path: str, fixing: Fixing | None, **options: Unpack[Options]) -> Diagnostics:
        """All that there is to say of a spec.

        Raises:
            OSError: it cannot be read, or edited.
        """
        if fixing is not None:
            return fixing.check(path, self.rules(path), **options)
        found = self.analyzed(path, **options).found
        if any(item.edits for item in found.errors):
            # only where something could be mended
            from spec_compiler.mending import try_edits

            texts = {STDIN_NAME: found.sources[STDIN_NAME].encode()} if path == STDIN else None
            name = STDIN_NAME if path == STDIN else path
            try_edits(name, found, self.rules(path), texts, **options)
        return found

    def analyzed(self, path: str, **options: Unpack[Options]) -> Analysis:
        """What is known of a spec, with all that there is to say of it.

        Raises:
            OSError: it cannot be read.
        """
        rules = self.rules(path)
        if path == STDIN:
            known = analyze_text(typed_in(), STDIN_NAME, **options)
        else:
            known = analyze_file(path, **options)
        lint(known, rules)
        return known

    def finish(self, found: Diagnostics) -> None:
        """Add what is wrong with the settings, and take away what is known.

        Raises:
            OSError: the baseline cannot be read or written.
            Refusal: it cannot be replaced.
            UsageError: there is none to write.
        """
        found.extend(self.found)
        if self.baseline is None:
            if self.write:
                raise UsageError("--write-baseline: name the file: --baseline FILE")
            return
        # few have one
        from spec_compiler.linting.baseline import Baseline

        baseline = Baseline(self.baseline)
        if self.write:
            text = baseline.text(found)
            with writing(self.baseline, list(found.checked)) as file:
                file.write(text.encode())
        try:
            hidden = baseline.apply(found)
        except FileNotFoundError as error:
            told = f"{error.strerror}: `--write-baseline` makes it"
            raise FileNotFoundError(error.errno, told, error.filename) from None
        if hidden:
            say(f"note: {counted(hidden, 'finding')} in the baseline", err=True)

    def left_of(self, found: Diagnostics) -> int:
        """How many findings of specs are not known to the baseline, which `finish` has read.

        Raises:
            OSError: it cannot be read any more.
            Refusal: it is none any more.
        """
        if self.baseline is None:
            return found.counts.total()
        # see `finish`
        from spec_compiler.linting.baseline import Baseline

        return Baseline(self.baseline).left_of(found)

    def fails(self, found: Diagnostics) -> bool:
        """Whether something is wrong that is not wanted."""
        return bool(found.errors or (self.deny and found.counts[Severity.WARNING]))


def _codes(option: str, written: list[str] | None) -> tuple[str, ...]:
    """Codes, or how they begin; several may stand in one item.

    Raises:
        UsageError: there is none like it.
    """
    if not written:
        return ()
    # the names of all codes are only needed here
    from spec_compiler.linting.settings import codes_like

    try:
        return codes_like([code for item in written for code in item.split(",")])
    except Refusal as refusal:
        raise UsageError(f"{option}: {refusal.message}") from None
