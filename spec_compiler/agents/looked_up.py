"""The tools that look something up: what has a name, what stands under it, and the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from spec_compiler.agents.asked import Argument, UnfitError, meant
from spec_compiler.agents.results import EXPLAINED, NAMED, SCHEMA
from spec_compiler.agents.tool import Tool
from spec_compiler.language.json_flavors import FLAVORS, Names, flavored
from spec_compiler.language.names import NAME
from spec_compiler.layers import LAYERS
from spec_compiler.reference.entries import entries, names
from spec_compiler.reference.explained import meant as meant_word
from spec_compiler.spelling import nearest


class Commands(NamedTuple):
    """What is said of the commands; the command line knows it, and starts the server.

    Attributes:
        names: Of all of them.
        section: What is said of one, as Markdown.
    """

    names: tuple[str, ...]
    section: Callable[[str], str]


NO_COMMANDS = Commands((), str)


def looking_up(commands: Commands) -> Mapping[str, Tool]:
    """The tools by name."""
    kinds = tuple(_named(commands))
    return {
        "explain": Tool(
            "Explain a code (SPC0410) with a wrong and a right example, a layer (Dense) with its "
            "arguments, masks and examples, an activation or another choice (gelu), a function of "
            "Lambda (gather), a block (std.swiglu), a primitive, a section of specs (inputs) or a "
            "command (validate).",
            {"name": Argument("string", "What to explain.", needed=True)},
            EXPLAINED,
            partial(_explain, commands),
        ),
        "names": Tool(
            "All names that `explain` knows, by their kind: layers, choices, functions, blocks, "
            "sections, primitives, codes, commands.",
            {"kind": Argument("string", "Only those of one kind.", among=kinds)},
            NAMED,
            partial(_names, commands),
        ),
        "schema": Tool(
            "The JSON Schema that a spec keeps to. `min` is small, for prompts; `strict` is for "
            "structured output: every object is closed, and inputs and outputs are named "
            "beforehand. What either accepts is well formed; only `validate` proves shapes.",
            {
                "flavor": Argument("string", "min, the default, or strict.", among=FLAVORS),
                "layers": Argument(
                    "string", "Types of layers with commas, `Dense,LSTM`; without it, all: large."
                ),
                "inputs": Argument("string", "With strict, what inputs are called; default: x."),
                "dims": Argument("string", "With strict, what named sizes are called."),
                "outputs": Argument("string", "With strict, what outputs are called."),
            },
            SCHEMA,
            _schema,
        ),
    }


def _named(commands: Commands) -> dict[str, list[str]]:
    return names() | ({"commands": [*commands.names]} if commands.names else {})


def _names(commands: Commands, asked: Mapping[str, Any]) -> dict[str, Any]:
    kind, found = asked.get("kind"), _named(commands)
    return {"names": found if kind is None else {kind: found[kind]}}


def _explain(commands: Commands, asked: Mapping[str, Any]) -> dict[str, Any]:
    name = asked["name"].strip()
    word = name.removeprefix("specc ").strip()
    found = [entry.as_data() for entry in entries(name)]
    if word in commands.names:
        markdown = commands.section(word).removeprefix("#")
        found.append({"kind": "command", "name": word, "markdown": markdown})
    if not found:
        guess = nearest(word, commands.names)
        words = f"did you mean `{guess}`?" if guess else meant_word(name)
        raise UnfitError(f"there is nothing called `{name}`; {words}")
    return {"entries": found}


def _schema(asked: Mapping[str, Any]) -> dict[str, Any]:
    flavor = asked.get("flavor", FLAVORS[-1])
    named = {key: _listed(asked[key]) for key in Names._fields if key in asked}
    if named and flavor != "strict":
        raise UnfitError(f"`{next(iter(named))}` goes with `flavor` strict: in min names are free")
    for key, of in named.items():
        unfit = [name for name in of if not NAME.fullmatch(name)]
        if unfit or not of:
            raise UnfitError(f"`{key}`: `{''.join(unfit[:1])}` is no name")
    layers = _listed(asked["layers"]) if "layers" in asked else [*LAYERS]
    for layer in layers:
        if layer not in LAYERS:
            raise UnfitError(f"there is no layer `{layer}`; {_meant_layer(layer)}")
    if not layers:
        raise UnfitError("`layers` names no layer")
    return {"schema": flavored(flavor, Names(**named), layers)}


def _meant_layer(layer: str) -> str:
    return meant(layer, LAYERS) if nearest(layer, LAYERS) else "`names` lists them"


def _listed(text: str) -> list[str]:
    return [*dict.fromkeys(name.strip() for name in text.split(",") if name.strip())]
