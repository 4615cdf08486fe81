"""What changes nothing goes, and nothing else."""

import numpy as np
import pytest
from rewriting_of import graph_of, operations, rewritten

from spec_compiler.ir.evaluate import evaluate
from spec_compiler.passes import PASSES

ONE = "input x = %1: {dtype}[n, 4]\n%2: {dtype}[] = full(value={number}, dtype={dtype}, shape=())\n"
GONE = [("multiply", "1.0"), ("divide", "1.0"), ("subtract", "0.0")]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@pytest.mark.parametrize(("name", "number"), GONE)
def test_a_number_that_changes_nothing_goes(name, number, dtype):
    text = ONE.format(dtype=dtype, number=number) + f"%3: {dtype}[n, 4] = {name}(%1, %2)\n"
    assert operations(rewritten("algebra", text + "return y=%3")) == []


STAYS = [("add", "0.0"), ("multiply", "0.0"), ("divide", "2.0"), ("subtract", "1.0")]
STAYS += [("subtract", "-0.0"), ("power", "1.0"), ("multiply", "-1.0")]


@pytest.mark.parametrize(("name", "number"), STAYS)
def test_a_number_that_changes_something_stays(name, number):
    """Adding 0, or taking away -0, makes a negative zero positive."""
    text = ONE.format(dtype="float32", number=number) + f"%3: float32[n, 4] = {name}(%1, %2)\n"
    assert operations(rewritten("algebra", text + "return y=%3")) == [name]


@pytest.mark.parametrize("number", ["0.0", "-0.0"])
def test_zeros_keep_their_signs(number):
    text = ONE.format(dtype="float32", number=number) + "%3: float32[n, 4] = subtract(%1, %2)\n"
    graph, x = graph_of(text + "return y=%3"), np.array([[-0.0, 0.0, 1, np.nan]], "f")
    before, after = (
        evaluate(one, {"x": x}, {}, {"n": 1, "m": 1})["y"]
        for one in (graph, PASSES["algebra"](graph))
    )
    np.testing.assert_array_equal(np.signbit(before), np.signbit(after))


def test_a_number_before_the_sign_stays():
    text = ONE.format(dtype="float32", number="0.0") + "%3: float32[n, 4] = subtract(%2, %1)\n"
    assert operations(rewritten("algebra", text + "return y=%3")) == ["subtract"]


def test_what_broadcasts_stays():
    assert operations(
        rewritten(
            "algebra",
            """
            input x = %1: float32[n, 1]
            %2: float32[4] = full(value=1.0, dtype=float32, shape=(4,))
            %3: float32[n, 4] = multiply(%1, %2)
            return y=%3
            """,
        )
    ) == ["multiply"]


MOVES = [
    ("transpose(%1, axes=(1, 0))", "4, n", "transpose(%2, axes=(1, 0))", "n, 4", []),
    ("reverse(%1, axis=1)", "n, 4", "reverse(%2, axis=1)", "n, 4", []),
    ("reverse(%1, axis=0)", "n, 4", "reverse(%2, axis=1)", "n, 4", ["reverse"] * 2),
    ("negate(%1)", "n, 4", "negate(%2)", "n, 4", []),
    ("reshape(%1, shape=(4*n,))", "4*n", "reshape(%2, shape=(n, 4))", "n, 4", []),
    ("reshape(%1, shape=(4*n,))", "4*n", "reshape(%2, shape=(n, 2, 2))", "n, 2, 2", ["reshape"]),
    ("reshape(%1, shape=(m, 4))", "m, 4", "reshape(%2, shape=(n, 2, 2))", "n, 2, 2", ["reshape"]),
    ("exp(%1)", "n, 4", "exp(%2)", "n, 4", ["exp", "exp"]),
]


@pytest.mark.parametrize(("first", "between", "second", "shape", "left"), MOVES)
@pytest.mark.parametrize("more", ["", ", z=%2"])
def test_two_moves_are_one(first, between, second, shape, left, more):
    """The first one stays where something else reads it."""
    after = rewritten(
        "algebra",
        f"""
        input x = %1: float32[n, 4]
        %2: float32[{between}] = {first}
        %3: float32[{shape}] = {second}
        return y=%3{more}
        """,
    )
    needed = rewritten("dead", after)
    assert len(operations(needed)) <= len(left) + bool(more)


def test_casts_that_round_stay():
    """To a narrow dtype and back loses digits."""
    after = rewritten(
        "algebra",
        """
        input x = %1: float32[n]
        %2: float16[n] = cast(%1, dtype=float16)
        %3: float32[n] = cast(%2, dtype=float32)
        %4: float32[n] = cast(%3, dtype=float32)
        return y=%4
        """,
    )
    assert operations(after) == ["cast", "cast"]
