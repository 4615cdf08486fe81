"""Blocks that nothing uses are proved by themselves, so that a library is right before it is used.

A block's uses prove it with the sizes that they feed. Without a use there are none, so a few quite
different uses are tried. A mistake that shows in all of them, at the same place, is the
definition's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.elaborate.elaborated import Elaborated, elaborate
from spec_compiler.expanding.core import Core
from spec_compiler.expanding.expand import expand
from spec_compiler.expanding.growth import Extents, too_large
from spec_compiler.ir.dims import BATCH, BATCH_NAME, Size, symbol
from spec_compiler.ir.primitives.registered import PythonFunction
from spec_compiler.language.document import Param
from spec_compiler.program import Program
from spec_compiler.reading.header import Headed
from spec_compiler.reading.library import Block, BlockPort, Library
from spec_compiler.reading.params import fitting
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Span
from spec_compiler.wiring import connect


class _Try(NamedTuple):
    """What a use that is tried gives.

    Attributes:
        size: Of the first axis that has a name.
        step: How much larger that of each further one is.
        number: For params that are whole numbers.
        leading: How many axes `...` stands for.
        dtype: Where the signature leaves it open.
        mask: Whether the inputs have masks.
    """

    size: int
    step: int
    number: int
    leading: int
    dtype: str
    mask: bool


_TRIES = (
    _Try(64, 0, 4, 1, "float32", mask=False),
    _Try(12, 12, 3, 0, "int32", mask=False),
    _Try(96, 0, 96, 2, "float32", mask=True),
    _Try(24, 24, 2, 1, "int32", mask=True),
    _Try(16, 16, 8, 0, "float32", mask=True),
    _Try(48, 0, 6, 2, "int32", mask=False),
)
_ENDLESS = "SPC0113"
_LARGE = 1000
"""Layers of a block that is not tried as a whole; the blocks in it are."""
_OPEN = frozenset({"text", "regularizer", "constraint"})
"""Types of params of which no value is as good as any other."""


def check_definitions(
    stated: Headed,
    library: Library,
    core: Core,
    diagnostics: Diagnostics,
    functions: Mapping[str, PythonFunction] | None = None,
) -> list[Program]:
    """Prove the blocks of a file that the file itself does not use.

    Args:
        stated: The header of the file.
        library: Its blocks.
        core: The expansion of the file.
        diagnostics: Collects what is wrong.
        functions: Python functions for Lambda layers, by name.

    Returns:
        A use of each that was tried and is valid, where there is one.
    """
    tried: list[Program] = []
    if any(item.code == _ENDLESS for item in diagnostics.items):
        return tried
    extents = Extents()
    used = core.used
    for block in library.blocks.values():
        needed = block.params.values() if block is not None else ()
        if block is None or block in used or any(_is_open(param) for param in needed):
            continue
        endless, note = extents.culprit(block), _note(block)
        if endless is not None:
            diagnostics.at(endless, notes=(note,), once=True).add(too_large(endless))
        elif extents.of(block) <= _LARGE:
            for finding in _mistakes(block, stated, library, used, functions, tried):
                diagnostics.add(replace(finding, notes=(*finding.notes, note)), once=True)
    return tried


def tried(block: Block, stated: Headed, library: Library) -> Elaborated | None:
    """A use of a block by itself, for those who want to see one; None where none was found.

    Args:
        block: A block.
        stated: The header of the file.
        library: Its blocks.
    """
    needed = block.params.values()
    if any(_is_open(param) for param in needed) or Extents().of(block) > _LARGE:
        return None
    for attempt in _TRIES:
        found = Diagnostics()
        known = elaborate(
            connect(expand(_use(block, stated, attempt, block.node.span), library, found), found),
            found,
        )
        if not found.errors:
            return known
    return None


def _note(block: Block) -> str:
    """Why there are numbers in a message that nobody wrote."""
    tried = ", ".join(f"{name} = {value}" for name, value in _named(block, _TRIES[0]).items())
    return f"nothing here uses `{block.name}`" + (f"; it was tried with {tried}" if tried else "")


def _is_open(param: Param) -> bool:
    return param.required and param.type in _OPEN


def _mistakes(
    block: Block,
    stated: Headed,
    library: Library,
    used: set[Block],
    functions: Mapping[str, PythonFunction] | None,
    tried: list[Program],
) -> Iterator[Diagnostic]:
    """What is wrong with a block in every use that is tried; the first that is valid is kept."""
    common: dict[tuple[str, Span | None], Diagnostic] = {}
    place = block.node.span
    for attempt in _TRIES:
        found = Diagnostics()
        core = expand(_use(block, stated, attempt, place), library, found)
        used |= core.used
        program = elaborate(connect(core, found), found, functions).program
        errors = {
            (item.code, item.span): item
            for item in found.one_by_one()
            if item.severity is Severity.ERROR and item.span != place
        }
        common = {key: item for key, item in (common or errors).items() if key in errors}
        if not common:
            tried += [program] if program is not None and not errors else []
            break
    for finding in common.values():
        labels = tuple(label for label in finding.labels if label.span != place)
        yield replace(finding, labels=labels)


def _named(block: Block, attempt: _Try) -> dict[str, Any]:
    """The sizes and params that are given in a try."""
    sizes = {name: attempt.size + attempt.step * k for k, name in enumerate(sorted(block.bound))}
    return sizes | {
        name: fitting(param, attempt.number)
        for name, param in block.params.items()
        if param.required
    }


def _use(block: Block, stated: Headed, attempt: _Try, place: Span) -> Headed:
    """A document that uses a block once, as if it stood at the block's own place."""
    named = _named(block, attempt)
    leading = [f"_leading_{axis}" for axis in range(attempt.leading)]
    sizes: dict[str, Size] = {BATCH_NAME: BATCH, **{name: symbol(name) for name in leading}}
    sizes |= {name: named[name] for name in block.bound}
    given = {name: value for name, value in named.items() if name in block.params}
    ports = {name: name for name in block.inputs}
    document = {
        "inputs": {name: _input(port, leading, attempt) for name, port in block.inputs.items()},
        "layers": [{"use": block.name, "from": ports, "with": given}],
    }
    header = stated.header.model_copy(update={"weights": None})
    params = {name: param.default for name, param in block.params.items() if not param.required}
    params |= {**block.library.scope.params, **given}  # which may stand in the signature
    return Headed(header, Scope(params, sizes), (), _node(document, place))


def _input(port: BlockPort, leading: list[str], attempt: _Try) -> dict[str, Any]:
    """An input that fits a port."""
    entries = port.shape if port.shape is not None else ("...", 64)
    shape = [axis for entry in entries for axis in (leading if entry == "..." else [entry])]
    return {"shape": shape, "dtype": port.dtype or attempt.dtype, "mask": attempt.mask}


def _node(plain: Any, place: Span) -> SourceNode:
    """Plain data as if it were written at one place."""
    if is_mapping(plain):
        entries = {str(key): Entry(place, _node(value, place)) for key, value in plain.items()}
        return SourceNode(entries, place)
    if is_list(plain):
        return SourceNode([_node(item, place) for item in plain], place)
    return SourceNode(plain, place)
