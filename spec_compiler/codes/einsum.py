"""Einsum equations and the sizes of their labels."""

from __future__ import annotations

from spec_compiler.codes.code import Code, Mend, settings_of


def _equation(
    code: str,
    title: str,
    explanation: str,
    wrong: str,
    right: str,
    shape: str = "[5, 3]",
    mend: Mend = "author",
) -> Code:
    """A code whose examples differ in the settings of one EinsumDense."""
    return settings_of("EinsumDense", code, title, explanation, wrong, right, shape, mend)


EINSUM: tuple[Code, ...] = (
    _equation(
        "SPC0302",
        "einsum label of two sizes",
        "A label of an einsum equation is one size wherever it stands: in the input, in `sizes` "
        "and in `output_shape`. Here two of these places differ. Leave the size out where the "
        "input already fixes it: from `sizes` altogether, or with `null` in `output_shape`.",
        'equation: "abc,cd->abd", output_shape: [7, 4]',
        'equation: "abc,cd->abd", output_shape: [null, 4]',
        mend="unsafe",
    ),
    _equation(
        "SPC0320",
        "einsum equation without one arrow",
        "An equation says what comes in and, behind one arrow `->`, what comes out: "
        "`abc,cd->abd`. NumPy guesses the output where there is no arrow; specc does not.",
        'equation: "abc,cd", sizes: {d: 4}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0321",
        "wrong number of operands",
        "EinsumDense multiplies one input by one kernel, so its equation has two operands with a "
        "comma between them, and each of the three parts names at least one axis.",
        'equation: "abc->ab"',
        'equation: "abc,c->ab"',
        mend="unsafe",
    ),
    _equation(
        "SPC0322",
        "character that is no label",
        "Labels are the letters a to z and A to Z, one for each axis. Beside them stand only the "
        "comma, the arrow `->` and the ellipsis `...`; blanks have no meaning.",
        'equation: "ab1,1d->abd", sizes: {d: 4}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0323",
        "label twice in one operand",
        "A label that stands twice in one operand would take the diagonal of two axes. That is "
        "hardly ever meant, and a layer that needs it can be written as a Lambda. Give each axis a "
        "label of its own.",
        'equation: "abb,bd->ad", sizes: {d: 4}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        "[3, 3]",
    ),
    _equation(
        "SPC0324",
        "label twice in the output",
        "Each axis of the output has a label of its own. An equation cannot put values on a "
        "diagonal, so a label there twice has no meaning.",
        'equation: "abc,cd->abdd", sizes: {d: 4}',
        'equation: "abc,cde->abde", sizes: {d: 4, e: 4}',
    ),
    _equation(
        "SPC0325",
        "label only in the output",
        "An axis of the output comes from the input or from the kernel. A label that stands in "
        "neither has no values. Most often it is missing in the kernel.",
        'equation: "abc,c->abd", sizes: {d: 4}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0326",
        "label only in the kernel",
        "A label that stands only in the kernel would be summed over before the input is seen, so "
        "its weights could never differ in effect. Put it into the output, or leave it out.",
        'equation: "abc,cde->abd", sizes: {d: 4, e: 2}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0327",
        "ellipsis that does not come out where it went in",
        "An ellipsis stands for the same axes in the input and in the output, at the same end of "
        "both. To sum over axes or to move them, give them labels.",
        'equation: "...c,cd->d", sizes: {d: 4}',
        'equation: "...c,cd->...d", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0328",
        "ellipsis in the middle",
        "An ellipsis stands first or last, once, so that it is clear which axes the labels name. "
        "Put it at one end and name the axes at the other.",
        'equation: "a...c,cd->a...d", sizes: {d: 4}',
        'equation: "...c,cd->...d", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0329",
        "ellipsis in the kernel",
        "An ellipsis stands for axes of the input that the author need not count. The kernel is "
        "made by the equation, so each of its axes needs a label.",
        'equation: "...c,...cd->...d", sizes: {d: 4}',
        'equation: "...c,cd->...d", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0330",
        "one label before an ellipsis at the right",
        "The first axis of the input is the batch. In `x...` the only label is the batch, and the "
        "axes that the layer should mix are all in the ellipsis. Write the ellipsis at the left to "
        "mix the last axis, or name one axis more.",
        'equation: "x...,xy->y...", sizes: {y: 4}',
        'equation: "bx...,xy->by...", sizes: {y: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0331",
        "labels and axes differ in number",
        "Without an ellipsis the first operand has one label for each axis of the input, the batch "
        "included; with one it has at most as many. Count the axes again, or write `...` for those "
        "that are only passed on.",
        'equation: "ab,bc->ac", sizes: {c: 4}',
        'equation: "...b,bc->...c", sizes: {c: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0332",
        "bias over what is not in the output",
        "`bias_axes` are labels of the output, each once: the bias is added to the output and has "
        "these of its axes. For no bias leave the argument out.",
        'equation: "abc,cd->abd", sizes: {d: 4}, bias_axes: c',
        'equation: "abc,cd->abd", sizes: {d: 4}, bias_axes: d',
        mend="unsafe",
    ),
    _equation(
        "SPC0333",
        "einsum label of unknown size",
        "The axes of a kernel and of a bias need sizes when the spec is compiled. An axis that the "
        "input shares takes its size from there; any other needs one in `sizes` or in "
        "`output_shape`. The batch is never known.",
        'equation: "abc,cd->abd"',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="unsafe",
    ),
    _equation(
        "SPC0334",
        "`output_shape` of another length",
        "`output_shape` has one entry for each label of the output after the batch, and none for "
        "the axes of an ellipsis; `null` where the input decides. `sizes` names labels instead, so "
        "it cannot be put in the wrong order.",
        'equation: "abc,cd->abd", output_shape: 4',
        'equation: "abc,cd->abd", output_shape: [null, 4]',
        mend="unsafe",
    ),
    _equation(
        "SPC0335",
        "size of a label that is not there",
        "`sizes` gives sizes to labels of the equation, and this one is in no part of it. Labels "
        "are case-sensitive.",
        'equation: "abc,cd->abd", sizes: {D: 4}',
        'equation: "abc,cd->abd", sizes: {d: 4}',
        mend="safe",
    ),
)
