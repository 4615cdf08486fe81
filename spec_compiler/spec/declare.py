"""From a document to declarations that make sense: the first stage that knows the language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Refusal, nearest
from spec_compiler.ir.dims import Dim, Size, SizeError, symbol
from spec_compiler.ir.types import DTYPES
from spec_compiler.layers.activations import ACTIVATIONS
from spec_compiler.layers.constraints import CONSTRAINTS
from spec_compiler.layers.initializers import INITIALIZERS
from spec_compiler.layers.regularizers import REGULARIZERS
from spec_compiler.notation import arithmetic
from spec_compiler.notation.arithmetic import Relation
from spec_compiler.notation.scope import Scope, described
from spec_compiler.notation.validated import Refusals, validated
from spec_compiler.source.node import Entry, Node, Plain
from spec_compiler.spec.document import LATER, DimDeclaration, Header, Param
from spec_compiler.spec.place import diagnose

SECTIONS = ("inputs", "layers", "outputs")
_ALONE = frozenset({"", "doc", "metadata", "name", "seed", "specc", "weights"})
"""Sections that no layer's meaning depends on."""
_FILE_HINT = "this is the text of a spec that is read; a file is read by `compile_file`"
LARGEST_DIM = 2**31 - 1
SIZE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Stated:
    """A header, what its names mean, and the document that it heads."""

    __slots__ = ("header", "node", "relations", "scope")

    def __init__(
        self, header: Header, scope: Scope, relations: tuple[tuple[int, Relation], ...], node: Node
    ) -> None:
        self.header = header
        self.scope = scope
        self.relations = relations
        self.node = node


def declare(node: Node, overrides: Mapping[str, str], diagnostics: Diagnostics) -> Stated | None:
    """Read everything but the graph: header, params, dims, constraints.

    Args:
        node: The document.
        overrides: Values of params from the command line, as text.
        diagnostics: Collects what is wrong.

    Returns:
        None when there is too little to go on with.
    """
    if not isinstance(node.value, dict):
        diagnostics.add(
            Diagnostic(
                "SPC0100",
                "a spec is a mapping with `specc`, `inputs` and `layers`, not "
                f"{described(node.plain())}",
                node.span,
                help=_FILE_HINT if str(node.value).endswith((".yaml", ".yml", ".json")) else "",
            )
        )
        return None
    header = _header(node, diagnostics)
    if header is None:
        return None
    scope = _scope(header, node, overrides, diagnostics)
    relations = _relations(header, scope, node, diagnostics)
    return Stated(header, scope, relations, node)


def authored(node: Node, scope: Scope | None = None, *, free: bool = False) -> Plain:
    """Plain data without `x-` keys, with `$name` replaced by the param's value.

    Raises:
        Refusal: a `$name` is not a param; `argument` is its path.
    """
    value = node.value
    if isinstance(value, dict):
        result: dict[str, Any] = {}
        for key, entry in value.items():
            if free or not key.startswith("x-"):
                result[key] = _inside(key, entry.node, scope, free)
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


def _inside(key: str | int, node: Node, scope: Scope | None, free: bool) -> Plain:
    value = node.value
    if not isinstance(value, dict | list) and not (isinstance(value, str) and value[:1] == "$"):
        return value
    try:
        return authored(node, scope, free=free)
    except Refusal as refusal:
        refusal.argument = (key, *refusal.argument)
        raise


def _param_value(name: str, scope: Scope) -> Any:
    if name in scope.params:
        return scope.params[name]
    if name in scope.dims:
        raise Refusal(
            "SPC0205", f"`{name}` is a dim; write it without `$` where a size is expected"
        )
    guess = nearest(name, scope.params)
    raise Refusal(
        "SPC0205",
        f"there is no param `{name}`",
        annotation=f"did you mean `${guess}`?" if guess else "",
        help="" if guess else f"declare it under `params`: `{name}: …`",
    )


