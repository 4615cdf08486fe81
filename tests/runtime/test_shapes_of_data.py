"""Data whose shapes or names do not fit is refused before it is read: what, why, and where."""

import numpy as np
import pytest

from spec_compiler import SpecError
from spec_compiler.compile import program_of_text
from spec_compiler.runtime.run import Run

IDENTITY = "layers: [{type: Identity, from: x}]\n"


def refused(text, shapes, **dims):
    """Of each error: its code, its message, what is blamed of the text, the words there, its help.

    Args:
        text: What follows `specc: 1`.
        shapes: Of the data of each input.
        dims: Sizes that are given.
    """
    text = f"specc: 1\n{text}"
    program = program_of_text(text)
    given = {name: (size, f"--dim {name}={size}") for name, size in dims.items()}
    run = Run(program, {}, {name: np.zeros(shape) for name, shape in shapes.items()}, dims=given)
    with pytest.raises(SpecError) as caught:
        run.prepare()
    return [
        (item.code, item.message, blamed(text, item.span), item.annotation, item.help)
        for item in caught.value.diagnostics.errors
    ]


def blamed(text, span):
    if span is None:
        return None
    lines = text.splitlines()[span.line - 1 : span.end_line]
    assert len(lines) == 1
    return lines[0][span.column - 1 : span.end_column - 1]


BATCH_FIRST = "data has the batch axis first: for one example, its size is 1"


@pytest.mark.parametrize(
    ("declared", "shape", "code", "message", "place", "words", "help"),
    [
        ("shape: [3, 4]", (2, 3, 5), "SPC0513",
         "axis 2 of `x` is 4, and the data for `x` has shape [2, 3, 5]", "4",
         "4 here, 5 in the data", ""),
        ("shape: [3, 4]", (2, 5, 4), "SPC0513",
         "axis 1 of `x` is 3, and the data for `x` has shape [2, 5, 4]", "3",
         "3 here, 5 in the data", ""),
        ("batch_shape: [2, 4]", (3, 4), "SPC0513",
         "axis 0 of `x` is 2, and the data for `x` has shape [3, 4]", "2",
         "2 here, 3 in the data", ""),
        ("batch_shape: [2, 4]", (2, 5), "SPC0513",
         "axis 1 of `x` is 4, and the data for `x` has shape [2, 5]", "4",
         "4 here, 5 in the data", ""),
        ("batch_shape: [2, 4]", (2,), "SPC0512",
         "`x` is declared [2, 4], and the data for `x` has shape [2]", "[2, 4]", "", BATCH_FIRST),
        ("shape: [3, 4]", (3, 4), "SPC0512",
         "`x` is declared [batch, 3, 4], and the data for `x` has shape [3, 4]", "[3, 4]", "",
         BATCH_FIRST),
        ("shape: [3, 4]", (4,), "SPC0512",
         "`x` is declared [batch, 3, 4], and the data for `x` has shape [4]", "[3, 4]", "", ""),
        ("shape: [3, 4]", (1, 2, 3, 4), "SPC0512",
         "`x` is declared [batch, 3, 4], and the data for `x` has shape [1, 2, 3, 4]", "[3, 4]",
         "", ""),
    ],
)  # fmt: skip
def test_a_shape_is_blamed_where_it_is_declared(declared, shape, code, message, place, words, help):
    found = refused(f"inputs: {{x: {{{declared}}}}}\n{IDENTITY}", {"x": shape})
    assert found == [(code, message, place, words, help)]


TWO = (
    "dims: {n: {max: 8, multiple_of: 2}}\ninputs: {x: {shape: [n]}, y: {shape: [2 * n]}}\n"
    "layers: [{type: Concatenate, from: [x, y]}]\n"
)


@pytest.mark.parametrize(
    ("shapes", "code", "message", "place"),
    [
        ({"x": (3, 4), "y": (2, 8)}, "SPC0514",
         "`batch` is 3 (axis 0 of the data for `x`) and 2 (axis 0 of the data for `y`)",
         "[2 * n]"),
        ({"x": (3, 4), "y": (3, 10)}, "SPC0513",
         "axis 1 of `y` is 2*n = 8, and the data for `y` has 10", "2 * n"),
        ({"x": (3, 3), "y": (3, 6)}, "SPC0515",
         "`n` is 3 (axis 1 of the data for `x`), and it must be a multiple of 2",
         "{max: 8, multiple_of: 2}"),
        ({"x": (3, 10), "y": (3, 20)}, "SPC0515",
         "`n` is 10 (axis 1 of the data for `x`), and it must be at most 8",
         "{max: 8, multiple_of: 2}"),
    ],
)  # fmt: skip
def test_two_places_that_say_different_sizes(shapes, code, message, place):
    ((found, said, where, _, _),) = refused(TWO, shapes)
    assert (found, said, where) == (code, message, place)


