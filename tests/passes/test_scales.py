"""Scales go into weights where they are numbers for channels that nothing else reads."""

import pytest
from rewriting_of import operations, rewritten

HEAD = """
input x = %1: float32[n, 4]
input z = %2: float32[n, 3]
weight w = %3: float32[4, 3]
weight s = %4: float32[3]
weight t = %5: float32[1, 3]
weight u = %6: float32[1]
weight p = %30: float32[]
%7: float32[n, 3] = contract(%1, %3, contracted=((1,), (0,)), batch=((), ()))
"""
TYPED = ": float32[n, 3] = "


def after(*steps, head=HEAD, end="y=%{last}"):
    """The product and steps on it, `_` for what is before: rewritten, the names of its nodes."""
    lines, last = [head.strip()], 7
    for at, step in enumerate(steps, 10):
        lines.append(f"%{at}{TYPED}{step.replace('_', f'%{last}')}")
        last = at
    text = "\n".join([*lines, "return " + end.replace("{last}", str(last))])
    return operations(rewritten("dead", rewritten("scales", text)))


def on_rows(names):
    """What is computed for each row: from the product on."""
    return names[names.index("contract") :]


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        (["multiply(_, %4)"], ["contract"]),
        (["divide(_, %5)"], ["contract"]),
        (["multiply(%6, _)", "divide(_, %4)"], ["contract"]),
        (["multiply(_, %30)"], ["contract"]),
        (["add(_, %4)", "multiply(_, %5)", "subtract(_, %6)"], ["contract", "add"]),
        (["subtract(%4, _)", "subtract(%5, _)", "divide(_, %6)"], ["contract", "add"]),
        (["subtract(_, %4)", "add(%5, _)"], ["contract", "add"]),
    ],
)
def test_scales_and_shifts_of_channels_are_one(steps, left):
    assert on_rows(after(*steps)) == left


@pytest.mark.parametrize(
    "steps",
    [
        ["add(_, %4)"],
        ["subtract(%4, _)"],
        ["divide(%4, _)"],
        ["multiply(_, %2)"],
        ["multiply(_, _)"],
        ["multiply(_, _)", "multiply(_, _)"],
    ],
)
def test_what_is_no_scale_of_channels_stays(steps):
    """One shift alone, a division by the product, a number for each row, a square."""
    assert after(*steps) == ["contract", *[step[: step.index("(")] for step in steps]]


def test_a_product_that_is_read_twice_stays():
    assert after("multiply(_, %4)", end="y=%{last}, z=%7") == ["contract", "multiply"]
    assert after("multiply(_, %4)", "add(_, %7)") == ["contract", "multiply", "add"]


def test_what_is_read_in_the_middle_ends_a_scale():
    found = after("multiply(_, %4)", "multiply(_, %5)", end="y=%{last}, z=%10")
    assert on_rows(found) == ["contract", "multiply"]


@pytest.mark.parametrize("shape", ["[2, 1]", "[2, 3]"])
def test_a_number_for_each_row_is_none_for_channels(shape):
    head = HEAD.replace("[n, ", "[2, ")
    text = (
        head + f"weight r = %8: float32{shape}\n%9: float32[2, 3] = multiply(%7, %8)\nreturn y=%9"
    )
    lines = text.strip().splitlines()
    lines.sort(key=lambda line: not line.startswith(("input", "weight")))
    assert operations(rewritten("scales", "\n".join(lines))) == ["contract", "multiply"]


def test_what_makes_the_result_larger_stays():
    text = """
    input x = %1: float32[n, 4]
    weight w = %2: float32[4, 1]
    weight s = %3: float32[3]
    %4: float32[n, 1] = contract(%1, %2, contracted=((1,), (0,)), batch=((), ()))
    %5: float32[n, 3] = multiply(%4, %3)
    return y=%5
    """
    assert operations(rewritten("scales", text)) == ["contract", "multiply"]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "int32"])
def test_narrow_numbers_round_where_it_is_written(dtype):
    text = HEAD.replace("float32", dtype) + f"%9: {dtype}[n, 3] = multiply(%7, %4)\nreturn y=%9"
    assert operations(rewritten("scales", text.strip())) == ["contract", "multiply"]


@pytest.mark.parametrize("number", ["inf", "nan"])
def test_infinite_scales_stay(number):
    """In the weights, they would meet zeros and each other."""
    text = HEAD + f"%8: float32[] = full(value={number}, dtype=float32, shape=())\n"
    text += "%9: float32[n, 3] = multiply(%7, %8)\nreturn y=%9"
    assert operations(rewritten("scales", text.strip())) == ["contract", "multiply"]


def test_channels_of_several_axes():
    text = """
    input x = %1: float32[n, 4]
    weight w = %2: float32[4, 2, 3]
    weight s = %3: float32[2, 3]
    weight t = %4: float32[3]
    weight u = %5: float32[2, 1]
    %6: float32[n, 2, 3] = contract(%1, %2, contracted=((1,), (0,)), batch=((), ()))
    %7: float32[n, 2, 3] = multiply(%6, %3)
    %8: float32[n, 2, 3] = add(%7, %4)
    %9: float32[n, 2, 3] = divide(%8, %5)
    return y=%9
    """
    assert on_rows(operations(rewritten("scales", text))) == ["contract", "add"]


def test_weights_whose_last_axis_is_summed_stay():
    text = """
    input x = %1: float32[n, 4]
    weight w = %2: float32[3, 4]
    weight s = %3: float32[3]
    %4: float32[n, 3] = contract(%1, %2, contracted=((1,), (1,)), batch=((), ()))
    %5: float32[n, 3] = multiply(%4, %3)
    return y=%5
    """
    assert operations(rewritten("scales", text)) == ["contract", "multiply"]


def test_products_for_each_entry_of_an_axis_are_scaled_afterwards():
    """Also where the axis is the first one, whose number is 0."""
    text = (
        "input x = %1: float32[2, n, 3]\n"
        "weight w = %2: float32[2, 3, 4]\n"
        "weight s = %3: float32[4]\n"
        "%4: float32[2, n, 4] = contract(%1, %2, contracted=((2,), (1,)), batch=((0,), (0,)))\n"
        "%5: float32[2, n, 4] = multiply(%4, %3)\n"
        "return y=%5"
    )
    assert operations(rewritten("scales", text)) == ["contract", "multiply"]
