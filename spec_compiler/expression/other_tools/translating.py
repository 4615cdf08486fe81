"""A whole expression of Python in the language: what NumPy, torch and TensorFlow call is ours.

The text is read, and never run. All of it is translated, or none: half of a translation would be
refused again.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

from spec_compiler.expression.other_tools.calls import ROWS
from spec_compiler.expression.other_tools.given import Given, Said, call
from spec_compiler.expression.other_tools.words import MODULES, NO_COUNTERPART, SYNONYMS
from spec_compiler.ir.types import DTYPES

_LONGEST = 1000
_DEEPEST = 40
_CONSTANTS = {"newaxis": "None", "pi": "pi", "e": "exp(1)"}
_ELEMENTWISE = frozenset({
    "abs", "sign", "square", "floor", "ceil", "round", "exp", "expm1", "log", "log1p", "sqrt",
    "rsqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh",
    "acosh", "atanh", "tanh", "erf", "fmod", "maximum", "minimum", "isnan", "isfinite", "relu",
    "relu6", "elu", "selu", "celu", "sigmoid", "log_sigmoid", "silu", "mish", "softplus",
    "softsign", "leaky_relu", "gelu", "hard_tanh", "zeros_like", "ones_like", "tril", "triu",
    "einsum", "arange", "eye", "full", "zeros", "ones",
})  # fmt: skip
"""Functions that are the same with the same arguments."""
_OTHERWISE = {
    "absolute": "abs",
    "swish": "silu",
    "logsigmoid": "log_sigmoid",
    "hardtanh": "hard_tanh",
}
_TURNED = "swapaxes({0}, -2, -1)"
_ATTRIBUTES = {
    "shape": "shape({0})",
    "T": "transpose({0})",
    "mT": _TURNED,
    "values": "{0}",
    "mask": "mask({0})",
}


_OPERATIONS = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Subscript, ast.Compare)
_OF_DEFAULTS = frozenset({"leaky_relu", "gelu"})
"""Functions of which others have another slope, or an approximation, where none is said."""


class Translated(NamedTuple):
    """An expression in the language.

    Attributes:
        text: All of it; empty where some of it has no counterpart.
        safe: Whether it is the same, whoever made the tensors.
        parts: What became of each call and attribute, by where its last name begins.
    """

    text: str
    safe: bool
    parts: Mapping[int, str]


class _NoneIsKnownError(Exception):
    """There is something in a text that nothing here stands for."""


def translated(text: str, fed: Sequence[str] = ()) -> Translated | None:
    """An expression of Python in the language; None where it is none of Python.

    Args:
        text: What is written.
        fed: What the layer calls its inputs, for which the names behind `lambda` stand.
    """
    if len(text) > _LONGEST or _depth(text) > _DEEPEST or not text.isascii():
        return None
    text = text.replace("\n", " ")
    lead = len(text) - len(text.lstrip())
    try:
        with catch_warnings():
            simplefilter("ignore")  # of what is never run, `1 is x`
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: dict[str, str] = {}
    if isinstance(tree, ast.Lambda):
        own = [item.arg for item in tree.args.args]
        if len(own) != len(fed) or tree.args.vararg or tree.args.kwonlyargs or tree.args.defaults:
            return None
        names, tree = dict(zip(own, fed, strict=True)), tree.body
    reader = _Reader(text.strip(), names, lead)
    try:
        said = reader.said(tree)
    except _NoneIsKnownError:
        return Translated("", False, reader.parts)
    except RecursionError:  # a chain of hundreds of dots or signs
        return None
    return Translated(said.text, reader.safe, reader.parts)


def _depth(text: str) -> int:
    """How deep brackets stand in brackets, at most."""
    depth = most = 0
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        most = max(most, depth)
    return most


class _Reader:
    """What becomes of the parts of a text.

    Attributes:
        safe: Whether all that was translated is the same.
        parts: As of `Translated`.
    """

    def __init__(self, text: str, names: Mapping[str, str], lead: int) -> None:
        self._text, self._names, self._lead = text, names, lead
        self.safe = True
        self.parts: dict[int, str] = {}

    def said(self, node: ast.expr) -> Said:
        """What is written for a part.

        Raises:
            _NoneIsKnownError: nothing stands for it.
        """
        found = None
        if isinstance(node, ast.Call):
            found = self._called(node)
        elif isinstance(node, ast.Attribute):
            found = self._attribute(node)
        elif isinstance(node, ast.Name):
            return Said(self._names.get(node.id, node.id))
        elif isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.Dict | ast.Set):
            raise _NoneIsKnownError
        if found is None:
            return Said(self._around(node))
        self.safe &= found.safe
        if isinstance(node, ast.Call | ast.Attribute):
            last = node.func if isinstance(node, ast.Call) else node
            if isinstance(last, ast.Attribute):
                self.parts[(last.end_col_offset or 0) - len(last.attr) + self._lead] = found.text
        return found

    def _around(self, node: ast.expr) -> str:
        """The text of a part, with what is written for the parts in it."""
        start, end = node.col_offset, node.end_col_offset or 0
        pieces: list[str] = []
        at = start
        for child in sorted(_inside(node), key=lambda child: child.col_offset):
            said = self.said(child)
            operand = isinstance(node, _OPERATIONS)
            bare = operand and not said.whole and isinstance(child, ast.Call | ast.Attribute)
            pieces += [self._text[at : child.col_offset], f"({said.text})" if bare else said.text]
            at = child.end_col_offset or 0
        return "".join([*pieces, self._text[at:end]])

    def _called(self, node: ast.Call) -> Said | None:
        places = tuple(self.said(item).text for item in node.args)
        if any(item.arg is None for item in node.keywords) or any(
            isinstance(item, ast.Starred) for item in node.args
        ):
            raise _NoneIsKnownError
        named = {f"{item.arg}": self.said(item.value).text for item in node.keywords}
        if not isinstance(node.func, ast.Attribute):
            return None
        path = _path(node.func)
        name = node.func.attr
        if path and path[0] in MODULES:
            module = "torch" if path[0] in ("torch", "F", "nn") and "tf" not in path else path[0]
            given = Given(places, named, method=False, module=module)
        else:
            given = Given((self.said(node.func.value).text, *places), named, True, "")
        return self._row(name, given)

    def _row(self, name: str, given: Given) -> Said:
        name = _OTHERWISE.get(name, name)
        if name in ROWS:
            said = ROWS[name](given)
        elif (known := SYNONYMS.get(name, name)) in _ELEMENTWISE:
            listed = known in ("zeros", "ones") and len(given.places) > 1
            if listed and any(place[:1] in "([\"'" for place in given.places):
                raise _NoneIsKnownError  # a dtype behind a shape
            places = (f"[{', '.join(given.places)}]",) if listed else given.places
            alike = known not in _OF_DEFAULTS or len(places) + len(given.named) > 1
            named = (f"{key}={text}" for key, text in given.named.items())
            said = call(known, *places, *named)._replace(safe=alike)
        else:
            said = None
        if said is None or name in NO_COUNTERPART:
            raise _NoneIsKnownError
        return said

    def _attribute(self, node: ast.Attribute) -> Said:
        path, name = _path(node), node.attr
        if path and path[0] in MODULES:
            dtype = name.removesuffix("_")
            if dtype in DTYPES:
                return Said(f"'{dtype}'")
            if name in _CONSTANTS:
                return Said(_CONSTANTS[name])
            raise _NoneIsKnownError
        inner = self.said(node.value)
        tuples = isinstance(node.value, ast.Call)  # torch gives values and indices
        if name not in _ATTRIBUTES or (name == "values" and not tuples):
            raise _NoneIsKnownError
        return Said(_ATTRIBUTES[name].format(inner.text))


def _path(node: ast.expr) -> list[str]:
    """The names of `tf.math.exp`; none where a value stands before the dots."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [*names, node.id][::-1] if isinstance(node, ast.Name) else []


def _inside(node: ast.AST) -> list[ast.expr]:
    """The expressions right inside of a part; of a call of a name, what it is given."""
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            if not (isinstance(node, ast.Call) and child is node.func):
                found.append(child)
        elif isinstance(child, ast.keyword):
            found += _inside(child)
    return found