def test_a_size_that_data_holds_in_a_formula_is_solved_for():
    text = f"specc: 1\ndims: {{n: {{}}}}\ninputs: {{x: {{shape: [2 * n]}}}}\n{IDENTITY}"
    run = Run(program_of_text(text), {}, {"x": np.zeros((3, 8))})
    run.prepare()
    assert run.sizes == {"batch": 3, "n": 4}
    ((code, message, place, _, _),) = refused(text.removeprefix("specc: 1\n"), {"x": (3, 7)})
    assert (code, place) == ("SPC0513", "2 * n")
    assert "`x`" in message


OPEN = (
    "dims: {n: {}}\ninputs: {x: {shape: [], dtype: int32, values: {min: 0, max: n}}}\n" + IDENTITY
)


def test_a_size_that_no_data_fixes_is_asked_for():
    (found,) = refused(OPEN, {"x": (2,)})
    assert found == (
        "SPC0516", "no data fixes the size `n`", None, "", "give it: `--dim n=8`"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("dims", "message", "help"),
    [
        ({"m": 3}, "--dim m=3: there is no dim `m`", ""),
        ({"seqq": 3}, "--dim seqq=3: there is no dim `seqq`", "did you mean `seq`?"),
        ({"k": 3}, "--dim k=3: `k` is fixed at 4", ""),
    ],
)
def test_a_size_that_the_model_has_not_cannot_be_given(dims, message, help):
    text = f"dims: {{seq: {{}}, k: 4}}\ninputs: {{x: {{shape: [seq, k, null]}}}}\n{IDENTITY}"
    (found,) = refused(text, {"x": (2, 3, 4, 5)}, **dims)
    assert found == ("SPC0516", message, None, "", help)


def test_a_size_that_is_fixed_may_be_given_again():
    text = f"specc: 1\ndims: {{k: 4}}\ninputs: {{x: {{shape: [k]}}}}\n{IDENTITY}"
    run = Run(program_of_text(text), {}, {"x": np.zeros((2, 4))}, dims={"k": (4, "--dim k=4")})
    run.prepare()
    assert run.sizes == {"batch": 2}


def test_a_size_that_is_given_and_data_disagree_where_the_data_is_declared():
    text = f"dims: {{seq: {{}}}}\ninputs: {{x: {{shape: [seq]}}}}\n{IDENTITY}"
    ((code, message, place, _, _),) = refused(text, {"x": (2, 3)}, seq=5)
    said = "`seq` is 5 (--dim seq=5) and 3 (axis 1 of the data for `x`)"
    assert (code, message, place) == ("SPC0514", said, "seq")


NAMED = (
    "inputs: {left: {shape: [2], mask: true}, right: {shape: [2]}}\n"
    "layers: [{type: Add, from: [left, right], mask: drop}]\n"
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        # one name for another is one mistake
        (["left", "left.mask", "rigth"],
         [("SPC0511", "the model has no input `rigth`", None, "did you mean `right`?")]),
        (["left", "left.mask", "z"],
         [("SPC0511", "the model has no input `z`", None,
           "its inputs are `left`, `left.mask`, `right`")]),
        (["left", "left.mask"],
         [("SPC0510", "no data for the input `right`", "right",
           "give `right`: `--input right=FILE`")]),
        (["left", "right"],
         [("SPC0510", "no data for the mask of the input `left`", "left",
           "give `left.mask`: `--input left.mask=FILE`")]),
        (["rigth"],
         [("SPC0511", "the model has no input `rigth`", None, "did you mean `right`?"),
          ("SPC0510", "no data for the input `left`", "left",
           "give `left`: `--input left=FILE`"),
          ("SPC0510", "no data for the mask of the input `left`", "left",
           "give `left.mask`: `--input left.mask=FILE`")]),
    ],
)  # fmt: skip
def test_names_that_the_model_has_not_and_data_that_is_missing(names, expected):
    found = refused(NAMED, dict.fromkeys(names, (1, 2)))
    assert [(code, message, place, help) for code, message, place, _, help in found] == expected


@pytest.mark.parametrize(
    ("function", "shapes", "said"),
    [
        ("x[:, :4] + zeros([4])", (3, 9),
         "axis -1: `min(4, n)` is 3, and must be 4 or 1"),
        ("zeros([4]) + x[:, :4]", (3, 9),
         "axis -1: `min(4, n)` is 3, and must be 4 or 1"),
        ("x[:, :8] + y[:, :6]", (7, 5),
         "axis -1: `min(8, n)` is 7, and must be == 5 (`min(6, m)`)"),
        ("x[:, :4] @ zeros([4])", (3, 9), "`min(4, n)` is 3, and must be == 4"),
    ],
)  # fmt: skip
def test_a_relation_that_the_data_decides_says_both_numbers(function, shapes, said):
    text = (
        "dims: {n: {}, m: {}}\ninputs: {x: {shape: [n]}, y: {shape: [m]}}\n"
        f"layers: [{{type: Lambda, from: {{x: x, y: y}}, function: '{function}'}}]\n"
    )
    n, m = shapes
    ((code, message, place, _, _),) = refused(text, {"x": (2, n), "y": (2, m)})
    assert (code, place) == ("SPC0517", function)
    assert message.endswith(said)
