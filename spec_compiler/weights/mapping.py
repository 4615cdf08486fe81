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
from spec_compiler.language.weights import SourceTensor
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spelling import nearest, suggestion
from spec_compiler.weights.other_tools import of_weight

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
        tensors: The names in the file, by those that the transform has for them: `w` for one.
        transform: An expression over the tensors as the file has them; None: the one as it is.
        key: The entry of `map` that says so; empty when none does.
    """

    tensors: tuple[tuple[str, str], ...]
    transform: str | None = None
    key: str = ""

    @classmethod
    def named(cls, tensor: str) -> WeightSource:
        """A tensor as it is."""
        return cls((("w", tensor),))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the file."""
        return tuple(tensor for _, tensor in self.tensors)

    def path(self, tensor: str) -> ItemPath:
        """Where the spec names one of the tensors, in the entry."""
        name = next(name for name, other in self.tensors if other == tensor)
        return ("from",) if self.tensors[0][0] == "w" and len(self.tensors) == 1 else ("from", name)

    def __str__(self) -> str:
        return " and ".join(f"`{tensor}`" for tensor in dict.fromkeys(self.names))


def origins(
    weights: Collection[str], entries: Mapping[str, SourceTensor], scope: Scope
) -> tuple[dict[str, WeightSource], dict[str, Refusal]]:
    """The origin of each weight: an exact entry, else a pattern that fits, else its own name.

    Of several patterns the one with more literal text wins.

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
            sources = tuple(entries[name].sources.items())
            found[name] = WeightSource(sources, entries[name].as_, name)
            continue
        found[name] = WeightSource.named(name)
        if not fits:
            continue
        most = max(map(_literal, fits))
        best = [key for key in fits if _literal(key) == most]
        for key in best:  # the last one, of which two are refused
            sources = ((of, _filled(it, fits[key])) for of, it in entries[key].sources.items())
            found[name] = WeightSource(tuple(sources), entries[key].as_, key)
        if len(best) > 1:
            first, *_, last = best
            problems.setdefault(last, _two_patterns(name, first, last))
    candidates = list(weights)[:CANDIDATES]
    for count, key in enumerate(key for key in entries if key not in used):
        guess = nearest(key, _alike(key, candidates)) if count < GUESSES else None
        words = suggestion(guess, "`specc summary` shows the layers' names", weights)
        if (fix := of_weight(key, entries[key], weights)) is not None:
            words["annotation"], words["help"], words["fix"] = fix.annotation, "", fix
        message = f"`{key}` fits no weight of the model"
        problems[key] = Refusal("SPC0620", message, argument=(*MAP, key), blame_key=True, **words)
    return found, problems


def transformed(origin: WeightSource, types: Mapping[str, TensorType], scope: Scope) -> Graph:
    """The program that brings tensors of the file to the layout that the model needs.

    Args:
        origin: Where the weight comes from.
        types: Of the tensors, by their names in the file.
        scope: What names in transforms mean.

    Raises:
        Refusal: the expression does not fit the tensors, or makes something far larger of them.
    """
    b = Builder()
    given = {name: b.value(types[tensor]) for name, tensor in origin.tensors}
    result = next(iter(given.values()))
    if origin.transform is not None:
        try:
            values = {**scope.values, **given}
            result = expression.compile_expression(origin.transform, b, values)
            read = sum(_elements(value.shape) for value in given.values())
            _refuse_growth(b.nodes, max(read, _elements(result.shape)))
        except Refusal as refusal:
            said = (f"`{name}` is `{it}`, {types[it]}" for name, it in origin.tensors)
            raise refusal.but(notes=(*refusal.notes, *said)).under(
                (*MAP, origin.key, "as")
            ) from None
    return b.graph(given, {"y": result})


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
    several = isinstance(entry.from_, dict)
    for of, found in (
        (of, found) for of, it in entry.sources.items() for found in _PLACEHOLDER.finditer(it)
    ):
        if found[1] not in parts:
            message = f"`{found[0]}` is not a part of `{key}`"
            guess = f"{{{parts[0]}}}" if len(parts) == 1 else None
            listed = ", ".join(f"`{{{part}}}`" for part in parts) or "none"
            return Refusal(
                "SPC0620",
                message,
                argument=(*MAP, key, "from", *((of,) if several else ())),
                within=found.span(),
                **suggestion(
                    guess,
                    f"the key's parts in braces: {listed}",
                    (f"{{{part}}}" for part in parts),
                ),
            )
    if entry.as_ is None:
        return None
    try:
        for name, place in expression.names_in(entry.as_).items():
            if name not in entry.sources and isinstance(scope.dims.get(name), Dim):
                message = f"`{name}` is known only from the data, and weights are before it"
                raise Refusal("SPC0123", message, within=place)
        expression.check_words(entry.as_, [*scope.values, *entry.sources])
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
        help=f"write an entry for `{name}` itself, or a pattern with more of its text",
    )


def _literal(key: str) -> int:
    """How much text of a pattern stands for itself."""
    return len(_PLACEHOLDER.sub("", key))


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
