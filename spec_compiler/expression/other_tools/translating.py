"""A whole expression of Python in the language: what NumPy, torch and TensorFlow call is ours.

The text is read, and never run. All of it is translated, or none: half of a translation would be
refused again.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from warnings import catch_warnings, simplefilter

from spec_compiler.expression.other_tools.calls import NEED_AXIS, ROWS
from spec_compiler.expression.other_tools.given import Given, Said, call, piece
from spec_compiler.expression.other_tools.words import (
    IN_OPERATORS,
    MEANT,
    MODULES,
    SYNONYMS,
    in_operators,
    in_quotes,
    named_where_fed,
)
from spec_compiler.ir.types import DTYPES

_LONGEST = 1000
_DEEPEST = 40
_CONSTANTS = {"newaxis": "None", "pi": "pi", "e": "exp(1)", "inf": "inf"}
_SAME = frozenset({
    "abs", "sign", "square", "floor", "ceil", "round", "exp", "expm1", "log", "log1p", "sqrt",
    "rsqrt", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "asinh",
    "acosh", "atanh", "tanh", "erf", "fmod", "maximum", "minimum", "isnan", "isfinite", "relu",
    "relu6", "elu", "selu", "celu", "sigmoid", "log_sigmoid", "silu", "mish", "softplus",
    "softsign", "leaky_relu", "gelu", "hard_tanh", "zeros_like", "ones_like", "tril", "triu",
    "einsum", "arange", "eye", "full", "zeros", "ones", "bit_and", "bit_or", "bit_xor",
    "shift_left", "shift_right",
})  # fmt: skip
"""Functions that are the same with the same arguments."""
_ATTRIBUTES = {
    "shape": "shape({0})",
    "size": "prod(shape({0}))",
    "T": "transpose({0})",
    "mT": "swapaxes({0}, -2, -1)",
    "values": "{0}",
    "mask": "mask({0})",
}
_OF_TORCH = {
    **dict.fromkeys(
        ("var", "std"), "torch divides by one less than there are: write it out, or `std(x, axis)`"
    ),
    **dict.fromkeys(("max", "min"), "torch gives values and indices: write `max(x, axis=1)`"),
    **dict.fromkeys(("topk", "sort"), "write `sort(x, axis=-1)`, or `top_k(x, k)`"),
    "expand": "write `broadcast_to(x, shape)`, each of its sizes said",
    "equal": "write `x == y`, entry by entry; torch gives one answer for all",
}
"""What torch's functions give beside what ours give, where nothing says which is meant."""
_OPERATIONS = (ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Subscript, ast.Compare)
_OF_DEFAULTS = frozenset({"leaky_relu", "gelu"})
"""Functions of which others have another slope, or an approximation, where none is said."""


