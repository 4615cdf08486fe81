"""Looking inside: a program whose outputs are results of its layers, or what is inside of these.

The outputs are chosen before any pass runs, so what comes out is what the layer gives: a pass keeps
every output, whatever it merges elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from spec_compiler.layers.signal import MASK, Noted, Signal
from spec_compiler.program import Port, Program
from spec_compiler.records import record
from spec_compiler.runtime.opening import opened
from spec_compiler.spelling import nearest

_LISTED = 8
"""Members of a block that a message lists."""
INPUT = "input"
"""The type of a result that is fed."""


@record
class Result:
    """Something that flows in a model.

    Attributes:
        layer: The layer, or the input, that gives it.
        type: The type of the layer, or of the one inside of it, or `INPUT`.
        owner: The layer, or what is inside of it, by its path: `both.forward_layer`.
        noted: What it is, and how it comes out of its layer; a mask is one of its own.
        mask_of: The name of the result whose mask it is; empty where it is none.
        same_as: The name of a result that has the same values, of what is inside; empty where
            there is none.
    """

    layer: str
    type: str
    owner: str
    noted: Noted
    mask_of: str = ""
    same_as: str = ""

    @property
    def is_inside(self) -> bool:
        """Whether it is inside of a layer, and none of its results."""
        return self.owner != self.layer


def results(program: Program) -> dict[str, Result]:
    """All that flows in a model by name: inputs, results, what is inside of layers, masks of all.

    A layer's only result has the layer's name, one of several `memory.state_h`, a mask
    `embed.mask`, what is inside `both.forward_layer` or `both.forward_layer.state_h`. They are in
    executable order. What is fed sparse is not there.
    """
    found: dict[str, Result] = {}
    for name, port in program.inputs.items():
        if not port.sparse:
            _add(found, name, _whole(name, INPUT, port.signal))
    for step in program.steps.values():
        given = {
            f"{step.name}.{key}" if key else step.name: _whole(step.name, step.kind, signal)
            for key, signal in step.results.items()
        }
        values = {(of.noted.signal.value, of.noted.way): name for name, of in given.items()}
        for path, noted in step.inside.items():
            name = f"{step.name}.{path}"
            if name not in given:
                same = values.setdefault((noted.signal.value, noted.way), name)
                of = Result(step.name, noted.kind, f"{step.name}.{noted.owner}", noted)
                _add(found, name, of if same == name else replace(of, same_as=same))
        for name, of in given.items():
            _add(found, name, of)
    return found


def of_layers(program: Program) -> dict[str, Result]:
    """What is fed and what layers give, with the masks; nothing that is inside of one."""
    return {name: of for name, of in results(program).items() if not of.is_inside}


def once(program: Program) -> list[str]:
    """The names of all that flows in a model, each value once."""
    return [name for name, of in results(program).items() if not of.same_as]


def _whole(name: str, kind: str, signal: Signal) -> Result:
    return Result(name, kind, name, Noted(signal, name, kind))


def _add(found: dict[str, Result], name: str, result: Result) -> None:
    found[name] = result
    mask = result.noted.mask
    if mask is not None:
        same = f"{result.same_as}.{MASK}" if result.same_as else ""
        found[f"{name}.{MASK}"] = replace(result, noted=mask, mask_of=name, same_as=same)


def chosen(program: Program, wanted: Iterable[str]) -> list[str]:
    """The results that names and patterns mean, each once, in the order of the names.

    Args:
        program: The model.
        wanted: Results by name; layers, or layers inside of layers, for all of their results;
            outputs of the model; and patterns, `encoder.*`, which mean masks where they end in
            `.mask`, and what is inside of a layer where the layer stands before a dot: `attend.*`.

    Raises:
        ValueError: a name or a pattern means nothing.
    """
    known = results(program)
    found: dict[str, None] = {}
    for name in wanted:
        names = _meant(name, known) or [name] * (name in program.outputs)
        if not names:
            raise ValueError(_nothing(name, program, known))
        found |= dict.fromkeys(names)
    return [*found]


def _meant(name: str, known: Mapping[str, Result]) -> list[str]:
    if name in known:
        return [name]
    masks = name.endswith(f".{MASK}")
    return [
        each
        for each, of in known.items()
        if bool(of.mask_of) == masks and (of.owner == name or _fits(each, of, name))
    ]


def _fits(name: str, of: Result, pattern: str) -> bool:
    """Whether a pattern means a result; one that is inside where it says the layer, too."""
    if not of.is_inside:
        return fnmatchcase(name, pattern)
    path = name.removeprefix(f"{of.layer}.")
    parts = pattern.split(".")
    ways = ((".".join(parts[:at]), ".".join(parts[at:])) for at in range(1, len(parts)))
    return any(fnmatchcase(of.layer, layer) and fnmatchcase(path, rest) for layer, rest in ways)


def _nothing(name: str, program: Program, known: Mapping[str, Result]) -> str:
    """Why a name means no result, and what could be meant."""
    if any(each.startswith(f"{name}.") for each in known):
        inside = ", ".join(_members(name, known))
        above = next((of for of in _above(name) if of in program.steps), None)
        no = "no layer" if above is None else "none of the results"
        return f"`{name}` is {no}; `{name}.*` means the results in it: {inside}"
    if name in program.weights:
        return f"`{name}` is a weight, and no result of a layer"
    layer = next((of for of in _above(name) if of in program.steps or of in known), None)
    if layer is not None:
        return _other(name, layer, known)
    if "*" in name:
        masks = " that has a mask" if name.endswith(f".{MASK}") else ""
        return f"`{name}` means no result of a layer{masks}"
    guess = nearest(name, [*known, *program.outputs])
    return f"the model has no result `{name}`" + (f"; did you mean `{guess}`?" if guess else "")


def _other(name: str, layer: str, known: Mapping[str, Result]) -> str:
    """What a layer gives and has inside, where a name is none of that."""
    own = {each: of for each, of in known.items() if of.layer == layer}
    gives = [each for each, of in own.items() if not of.is_inside]
    inside = [each for each, of in own.items() if of.is_inside and not of.mask_of]
    if name == f"{layer}.{MASK}":
        return f"`{layer}` has no mask"
    said = f"`{layer}` ({known[gives[0]].type}) gives {', '.join(f'`{each}`' for each in gives)}"
    if not inside:
        return f"{said}; nothing inside of it has a name"
    guess = _meant_inside(name, layer, [each for each, of in own.items() if not of.mask_of], own)
    said += f", and inside of it are {', '.join(_short(inside))}"
    return said + (f"; did you mean `{guess}`?" if guess else "")


def _meant_inside(
    name: str, layer: str, names: list[str], known: Mapping[str, Result]
) -> str | None:
    """What a name behind a layer's means: by its begin, its end, or what is alike."""
    owners = sorted((known[each].owner for each in names if known[each].is_inside), key=len)
    last = name.rpartition(".")[2]
    ways = (
        (each for each in owners if each.startswith(name)),
        (each for each in owners if each.endswith(name.removeprefix(layer))),
        (each for each in names if last.endswith(f"_{each.rpartition('.')[2]}")),
    )
    known_paths = {each.removeprefix(f"{layer}."): each for each in (*owners, *names)}
    found = next((each for way in ways for each in way), None)
    return found or known_paths.get(nearest(name.removeprefix(f"{layer}."), known_paths) or "")


