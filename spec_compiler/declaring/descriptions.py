"""Descriptions of fields from the docstrings below them, for the JSON Schema and the documentation.

Reading sources takes longer than everything else that `specc validate` loads, so pydantic is not
asked to do it for every class; what generates documents asks here.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from spec_compiler.declaring.fields import Declaration


@cache
def describe_fields() -> None:
    """Give every field of every declaration that is loaded its docstring as description."""
    declarations = list(_subclasses(Declaration))
    for cls in declarations:
        for name, text in field_words(cls).items():
            if name in cls.model_fields:
                cls.model_fields[name].description = text
    for cls in declarations:
        cls.model_rebuild(force=True)


def field_words(cls: type) -> dict[str, str]:
    """The docstrings of a declaration's fields, those that it inherits, too, by name."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Declaration):
            found |= _docstrings(base)
    return found


@cache
def _docstrings(cls: type) -> tuple[tuple[str, str], ...]:
    """The strings that stand below annotated names in the body of a class."""
    # of a class in a function, such as one that a test makes, there is its own source
    written = _classes(cls.__module__).get(cls.__qualname__) or _parsed(cls)
    body = written.body if isinstance(written, ast.ClassDef) else []
    found: list[tuple[str, str]] = []
    for field, below in pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found.append((field.target.id, inspect.cleandoc(below.value.value)))
    return tuple(found)


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module by name: one reading of its source is enough for all of them."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _parsed(cls: type) -> ast.stmt:
    return ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]


def _subclasses(cls: type[Declaration]) -> Iterator[type[Declaration]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)