def _header(node: Node, diagnostics: Diagnostics) -> Header | None:
    entries = cast("dict[str, Entry]", node.value)
    plain: dict[str, Any] = {}
    later = [key for key in LATER if key in entries]
    for key in later:
        message = f"`{key}` is a part of the language that this version does not read yet"
        diagnostics.add(
            Diagnostic(
                "SPC0111", message, entries[key].key_span, help=f"remove `{key}` until it does"
            )
        )
    for key, entry in entries.items():
        if key not in (*SECTIONS, *LATER) and not key.startswith("x-"):
            plain[key] = authored(entry.node, free=key == "metadata")
    header, problems = _recovered(plain)
    if header is not None and header.specc != 1:
        message = f"this is version {header.specc} of the language; specc reads version 1"
        problems.append(Refusal("SPC0101", message, argument=("specc",)))
        header = None
    problems += [
        Refusal("SPC0102", f"a spec needs `{key}`", help=f"add `{key}:`")
        for key in ("inputs", "layers")
        if key not in entries
    ]
    for refusal in _guess_sections(problems, entries):
        diagnostics.add(diagnose(refusal, node))
    return header


def _recovered(plain: dict[str, Any]) -> tuple[Header | None, list[Refusal]]:
    """The header without what is wrong in it, so that the rest is read; and what is wrong."""
    try:
        return validated(Header, plain, Scope(), "a spec"), []
    except Refusals as refusals:
        problems = refusals.items
    rest = {"specc": 1, **plain}
    for refusal in problems:
        section = str(refusal.argument[0]) if refusal.argument else ""
        held = rest.pop(section, None)
        meant = nearest(section, list(Header.model_fields)) if refusal.code == "SPC0103" else None
        if meant is not None and meant not in rest:
            rest[meant] = held
        elif section not in _ALONE:
            return None, problems  # what the layers mean depends on it: more would be guesses
    try:
        return validated(Header, {"specc": 1, **rest}, Scope(), "a spec"), problems
    except Refusals:
        return None, problems


def _guess_sections(problems: list[Refusal], entries: Mapping[str, Any]) -> list[Refusal]:
    """An unknown key that looks like a missing section is one mistake, not two."""
    absent = [key for key in ("inputs", "layers") if key not in entries]
    optional = [key for key in (*SECTIONS, *LATER) if key not in entries]
    explained: set[str] = set()
    for refusal in problems:
        if refusal.code == "SPC0103" and len(refusal.argument) == 1:
            guess = nearest(str(refusal.argument[0]), absent) or nearest(
                str(refusal.argument[0]), optional
            )
            if guess:
                refusal.annotation, refusal.help = f"did you mean `{guess}`?", ""
                explained.add(guess)
    return [
        refusal
        for refusal in problems
        if not (
            refusal.code == "SPC0102" and any(f"`{name}`" in refusal.message for name in explained)
        )
    ]


def _scope(
    header: Header, node: Node, overrides: Mapping[str, str], diagnostics: Diagnostics
) -> Scope:
    params: dict[str, object] = {}
    for section, names in (("params", header.params), ("dims", header.dims)):
        for name in names:
            if not SIZE_NAME.fullmatch(name) or name in {"min", "max"}:
                message = (
                    f"`{name}` cannot stand in arithmetic: letters, digits and `_`, no digit first"
                )
                refusal = Refusal("SPC0112", message, argument=(section, name))
                diagnostics.add(diagnose(refusal, node))
    for name, param in header.params.items():
        try:
            value = _given(name, param, overrides)
            params[name] = value
            _within(name, param, value)
        except Refusal as refusal:
            diagnostics.add(_param_problem(refusal, name, name in overrides, node))
            params.setdefault(name, _stand_in(param))
    for name in overrides:
        if name not in header.params:
            guess = nearest(name, header.params)
            hint = (
                f"did you mean `{guess}`?" if guess else "the file has none" if not params else ""
            )
            diagnostics.add(Diagnostic("SPC0206", f"there is no param `{name}` to set", help=hint))
    for section, names in (("params", header.params), ("dims", header.dims)):
        if "batch" in names:
            refusal = Refusal(
                "SPC0201",
                "`batch` always exists, and cannot be declared",
                argument=(section, "batch"),
                help="bound it under `constraints`: `batch <= 64`",
            )
            diagnostics.add(diagnose(refusal, node))
    dims: dict[str, Size] = {"batch": symbol("batch")}
    for name, dim in header.dims.items():
        try:
            dims[name] = _dim(name, dim)
        except Refusal as refusal:
            diagnostics.add(diagnose(_in("dims", name, refusal), node))
            dims[name] = symbol(name)
        if name in params:
            refusal = Refusal(
                "SPC0201",
                f"`{name}` is both a param and a dim",
                argument=("dims", name),
                related=((("params", name), "the param"),),
            )
            diagnostics.add(diagnose(refusal, node))
    return Scope(params, dims)


