"""Indices of `gather` and of Embedding: proved where they are known, else the run names them."""

import json

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.expression import compile_expression
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.ranges import Range
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS as FUNCTIONS
from spec_compiler.refusals import Refusal

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def spec(*layers, x=None, i=None, **more):
    inputs = {"x": x or {"shape": [3]}, "i": {"batch_shape": [2], "dtype": "int32", **(i or {})}}
    return json.dumps({"specc": 1, **more, "inputs": inputs, "layers": layers})


def gather(text, **more):
    item = {"type": "Lambda", "name": "f", "from": ["x", "i"], "function": text}
    return spec(item, **more)


def errors(text):
    return [item for item in sc.validate(text) if item.severity.value == "error"]


@pytest.mark.parametrize(
    ("text", "i", "outside"),
    [
        ("gather(x, [0, 3], axis=1)", {}, "index 3 is outside axis 1 of size 3"),
        ("gather(x, [0, -4], axis=-1)", {}, "index -4 is outside axis -1 of size 3"),
        ("gather(x, arange(5), axis=1)", {}, "index 4 is outside axis 1 of size 3"),
        ("gather(x, arange(-4, 2), axis=1)", {}, "index -4 is outside axis 1 of size 3"),
        ("gather(x, 2 * arange(3), axis=1)", {}, "index 4 is outside axis 1 of size 3"),
        ("gather(x, i, axis=1)", {"values": {"min": 0, "max": 7}}, "index 7 is outside axis 1"),
        ("gather(x, i - 5, axis=1)", {"values": {"min": 0, "max": 7}}, "index -5 is outside axis"),
        ("gather(x, i[:, None], axis=1)", {"values": {"min": 3, "max": 3}}, "index 3 is outside"),
        ("gather(x, full([2], 3), axis=1)", {}, "index 3 is outside axis 1 of size 3"),
        (
            "gather(x, concat([i, [9]], axis=0), axis=1)",
            {"values": {"min": 0, "max": 2}},
            "index 9",
        ),
    ],
)
def test_an_index_that_is_known_to_be_outside_is_refused(text, i, outside):
    (error,) = errors(gather(text, i=i))
    assert error.code == "SPC0128"
    assert error.message.startswith(outside)
    assert error.span is not None


def test_a_constant_input_is_an_index_that_is_known():
    text = gather("gather(x, i, axis=1)").replace('"batch_shape": [2]', '"tensor": [0, 3]')
    assert [error.code for error in errors(text)] == ["SPC0128"]


@pytest.mark.parametrize(
    ("text", "values", "indices"),
    [
        ("gather(x, [0, -1], axis=1)", None, [0, -1]),
        ("gather(x, [[-3, 2]], axis=-1)", None, [[-3, 2]]),
        ("gather(x, i, axis=1)", {"min": -3, "max": 2}, [-3, 1]),
        ("gather(x, i, axis=1)", None, [-3, 1]),
        ("gather(x, cast(i, 'int8'), axis=1)", None, [-3, 1]),
        ("gather(x, clip(i, -1, 2), axis=1)", None, [-1, 1]),
        ("gather(x, arange(-3, 3), axis=1)", None, np.arange(-3, 3)),
    ],
)
def test_negative_indices_count_from_the_end(text, values, indices):
    model = sc.compile_text(gather(text, i={"values": values} if values else {}))
    found = model({"x": X, "i": np.array([-3, 1], np.int32)})
    np.testing.assert_array_equal(found, np.take(X, np.array(indices), axis=1))


def test_an_int8_index_reaches_the_end_of_a_long_axis():
    text = "gather(concat([x] , axis=1), cast(i, 'int8'), axis=1)"
    x = np.arange(600, dtype=np.float32).reshape(2, 300)
    found = sc.compile_text(gather(text, x={"shape": ["n"]}, dims={"n": {}}))
    np.testing.assert_array_equal(found({"x": x, "i": np.array([-1, 5], np.int32)}), x[:, [-1, 5]])


@pytest.mark.parametrize("index", [3, -4])
def test_an_index_that_only_the_data_knows_is_named_by_the_run(index):
    model = sc.compile_text(gather("gather(x, i, axis=1)"))
    with pytest.raises(sc.SpecError) as refused:
        model({"x": X, "i": np.array([0, index], np.int32)})
    (error,) = refused.value.diagnostics.errors
    assert error.code == "SPC0502"
    assert error.message == f"`f`: index {index} at position [1] is outside 0 to 2"
    with pytest.raises(sc.SpecError) as refused:
        model({"x": X, "i": np.array([index, 9], np.int32)})
    (error,) = refused.value.diagnostics.errors
    said = f"`f`: index {index} at position [0] is outside 0 to 2 (and 1 more)"
    assert error.message == said


@pytest.mark.parametrize(
    ("text", "checks"),
    [
        ("gather(x, arange(n), axis=1)", []),
        ("gather(x, n - 1 - arange(n), axis=1)", []),
        ("gather(x, arange(7 * n) % n, axis=1)", []),
        ("gather(x, argmax(x, axis=1), axis=1)", []),
        ("gather(x, clip(i, 0, 0), axis=1)", []),
        ("gather(x, i, axis=1)", []),
        ("gather(x, [3], axis=1)", ["3 < n"]),
        ("gather(x, arange(2 * n), axis=1)", ["2*n - 1 < n"]),
    ],
)
def test_what_sizes_decide_is_asked_before_a_run(text, checks):
    found = gather(text, x={"shape": ["n"]}, dims={"n": {"min": 0 if "2 * n" in text else 1}})
    program = sc.compile_text(found).program
    assert [f"{at.left} {at.relation} {at.right}" for at in program.graph.checks] == checks


