"""The values of params: from the command line or from their defaults, checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from functools import partial

from spec_compiler.declaring.scope import Scope, described
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix, write
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.ir.dims import Dim
from spec_compiler.ir.types import DTYPES
from spec_compiler.language.document import Param
from spec_compiler.language.names import check_size_name
from spec_compiler.layers.choices import CHOICES
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spelling import nearest, suggestion


def param_values(
    params: Mapping[str, Param],
    overrides: Mapping[str, object],
    node: SourceNode,
    diagnostics: Diagnostics,
    *,
    later: bool = False,
) -> tuple[dict[str, object], set[str]]:
    """The values of params that are not made from others, and the names of those that have none.

    What has none yet, or was refused, has a stand-in, so that checking goes on.

    Args:
        params: The declarations.
        overrides: Values that are given: text from the command line, or as in `default`.
        node: The document.
        diagnostics: Collects what is wrong.
        later: Whether those without a value get one where the file is used.
    """
    values: dict[str, object] = {}
    lost: set[str] = set()
    for name, param in params.items():
        with diagnostics.at(node):
            check_size_name(name, "params")
        if param.value is not None:
            if name in overrides:
                diagnostics.at(Outside()).add(not_to_set(name, params))
            continue
        values[name] = stand_in(param)
        lost.add(name)
        if later and param.required:
            continue
        if name in overrides:  # not the document's fault
            place = diagnostics.at(Outside(), explain=partial(_of_given, name))
        else:
            place = diagnostics.at(node, ("params", name))
        with place:
            value = _given(name, param, overrides)
            within(name, param, value)
            values[name] = value
            lost.discard(name)
    for name in overrides:
        if name not in params:
            guess = nearest(name, params)
            hint = suggestion(guess, "" if params else "the file has none")
            help = hint["annotation"] or hint["help"]
            message = f"there is no param `{name}` to set"
            diagnostics.at(Outside()).add(Refusal("SPC0206", message, help=help))
    return values, lost


def _of_given(name: str, refusal: Refusal) -> Refusal:
    """A refusal of a value that stands in no text."""
    message = f"the value given for `{name}`: {refusal.message}"
    return refusal.but(message=message, annotation="", help=refusal.help or refusal.annotation)


def not_to_set(name: str, params: Mapping[str, Param]) -> Refusal:
    """Why a param that is made from others has no other value."""
    param = params[name]
    sources = [other for other in names_in(str(param.value)) if other in params]
    help = f"set {' or '.join(f'`{source}`' for source in sources)}" if sources else ""
    message = f"`{name}` cannot be set: it is made from `{param.value}`"
    return Refusal("SPC0206", message, help=help)


def _given(name: str, param: Param, overrides: Mapping[str, object]) -> object:
    """The value of a param: the one that is given, or its default."""
    value = overrides.get(name, param.default)
    if isinstance(value, str) and name in overrides:
        value = _parsed(param, value)
    if value is None:
        raise Refusal(
            "SPC0206",
            f"the param `{name}` has no value",
            help=f"give it with `--set {name}=…`, or write a `default`",
        )
    at = () if name in overrides else ("default",)
    return typed(param, value, at, "`default` " if at else "")


def argument_value(name: str, param: Param, written: object, scope: Scope) -> object:
    """The value that a block's param gets; a number may be an expression.

    Args:
        name: Of the param.
        param: Its declaration.
        written: Plain data.
        scope: What names mean where it is written.

    Raises:
        Refusal: it is of another type, or beyond the bounds.
    """
    value = written
    if param.type == "int" and isinstance(written, int | str) and not isinstance(written, bool):
        value = scope.size(written)
        if isinstance(value, Dim):
            return value
    elif param.type == "float" and isinstance(written, str):
        value = scope.number(written)
    value = typed(param, value, (), f"`{name}` ")
    within(name, param, value)
    return value


def typed(param: Param, value: object, at: tuple[str, ...], subject: str) -> object:
    """A value of a param's type."""
    wanted = _PYTHON.get(param.type)
    if param.type == "float" and type(value) is int:
        value = float(value)
    if wanted is not None and type(value) is not wanted:
        message = f"{subject}must be of type {param.type}, not {described(value)}"
        raise Refusal("SPC0104", message, argument=at)
    _known_choice(param, value, at)
    return value


def _parsed(param: Param, text: str) -> object:
    try:
        if param.type == "int":
            return int(text)
        if param.type == "float":
            return float(text)
    except ValueError:
        raise Refusal("SPC0206", f"`{text}` is not of type {param.type}") from None
    if param.type == "bool":
        if text not in {"true", "false"}:
            raise Refusal("SPC0206", f"`{text}` is not `true` or `false`")
        return text == "true"
    _known_choice(param, text, ())
    return text


def _known_choice(param: Param, value: object, at: tuple[str, ...]) -> None:
    """A param that names an activation or a dtype is checked where it is declared."""
    known = _KNOWN.get(param.type)
    if known is None or isinstance(value, dict):
        return
    if not isinstance(value, str) or value not in known:
        guess = nearest(value, known) if isinstance(value, str) else None
        raise Refusal(
            "SPC0106",
            f"there is no {param.type} `{value}`"
            if isinstance(value, str)
            else f"`{param.type}` is a name, not {described(value)}",
            argument=at,
            **suggestion(guess, allowed=known),
        )


def within(name: str, param: Param, value: object) -> None:
    """Refuse a number beyond the bounds of its param."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    wrong = ""
    if param.min is not None and value < param.min:
        wrong = f"below its `min` {param.min:g}"
    elif param.max is not None and value > param.max:
        wrong = f"above its `max` {param.max:g}"
    elif param.multiple_of and isinstance(value, int) and value % param.multiple_of:
        wrong = f"not a multiple of {param.multiple_of}"
    if wrong:
        raise Refusal("SPC0206", f"`{name}` is {value}, {wrong}", fix=_nearest_to(param, value))


def _nearest_to(param: Param, value: float) -> Fix | None:
    """The number nearest to a value that keeps to the bounds of its param, where there is one."""
    fits = value if param.min is None else max(value, param.min)
    fits = fits if param.max is None else min(fits, param.max)
    step = param.multiple_of or 1
    if isinstance(value, int):
        up = math.ceil(fits / step) * step
        fits = up if param.max is None or up <= param.max else math.floor(fits / step) * step
    return write(fits, safe=False).on("default") if fits != value else None


def stand_in(param: Param) -> object:
    """A value that lets checking go on where a param has none, or a wrong one."""
    if param.default is not None:
        with suppress(Refusal):
            value = typed(param, param.default, (), "")
            within("", param, value)
            return value
    return fitting(param, 1)


def fitting(param: Param, number: int) -> object:
    """A value of a param's type that keeps to its bounds; a whole one near `number`."""
    if param.type not in {"int", "float"}:
        plain = {"bool": False, "activation": "linear", "dtype": "float32", "initializer": "zeros"}
        return plain.get(param.type, "")
    least = 1 if param.min is None else param.min
    wanted = max(number if param.type == "int" else 0.5, least)
    wanted = wanted if param.max is None else min(wanted, param.max)
    step = param.multiple_of or 1
    return float(wanted) if param.type == "float" else math.ceil(wanted / step) * step


_PYTHON: Mapping[str, type] = {"int": int, "float": float, "bool": bool, "text": str}
_KNOWN: Mapping[str, Mapping[str, object]] = {
    **{kind: registry.by_name for kind, registry in CHOICES.items()},
    "dtype": dict.fromkeys(DTYPES),
}
