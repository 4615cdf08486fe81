"""A small typed expression language: parsed, checked, lowered; never run as code.

`compile_expression` is the only door. Lambda layers and the transforms of weights use it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from spec_compiler.diagnostics import Refusal
from spec_compiler.expression.function import Function
from spec_compiler.expression.functions import FUNCTIONS
from spec_compiler.expression.lowering import Lowering
from spec_compiler.expression.operand import Context, Operand, Tensor, described
from spec_compiler.expression.parser import parse
from spec_compiler.expression.tokens import tokens
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value

CONSTANTS: dict[str, Operand] = {"pi": math.pi, "inf": math.inf}


def lower_expression(
    text: str,
    b: Builder,
    names: Mapping[str, Operand],
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Tensor:
    """The tensor that an expression is, with what is known about its masked axes.

    Args:
        text: The expression.
        b: What it is written with; floating results of whole numbers have its compute dtype.
        names: What names mean: tensors, numbers, sizes, texts, lists.
        functions: What can be called.

    Raises:
        Refusal: it is no expression, or its parts do not fit; `within` are columns of `text`.
    """
    tree = parse(text)
    context = Context(b)
    found = Lowering(context, {**CONSTANTS, **names}, functions).operand(tree)
    if isinstance(found, str | list) or found is None:
        raise Refusal(
            "SPC0133",
            f"the expression is {described(found)}, not a tensor",
            within=(tree.start, tree.end),
            help="write `stack([…])` for one tensor" if isinstance(found, list) else "",
        )
    return context.tensor(found)


def compile_expression(
    text: str,
    b: Builder,
    values: Mapping[str, Value | Operand],
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Value:
    """The value that an expression is; see `lower_expression`."""
    names: dict[str, Operand] = {
        name: Tensor.input(item) if isinstance(item, Value) else item
        for name, item in values.items()
    }
    return lower_expression(text, b, names, functions).value


def with_values(text: str, values: Mapping[str, bool | int | float | str]) -> str:
    """The expression with values in the place of their names; it means the same without them."""
    written, reached = "", 0
    for token, after in pairwise(tokens(text)):
        # what is called is a function, and what stands before `=` a keyword
        if token.kind == "name" and token.text in values and after.text not in {"(", "="}:
            item = values[token.text]
            shown = str(item)
            if isinstance(item, str):
                shown = f"'{item}'" if '"' in item else f'"{item}"'
            elif shown.startswith("-"):
                shown = f"({item})"  # a power comes before a sign
            written += text[reached : token.start] + shown
            reached = token.end
    return written + text[reached:]


__all__ = ["FUNCTIONS", "compile_expression", "lower_expression", "with_values"]
