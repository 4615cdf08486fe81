"""The pipeline: text to a proved program. Each stage takes what the one before it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

from spec_compiler.collecting import uncollected
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.elaborate import Elaborated, elaborate
from spec_compiler.elaborate.notes import note_what_is_open, warn_of_unused_weights
from spec_compiler.expanding.core import Core
from spec_compiler.expanding.expand import expand
from spec_compiler.files import Origin
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.reading.header import Headed, read_header
from spec_compiler.reading.imports import Imports, Load
from spec_compiler.reading.library import Library
from spec_compiler.refusals import Refusal
from spec_compiler.source import SourceNode, load, read
from spec_compiler.spelling import guessing
from spec_compiler.wiring import connect

if TYPE_CHECKING:
    from spec_compiler.elaborate.remembered import Remembered

_OF_NAMES = "SPC02"
"""The family of codes about names."""
_OF_FORM = ("SPC0102", "SPC0104")
"""Codes of what is lacking, or has another form: beside a broken line it may be the line's."""


class Options(TypedDict, total=False):
    """What a caller says beside the text of a spec.

    Attributes:
        params: Values for params; text is read as the command line's is.
        functions: Python functions for Lambda layers, by name.
        diagnostics: Where findings are collected; also those of an accepted spec.
        root: The folder that nothing named in the spec may leave; default: that of the spec.
        weights: Whether the weights file must fit, if there is one; default: yes.
        load_file: Reads files, those that are imported, too; default: from the disk.
        stands_at: The path from which others are named, where messages call the spec otherwise.
        recover: Whether a text that cannot be read is mended, so that the rest of it is checked.
        remembered: What is known from an analysis before, of the same spec or of another.
    """

    params: Mapping[str, object] | None
    functions: Mapping[str, PythonFunction] | None
    diagnostics: Diagnostics
    root: str | PathLike[str] | None
    weights: bool
    load_file: Load
    stands_at: str
    recover: bool
    remembered: Remembered


class Analysis(NamedTuple):
    """What is known of a spec, as far as its text could be followed.

    Attributes:
        file: The name of the spec.
        found: What there is to say about it, with the texts that were read.
        node: The document, where the text could be read; what stands in it may be `Incomplete`.
        stated: What is said once, and what names mean.
        library: The blocks that it has, and those of the files that it imports.
        elaborated: The layers in order, and what could be inferred of them.
        tried: Uses of blocks that the spec itself does not use; see `check_definitions`.
        mended: The lines of the text that had to be mended to read the rest.
    """

    file: str
    found: Diagnostics
    node: SourceNode | None = None
    stated: Headed | None = None
    library: Library | None = None
    elaborated: Elaborated | None = None
    tried: Sequence[Program] = ()
    mended: frozenset[int] = frozenset()

    @property
    def core(self) -> Core | None:
        """The core form, as far as it could be expanded."""
        return None if self.elaborated is None else self.elaborated.wiring.core

    @property
    def program(self) -> Program | None:
        """The whole, where nothing was refused before its tests and files were looked at."""
        return None if self.elaborated is None else self.elaborated.program

    @property
    def model(self) -> Program | None:
        """The program of what can be run; None for a file that holds blocks only, too."""
        return self.program if self.stated is not None and self.stated.is_model else None


def program_of_text(
    text: str | bytes, file: str = "<string>", **options: Unpack[Options]
) -> Program:
    """Compile a spec.

    Args:
        text: YAML, or JSON when `file` ends in `.json`.
        file: The name that diagnostics give it; paths in the spec are relative to its folder.
        options: See `Options`.

    Raises:
        SpecError: the spec is refused; it carries every finding.
        ValueError: a name under `functions` cannot be used.
    """
    found = options.setdefault("diagnostics", Diagnostics())
    return prove_text(text, file, **options) or _holds_blocks_only(file, found)


def program_of_file(path: str | PathLike[str], **options: Unpack[Options]) -> Program:
    """Compile a file; see `program_of_text`.

    Raises:
        OSError: it cannot be read.
        SpecError: the spec is refused.
    """
    found = options.setdefault("diagnostics", Diagnostics())
    return prove_file(path, **options) or _holds_blocks_only(fspath(path), found)


def prove_text(text: str | bytes, file: str, **options: Unpack[Options]) -> Program | None:
    """Prove a spec; None for one that holds blocks only. See `program_of_text`.

    Raises:
        SpecError: the spec is refused.
    """
    return proved(analyze_text(text, file, **options))


def prove_file(path: str | PathLike[str], **options: Unpack[Options]) -> Program | None:
    """Prove a file; None for one that holds blocks only. See `program_of_text`.

    Raises:
        OSError: it cannot be read.
        SpecError: the spec is refused.
    """
    return proved(analyze_file(path, **options))


def analyze_text(text: str | bytes, file: str, **options: Unpack[Options]) -> Analysis:
    """All that can be known of a spec, also of one that is refused. See `program_of_text`."""
    found = options.setdefault("diagnostics", Diagnostics())
    with uncollected(), guessing():
        remembered = options.get("remembered")
        if remembered is None or isinstance(text, bytes):
            node = read(text, file, found)
        else:
            node = remembered.text.read(text, file, found)
        if node is None and options.get("recover"):
            return _as_far_as_read(file, found, options)
        return _analyzed(node, file, found, options)


