"""Plain data from a document: what the sections of a spec are read from."""

from __future__ import annotations

from typing import Any

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Entry, Incomplete, Plain, SourceNode
from spec_compiler.spelling import nearest, suggestion


def authored(node: SourceNode, scope: Scope | None = None, *, free: bool = False) -> Plain:
    """Plain data without `x-` keys, with `$name` replaced by the param's value.

    Raises:
        Refusal: a `$name` is not a param; `argument` is its path.
    """
    value = node.value
    if isinstance(value, dict):
        result: dict[str, Any] = Incomplete() if isinstance(value, Incomplete) else {}
        for key, entry in value.items():
            if free or not key.startswith("x-"):
                result[key] = item = _inside(key, entry.node, scope, free)
                if isinstance(item, Incomplete) and not isinstance(result, Incomplete):
                    result = Incomplete(result)
        return result
    if isinstance(value, list):
        return [_inside(index, item, scope, free) for index, item in enumerate(value)]
    if (
        scope is not None
        and isinstance(value, str)
        and value[:1] == "$"
        and value[1:].isidentifier()
    ):
        return _param_value(value[1:], scope)
    return value


def mapping(node: SourceNode, scope: Scope | None, wanted: str) -> dict[str, Plain]:
    """Plain data that must be a mapping; `wanted` says so, `an input is a mapping with …`.

    Raises:
        Refusal: it is something else, or a `$name` is not a param.
    """
    plain = authored(node, scope)
    if not isinstance(plain, dict):
        raise Refusal("SPC0104", f"{wanted}, not {described(plain)}")
    return plain


def section(document: SourceNode, key: str) -> list[tuple[str, Entry]]:
    """The entries of a section that is a mapping, without `x-` keys; none where it is not."""
    node = document.get(key)
    value = node.value if node is not None else None
    if not isinstance(value, dict):
        return []
    return [(name, entry) for name, entry in value.items() if not name.startswith("x-")]


def _inside(key: str | int, node: SourceNode, scope: Scope | None, free: bool) -> Plain:
    value = node.value
    if not isinstance(value, (dict, list)) and not (isinstance(value, str) and value[:1] == "$"):
        return value
    try:
        return authored(node, scope, free=free)
    except Refusal as refusal:
        raise refusal.under((key,)) from None


def _param_value(name: str, scope: Scope) -> Any:
    if name in scope.params:
        return scope.params[name]
    if name in scope.dims or name in scope.untold:
        raise Refusal(
            "SPC0205", f"`{name}` is a dim; write it without `$` where a size is expected"
        )
    guess = nearest(name, scope.params)
    raise Refusal(
        "SPC0205",
        f"there is no param `{name}`",
        **suggestion(
            guess and guess.after("$"),
            f"declare it under `params`: `{name}: …`",
            (f"${known}" for known in scope.params),
        ),
    )