class Translated(NamedTuple):
    """An expression in the language.

    Attributes:
        text: All of it; empty where some of it has no counterpart.
        safe: Whether it is the same, whoever made the tensors.
        words: What to write for each call and attribute, by where its last name begins.
    """

    text: str
    safe: bool
    words: Mapping[int, str]


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
        return Translated("", False, reader.words)
    except RecursionError:  # a chain of hundreds of dots or signs
        return None
    return Translated(said.text, reader.safe, reader.words)


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
        words: As of `Translated`.
    """

    def __init__(self, text: str, names: Mapping[str, str], lead: int) -> None:
        self._text, self._names, self._lead = text, names, lead
        self.safe = True
        self.words: dict[int, str] = {}

    def said(self, node: ast.expr) -> Said:
        """What is written for a part.

        Raises:
            _NoneIsKnownError: nothing stands for it.
        """
        if isinstance(node, ast.Name):
            return Said(self._names.get(node.id, node.id))
        if isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.Dict | ast.Set):
            raise _NoneIsKnownError
        last = node.func if isinstance(node, ast.Call) else node
        if not isinstance(last, ast.Attribute):
            return Said(self._around(node))
        path = _path(last)
        module = f"{'.'.join(path[:-1])}." if path and path[0] in MODULES else ""
        found = None
        if isinstance(node, ast.Call):
            found = _row(last.attr, self._given(node, last, module))
            words = _of_call(last.attr, module, found)
        elif module:
            found, words = _of_module(last.attr, module)
        else:
            found = self._attribute(last)
            words = named_where_fed([".".join(path)]) if path else _no_method(last.attr)
            words = f"write `{found.text}`" if found else words
        self.words[(last.end_col_offset or 0) - len(last.attr) + self._lead] = words
        if found is None:
            raise _NoneIsKnownError
        self.safe &= found.safe
        return found

    def _around(self, node: ast.expr) -> str:
        """The text of a part, with what is written for the parts in it."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            return f"(not {self.said(node.operand).text})"
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

    def _given(self, node: ast.Call, function: ast.Attribute, module: str) -> Given:
        if any(item.arg is None for item in node.keywords) or any(
            isinstance(item, ast.Starred) for item in node.args
        ):
            raise _NoneIsKnownError
        places = tuple(self.said(item).text for item in node.args)
        named = {f"{item.arg}": self.said(item.value).text for item in node.keywords}
        if not module:
            return Given((self.said(function.value).text, *places), named, method=True, module="")
        names = module.split(".")
        torch = names[0] in ("torch", "F", "nn") and "tf" not in names
        return Given(places, named, method=False, module="torch" if torch else names[0])

    def _attribute(self, node: ast.Attribute) -> Said | None:
        tuples = isinstance(node.value, ast.Call)  # torch gives values and indices
        if node.attr not in _ATTRIBUTES or (node.attr == "values" and not tuples):
            return None
        return Said(_ATTRIBUTES[node.attr].format(self.said(node.value).text))


def _of_module(name: str, module: str) -> tuple[Said | None, str]:
    """What is written for `np.pi`, and the words that say it."""
    dtype = name.removesuffix("_")
    if dtype in DTYPES:
        return Said(f"'{dtype}'"), in_quotes(dtype)
    known = _CONSTANTS.get(name, "")
    ours = known or (_ours(name) if _ours(name) in {*_SAME, *MEANT.values()} else "")
    words = f"`{module}` is not written" + (f": write `{ours}`" if ours else "")
    return Said(known) if known else None, words


def _of_call(name: str, module: str, said: Said | None) -> str:
    """The words that say what is written for a call."""
    if said and module and said.text.startswith(f"{_ours(name)}("):
        return f"`{module}` is not written: write `{_ours(name)}(…)`"
    if said:
        return f"write `{said.text}`"
    if name in IN_OPERATORS and (name not in _OF_TORCH or "torch" not in module):
        return f"write `{IN_OPERATORS[name]}`"
    if name in MEANT or name in _OF_TORCH:
        return _OF_TORCH.get(name, f"write `{_ours(name)}(…)`")
    if name in NEED_AXIS:
        own = _ours(name).removesuffix("_interleave")
        return f"write `{own}(…, axis=1)`, or which axis is meant: it has to be said"
    if name in ROWS:
        return f"nothing in an expression is the same as this call of `{name}`"
    return _no_method(name)


def _ours(name: str) -> str:
    return SYNONYMS.get(name) or MEANT.get(name, name)


def _no_method(name: str) -> str:
    return f"there is no `{name}` in an expression, and nothing that is called like it"


def _row(name: str, given: Given) -> Said | None:
    """What is written for a call."""
    known = _ours(name)
    row = ROWS.get(name) or ROWS.get(known)
    said = row(given) if row else None
    alone = name == "equal" and given.module == "torch"  # one answer for all entries
    if said is None and not given.named and not alone:
        said = in_operators(name, [piece(text) for text in given.places])
    if said is None and row is None and known in _SAME:
        listed = known in ("zeros", "ones") and len(given.places) > 1
        if listed and any(place[:1] in "([\"'" for place in given.places):
            return None  # a dtype behind a shape
        places = (f"[{', '.join(given.places)}]",) if listed else given.places
        alike = known not in _OF_DEFAULTS or len(places) + len(given.named) > 1
        named = (f"{key}={text}" for key, text in given.named.items())
        said = call(known, *places, *named)._replace(safe=alike)
    return said


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
