"""Expressions: what a Lambda is written in."""

from __future__ import annotations

from spec_compiler.codes.code import Code, Mend, settings_of


def _expression(
    code: str,
    title: str,
    explanation: str,
    wrong: str,
    right: str,
    shape: str = "[4]",
    mend: Mend = "author",
) -> Code:
    """A code whose examples differ in the settings of one Lambda."""
    return settings_of("Lambda", code, title, explanation, wrong, right, shape, mend)


EXPRESSIONS: tuple[Code, ...] = (
    _expression(
        "SPC0120",
        "text that is no expression",
        "An expression has values, operators, indices and functions of a closed table. There are "
        "no attributes, no assignments and no Python around it; what has another sign in other "
        "languages is said in words: `and`, `or`, `not`.",
        'function: "x ^ 2"',
        'function: "x ** 2"',
        mend="safe",
    ),
    _expression(
        "SPC0121",
        "expression that is too long or too deep",
        "An expression has at most 4000 characters and 50 levels of parentheses, lists, functions "
        "and indices inside each other. Split what is longer into several Lambda layers.",
        f'function: "{"(" * 60}x{")" * 60}"',
        'function: "((x))"',
    ),
    _expression(
        "SPC0122",
        "number that does not exist or is too large",
        "Whole numbers stay below 2^63 and decimal ones below the largest float64, after every "
        "step. A division by zero and the root of a negative number have no value.",
        'function: "x * 10 ** 4000000"',
        'function: "x * 10 ** 4"',
    ),
    _expression(
        "SPC0123",
        "unknown name in an expression",
        "A name is an input, an argument, a param, a dim or an expression above it. A single input "
        "is called `x` and has its own name, too; several have the names that stand in `from`.",
        'function: "y * 2"',
        'function: "x * 2"',
        mend="safe",
    ),
    _expression(
        "SPC0124",
        "unknown function in an expression",
        "The functions are a closed table: those of the language, and every activation by its "
        "name. Nothing can be imported.",
        'function: "tahn(x)"',
        'function: "tanh(x)"',
        mend="safe",
    ),
    _expression(
        "SPC0125",
        "wrong arguments of a function",
        "An argument is missing, unknown, given twice, or one too many. The help shows how the "
        "function is called.",
        'function: "sum(x, axes=1)"',
        'function: "sum(x, axis=1)"',
        mend="unsafe",
    ),
    _expression(
        "SPC0126",
        "argument of another kind",
        "The function takes another kind of thing there: a tensor, an axis, a shape, a dtype in "
        "quotes, or truth values.",
        "function: 'cast(x, \"floaty\")'",
        "function: 'cast(x, \"float16\")'",
        mend="safe",
    ),
    _expression(
        "SPC0127",
        "operator that does not fit its operands",
        "Arithmetic is for numbers, `and`, `or` and `not` are for truth values, and both operands "
        "of an operator need a dtype in common.",
        'function: "x and x"',
        'function: "x > 0 and x < 1"',
        mend="unsafe",
    ),
    _expression(
        "SPC0128",
        "index that does not fit",
        "Indices are constants and slices, as many as there are axes, and an entry must be there. "
        "`gather` takes entries by a tensor of indices; where these are known, as those of "
        "`arange` or of an input with `values`, they must be there, too; so must the bits that a "
        "number is shifted by.",
        'function: "x[:, 4]"',
        'function: "x[:, 3]"',
        mend="unsafe",
    ),
    _expression(
        "SPC0129",
        "chained comparison",
        "`a < b < c` means different things in different languages, so it is not read. Write both "
        "comparisons with `and` between them.",
        'function: "0 < x < 1"',
        'function: "0 < x and x < 1"',
        mend="safe",
    ),
    _expression(
        "SPC0130",
        "mask of what has none",
        "`mask(x)` is the mask of an input of the layer. This has none: it comes from something "
        "that makes no mask, or it is a result within the expression.",
        'function: "where(mask(x), x, 0)"',
        'function: "where(x > 0, x, 0)"',
        mend="unsafe",
    ),
    _expression(
        "SPC0131",
        "axis that a tensor does not have",
        "Axes count from 0, which is the batch; negative ones count from the last. Each may be "
        "named once.",
        'function: "sum(x, axis=2)"',
        'function: "sum(x, axis=1)"',
        mend="unsafe",
    ),
    _expression(
        "SPC0132",
        "einsum that does not fit",
        "`einsum` in an expression takes tensors and an equation with an arrow. Each "
        "operand has a label for each axis, none twice; `...` stands for the axes that are left.",
        "function: 'einsum(\"bi,bi\", x, x)'",
        "function: 'einsum(\"bi,bi->b\", x, x)'",
        mend="unsafe",
    ),
    _expression(
        "SPC0133",
        "expression that is no tensor",
        "The result of an expression is a tensor or a number, not a list, a text or `None`.",
        'function: "shape(x)"',
        'function: "shape(x)[1] * x"',
        mend="unsafe",
    ),
    Code(
        "SPC0134",
        "reduction of nothing",
        "The mean, the maximum and the minimum of no entries do not exist. Give the axis a size "
        "above 0.",
        'specc: 1\ndims: {n: {min: 0}}\nconstraints: ["n < 1"]\ninputs: {x: {shape: [n]}}\n'
        'layers:\n  - {type: Lambda, function: "max(x, axis=1)"}\n',
        "specc: 1\ndims: {n: {min: 1}}\ninputs: {x: {shape: [n]}}\n"
        'layers:\n  - {type: Lambda, function: "max(x, axis=1)"}\n',
    ),
    _expression(
        "SPC0135",
        "settings of a Lambda that contradict each other",
        "`arguments` are numbers, booleans, texts and lists, under names that no input has; a name "
        "in an expression means one thing. "
        "`output_shape` is a claim about the only output; several are claimed under `outputs`.",
        'function: "x * 2", arguments: {x: 3}',
        'function: "x * k", arguments: {k: 3}',
    ),
    Code(
        "SPC0136",
        "operands that a Python function does not take",
        "A Python function that was registered with `functions=` has a type rule, and the rule "
        "refuses these operands with the words of the message. No spec can name a function that "
        "Python has not registered.",
        wrong="",
        right="",
    ),
)
