"""Products of one value with several weights are one, with their shifts where all have one."""

import pytest
from rewriting_of import operations, rewritten

HEAD = """
input x = %1: {dtype}[n, 4]
input z = %2: {dtype}[n, 4]
weight v = %3: {dtype}[4, 3]
weight w = %4: {dtype}[4, 2, 2]
weight a = %5: {dtype}[3]
weight c = %6: {dtype}[2, 2]
"""
V, W = "contracted=((1,), (0,)), batch=((), ())", "contracted=((1,), (0,)), batch=((), ())"


def products(left, right, *more, dtype="float32", end="y=%7, z=%8"):
    """The products of what is read, then what is done with them; those that are left."""
    lines = [
        HEAD.format(dtype=dtype).strip(),
        f"%7: {dtype}[n, 3] = contract({left}, %3, {V})",
        f"%8: {dtype}[n, 2, 2] = contract({right}, %4, {W})",
        *(line.replace("float32", dtype) for line in more),
        f"return {end}",
    ]
    return operations(rewritten("dead", rewritten("merged", "\n".join(lines))))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32"])
def test_products_of_one_value_are_one(dtype):
    assert products("%1", "%1", dtype=dtype).count("contract") == 1


def test_products_of_two_values_are_two():
    assert products("%1", "%2") == ["contract", "contract"]


SHIFTS = "%9: float32[n, 3] = add(%7, %5)", "%10: float32[n, 2, 2] = add(%6, %8)"


def test_shifts_of_all_are_one():
    names = products("%1", "%1", *SHIFTS, end="y=%9, z=%10")
    assert (names.count("contract"), names.count("add")) == (1, 1)


@pytest.mark.parametrize(
    ("more", "end"),
    [
        (SHIFTS[:1], "y=%9, z=%8"),
        (SHIFTS, "y=%9, z=%10, q=%7"),
        (("%9: float32[n, 3] = subtract(%7, %5)", SHIFTS[1]), "y=%9, z=%10"),
        (("%9: float32[n, 3] = add(%7, %7)", SHIFTS[1]), "y=%9, z=%10"),
    ],
)
def test_shifts_of_some_stay(more, end):
    names = products("%1", "%1", *more, end=end)
    assert names.count("contract") == 1
    assert len([name for name in names if name in {"add", "subtract"}]) == len(more)


def test_shifts_for_rows_stay():
    text = """
    input x = %1: float32[2, 4]
    weight v = %2: float32[4, 3]
    weight w = %3: float32[4, 3]
    weight r = %4: float32[2, 3]
    %5: float32[2, 3] = contract(%1, %2, contracted=((1,), (0,)), batch=((), ()))
    %6: float32[2, 3] = add(%5, %4)
    %7: float32[2, 3] = contract(%1, %3, contracted=((1,), (0,)), batch=((), ()))
    return y=%6, z=%7
    """
    names = operations(rewritten("merged", text))
    assert (names.count("contract"), names.count("add")) == (1, 1)


def test_weights_may_be_made_later_and_turned():
    text = """
    input x = %1: float32[n, 4]
    weight v = %2: float32[4, 3]
    weight w = %3: float32[2, 4]
    %4: float32[n, 3] = contract(%1, %2, contracted=((1,), (0,)), batch=((), ()))
    %5: float32[n, 3] = exp(%4)
    %6: float32[2, 4] = negate(%3)
    %7: float32[n, 2] = contract(%1, %6, contracted=((1,), (1,)), batch=((), ()))
    return y=%5, z=%7
    """
    assert operations(rewritten("merged", text)).count("contract") == 1


@pytest.mark.parametrize("axes", ["((0,), (0,))", "((1,), (0,))"])
def test_other_axes_are_another_product(axes):
    text = f"""
    input x = %1: float32[4, 4]
    weight v = %2: float32[4, 3]
    weight w = %3: float32[4, 3]
    %4: float32[4, 3] = contract(%1, %2, contracted=((1,), (0,)), batch=((), ()))
    %5: float32[4, 3] = contract(%1, %3, contracted={axes}, batch=((), ()))
    return y=%4, z=%5
    """
    count = operations(rewritten("merged", text)).count("contract")
    assert count == (1 if axes == "((1,), (0,))" else 2)


def test_products_for_each_entry_of_an_axis_stay_apart():
    """Also where the axis is the first one, whose number is 0."""
    text = (
        "input x = %1: float32[2, n, 1]\n"
        "weight v = %2: float32[1, 4, 2]\n"
        "weight w = %3: float32[1, 3, 2]\n"
        "%4: float32[2, n, 4] = contract(%1, %2, contracted=((2,), (0,)), batch=((0,), (2,)))\n"
        "%5: float32[2, n, 3] = contract(%1, %3, contracted=((2,), (0,)), batch=((0,), (2,)))\n"
        "return y=%4, z=%5"
    )
    assert operations(rewritten("merged", text)) == ["contract", "contract"]
