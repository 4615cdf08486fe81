"""Weights that somebody else named: which tensor of a file is which weight, and its layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from spec_compiler import expression
from spec_compiler.diagnostics import Refusal, nearest, suggestion
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.types import TensorType
from spec_compiler.spec.document import Tensor

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a weight comes from.

    Attributes:
        tensor: The name in the file.
        transform: An expression over `w`, the tensor as the file has it; empty: as it is.
        key: The entry of `map` that says so; empty when none does.
    """

    tensor: str
    transform: str = ""
    key: str = ""


def origins(
    weights: Iterable[str], entries: Mapping[str, Tensor], problems: list[Refusal]
) -> dict[str, Origin]:
    """The origin of each weight: an exact entry, else the one pattern that fits, else its own name.

    Args:
        weights: The names of the model's weights.
        entries: The `map` of the spec.
        problems: Collects entries that fit nothing, and patterns that fit one weight together.
    """
    names = list(weights)
    exact = {key: entry for key, entry in entries.items() if not _PLACEHOLDER.search(key)}
    patterns = {key: _compiled(key) for key in entries if key not in exact}
    used: set[str] = set()
    found: dict[str, Origin] = {}
    for name in names:
        if name in exact:
            used.add(name)
            found[name] = Origin(exact[name].from_, exact[name].as_ or "", name)
            continue
        fits = {key: match for key, item in patterns.items() if (match := item.fullmatch(name))}
        used |= fits.keys()
        if len(fits) > 1:
            first, second, *_ = fits
            message = f"two patterns fit the weight `{name}`"
            problems.append(
                Refusal(
                    "SPC0621",
                    message,
                    argument=("weights", "map", second),
                    related=((("weights", "map", first), "this one, too"),),
                    blame_key=True,
                    help=f"write an entry for `{name}` itself, which wins over patterns",
                )
            )
        for key, match in list(fits.items())[:1]:
            entry = entries[key]
            found[name] = Origin(_filled(entry.from_, match, key), entry.as_ or "", key)
    problems.extend(
        Refusal(
            "SPC0620",
            f"`{key}` fits no weight of the model",
            argument=("weights", "map", key),
            blame_key=True,
            **suggestion(nearest(key, names), "`specc summary` shows the layers' names"),
        )
        for key in entries
        if key not in used
    )
    return {name: found.get(name, Origin(name)) for name in names}


def transformed(origin: Origin, of: TensorType) -> Graph:
    """The program that brings a tensor of the file to the layout that the model needs.

    Raises:
        Refusal: the expression is wrong, or does not fit the tensor.
    """
    b = Builder()
    w = b.value(of)
    try:
        result = (
            expression.compile_expression(origin.transform, b, {"w": w}) if origin.transform else w
        )
    except Refusal as refusal:
        raise refusal.under(("weights", "map", origin.key, "as")) from None
    return b.graph({"w": w}, {"y": result})


def _compiled(key: str) -> re.Pattern[str]:
    """A pattern in which `{i}` stands for one part of a name; the same name, the same part."""
    text, seen = "", set[str]()
    for index, part in enumerate(_PLACEHOLDER.split(key)):
        if index % 2 == 0:
            text += re.escape(part)
        else:
            text += f"(?P={part})" if part in seen else f"(?P<{part}>[^.]+)"
            seen.add(part)
    return re.compile(text)


def _filled(source: str, match: re.Match[str], key: str) -> str:
    parts = match.groupdict()
    unknown = [name for name in _PLACEHOLDER.findall(source) if name not in parts]
    if unknown:
        raise Refusal(
            "SPC0620",
            f"`{{{unknown[0]}}}` is not a part of `{key}`",
            argument=("weights", "map", key),
        )
    return _PLACEHOLDER.sub(lambda found: parts[found[1]], source)
