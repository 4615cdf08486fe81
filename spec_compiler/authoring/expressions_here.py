"""What may be typed in an expression of Lambda, or in the transform of a weight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.names_here import names_in_arithmetic, params_of_types
from spec_compiler.authoring.offers import Offer, shown
from spec_compiler.authoring.parser import Part
from spec_compiler.authoring.placing import Placing
from spec_compiler.authoring.standing import Standing
from spec_compiler.authoring.written_names import Known
from spec_compiler.expression.language import EXPRESSION
from spec_compiler.ir.types import DTYPES

_VALUES = ("True", "False", "None", "pi", "inf")
_OF_DTYPES = frozenset({"cast", "zeros", "ones", "full", "arange", "eye"})


class Call(NamedTuple):
    """A call that is not closed yet.

    Attributes:
        name: The function.
        at: Where its name begins.
        commas: How many arguments stand before.
        keywords: Those that are named.
        keyword: The one that is being given; empty for one by its place.
    """

    name: str
    at: int
    commas: int = 0
    keywords: tuple[str, ...] = ()
    keyword: str = ""


def open_call(text: str) -> Call | None:
    """The innermost call around the end of a text; None where it is in none, or in quotes."""
    calls: list[Call | None] = []
    last = ""
    last_at = 0
    for piece in EXPRESSION.pieces.finditer(text):
        word = piece[0]
        if word in {"(", "["}:
            named = word == "(" and last.isidentifier() and last not in EXPRESSION.reserved
            calls.append(Call(last, last_at) if named else None)
        elif word in {")", "]"} and calls:
            calls.pop()
        elif calls and (call := calls[-1]) is not None:
            if word == ",":
                calls[-1] = call._replace(commas=call.commas + 1, keyword="")
            elif word == "=" and last.isidentifier():
                calls[-1] = call._replace(keywords=(*call.keywords, last), keyword=last)
        last, last_at = word, piece.start()
    return next((call for call in reversed(calls) if call is not None), None)


def in_quotes(text: str) -> bool:
    """Whether a text ends within quotes of its own."""
    pieces = list(EXPRESSION.pieces.finditer(text))
    return any(piece.lastgroup == "unknown" and piece[0] in "\"'" for piece in pieces[-40:])


def expression_before(standing: Standing) -> str:
    """What stands of an expression before the place."""
    typed = standing.spot.typed
    return typed.partition("\n")[2] if standing.spot.style == "|" else typed


def in_expression(
    document: Document, standing: Standing, placing: Placing, *, transform: bool
) -> Iterator[Offer]:
    """Names and functions, where one could stand."""
    # the table is loaded only where an expression is written
    from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS

    text = expression_before(standing)
    call = open_call(text)
    if in_quotes(text):
        if call is not None and (call.keyword == "dtype" or call.name in _OF_DTYPES):
            for at, name in enumerate(DTYPES):
                yield Offer(name, "value", name, placing.word_span, rank=at)
        return
    if not placing.is_operand:
        return
    function = LAMBDA_FUNCTIONS.get(call.name) if call is not None else None
    if call is not None and function is not None and not call.keyword:
        for at, (name, parameter) in enumerate(function.parameters.items()):
            if at >= call.commas and name not in call.keywords and not parameter.many:
                yield Offer(name, "argument", f"{name}=", placing.word_span, rank=at - 200)
    for known in _names(document, standing, transform=transform):
        text = placing.word(known.name)
        yield Offer(known.name, known.kind, text, placing.word_span, shown(known.detail),
                    rank=known.far - 100)  # fmt: skip
    rest = document.line(placing.word_span.end_line)[placing.word_span.end_column - 1 :]
    bracket = "" if rest.startswith("(") else "("
    for name, known_function in LAMBDA_FUNCTIONS.items():
        text = placing.word(f"{name}{bracket}") if bracket else placing.word(name)
        yield Offer(name, "function", text, placing.word_span, shown(f"{known_function}"),
                    about="function")  # fmt: skip
    for name in _VALUES:
        yield Offer(name, "value", placing.word(name), placing.word_span, rank=50)


def _names(document: Document, standing: Standing, *, transform: bool) -> list[Known]:
    found = inputs_here(standing, transform=transform)
    if not transform:
        mapping = standing.item()
        given = mapping.get("arguments") if mapping is not None else None
        if given is not None:
            found += [Known(key.text, "param", "argument") for key, _ in given.entries]
        found += _above(standing)
    kinds = {"param"} if transform else {"param", "batch size"}
    found += names_in_arithmetic(document, standing, frozenset(kinds))
    texts = params_of_types(document, standing, frozenset({"text", "bool", "dtype"}))
    found += [known._replace(name=known.name[1:]) for known in texts if not transform]
    unique = {known.name: known for known in reversed(found) if known.name}
    return [known._replace(far=at) for at, known in enumerate(reversed(unique.values()))]


def _above(standing: Standing) -> list[Known]:
    """The expressions of the same layer that stand above."""
    found: list[Known] = []
    mapping = standing.mapping
    if standing.spot.path[-2:-1] == ("function",) and mapping is not None:
        for key, _ in mapping.entries:
            if key.text == standing.key:
                break
            found.append(Known(key.text, "layer", "the expression above"))
    return found


def inputs_here(standing: Standing, *, transform: bool) -> list[Known]:
    """What an expression calls what it is given."""
    item = standing.mapping if transform else standing.item()
    fed = item.get("from") if item is not None else None
    if transform:
        names = [key.text for key, _ in fed.entries] if _is_mapping(fed) and fed else ["w"]
        return [Known(name, "input", "a tensor of the file") for name in names]
    if fed is not None and fed.kind == "mapping":
        return [Known(key.text, "input") for key, _ in fed.entries]
    if fed is not None and fed.kind == "list" and len(fed.items) > 1:
        return [Known(item.text, "input") for item in fed.items]
    own = fed.text if fed is not None and fed.kind == "scalar" else ""
    if fed is not None and fed.kind == "list" and fed.items:
        own = fed.items[0].text
    return [Known("x", "input"), *([Known(own, "input")] if own.isidentifier() else [])]


def _is_mapping(part: Part | None) -> bool:
    return part is not None and part.kind == "mapping"
