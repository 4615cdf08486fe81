"""The names that mean something at a place: layers and inputs, sizes, blocks, params, outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.parser import Part
from spec_compiler.authoring.results import known_of, named, named_in, type_words
from spec_compiler.authoring.standing import Standing
from spec_compiler.authoring.written_names import (
    NAMED,
    Known,
    sizes_of_written_block,
    written_sources,
)
from spec_compiler.elaborate.elaborated import Elaborated
from spec_compiler.expanding.copies import Copies, Instance, Names
from spec_compiler.expanding.core import Item
from spec_compiler.ir.dims import BATCH_NAME, Dim
from spec_compiler.layers.signal import MASK
from spec_compiler.reading.library import Block, Library


def block_here(document: Document, standing: Standing) -> Block | None:
    """The block in whose definition a place is."""
    path, library = standing.spot.path, document.analysis.library
    if library is None or len(path) < 2 or path[0] != "blocks":
        return None
    return library.blocks.get(str(path[1]))


class ListHere(NamedTuple):
    """The list of layers that a place is in: what is known of it, and what names mean there.

    Attributes:
        known: What is known of its layers, in the spec or in a use of a block that was tried.
        names: What references mean.
        copy: The copy of a block that it is; None for the file's own list.
    """

    known: Elaborated
    names: Names
    copy: Instance | None


def list_here(document: Document, standing: Standing) -> ListHere | None:
    """The list of layers that a place is in, if something is known of it."""
    block = block_here(document, standing)
    for known in known_of(document.analysis):
        core = known.wiring.core
        if block is None:
            return ListHere(known, core.names, None)
        copy = next((copy for copy in core.instances if copy.block is block), None)
        if copy is not None:
            return ListHere(known, copy.names, copy)
    return None


def sources(document: Document, standing: Standing, typed: str = "") -> list[Known]:
    """What may feed a layer at a place, or be an output: the nearest above first.

    Results that depend on the layer itself are left out. Of a layer with several results, each.
    """
    listed = list_here(document, standing)
    if listed is None:
        return written_sources(document, standing)
    known, names, copy = listed
    here = standing.item()
    line = document.position(here.start).line if here is not None else len(document.lines) + 1
    index = standing.spot.path[3 if copy is not None else 1 : 4 if copy is not None else 2]
    items = [item for item in known.wiring.core.items if item.instance is copy]
    prefix = f"{copy.name}." if copy is not None else ""
    this, later = _around(items, line, here if index else None, prefix)
    barred = _behind(known, this) if this is not None else set[str]()
    order = {name: at for at, name in enumerate(reversed(list(names.meaning)))}
    found: list[Known] = []
    unnamed = _unnamed(document) | {here.said("name") if here is not None and index else ""}
    for name, meaning in names.meaning.items():
        if name in unnamed:
            continue
        full = f"{prefix}{name}" if isinstance(meaning, str) else name
        if this is not None and (full in barred or full == this.name):
            continue
        far = order[name] + (10_000 if full in later else 0)
        kind = "input" if name in names.inputs else "layer"
        found += _results(listed, name, kind, far, typed)
    return sorted(found, key=lambda known: known.far)


def _unnamed(document: Document) -> set[str]:
    """The names of layers that were refused before one was known."""
    core = document.analysis.core
    refused = core.refused if core is not None else ()
    if not refused:
        return set()
    return {*refused} - {name for line in document.lines for name in NAMED.findall(line)}


def _around(
    items: list[Item], line: int, here: Part | None, prefix: str
) -> tuple[Item | None, set[str]]:
    """The item that stands at a place, and the names of those below it.

    It has the name that is written; where none is, it is the one on the line.
    """
    if here is None:
        return None, set()
    named = here.said("name")
    places = {item.node.span.line: item for item in reversed(items)}
    of_name = {item.name: item for item in items}
    this = of_name.get(f"{prefix}{named}") if named else places.get(line)
    line = line if this is None else this.node.span.line
    return this, {item.name for item in items if item.node.span.line > line}


def _behind(known: Elaborated, item: Item) -> set[str]:
    """The layers that depend on a layer."""
    behind = {item.name}
    for call in known.wiring.calls.values():  # each comes after what it reads
        if any(reference.source in behind for reference in call.feeds.needed):
            behind.add(call.name)
    return behind


def _results(listed: ListHere, name: str, kind: str, far: int, typed: str) -> Iterator[Known]:
    """A name, or that of each of its results where there are several; and of masks and weights."""
    known, names, _ = listed
    meaning = names.meaning[name]
    outputs: list[str] = []
    if isinstance(meaning, Copies):
        kind, outputs = "use", list(meaning.last) if len(meaning.last) > 1 else []
    elif isinstance(meaning, str):
        outputs = [output for output in known.signals.get(meaning, ()) if output]
    whole = [name] if not outputs else [f"{name}.{output}" for output in outputs]
    for at, reference in enumerate(whole):
        signal = named_in(known, reference, names)
        yield Known(reference, kind, type_words(signal) if signal is not None else "", far)
        if signal is not None and signal.mask is not None and at == 0:
            yield Known(f"{name}.{MASK}", "mask", "the mask", far + 50_000)
    if typed.startswith(f"{name}.") and isinstance(meaning, str) and meaning in known.settings:
        layer = known.settings[meaning].layer
        for weight in layer.weight_names(layer.stated()):
            yield Known(f"{name}.{weight}", "weight", "a weight", far + 60_000)


def names_in_arithmetic(
    document: Document, standing: Standing, kinds: frozenset[str]
) -> list[Known]:
    """Params that are numbers, and dims, which may stand in arithmetic at a place.

    Args:
        document: The spec.
        standing: The place.
        kinds: What the arithmetic may be: `size`, which dims may stand in; `batch size`, in which
            the batch may, too; `whole`, a number that is whole; `param`, any number.
    """
    stated, block = document.analysis.stated, block_here(document, standing)
    if stated is None:
        return []
    found: list[Known] = []
    numbers = ("int", "float") if "param" in kinds else ("int",)
    in_params = standing.spot.path[:1] == ("params",) or standing.spot.path[2:3] == ("params",)
    this = str(standing.spot.path[1]) if in_params and len(standing.spot.path) > 1 else ""
    if block is not None:
        for name, param in block.params.items():
            if param.type in numbers and name != this:
                default = "" if param.default is None else str(param.default)
                found.append(Known(name, "param", default))
        found += [Known(name, "dim", "bound by the inputs") for name in sorted(block.bound)]
    else:
        found += sizes_of_written_block(document, standing)
    for name, value in stated.scope.params.items():
        if type(value).__name__ in numbers and name != this:
            found.append(Known(name, "param", str(value)))
    of_file = block is None and standing.spot.path[:1] != ("blocks",)
    if kinds & {"size", "batch size"} and of_file and not in_params:
        for name, size in stated.scope.dims.items():
            if name != BATCH_NAME:
                found.append(Known(name, "dim", _size_words(size)))
    if "batch size" in kinds:
        found.append(Known(BATCH_NAME, "dim", "the batch"))
    # a block's own name hides the file's
    nearest = {known.name: known for known in reversed(found)}
    return [known._replace(far=at) for at, known in enumerate(reversed(nearest.values()))]


def _size_words(size: object) -> str:
    return "the data decides" if isinstance(size, Dim) else str(size)


def params_of_types(document: Document, standing: Standing, types: frozenset[str]) -> list[Known]:
    """Params of some types, as values: `$name`."""
    stated, block = document.analysis.stated, block_here(document, standing)
    if stated is None:
        return []
    params = {**stated.header.params, **(block.params if block is not None else {})}
    return [
        Known(f"${name}", "param", param.type, at)
        for at, (name, param) in enumerate(params.items())
        if param.type in types
    ]


def blocks(document: Document, standing: Standing) -> list[Known]:
    """What `use` can name at a place."""
    library = document.analysis.library
    if library is None:
        return []
    here = block_here(document, standing)
    own = [name for name, block in library.blocks.items() if here is None or block is not here]
    found = [Known(name, "block", _signature(library.blocks[name])) for name in own]
    for alias, imported in library.imports.items():
        if imported is None:
            continue
        if imported.model is not None:
            found.append(Known(alias, "block", imported.origin.file))
        found += _imported(alias, imported)
    return [known._replace(far=at) for at, known in enumerate(found)]


def _imported(alias: str, library: Library) -> Iterator[Known]:
    for name, block in library.blocks.items():
        yield Known(f"{alias}.{name}", "block", _signature(block))


def _signature(block: Block | None) -> str:
    if block is None:
        return ""
    return f"({', '.join(block.inputs)}) → {', '.join(block.outputs)}"


def block_of_use(document: Document, part: Part | None) -> Block | None:
    """The block that an item uses, or the one of a `use` that it reuses."""
    library = document.analysis.library
    if part is None or library is None:
        return None
    return block_named(library, part.said("use"))


def block_named(library: Library, written: str) -> Block | None:
    """A block by what `use` says; None where there is none."""
    alias, dot, name = written.partition(".")
    if written in library.blocks:
        return library.blocks[written]
    imported = library.imports.get(alias)
    if imported is None:
        return None
    return imported.blocks.get(name) if dot else imported.model


def outputs(document: Document) -> Mapping[str, str]:
    """The outputs by name, with their types."""
    known = document.analysis.elaborated
    if known is None:
        return {}
    return dict.fromkeys(known.wiring.outputs, "") | {
        name: type_words(signal)
        for name, outlet in known.wiring.outputs.items()
        if (signal := named(document.analysis, outlet.reference.text)) is not None
    }