@pytest.mark.parametrize(
    ("positions", "most", "code", "checks"),
    [
        ("arange(n)", 8, None, []),
        ("arange(n)", None, None, ["n - 1 < 8"]),
        ("arange(n) + 1", 8, None, ["n < 8"]),
        ("arange(9)", 8, "SPC0501", None),
        ("arange(n) - 1", 8, "SPC0501", None),
        ("stack([arange(n), arange(n)])", 8, None, []),
        ("minimum(arange(n), 7)", None, None, []),
    ],
)
def test_an_embedding_knows_the_range_of_positions(positions, most, code, checks):
    made = {"type": "Lambda", "function": positions}
    embedding = {"type": "Embedding", "input_dim": 8, "output_dim": 2, "name": "e"}
    dims = {"n": {"max": most} if most else {}}
    text = spec({**made, "from": "x"}, embedding, x={"shape": ["n"]}, dims=dims)
    assert [item.code for item in errors(text)] == ([code] if code else [])
    if code is None:
        program = sc.compile_text(text).program
        found = [f"{at.left} {at.relation} {at.right}" for at in program.graph.checks]
        assert found == checks


@pytest.mark.parametrize(
    "text",
    [
        "i - i",
        "i * i // 99",
        "where(i > 2, 0, i)",
        "minimum(i, 6 - i) // 2",
        "[9, 0][1:]",
        "i[:1] % 3",
    ],
)
def test_ends_that_may_never_be_met_refuse_nothing(text):
    assert not errors(gather(f"gather(x, {text}, axis=1)", i={"values": {"min": 0, "max": 7}}))


WHOLE = st.recursive(
    st.sampled_from(["i", "i", "arange(n)", "arange(4)", "[3, -2, 0, 1]", "n", "2", "-3"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        st.tuples(st.sampled_from(["minimum", "maximum"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
        inner.map(lambda part: f"clip({part}, -2, 5)"),
        inner.map(lambda part: f"where(b, {part}, 1)"),
        inner.map(lambda part: f"cast(cast({part}, 'int8'), 'int32')"),
        inner.map(lambda part: f"flip({part} + [0, 0, 0, 0])"),
        inner.map(lambda part: f"({part} + [0, 0, 0, 0])[1:]  + [0, 0, 0]"),
        inner.map(lambda part: f"concat([0 * i + {part}, i], axis=0)[:4]"),
        inner.map(lambda part: f"gather(0 * i + {part}, [0, -1, 2, 1], axis=0)"),
        inner.map(lambda part: f"max(0 * i + {part})"),
    ),
    max_leaves=5,
)


@given(WHOLE, st.lists(st.integers(-4, 6), min_size=4, max_size=4), st.integers(0, 15))
def test_every_number_lies_in_the_range_that_is_known(text, numbers, bits):
    note(text)
    b, n = Builder(policy=Policy("float64", "float64")), symbol("n", 4, 4)
    inputs = {"i": b.value(TensorType("int32", (4,))), "b": b.value(TensorType("bool", (4,)))}
    b.ranges.known[inputs["i"]] = Range(-4, 6, met=True)
    try:
        y = compile_expression(f"0 * i[:1] + ({text})", b, {**inputs, "n": n}, FUNCTIONS)
    except Refusal:  # shapes that do not fit, division by 0
        return
    known = b.range_of(y)
    flags = np.array([bool(bits >> k & 1) for k in range(4)])
    graph = b.graph(inputs, {"y": y})
    try:
        with np.errstate(all="ignore"):
            data = {"i": np.array(numbers, np.int32), "b": flags}
            found = evaluate(graph, data, {}, {"n": 4})["y"]
    except RunError:
        return
    low, high = (size_of(end, {"n": 4}) for end in known[:2])
    assert low <= found.min(), (known, found)
    assert found.max() <= high, (known, found)


@given(WHOLE)
def test_ends_that_are_said_to_be_met_are_met(text):
    """Where an input holds all that its author says."""
    note(text)
    b, n = Builder(policy=Policy("float64", "float64")), symbol("n", 4, 4)
    inputs = {"i": b.value(TensorType("int32", (11, 1))), "b": b.value(TensorType("bool", (11, 1)))}
    b.ranges.known[inputs["i"]] = Range(-4, 6, met=True)
    try:
        y = compile_expression(f"zeros([], 'int32') + ({text})", b, {**inputs, "n": n}, FUNCTIONS)
    except Refusal:  # shapes that do not fit, division by 0
        return
    known = b.range_of(y)
    data = {"i": np.arange(-4, 7, dtype=np.int32)[:, None], "b": np.arange(11)[:, None] % 2 == 0}
    if known.met:
        found = evaluate(b.graph(inputs, {"y": y}), data, {}, {"n": 4})["y"]
        ends = tuple(size_of(end, {"n": 4}) for end in known[:2])
        assert ends == (found.min(), found.max())
