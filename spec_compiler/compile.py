"""The pipeline: text to a proved program. Each stage takes what the one before it made."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path
from typing import TypedDict, Unpack

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Label, Refusal, Severity, SpecError
from spec_compiler.elaborate import elaborate
from spec_compiler.elaborate.definitions import check_definitions
from spec_compiler.files import Origin
from spec_compiler.ir.primitives.foreign import PythonFunction
from spec_compiler.program import Program
from spec_compiler.proving_tests import check_tests
from spec_compiler.source import Node, load, read, uncollected
from spec_compiler.spec.core import Core, Place
from spec_compiler.spec.declare import declare
from spec_compiler.spec.expand import expand
from spec_compiler.spec.imports import Imports, Load
from spec_compiler.spec.place import diagnose, headline
from spec_compiler.weights.check import check_weights
from spec_compiler.wiring import connect


class Given(TypedDict, total=False):
    """What a caller says beside the text of a spec.

    Attributes:
        params: Values for params; text is read as the command line's is.
        functions: Python functions for Lambda layers, by name.
        diagnostics: Where findings are collected; also those of an accepted spec.
        root: The folder that nothing named in the spec may leave; default: that of the spec.
        weights: Whether the weights file must fit, if there is one; default: yes.
        load_file: Reads the files that are imported; default: from the disk.
    """

    params: Mapping[str, object] | None
    functions: Mapping[str, PythonFunction] | None
    diagnostics: Diagnostics | None
    root: str | PathLike[str] | None
    weights: bool
    load_file: Load


def compile_text(text: str | bytes, file: str = "<string>", **given: Unpack[Given]) -> Program:
    """Compile a spec.

    Args:
        text: YAML, or JSON when `file` ends in `.json`.
        file: The name that diagnostics give it; paths in the spec are relative to its folder.
        given: See `Given`.

    Raises:
        SpecError: the spec is refused; it carries every finding.
        ValueError: a name under `functions` cannot be used.
    """
    found = given["diagnostics"] = _collector(given)
    return _model(check_text(text, file, **given), file, found)


def compile_path(path: str | PathLike[str], **given: Unpack[Given]) -> Program:
    """Compile a file; see `compile_text`.

    Raises:
        OSError: it cannot be read.
        SpecError: the spec is refused.
    """
    found = given["diagnostics"] = _collector(given)
    return _model(check_path(path, **given), fspath(path), found)


def check_text(text: str | bytes, file: str, **given: Unpack[Given]) -> Program | None:
    """Prove a spec; None for one that holds blocks only. See `compile_text`.

    Raises:
        SpecError: the spec is refused.
    """
    found = _collector(given)
    with uncollected():
        return _check(read(text, file, found), file, found, given)


def check_path(path: str | PathLike[str], **given: Unpack[Given]) -> Program | None:
    """Prove a file; None for one that holds blocks only. See `compile_text`.

    Raises:
        OSError: it cannot be read.
        SpecError: the spec is refused.
    """
    found = _collector(given)
    with uncollected():
        return _check(load(path, found), fspath(path), found, given)


def _collector(given: Given) -> Diagnostics:
    found = given.get("diagnostics")
    return Diagnostics() if found is None else found


def _model(program: Program | None, file: str, found: Diagnostics) -> Program:
    """The program; a file of blocks has none."""
    if program is None:
        found.add(
            Diagnostic(
                "SPC0218",
                f"{file} holds blocks only: other files can import it, and there is nothing to run",
                file=file,
                help="add `inputs` and `layers`, or name a spec that uses its blocks",
            )
        )
        raise SpecError(found)
    return program


def _check(source: Node | None, file: str, found: Diagnostics, given: Given) -> Program | None:
    """Every stage; None for a file that holds blocks only.

    Raises:
        SpecError: something was refused.
    """
    root, functions = given.get("root"), given.get("functions")
    if functions:
        # the language of Lambda is loaded only where it is used
        from spec_compiler.layers.lambda_functions import functions_with

        functions_with(functions)
    program = core = None
    stated = declare(source, given.get("params") or {}, found) if source is not None else None
    if stated is not None:
        origin = Origin(file, None if root is None else Path(root))
        library = Imports(given.get("load_file", load), found).library(stated, origin)
        if stated.is_model:
            core = expand(stated, library, found)
            program = elaborate(connect(core, found), found, functions)
        check_definitions(stated, library, core, found, functions)
    if program is not None:
        if given.get("weights", True):
            check_weights(program, found)
        check_tests(program, found)
        _note_what_the_data_decides(program, found)
        _warn_of_unused_weights(program.core, found)
    found.drop_echoes()
    found.gather("SPC0205", "SPC0316")
    if found.errors or (program is None and (stated is None or stated.is_model)):
        raise SpecError(found)
    return program


def _warn_of_unused_weights(core: Core, found: Diagnostics) -> None:
    """Say where a whole file is used that names weights, which are not loaded there."""
    for instance in core.instances:
        if instance.block.is_model and core.header.weights is None:
            weights = instance.block.node.get("weights")
            if weights is not None:
                refusal = Refusal(
                    "SPC0219",
                    f"the weights of `{instance.block.name}` are not loaded here",
                    argument=("use",),
                    labels=(Label(headline(weights), "named here"),),
                    help="name their file under this spec's `weights`, and `map` its names",
                )
                found.add_once(diagnose(refusal, instance.node, severity=Severity.WARNING))


def _note_what_the_data_decides(program: Program, found: Diagnostics) -> None:
    """Say which relations between sizes are left to the data, and which sizes no input settles."""
    places = program.core.places
    for check in program.graph.checks:
        if check.at[:1] != ("constraints",):  # those the author knows of
            relation = f"{check.left} {check.relation} {check.right}"
            refusal = Refusal(
                "SPC0316",
                f"whether {relation} is known only from the data",
                argument=check.at,
                annotation=check.why,
                help="a run checks it first; where it always holds, say so under `constraints`",
            )
            place = places.get(check.layer, Place(program.core.node, None))
            note = Severity.NOTE
            found.add_once(diagnose(refusal, place.node, severity=note, labels=place.trace))
    for name in program.open_sizes:
        shown = name.removeprefix("?")
        found.add(
            Diagnostic(
                "SPC0516",
                f"no input settles the size `{shown}`",
                program.core.node.key_span(("dims", name)),
                Severity.WARNING,
                help=f"a run needs `--dim {shown}=8`, or an input of that size",
            )
        )
