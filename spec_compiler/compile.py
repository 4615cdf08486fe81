"""The pipeline: text to a proved program. Each stage takes what the one before it made."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Refusal, Severity, SpecError
from spec_compiler.elaborate import elaborate
from spec_compiler.ir.primitives.foreign import PythonFunction
from spec_compiler.program import Program
from spec_compiler.proving_tests import check_tests
from spec_compiler.source import Node, load, read
from spec_compiler.spec.core import Core
from spec_compiler.spec.declare import declare
from spec_compiler.spec.expand import expand
from spec_compiler.spec.place import diagnose
from spec_compiler.weights.check import check_weights
from spec_compiler.wiring import connect

Params = Mapping[str, object]
Functions = Mapping[str, PythonFunction]


def compile_text(
    text: str | bytes,
    file: str = "<string>",
    *,
    params: Params | None = None,
    functions: Functions | None = None,
    diagnostics: Diagnostics | None = None,
    weights: bool = True,
) -> Program:
    """Compile a spec.

    Args:
        text: YAML, or JSON when `file` ends in `.json`.
        file: The name that diagnostics give it; paths in the spec are relative to its folder.
        params: Values for params; text is read as the command line's is.
        functions: Python functions for Lambda layers, by name.
        diagnostics: Where findings are collected; also those of an accepted spec.
        weights: Whether the weights file must fit, if there is one.

    Raises:
        SpecError: the spec is refused; it carries every finding.
        ValueError: a name under `functions` cannot be used.
    """
    found = Diagnostics() if diagnostics is None else diagnostics
    return _compile(read(text, file, found), file, params or {}, found, weights, functions)


def compile_path(
    path: str | PathLike[str],
    *,
    params: Params | None = None,
    functions: Functions | None = None,
    diagnostics: Diagnostics | None = None,
    weights: bool = True,
) -> Program:
    """Compile a file; see `compile_text`.

    Raises:
        OSError: it cannot be read.
        SpecError: the spec is refused.
    """
    found = Diagnostics() if diagnostics is None else diagnostics
    return _compile(load(path, found), fspath(path), params or {}, found, weights, functions)


def core_form(
    source: Node | None, file: str, params: Params, diagnostics: Diagnostics
) -> Core | None:
    """The first stages: a document to the core form; None when there is nothing to go on with."""
    stated = declare(source, params, diagnostics) if source is not None else None
    return expand(stated, file, diagnostics) if stated is not None else None


def _compile(
    source: Node | None,
    file: str,
    params: Params,
    found: Diagnostics,
    weights: bool,
    functions: Functions | None,
) -> Program:
    if functions:
        # the language of Lambda is loaded only where it is used
        from spec_compiler.layers.lambda_functions import functions_with

        functions_with(functions)
    core = core_form(source, file, params, found)
    program = elaborate(connect(core, found), found, functions) if core is not None else None
    if program is not None:
        if weights:
            check_weights(program, found)
        check_tests(program, found)
        _note_what_the_data_decides(program, found)
    found.drop_echoes()
    if program is None or found.errors:
        raise SpecError(found)
    return program


def _note_what_the_data_decides(program: Program, found: Diagnostics) -> None:
    """Say which relations between sizes are left to the data, and which sizes no input settles."""
    calls = {call.name: call for call in program.core.calls}
    for check in program.graph.checks:
        if check.at[:1] != ("constraints",):  # those the author knows of
            message = (
                f"{check.why}: whether {check.left} {check.relation} {check.right} "
                "is known only from the data"
            )
            hint = "a run checks it first; where it always holds, say so under `constraints`"
            refusal = Refusal("SPC0316", message, argument=check.at, help=hint)
            call = calls.get(check.layer)
            node, labels = (call.node, call.trace) if call else (program.core.node, ())
            found.add_once(diagnose(refusal, node, severity=Severity.NOTE, labels=labels))
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
