"""Functions of neighbouring parts are one; of parts with gaps, or other functions, they stay."""

import pytest
from rewriting_of import operations, rewritten


def applied(*parts, more="", end=None):
    """Functions of parts `(start, stop)` of an axis: the names of what is left."""
    lines = ["input x = %1: float32[n, 9]", "input z = %2: float32[n, 9]"]
    for at, (function, start, stop, of) in enumerate(parts):
        shape = f"float32[n, {stop - start}]"
        lines.append(f"%{10 + at}: {shape} = slice({of}, axis=1, start={start}, stop={stop})")
        lines.append(f"%{20 + at}: {shape} = {function}(%{10 + at})")
    results = ", ".join(f"y{at}=%{20 + at}" for at in range(len(parts)))
    text = "\n".join([*lines, more, f"return {end or results}"]).replace("\n\n", "\n")
    names = operations(rewritten("dead", rewritten("adjacent", text)))
    return sorted(name for name in names if name != "slice")


@pytest.mark.parametrize(
    ("parts", "left"),
    [
        ([("tanh", 0, 3, "%1"), ("tanh", 3, 5, "%1")], ["tanh"]),
        ([("tanh", 3, 5, "%1"), ("tanh", 0, 3, "%1"), ("tanh", 5, 9, "%1")], ["tanh"]),
        ([("tanh", 0, 3, "%1"), ("exp", 3, 5, "%1")], ["exp", "tanh"]),
        ([("tanh", 0, 3, "%1"), ("tanh", 4, 5, "%1")], ["tanh", "tanh"]),
        ([("tanh", 0, 4, "%1"), ("tanh", 3, 5, "%1")], ["tanh", "tanh"]),
        ([("tanh", 0, 3, "%1"), ("tanh", 3, 5, "%2")], ["tanh", "tanh"]),
        ([("tanh", 0, 3, "%1"), ("tanh", 0, 3, "%1"), ("tanh", 3, 5, "%1")], ["tanh", "tanh"]),
        (
            [
                ("tanh", 0, 2, "%1"),
                ("tanh", 2, 3, "%1"),
                ("tanh", 5, 6, "%1"),
                ("tanh", 6, 9, "%1"),
            ],
            ["tanh", "tanh"],
        ),
    ],
)
def test_functions_of_parts(parts, left):
    assert applied(*parts) == left


def test_parts_of_two_axes_stay():
    text = """
    input x = %1: float32[4, 4]
    %2: float32[2, 4] = slice(%1, axis=0, start=0, stop=2)
    %3: float32[4, 2] = slice(%1, axis=1, start=2, stop=4)
    %4: float32[2, 4] = exp(%2)
    %5: float32[4, 2] = exp(%3)
    return y=%4, z=%5
    """
    assert operations(rewritten("adjacent", text)).count("exp") == 2


def test_parts_up_to_a_named_size_stay():
    text = """
    input x = %1: float32[2, n + 2]
    %2: float32[2, n] = slice(%1, axis=1, start=0, stop=n)
    %3: float32[2, 2] = slice(%1, axis=1, start=1, stop=3)
    %4: float32[2, n] = exp(%2)
    %5: float32[2, 2] = exp(%3)
    return y=%4, z=%5
    """
    assert operations(rewritten("adjacent", text)).count("exp") == 2


def test_a_function_of_what_another_made_of_a_part_may_come_between():
    more = "%40: float32[n, 3] = exp(%20)"
    parts = [("tanh", 0, 3, "%1"), ("tanh", 3, 5, "%1")]
    assert applied(*parts, more=more, end="y=%40, z=%21, w=%20, v=%10") == ["exp", "tanh"]
