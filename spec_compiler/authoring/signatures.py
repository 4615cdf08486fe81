"""What is to be given: to the function that is called at a place, or to the block that is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.authoring.descriptions import port_words
from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.expressions_here import expression_before, open_call
from spec_compiler.authoring.names_here import block_of_use
from spec_compiler.authoring.standing import Standing, standing_at
from spec_compiler.reading.library import Block
from spec_compiler.report.escape import markdown, terminal


class Parameter(NamedTuple):
    """Something that is given.

    Attributes:
        start: Where it stands in the label of its signature, in characters.
        end: Where it ends there.
        words: What it is, as Markdown.
    """

    start: int
    end: int
    words: str = ""


class Signature(NamedTuple):
    """What is to be given.

    Attributes:
        label: All of it on one line; names in it have no character that acts.
        words: What it is for, as Markdown.
        parameters: In order.
        active: Which of them is being given; None for none of them.
    """

    label: str
    words: str
    parameters: tuple[Parameter, ...]
    active: int | None


def signature(document: Document, position: Position) -> Signature | None:
    """The signature of the call or of the use of a block that a place is in; None elsewhere."""
    standing = standing_at(document, document.clamped(position))
    if standing.spot.comment:
        return None
    if standing.form.kinds & {"expression", "transform"} and not standing.is_key:
        return _of_call(standing)
    block = block_of_use(document, standing.item())
    return None if block is None else _of_block(block, standing)


def _of_call(standing: Standing) -> Signature | None:
    # the table is loaded only where an expression is written
    from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS

    text = expression_before(standing)
    call = open_call(text)
    function = LAMBDA_FUNCTIONS.get(call.name) if call is not None else None
    if call is None or function is None:
        return None
    label = f"{function}"
    names = list(function.parameters)
    shown = label[len(function.name) + 1 : -1].split(", ")
    parameters: list[Parameter] = []
    at = len(function.name) + 1
    for part in shown if names else ():
        parameters.append(Parameter(at, at + len(part)))
        at += len(part) + 2
    active = names.index(call.keyword) if call.keyword in names else None
    if not call.keyword and names:
        many = next((at for at, it in enumerate(function.parameters.values()) if it.many), None)
        active = min(call.commas, len(names) - 1) if many is None else min(call.commas, many)
    if len(parameters) != len(names):  # a default has a comma in it
        parameters, active = [], None
    return Signature(label, f"{function.does}.", tuple(parameters), active)


def _of_block(block: Block, standing: Standing) -> Signature:
    """`ffn(x: [..., d], width: int, act: activation = relu)`: ports, then params."""
    path = standing.spot.path
    label = f"{terminal(block.name)}("
    parameters: list[Parameter] = []
    active = 0 if path[-1:] == ("from",) and block.inputs else None
    for at, given in enumerate(_given(block)):
        words = terminal(given.words)
        label += ", " if at else ""
        parameters.append(Parameter(len(label), len(label) + len(words), given.doc))
        label += words
        if given.under in path and (standing.key == given.name or path[-1] == at):
            active = at
    doc = block.node.get("doc")
    words = markdown(" ".join(doc.value.split())) if doc and isinstance(doc.value, str) else ""
    return Signature(f"{label})", words, tuple(parameters), active)


class _Given(NamedTuple):
    """A port or a param: the key of a use that it stands under, its name, and words on it."""

    under: str
    name: str
    words: str
    doc: str = ""


def _given(block: Block) -> Iterator[_Given]:
    for name, words in port_words(block).items():
        yield _Given("from", name, words)
    for name, param in block.params.items():
        if param.value is None:
            default = "" if param.default is None else f" = {param.default}"
            doc = markdown(" ".join((param.doc or "").split()))
            yield _Given("with", name, f"{name}: {param.type}{default}", doc)
