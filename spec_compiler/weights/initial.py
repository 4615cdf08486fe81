"""The weights that training begins with: a file against the model, from its header alone.

The file is that of a model before this one. What it has not is drawn, as the head of a new task is,
and what only it has is left; but it has some of the model's weights, and those as they are here.
"""

from __future__ import annotations

from pathlib import Path

from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.ir.types import TensorType
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spelling import suggestion
from spec_compiler.weights.check import Comparison, Holder, held
from spec_compiler.weights.mapping import WeightSource
from spec_compiler.weights.safetensors import read_header

_AT: ItemPath = ("train", "initial_weights")


def check_initial(
    program: Program, found: Diagnostics, *, severity: Severity = Severity.WARNING
) -> Path | None:
    """Compare what training begins with with the model; collect everything that differs.

    A file that is missing is of the given `severity`: `validate` warns, `train` refuses.

    Returns:
        The file; None when the spec names none, or it cannot be used.
    """
    core = program.core
    file = None if core.train is None else core.train.initial_weights
    if file is None:
        return None
    before, path = len(found.errors), None
    with found.at(core.node):
        try:
            path = core.origin.locate(file)
            entries = read_header(path)
        except OSError as error:
            path = None
            absent = isinstance(error, FileNotFoundError)
            why = "does not exist" if absent else f"cannot be read: {error.strerror or error}"
            advice = suggestion(core.origin.meant(file) if absent else None)
            refusal = Refusal("SPC0610", f"the weights file `{file}` {why}", **advice)
            found.at(core.node, severity=severity).add(refusal.but(argument=_AT))
        except Refusal as refusal:
            raise refusal.but(argument=_AT) from None
        else:
            declared = core.header.weights
            if declared is None or not declared.map:  # else the names are another program's
                types = {name: TensorType(held(of), of.shape) for name, of in entries.items()}
                _compare(program, types, file, found)
    return path if len(found.errors) == before else None


def _compare(program: Program, types: dict[str, TensorType], file: str, found: Diagnostics) -> None:
    known = {name: types[name] for name in program.graph.weights if name in types}
    if not known:
        raise Refusal(
            "SPC0611",
            f"`{file}` has none of the model's weights",
            argument=_AT,
            help="layers that begin with its weights have the names that they have there",
        )
    own = {name: WeightSource.named(name) for name in known}
    anew = "give the layer another name, and its weights are drawn anew"
    holder = Holder(f"`{file}`", "it", _AT, other=anew)
    Comparison(program, known, own, {}, holder).run(False, found, program.core.node)