def analyze_file(path: str | PathLike[str], **options: Unpack[Options]) -> Analysis:
    """All that can be known of a file, also of one that is refused. See `program_of_text`.

    Raises:
        OSError: it cannot be read.
    """
    found = options.setdefault("diagnostics", Diagnostics())
    with uncollected(), guessing():
        node = options.get("load_file", load)(fspath(path), found)
        return _analyzed(node, fspath(path), found, options)


def _as_far_as_read(file: str, found: Diagnostics, options: Options) -> Analysis:
    """What is known of a text beside its broken lines: what is found in these is no news."""
    # only for what is being written
    from spec_compiler.source.recovery import recovered

    text = found.sources.get(file)
    mended = None if text is None else recovered(text, file)
    if mended is None:
        return Analysis(file, found)
    before = {*found.one_by_one()}
    blamed = mended.lines | {item.span.line for item in before if item.span is not None}

    def news(item: Diagnostic) -> Diagnostic | None:
        span = item.span
        near = (-1, 0, 1) if item.code in _OF_FORM else (0,)
        line = span.line if span is not None and span.file == file else 0
        there = any(line + lines in blamed for lines in near)
        unknown = mended.lost_names and item.code.startswith(_OF_NAMES)
        return None if (there or unknown) and item not in before else item

    known = _analyzed(mended.root, file, found, options)
    found.revise(news)
    return known._replace(mended=mended.lines)


def proved(known: Analysis) -> Program | None:
    """The program of what is not refused; None for a file that holds blocks only.

    Raises:
        SpecError: something was refused.
    """
    known.found.stop_on_errors()
    return known.model


def _analyzed(node: SourceNode | None, file: str, found: Diagnostics, options: Options) -> Analysis:
    """Every stage, as far as what it needs is there; see `Fix.last`."""
    known = _staged(node, file, found, options)
    if found.is_wrong:
        found.revise(lambda item: replace(item, edits=()) if item.last else item)
    return known


def _staged(node: SourceNode | None, file: str, found: Diagnostics, options: Options) -> Analysis:
    if node is None:
        return Analysis(file, found)
    root = options.get("root")
    origin = Origin(file, None if root is None else Path(root), options.get("stands_at"))
    functions = _checked(options.get("functions") or {})
    stated = read_header(node, options.get("params") or {}, found)
    if stated is None:
        return Analysis(file, found, node)
    library = Imports(options.get("load_file", load), found).library(stated, origin)
    remembered = options.get("remembered")
    core = expand(stated, library, found, remembered and remembered.read)
    elaborated = elaborate(connect(core, found), found, functions, remembered)
    if (left_out := [*core.refused, *found.unchecked]) and not found.refused:
        raise AssertionError(f"{left_out} were left out, and nothing was refused")
    program = elaborated.program
    tried: Sequence[Program] = ()
    if library.blocks:
        # what tries blocks is loaded only where a file has some, and so on below
        from spec_compiler.elaborate.unused_blocks import check_definitions

        tried = check_definitions(stated, library, core, found, functions)
    if program is not None:
        if options.get("weights", True):
            _check_weights(program, found)
        _check_tests(program, found, as_written=not options.get("params"))
        _check_training(program, found)
        if not core.beside:
            note_what_is_open(program, found)
        warn_of_unused_weights(core, found)
    return Analysis(file, found, node, stated, library, elaborated, tried)


def _check_weights(program: Program, found: Diagnostics) -> None:
    """Prove that the files of weights fit, where some are named."""
    core = program.core
    if core.header.weights is not None or core.given_weights is not None:
        from spec_compiler.weights.check import check_weights  # see above

        check_weights(program, found)
    if core.train is not None:
        from spec_compiler.weights.initial import check_initial  # see above

        check_initial(program, found)


def _check_tests(program: Program, found: Diagnostics, *, as_written: bool) -> None:
    """Prove what a spec's own tests claim; their data is for its params as they are written."""
    if program.core.tests:
        from spec_compiler.elaborate.tests import check_tests  # see above

        check_tests(program, found, as_written=as_written)


def _check_training(program: Program, found: Diagnostics) -> None:
    """Prove how the model is trained, where its author says it and nothing else is wrong."""
    if program.core.train is not None and not found.errors:
        # losses and optimisers are loaded only where a spec is trained
        from spec_compiler.elaborate.training import check_training

        check_training(program, found)


def _checked(functions: Mapping[str, PythonFunction]) -> Mapping[str, PythonFunction]:
    """The caller's functions, under names that a Lambda can use."""
    if functions:
        # the language of Lambda is loaded only where it is used
        from spec_compiler.layers.core.lambda_functions import functions_with

        functions_with(functions)
    return functions


def _holds_blocks_only(file: str, found: Diagnostics) -> Program:
    with found.at(Outside(file)):
        raise Refusal(
            "SPC0218",
            f"{file} holds blocks only: other files can import it, and there is nothing to run",
            help="add `inputs` and `layers`, or name a spec that uses its blocks",
        )
    found.stop()
