"""Weights against the model: names, shapes and dtypes from a file's header, without its data."""

from __future__ import annotations

from pathlib import Path

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Refusal, Severity, nearest
from spec_compiler.files import under
from spec_compiler.program import Program
from spec_compiler.spec.document import WeightsDeclaration
from spec_compiler.spec.place import diagnose
from spec_compiler.tracing import weight_label
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
    for problem in _differences(program, header, strict=declared.strict):
        diagnostics.add(problem)


def _differences(
    program: Program, header: dict[str, TensorEntry], *, strict: bool
) -> list[Diagnostic]:
    node = program.core.node
    wanted = program.graph.weights
    extra = [name for name in header if name not in wanted]
    problems: list[Diagnostic] = []
    for name, weight in wanted.items():
        entry = header.get(name)
        label = weight_label(name, program.core)
        labels = (label,) if label else ()
        if entry is None:
            guess = nearest(name, extra)
            refusal = Refusal(
                "SPC0611",
                f"the weights file has no `{name}` of shape {list(weight.shape)}",
                argument=AT,
                help=f"the file has `{guess}`, which the model does not use" if guess else "",
            )
            problems.append(diagnose(refusal, node, labels=labels))
        elif entry.shape != weight.shape:
            refusal = Refusal(
                "SPC0612",
                f"`{name}` is {list(entry.shape)} in the weights file, and the model needs "
                f"{list(weight.shape)}",
                argument=AT,
            )
            problems.append(diagnose(refusal, node, labels=labels))
        elif (entry.dtype == "bool") != (weight.value.dtype == "bool") or "int" in entry.dtype:
            refusal = Refusal(
                "SPC0613",
                f"`{name}` is `{entry.dtype}` in the weights file, not a float",
                argument=AT,
            )
            problems.append(diagnose(refusal, node, labels=labels))
    if strict:
        for name in extra:
            refusal = Refusal(
                "SPC0614",
                f"the weights file has `{name}`, which the model does not use",
                argument=AT,
                help="remove it from the file, or write `strict: false`",
            )
            problems.append(diagnose(refusal, node))
    return problems
