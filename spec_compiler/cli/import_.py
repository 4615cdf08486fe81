"""`specc import`: a Keras model's JSON as a spec."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from spec_compiler.cli.options import ColorOption, ForceOption, MemoryOption
from spec_compiler.cli.reading import reporting
from spec_compiler.cli.typed import UsageError, bytes_of
from spec_compiler.cli.words import say
from spec_compiler.compile import prove_text
from spec_compiler.data import Allowance
from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.files import require_writable, writing
from spec_compiler.ir.types import shape_text
from spec_compiler.keras.containers import ModelFile, open_model, open_weights
from spec_compiler.keras.folding import folded
from spec_compiler.keras.nesting import nested
from spec_compiler.keras.read import Imported, at_file, import_keras
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.runtime.memory import allowed
from spec_compiler.shortening import counted
from spec_compiler.source import read
from spec_compiler.source.node import Plain, SourceNode
from spec_compiler.testing.against_keras import build, compare, library
from spec_compiler.weights.tensors import write_tensors
from spec_compiler.writing.yaml_text import to_yaml


def command(
    config: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="JSON of any version of Keras, `.keras`, `.h5`, or TensorFlow.js's `model.json`.",
        ),
    ],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="SPEC", help="The spec to write.")
    ],
    weights: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="The weights, where MODEL has none: `.weights.h5`, `.h5`, or arrays named by "
            "Keras's weight paths, npz or json.",
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Build the model in Keras, too, and compare outputs and masks of random data at "
            "three sizes. Keras must be installed, and reads the file itself.",
        ),
    ] = False,
    force: ForceOption = False,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Write a Keras model as a spec, and its weights as a safetensors file beside it.

    The file is read, never run: no Keras is needed, and code inside it is refused. What it is, is
    found out by what is in it; Keras 1, 2 and 3 are read. HDF5 files, `.h5` and inside `.keras`,
    need h5py, which the extra `h5` of the package brings.
    """
    if not output.endswith((".yaml", ".yml")):
        raise UsageError(f"--output {output}: a spec is a .yaml file")
    allowance = allowed(bytes_of(max_memory))
    with reporting(color) as found:
        if check:
            library()  # before anything is read or written
        model = open_model(config, found, allowance)
        node, file = model.node, model.file
        own = model.carried if weights is None else None
        imported = Imported(*own) if own else _read(model, weights, found, allowance)
        program = _require_valid(imported, found, node, file)
        _require_shapes(imported.weights, program, found)
        read_from = {Path(config), *([Path(weights)] if weights else [])}
        written = imported if own else _folded(imported, program)
        _write(written, Path(output), read_from, force=force)
        for note in written.notes:
            say(f"note: {note}", err=True)
        if program and program.graph.weights and not imported.weights and model.file != config:
            say("note: the file holds no weights: a run draws them from the seed", err=True)
        if check:
            say(_compared(config, weights, model, imported, program, found))
    return 0


def _read(
    model: ModelFile, weights: str | None, found: Diagnostics, allowance: Allowance
) -> Imported[Handle]:
    """What Keras's own description of the model says."""
    arrays = open_weights(weights, allowance) if weights else model.arrays
    return import_keras(
        model.node.plain(),
        arrays,
        found,
        node=model.node,
        file=model.file,
        at=model.at,
        version=model.version,
    )


def _folded(imported: Imported[Handle], program: Program | None) -> Imported[Handle]:
    """The same with nested models and repeated layers as blocks, where that is proved the same."""
    if program is None:
        return imported
    shapes = {name: of.shape for name, of in program.graph.weights.items()}
    for short in (nested(imported.document, imported.nested), folded(imported.document)):
        if not short.names:
            continue
        with suppress(SpecError):
            other = prove_text(to_yaml(short.document), "model.yaml", diagnostics=Diagnostics())
            expected = {short.renamed(name): shape for name, shape in shapes.items()}
            if other and expected == {name: of.shape for name, of in other.graph.weights.items()}:
                weights = {short.renamed(name): it for name, it in imported.weights.items()}
                notes = tuple(map(short.said, imported.notes))
                return replace(imported, document=short.document, weights=weights, notes=notes)
    return imported


def _write(imported: Imported[Handle], made: Path, read_from: set[Path], *, force: bool) -> None:
    """Write the spec, and its weights beside it."""
    document: dict[str, Plain] = imported.document
    beside = made.with_suffix(".safetensors")
    for target in (made, beside) if imported.weights else (made,):  # before either is written
        require_writable(target, read_from, replace=force)
    if imported.weights:
        write_tensors(beside, {name: it.load() for name, it in imported.weights.items()})
        document = {**document, "weights": {"file": beside.name}}
    with writing(made) as target:
        target.write(to_yaml(document).encode())
    layers = imported.document["layers"]
    assert isinstance(layers, list)  # noqa: S101 - as it is written
    held = counted(len(imported.weights), "weight")
    say(f"{made}: {counted(len(layers), 'layer')}, {held}")


def _compared(
    config: str,
    weights: str | None,
    opened: ModelFile,
    imported: Imported[Handle],
    program: Program | None,
    found: Diagnostics,
) -> str:
    """What is said of a model that gives in Keras what it gives here.

    Raises:
        SpecError: It gives something else, or Keras does not build it.
    """
    place: Any = opened.node.plain()
    for key in opened.at:
        place = place[key]
    text = json.dumps(place) if opened.file == config else None
    other = build(config, text, weights)
    held = dict[str, Any]((name, it.load()) for name, it in imported.weights.items())
    if text is not None and weights is None:  # Keras has made its own
        held = import_keras(place, other.arrays, found, version=opened.version).weights
    if program is not None:
        found.at(Outside()).add(Refusals(compare(program, held, other)))
    found.stop_on_errors()
    return f"Keras {other.version} gives the same outputs and masks at three sizes"


def _require_shapes(
    weights: Mapping[str, Handle], program: Program | None, found: Diagnostics
) -> None:
    """Refuse arrays that are not of the shapes of the weights, and weights without one.

    Raises:
        SpecError: some are not.
    """
    shapes = {name: of.shape for name, of in program.graph.weights.items()} if program else {}
    for name, array in weights.items():
        wanted = shapes.get(name)
        if wanted is not None and wanted != array.shape:
            has, needs = shape_text(array.shape), shape_text(wanted)
            why = f"the array for `{name}` has the shape {has}, and the weight {needs}"
            help = "save the weights of this very model"
            found.at(Outside()).add(Refusal("SPC0813", why, help=help))
    for name in shapes.keys() - weights.keys() if weights else ():
        found.at(Outside()).add(Refusal("SPC0813", f"there is no array for `{name}`"))
    found.stop_on_errors()


def _require_valid(
    imported: Imported[Any], found: Diagnostics, node: SourceNode, config: str
) -> Program | None:
    """The spec proved; one that would be refused is, each finding at Keras's layer.

    Raises:
        SpecError: it is.
    """
    text = to_yaml(imported.document)
    tree, refused = read(text, "model.yaml", Diagnostics()), Diagnostics()
    with suppress(SpecError):
        return prove_text(text, "model.yaml", diagnostics=refused)
    items = tree.get("layers") if tree is not None else None
    layers: Any = items.value if items is not None else []
    for finding in refused.errors:
        line = finding.span.line if finding.span is not None else 0
        named = (item.plain()["name"] for item in layers if item.span.line <= line)
        *_, name = ("", *named)
        why = f"the spec would be refused: {finding.message}"
        refusal = Refusal("SPC0812", why, argument=imported.places.get(name, ()), help=finding.help)
        at_file(found, node, config).add(refusal)
    return found.stop()