def _above(name: str) -> Iterator[str]:
    """What stands before each dot, the longest first."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _members(name: str, known: Mapping[str, Result]) -> list[str]:
    """What is directly in a block: its results, and its parts as patterns, a few of them."""
    level = name.count(".") + 2
    found: dict[str, None] = {}
    for each, of in known.items():
        if each.startswith(f"{name}.") and not of.mask_of:
            shown = of.layer if of.layer.startswith(f"{name}.") and of.is_inside else each
            parts = shown.split(".")
            if shown == each or len(parts) > level:
                found[".".join(parts[:level]) + (".*" if len(parts) > level else "")] = None
    return _short([*found])


def _short(names: list[str]) -> list[str]:
    """Names for a message, a few of them."""
    quoted = [f"`{each}`" for each in names]
    return quoted if len(names) <= _LISTED else [*quoted[: _LISTED - 1], "…", quoted[-1]]


def looking_at(program: Program, names: Iterable[str]) -> Program:
    """The same model with other outputs, whose masks are outputs beside them, as `embed.mask`.

    Args:
        program: The model.
        names: What comes out: names of results, and of outputs of the model.
    """
    known = results(program)
    noted = {
        name: known[name].noted if name in known else Noted(program.outputs[name].signal, name, "")
        for name in names
    }
    program, signals = opened(program, noted)
    ports = {name: Port(name, signal) for name, signal in signals.items()}
    tensors = {name: of.value for name, port in ports.items() for name, of in port.tensors.items()}
    values = {name: tensors[name] for name in ports}
    graph = replace(program.graph, outputs=values | tensors)
    return replace(program, graph=graph, outputs=ports)