def _in(section: str, name: str, refusal: Refusal) -> Refusal:
    refusal.argument = (section, name, *refusal.argument)
    return refusal


def _param_problem(refusal: Refusal, name: str, overridden: bool, node: Node) -> Diagnostic:
    if overridden:
        return Diagnostic(refusal.code, f"--set {name}: {refusal.message}", help=refusal.help)
    return diagnose(_in("params", name, refusal), node)


def _given(name: str, param: Param, overrides: Mapping[str, str]) -> object:
    """The value of a param from the command line or from its default."""
    if name in overrides:
        return _parsed(param, overrides[name])
    if param.default is None:
        raise Refusal(
            "SPC0206",
            f"the param `{name}` has no value",
            help=f"give it with `--set {name}=…`, or write a `default`",
        )
    value = param.default
    wanted = _PYTHON.get(param.type)
    if param.type == "float" and type(value) is int:
        value = float(value)
    if wanted is not None and type(value) is not wanted:
        raise Refusal(
            "SPC0104",
            f"`default` must be of type {param.type}, not {described(value)}",
            argument=("default",),
        )
    _known_choice(param, value, ("default",))
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
    known = _CHOICES.get(param.type)
    if known is None or isinstance(value, dict):
        return
    if not isinstance(value, str) or value not in known:
        guess = nearest(value, known) if isinstance(value, str) else None
        hint = f"did you mean `{guess}`?" if guess else ""
        raise Refusal(
            "SPC0106",
            f"there is no {param.type} `{value}`"
            if isinstance(value, str)
            else f"`{param.type}` is a name, not {described(value)}",
            argument=at,
            annotation=hint,
        )


def _within(name: str, param: Param, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    if param.min is not None and value < param.min:
        raise Refusal("SPC0206", f"`{name}` is {value}, below its `min` {param.min:g}")
    if param.max is not None and value > param.max:
        raise Refusal("SPC0206", f"`{name}` is {value}, above its `max` {param.max:g}")
    if param.multiple_of and isinstance(value, int) and value % param.multiple_of:
        raise Refusal("SPC0206", f"`{name}` is {value}, not a multiple of {param.multiple_of}")


def _stand_in(param: Param) -> object:
    """A value that lets checking go on after a param was refused."""
    return {"int": 1, "float": 1.0, "bool": False, "activation": "linear", "dtype": "float32"}.get(
        param.type, "zeros" if param.type == "initializer" else ""
    )


def _dim(name: str, dim: DimDeclaration) -> Size:
    low, high = dim.min, dim.max
    if isinstance(low, Dim) or isinstance(high, Dim):
        raise Refusal("SPC0104", "the bounds of a dim must be numbers or params")
    if low < 0 or (high is not None and high > LARGEST_DIM):
        raise Refusal("SPC0105", f"a size lies between 0 and {LARGEST_DIM}")
    if high is not None and low > high:
        raise Refusal("SPC0107", f"`min` {low} is above `max` {high}", argument=("max",))
    if low == high:
        return low
    return symbol(name, low, high)


def _relations(
    header: Header, scope: Scope, node: Node, diagnostics: Diagnostics
) -> tuple[tuple[int, Relation], ...]:
    found: list[tuple[int, Relation]] = []
    for index, text in enumerate(header.constraints):
        try:
            found.append((index, arithmetic.relation(text, scope.names)))
        except (Refusal, SizeError) as problem:
            refusal = problem if isinstance(problem, Refusal) else Refusal("SPC0307", str(problem))
            refusal.argument = ("constraints", index)
            diagnostics.add(diagnose(refusal, node))
    return tuple(found)


_PYTHON: dict[str, type] = {"int": int, "float": float, "bool": bool, "text": str}
_CHOICES: dict[str, Mapping[str, object]] = {
    "activation": ACTIVATIONS.by_name,
    "initializer": INITIALIZERS.by_name,
    "regularizer": REGULARIZERS.by_name,
    "constraint": CONSTRAINTS.by_name,
    "dtype": dict.fromkeys(DTYPES),
}
