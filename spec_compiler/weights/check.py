"""Weights against the model: names, shapes and dtypes from a file's header, without its data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Refusal, Severity, nearest
from spec_compiler.files import under
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DTYPES, DType, TensorType
from spec_compiler.program import Program
from spec_compiler.spec.document import WeightsDeclaration
from spec_compiler.spec.place import diagnose
from spec_compiler.tracing import weight_label
from spec_compiler.weights.mapping import Origin, origins, transformed
from spec_compiler.weights.safetensors import TensorEntry, read_header

AT = ("weights", "file")


def weights_path(program: Program, declared: WeightsDeclaration) -> Path:
    """Where the spec says that the weights are.

    Raises:
        Refusal: the path leaves the spec's folder.
    """
    return under(Path(program.core.file).parent, declared.file)


def check_weights(
    program: Program, diagnostics: Diagnostics, *, severity: Severity = Severity.WARNING
) -> None:
    """Compare the header of the weights file with the model; collect everything that differs.

    A file that is missing is of the given `severity`: `validate` warns, `run` refuses.
    """
    node = program.core.node
    declared = program.core.header.weights
    if declared is None:
        return
    try:
        header = read_header(weights_path(program, declared))
    except Refusal as refusal:
        refusal.argument = AT
        diagnostics.add(diagnose(refusal, node))
        return
    except FileNotFoundError:
        refusal = Refusal(
            "SPC0610",
            f"the weights file `{declared.file}` does not exist",
            argument=AT,
            help="`specc init` writes one with initial weights",
        )
        diagnostics.add(diagnose(refusal, node, severity=severity))
        return
    except OSError as error:
        refusal = Refusal("SPC0610", f"{error.strerror or error}", argument=AT)
        diagnostics.add(diagnose(refusal, node, severity=severity))
        return
    for problem in _differences(program, header, declared):
        diagnostics.add(problem)


def _differences(
    program: Program, header: dict[str, TensorEntry], declared: WeightsDeclaration
) -> list[Diagnostic]:
    node = program.core.node
    refusals: list[Refusal] = []
    try:
        sources = origins(program.graph.weights, declared.map, refusals)
    except Refusal as refusal:
        return [diagnose(refusal, node)]
    read = {origin.tensor for origin in sources.values()}
    extra = [name for name in header if name not in read]
    problems = [diagnose(refusal, node) for refusal in refusals]
    for name, weight in program.graph.weights.items():
        try:
            _fits(weight, sources[name], header, extra)
        except Refusal as refusal:
            label = weight_label(name, program.core)
            problems.append(diagnose(refusal, node, labels=(label,) if label else ()))
    for name in extra if declared.strict else ():
        refusal = Refusal(
            "SPC0614",
            f"the weights file has `{name}`, which the model does not use",
            argument=AT,
            help="remove it from the file, or write `strict: false`",
        )
        problems.append(diagnose(refusal, node))
    return problems


def _fits(
    weight: Weight, origin: Origin, header: Mapping[str, TensorEntry], extra: list[str]
) -> None:
    """Refuse a weight that the file does not have, or has in another shape or of another kind."""
    entry = header.get(origin.tensor)
    at = ("weights", "map", origin.key) if origin.key else AT
    if entry is None:
        guess = nearest(origin.tensor, extra)
        needs = "" if origin.tensor == weight.name else f", which `{weight.name}` needs,"
        raise Refusal(
            "SPC0611",
            f"the weights file has no `{origin.tensor}`{needs} of shape {list(weight.shape)}",
            argument=at,
            help=f"the file has `{guess}`, which the model does not use" if guess else "",
        )
    if "float" not in entry.dtype:
        message = f"`{origin.tensor}` is `{entry.dtype}` in the weights file, not a float"
        raise Refusal("SPC0613", message, argument=at)
    made = transformed(origin, TensorType(held(entry), entry.shape)).outputs["y"].shape
    if made != weight.shape:
        how = f" after `{origin.transform}`" if origin.transform else ""
        raise Refusal(
            "SPC0612",
            f"`{origin.tensor}` is {list(made)} in the weights file{how}, and "
            f"{'the model' if origin.tensor == weight.name else f'`{weight.name}`'} needs "
            f"{list(weight.shape)}",
            argument=at,
        )


def held(entry: TensorEntry) -> DType:
    """The dtype of the array that a tensor of a file is read as."""
    return next(name for name in DTYPES if name == str(stored(cast("DType", entry.dtype))))
