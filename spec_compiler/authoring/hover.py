"""What is told of the word that a place is at, as Markdown; strangers' names in it are code."""

from __future__ import annotations

import re
from typing import NamedTuple

from spec_compiler.authoring.descriptions import (
    code,
    told_block,
    told_code,
    told_made,
    told_name,
    told_param,
    told_signal,
    told_size,
)
from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.forms import Field
from spec_compiler.authoring.grammar import class_of
from spec_compiler.authoring.names_here import block_named, block_of_use, outputs
from spec_compiler.authoring.offers import words_of
from spec_compiler.authoring.parser import Part
from spec_compiler.authoring.results import Made, inputs_of, made_in
from spec_compiler.authoring.standing import Standing, standing_at
from spec_compiler.spans import Span

_WORD = re.compile(r"[A-Za-z_]\w*")
_CODE = re.compile(r"SPC\d+")
_NAMING = ("type", "use", "reuse", "name")
"""Keys of an item whose values are about all of it."""
_KINDS = ("type", "use", "reuse")
"""Those that need no words of their own beside them."""


class Hover(NamedTuple):
    """What is told, and of which characters."""

    span: Span
    words: str


def hover(document: Document, position: Position) -> Hover | None:
    """What is told of a place; None where nothing is known of it.

    Of a key its meaning and its default, of a layer what it gives and costs, of a name what it
    names, of a param its value and where it comes from, of a function what it does.
    """
    position = document.clamped(position)
    standing = standing_at(document, position)
    spot = standing.spot
    if spot.comment:
        return _in_comment(document, position)
    if not spot.text.strip():
        return None
    if standing.is_key:
        blocks = [*_of_named_key(document, standing), *_of_field(standing.field)]
        return _hover(spot.span, blocks)
    word = _word_at(document, position)
    kinds = standing.form.kinds
    if kinds & {"expression", "transform"}:
        if word is None:
            return None
        name, span = word
        called = document.line(span.line)[span.end_column - 1 :].startswith("(")
        function = words_of(name, "function") if called else ""
        told = function or told_name(document, standing, name) or words_of(name, "function")
        return _hover(span, [told])
    if kinds & {"source", "mask"} and (told := told_name(document, standing, spot.text)):
        return _hover(spot.span, [told])
    if spot.text.startswith("$") or kinds & {"size", "batch size", "whole", "param"}:
        named = word[0] if word is not None else ""
        told = told_size(document, standing, named) if named else ""
        if told and word is not None:
            return _hover(word[1], [told])
    told = _of_value(document, standing)
    field = None if told and standing.key in _KINDS else standing.field
    return _hover(spot.span, [*told, *_of_field(field)])


def _hover(span: Span, blocks: list[str]) -> Hover | None:
    words = "\n\n".join(block for block in blocks if block)
    return Hover(span, words) if words else None


def _word_at(document: Document, position: Position) -> tuple[str, Span] | None:
    """The word that a place is in or at the end of."""
    line = document.line(position.line)
    for found in _WORD.finditer(line):
        if found.start() < position.column <= found.end() + 1:
            start, end = found.start() + 1, found.end() + 1
            return found[0], Span(document.path, position.line, start, position.line, end)
    return None


def _in_comment(document: Document, position: Position) -> Hover | None:
    line = document.line(position.line)
    for found in _CODE.finditer(line):
        if found.start() < position.column <= found.end() + 1 and "specc:" in line:
            span = Span(
                document.path, position.line, found.start() + 1, position.line, found.end() + 1
            )
            return _hover(span, [told_code(found[0])])
    return None


def _of_field(field: Field | None) -> list[str]:
    """The meaning of a key, and what holds without it."""
    if field is None or not field.words:
        return []
    told = "must be given" if field.required else ""
    told = f"default: {code(field.default)}" if field.default else told
    head = f"{code(field.name)}: {told}" if told else code(field.name)
    return [head, field.words]


def _of_value(document: Document, standing: Standing) -> list[str]:
    """What a value chooses or names."""
    spot, form = standing.spot, standing.form
    if standing.key in _NAMING and standing.item() is standing.mapping:
        return _of_item(document, standing)
    if form.chosen and class_of(form.chosen, spot.text) is not None:
        return [code(spot.text), words_of(spot.text, form.chosen)]
    if "block" in form.kinds and document.analysis.library is not None:
        return [told_block(block_named(document.analysis.library, spot.text))]
    if "output" in form.kinds and spot.text in (known := outputs(document)):
        return [f"{code(spot.text)}: {code(known[spot.text])}"]
    if "code" in form.kinds:
        return [told_code(spot.text)]
    return []


def _of_item(document: Document, standing: Standing) -> list[str]:
    """A layer, a use or a reuse: what it gives and costs, and what its type does."""
    item = standing.item()
    blocks: list[str] = []
    if item is not None:
        made = _made_of(document, item)
        blocks += [told_made(document, made)] if made is not None else []
        kind = item.said("type")
        if class_of("layer", kind) is not None and standing.key == "type":
            blocks.append(words_of(kind, "layer"))
        blocks.append(told_block(block_of_use(document, item)))
    return blocks


def _made_of(document: Document, item: Part) -> Made | None:
    """What is known of an item: of the one with its name, or in its place."""
    place, name = document.position(item.start), item.said("name")
    for made in made_in(document.analysis):
        here = made.node.span[1:3] == place and not made.node.get("name")
        own = made.node.get("name")
        if here or (name and own is not None and own.value == name):
            return made
    return None


def _of_named_key(document: Document, standing: Standing) -> list[str]:
    """What a key names that authors chose: an input, a param, a dim, a block, an output."""
    path, name = standing.spot.path, standing.spot.text
    match path:
        case ("inputs",):
            found = {name: signal for name, _, signal in inputs_of(document.analysis)}
            return [told_signal(name, "input", found[name])] if name in found else []
        case ("params",) | ("dims",) | ("blocks", _, "params"):
            return [told_size(document, standing, name)]
        case ("blocks",) if document.analysis.library is not None:
            return [told_block(document.analysis.library.blocks.get(name))]
        case ("outputs",) | ("tests", _, "expect") if name in (known := outputs(document)):
            return [f"{code(name)}, an output: {code(known[name])}"]
        case ("tests", _, "dims"):
            return [told_size(document, standing, name)]
        case ("defaults",):
            return [words_of(name, "layer")]
        case (*_, "with" | "each"):
            used = block_of_use(document, standing.item())
            param = used.params.get(name) if used is not None else None
            return [told_param(name, param, None)] if param is not None else []
        case _:
            return []
