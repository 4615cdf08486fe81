"""From the text of an expression to a value in a graph."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from spec_compiler.expression.function import Function
from spec_compiler.expression.functions import FUNCTIONS
from spec_compiler.expression.language import parse
from spec_compiler.expression.lowering import Lowering
from spec_compiler.expression.operand import Context, Operand, Tensor, described
from spec_compiler.expression.vocabulary import Vocabulary
from spec_compiler.fixes import rewrite
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.refusals import Refusal

CONSTANTS: dict[str, Operand] = {"pi": math.pi, "inf": math.inf}


def lower_expression(
    text: str,
    b: Builder,
    names: Mapping[str, Operand],
    functions: Mapping[str, Function] = FUNCTIONS,
    alone: Sequence[str] = (),
    later: Collection[str] = (),
    in_scope: Sequence[str] = (),
) -> Tensor:
    """The tensor that an expression is, with what is known about its masked axes.

    Args:
        text: The expression.
        b: What it is written with; floating results of whole numbers have its compute dtype.
        names: What names mean: tensors, numbers, sizes, texts, lists.
        functions: What can be called.
        alone: The names that a function is called with whose name is the whole expression.
        later: Names of which there will be a meaning for what stands below.
        in_scope: Names that have a meaning, too, of which `text` has none: for guesses.

    Raises:
        Refusal: it is no expression, or its parts do not fit; `within` are columns of `text`.
    """
    tree = parse(text)
    context = Context(b, text=text)
    known = {**names, **CONSTANTS, **names}  # names come first, and win
    words = Vocabulary(known, functions, later, in_scope)
    found = Lowering(context, words, alone).whole(tree)
    if isinstance(found, str | list) or found is None:
        raise Refusal(
            "SPC0133",
            f"the expression is {described(found)}, not a tensor",
            within=tree.at,
            fix=rewrite(
                "stack(@0)", tree.at, tree.at, of=tree.at, words="write `stack([…])` for one tensor"
            )
            if isinstance(found, list)
            else None,
        )
    return context.tensor(found)


def check_words(text: str, names: Collection[str]) -> None:
    """Refuse what is no expression, or uses a name or a function that nobody knows.

    Raises:
        Refusal: `within` are columns of `text`.
    """
    Vocabulary({**CONSTANTS, **dict.fromkeys(names)}, FUNCTIONS).check(parse(text))


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
    alone = [name for name, item in values.items() if isinstance(item, Value)]
    return lower_expression(text, b, names, functions, alone).value
