"""Weights that somebody else named: which tensor of a file is which weight, and its layout."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from spec_compiler import expression
from spec_compiler.declaring.scope import Scope
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Dim, Shape
from spec_compiler.ir.graph import Graph, Node
from spec_compiler.ir.types import TensorType
from spec_compiler.language.document import SourceTensor
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest, suggestion

_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)
MAP = ("weights", "map")

GUESSES = 20
"""Names for which a similar one is looked for: in a wrong file all of them are unknown."""
CANDIDATES = 500
"""Names among which it is looked for."""
GROWTH = 8
"""How many times larger than the tensor a step of a transform may be."""
SMALL = 1_000_000
"""Numbers that any step may have."""


class WeightSource(NamedTuple):
    """Where a weight comes from.

    Attributes:
        tensor: The name in the file.
        transform: An expression over `w`, the tensor as the file has it; None: as it is.
        key: The entry of `map` that says so; empty when none does.
    """

    tensor: str
    transform: str | None = None
    key: str = ""


def origins(
    weights: Collection[str], entries: Mapping[str, SourceTensor], scope: Scope
) -> tuple[dict[str, WeightSource], dict[str, Refusal]]:
    """The origin of each weight: an exact entry, else the one pattern that fits, else its own name.

    Args:
        weights: The names of the model's weights.
        entries: The `map` of the spec.
        scope: What names in transforms mean.

    Returns:
        The origins, and by entry what is wrong with it, whatever the file holds: it fits nothing,
        fits a weight beside another pattern, or its source or transform makes no sense.
    """
    patterns = {key: _pattern(key) for key in entries if _PLACEHOLDER.search(key)}
    problems = {
        key: problem
        for key, entry in entries.items()
        if (problem := _problem(key, entry, scope)) is not None
    }
    used: set[str] = set()
    found: dict[str, WeightSource] = {}
    for name in weights:
        fits = {key: match for key, item in patterns.items() if (match := item.fullmatch(name))}
        used |= fits.keys()
        if name in entries and name not in patterns:
            used.add(name)
            found[name] = WeightSource(entries[name].from_, entries[name].as_, name)
            continue
        found[name] = WeightSource(name)
        for key, match in fits.items():  # the last one, of which two are refused
            source = _filled(entries[key].from_, match)
            found[name] = WeightSource(source, entries[key].as_, key)
        if len(fits) > 1:
            first, *_, last = fits
            problems.setdefault(last, _two_patterns(name, first, last))
    candidates = list(weights)[:CANDIDATES]
    for count, key in enumerate(key for key in entries if key not in used):
        guess = nearest(key, _alike(key, candidates)) if count < GUESSES else None
        words = suggestion(guess, "`specc summary` shows the layers' names")
        message = f"`{key}` fits no weight of the model"
        problems[key] = Refusal("SPC0620", message, argument=(*MAP, key), blame_key=True, **words)
    return found, problems


def transformed(origin: WeightSource, of: TensorType, scope: Scope) -> Graph:
    """The program that brings a tensor of the file to the layout that the model needs.

    Raises:
        Refusal: the expression does not fit the tensor, or makes something far larger of it.
    """
    b = Builder()
    w = result = b.value(of)
    if origin.transform is not None:
        try:
            values = {**scope.values, "w": w}
            result = expression.compile_expression(origin.transform, b, values)
            _refuse_growth(b.nodes, max(_elements(of.shape), _elements(result.shape)))
        except Refusal as refusal:
            notes = (*refusal.notes, f"`w` is `{origin.tensor}`, {of}")
            raise refusal.but(notes=notes).under((*MAP, origin.key, "as")) from None
    return b.graph({"w": w}, {"y": result})


def _refuse_growth(nodes: Iterable[Node], elements: int) -> None:
    """Refuse steps that would take far more memory than the tensor and the weight."""
    for node in nodes:
        for value in node.results:
            needed = _elements(value.shape)
            if needed > GROWTH * elements + SMALL:
                message = (
                    f"a step of the transform makes {needed} numbers, and the weight has fewer"
                )
                help = "a transform gives a tensor another layout; compute with what is as large"
                raise Refusal("SPC0623", message, help=help)


def _elements(shape: Shape) -> int:
    """The number of elements; without inputs all sizes are known."""
    return math.prod(size for size in shape if isinstance(size, int))


def _alike(key: str, names: list[str]) -> list[str]:
    """Names of weights as patterns with the parts of `key`: `{i}` for their numbers."""
    parts = [f"{{{part}}}" for part in _PLACEHOLDER.findall(key)]
    if not parts:
        return names
    return [re.sub(r"\d+", "{}", name, count=len(parts)).format(*parts) for name in names]


def _problem(key: str, entry: SourceTensor, scope: Scope) -> Refusal | None:
    """What is wrong with an entry by itself."""
    parts = _PLACEHOLDER.findall(key)
    for found in _PLACEHOLDER.finditer(entry.from_):
        if found[1] not in parts:
            message = f"`{found[0]}` is not a part of `{key}`"
            guess = f"{{{parts[0]}}}" if len(parts) == 1 else None
            listed = ", ".join(f"`{{{part}}}`" for part in parts) or "none"
            return Refusal(
                "SPC0620",
                message,
                argument=(*MAP, key, "from"),
                within=found.span(),
                **suggestion(guess, f"the key's parts in braces: {listed}"),
            )
    if entry.as_ is None:
        return None
    try:
        for name, place in expression.names_in(entry.as_).items():
            if isinstance(scope.dims.get(name), Dim):
                message = f"`{name}` is known only from the data, and weights are before it"
                raise Refusal("SPC0123", message, within=place)
        expression.check_words(entry.as_, [*scope.values, "w"])
    except Refusal as refusal:
        return refusal.under((*MAP, key, "as"))
    return None


def _two_patterns(name: str, first: str, last: str) -> Refusal:
    return Refusal(
        "SPC0621",
        f"two patterns fit the weight `{name}`",
        argument=(*MAP, last),
        related=(((*MAP, first), "this one, too"),),
        blame_key=True,
        help=f"write an entry for `{name}` itself, which wins over patterns",
    )


def _pattern(key: str) -> re.Pattern[str]:
    """A pattern in which `{i}` stands for a part of a name; the same placeholder, the same part.

    A part has no dot and ends where what follows it in the key first comes: it is never tried
    again (`?>`), so that no key can make matching slow.
    """
    literal, *rest = _PLACEHOLDER.split(key)
    text, seen = re.escape(literal), set[str]()
    for index in range(0, len(rest), 2):
        part, after = rest[index : index + 2]
        behind = re.escape(after) + (r"\Z" if index + 2 == len(rest) else "")
        group = f"(?P=p_{part})" if part in seen else f"(?P<p_{part}>[^.]+?)"
        text += f"(?>{group}{behind})"
        seen.add(part)
    return re.compile(text)


def _filled(source: str, match: re.Match[str]) -> str:
    """A source with the parts of a name in it; what the key has no part for stays as it is."""
    parts = match.groupdict()
    return _PLACEHOLDER.sub(lambda found: parts.get(f"p_{found[1]}", found[0]), source)
