"""Descriptions of fields from the docstrings below them, for the JSON Schema and the documentation.

Reading sources takes longer than everything else that `specc validate` loads, so pydantic is not
asked to do it for every class; what generates documents asks here.
"""

from __future__ import annotations

import ast
import inspect
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
        own = dict(_docstrings(cls))
        for base in cls.__mro__[1:]:
            if issubclass(base, Declaration):
                own = {**dict(_docstrings(base)), **own}
        for name, text in own.items():
            if name in cls.model_fields:
                cls.model_fields[name].description = text
    for cls in declarations:
        cls.model_rebuild(force=True)


@cache
def _docstrings(cls: type) -> tuple[tuple[str, str], ...]:
    """The strings that stand below annotated names in the body of a class."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
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


def _subclasses(cls: type[Declaration]) -> Iterator[type[Declaration]]:
    for child in cls.__subclasses__():
        yield child
        yield from _subclasses(child)
