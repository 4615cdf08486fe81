"""The functions that Python users call."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

from spec_compiler import compile as compiler
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.linting import lint
from spec_compiler.program import Program
from spec_compiler.report.findings import Findings
from spec_compiler.runtime.model import Model
from spec_compiler.weights.given import take_weights


def compile_file(
    path: str | PathLike[str],
    *,
    params: Mapping[str, object] | None = None,
    functions: Mapping[str, PythonFunction] | None = None,
    root: str | PathLike[str] | None = None,
    weights: Mapping[str, Any] | None = None,
    threads: int | None = None,
) -> Model:
    """A model from a spec file, YAML or JSON.

    Args:
        path: The file; paths inside it are relative to its folder.
        params: Values for the spec's params.
        functions: Python functions that Lambda layers may call, by name. A spec cannot name any
            other: no text of a file causes an import.
        root: The folder that nothing named in the spec may leave; default: that of the spec.
        weights: An array for every weight by its name, `layer.kernel`, in place of the file that
            the spec names; see `Model.weights`.
        threads: How many slices of a batch run at once; BLAS, which is the whole process's, has one
            thread while such a run goes on. By default there is one, and BLAS stays as it is.

    Raises:
        OSError: the file cannot be read.
        SpecError: the spec, or the weights that are given, are refused; it carries every finding.
        ValueError: a name under `functions` is taken or is no name; `threads` is below 1.
    """
    found = Diagnostics()
    program = compiler.program_of_file(
        path,
        params=params,
        functions=functions,
        root=root,
        weights=weights is None,
        diagnostics=found,
    )
    return _model(program, weights, found, threads)


def compile_text(
    text: str,
    *,
    file: str = "<string>",
    params: Mapping[str, object] | None = None,
    functions: Mapping[str, PythonFunction] | None = None,
    root: str | PathLike[str] | None = None,
    weights: Mapping[str, Any] | None = None,
    threads: int | None = None,
) -> Model:
    """A model from the text of a spec.

    Args:
        text: YAML, or JSON when `file` ends in `.json`.
        file: The name that messages give it; paths inside it are relative to its folder.
        params: Values for the spec's params.
        functions: Python functions that Lambda layers may call, by name. A spec cannot name any
            other: no text of a file causes an import.
        root: The folder that nothing named in the spec may leave; default: that of the spec.
        weights: An array for every weight by its name, `layer.kernel`, in place of the file that
            the spec names; see `Model.weights`.
        threads: How many slices of a batch run at once; BLAS, which is the whole process's, has one
            thread while such a run goes on. By default there is one, and BLAS stays as it is.

    Raises:
        SpecError: the spec, or the weights that are given, are refused; it carries every finding.
        ValueError: a name under `functions` is taken or is no name; `threads` is below 1.
    """
    found = Diagnostics()
    program = compiler.program_of_text(
        text,
        file,
        params=params,
        functions=functions,
        root=root,
        weights=weights is None,
        diagnostics=found,
    )
    return _model(program, weights, found, threads)


def validate(
    text: str,
    *,
    file: str = "<string>",
    params: Mapping[str, object] | None = None,
    functions: Mapping[str, PythonFunction] | None = None,
    root: str | PathLike[str] | None = None,
    weights: Mapping[str, Any] | None = None,
) -> Findings:
    """Everything that there is to say about a spec, by place; empty when all is well.

    Takes what `compile_text` takes. The list prints as a terminal shows it.
    """
    known = compiler.analyze_text(
        text,
        file,
        params=params,
        functions=functions,
        root=root,
        weights=weights is None,
        diagnostics=(found := Diagnostics()),
    )
    lint(known)
    program = known.program
    if program is not None and known.stated is not None and known.stated.is_model:
        try:
            if not found.errors:
                _model(program, weights, found)
        except SpecError as error:
            return error.findings
    return Findings(found)


def _model(
    program: Program,
    weights: Mapping[str, Any] | None,
    found: Diagnostics,
    threads: int | None = None,
) -> Model:
    if threads is not None and threads < 1:
        raise ValueError(f"threads={threads}: there is at least one")
    taken = None if weights is None else take_weights(program, weights, found)
    return Model(program, found, taken, threads)
