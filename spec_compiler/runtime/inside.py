"""Looking inside: a program whose outputs are results of its layers.

The outputs are chosen before any pass runs, so what comes out is what the layer gives: a pass keeps
every output, whatever it merges elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from spec_compiler.layers.signal import MASK, Signal
from spec_compiler.program import Port, Program
from spec_compiler.records import record
from spec_compiler.spelling import nearest

INPUT = "input"
"""The type of a result that is fed."""


@record
class Result:
    """Something that flows in a model.

    Attributes:
        layer: The layer, or the input, that gives it.
        type: The type of the layer, or `INPUT`.
        signal: What it is in the graph; a mask is one of its own.
        mask_of: The name of the result whose mask it is; empty where it is none.
    """

    layer: str
    type: str
    signal: Signal
    mask_of: str = ""


def results(program: Program) -> dict[str, Result]:
    """All that flows in a model by name, in executable order: inputs, results, masks of both.

    A layer's only result has the layer's name, one of several `memory.state_h`, a mask
    `embed.mask`. What is fed sparse is not there.
    """
    found: dict[str, Result] = {}
    for name, port in program.inputs.items():
        if not port.sparse:
            _add(found, name, Result(name, INPUT, port.signal))
    for step in program.steps.values():
        for key, signal in step.results.items():
            name = f"{step.name}.{key}" if key else step.name
            _add(found, name, Result(step.name, step.kind, signal))
    return found


def _add(found: dict[str, Result], name: str, result: Result) -> None:
    found[name] = result
    mask = result.signal.mask
    if mask is not None:
        signal = Signal(mask.value, batch=result.signal.batch)
        found[f"{name}.{MASK}"] = replace(result, signal=signal, mask_of=name)


def chosen(program: Program, wanted: Iterable[str]) -> dict[str, Signal]:
    """The results that names and patterns mean, each once, in the order of the names.

    Args:
        program: The model.
        wanted: Results by name; layers, for all of their results; outputs of the model; and
            patterns, `encoder.*`, which mean masks where they end in `.mask`.

    Raises:
        ValueError: a name or a pattern means nothing.
    """
    known = results(program)
    found: dict[str, Signal] = {}
    for name in wanted:
        names = _meant(name, known)
        if names:
            found |= {each: known[each].signal for each in names}
        elif name in program.outputs:
            found[name] = program.outputs[name].signal
        else:
            raise ValueError(_nothing(name, program, known))
    return found


def _meant(name: str, known: Mapping[str, Result]) -> list[str]:
    if name in known:
        return [name]
    masks = name.endswith(f".{MASK}")
    return [
        each
        for each, result in known.items()
        if bool(result.mask_of) == masks and (result.layer == name or fnmatchcase(each, name))
    ]


def _nothing(name: str, program: Program, known: Mapping[str, Result]) -> str:
    """Why a name means no result, and what could be meant."""
    if any(each.startswith(f"{name}.") for each in known):
        return f"`{name}` is no layer; `{name}.*` means the results in it"
    if name in program.weights:
        return f"`{name}` is a weight, and no result of a layer"
    layer = next((of for of in _above(name) if of in program.steps or of in known), None)
    if layer is not None:
        gives = [each for each, of in known.items() if of.layer == layer]
        kind = known[gives[0]].type
        if name == f"{layer}.{MASK}":
            return f"`{layer}` has no mask"
        listed = ", ".join(f"`{each}`" for each in gives)
        return f"`{layer}` ({kind}) gives {listed}; what is inside of it has no name"
    if "*" in name:
        masks = " that has a mask" if name.endswith(f".{MASK}") else ""
        return f"`{name}` means no result of a layer{masks}"
    guess = nearest(name, [*known, *program.outputs])
    return f"the model has no result `{name}`" + (f"; did you mean `{guess}`?" if guess else "")


def _above(name: str) -> Iterator[str]:
    """What stands before each dot, the longest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def looking_at(program: Program, signals: Mapping[str, Signal]) -> Program:
    """The same model with other outputs, whose masks are outputs beside them, as `embed.mask`.

    Args:
        program: The model.
        signals: What comes out, by name.
    """
    ports = {name: Port(name, signal) for name, signal in signals.items()}
    tensors = {name: of.value for name, port in ports.items() for name, of in port.tensors.items()}
    values = {name: tensors[name] for name in ports}
    graph = replace(program.graph, outputs=values | tensors)
    return replace(program, graph=graph, outputs=ports)
