"""Sizes in expressions: whatever the data's sizes are, a result has its type or a reason."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.compare import identity


def model(text):
    document = {
        "specc": 1,
        "dims": {"seq": {"min": 0}},
        "inputs": {"x": {"shape": ["seq", 4]}},
        "layers": [{"type": "Lambda", "name": "f", "function": text}],
    }
    return sc.compile_text(json.dumps(document), file="m.json")


def run(text, seq):
    return model(text)(np.ones((2, seq, 4), np.float32))


@pytest.mark.parametrize(
    ("text", "seq", "expected"),
    [
        ("seq - 5 + 0 * sum(x)", 2, -3),
        ("seq ** 9 + 0 * sum(x)", 100, 1e18),
        ("batch * seq - seq // 2 * 3 + 0 * sum(x)", 5, 4),
        ("maximum(seq, 4) - minimum(seq, 4) + 0 * sum(x)", 1, 3),
        ('cast(seq, "bfloat16") + 0 * sum(x)', 3, 3),
        ("seq ** cast(sum(0 * x) + 2, 'uint8') + 0 * sum(x)", 3, 9),
        ("(7 // (seq + 1)) % 3 + 0 * sum(x)", 0, 1),
        ("sum(shape(x)) + 0 * sum(x)", 5, 11),
        ("prod(shape(x)[1:]) + 0 * sum(x)", 5, 20),
        ("[seq, 7][-2] + 0 * sum(x)", 5, 5),
        ("gather(shape(x), [1, 0], axis=0)[0] + 0 * sum(x)", 5, 5),
    ],
)
def test_a_size_is_a_number_of_any_sign_and_length(text, seq, expected):
    assert float(run(text, seq)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "dtype", "expected"),
    [
        ("cast(shape(x), 'float32')", "float32", [2, 3, 5, 4, 7]),
        ("cast(shape(x), 'uint8')", "uint8", [2, 3, 5, 4, 7]),
        ("shape(x) * 2", "int32", [4, 6, 10, 8, 14]),
        ("shape(x) / 2", "float32", [1, 1.5, 2.5, 2, 3.5]),
        ("shape(x) == [2, 3, 5, 4, 6]", "bool", [True, True, True, True, False]),
        ("square(shape(x)[1:3])", "int32", [9, 25]),
        ("[[seq, 0.5], [seq - 9, 1]] + zeros([2, 2])", "float32", [[3, 0.5], [-6, 1]]),
        ("stack(shape(x))", "int32", [2, 3, 5, 4, 7]),
        ("shape(x[:, 1:])[1] // 2 + [seq]", "int32", [4]),
    ],
)
def test_sizes_in_a_list_are_a_tensor_of_what_the_data_has(text, dtype, expected):
    inputs = {"x": {"shape": ["seq", None, 4, "2*n + 1"]}}
    layers = [{"type": "Lambda", "name": "f", "function": text}]
    dims = {"seq": {}, "n": {}}
    document = {"specc": 1, "dims": dims, "inputs": inputs, "layers": layers}
    found = sc.compile_text(json.dumps(document))(np.ones((2, 3, 5, 4, 7), np.float32))
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype


@pytest.mark.parametrize(
    ("text", "seq", "shape"),
    [
        ("x[:, 1:]", 0, (2, 0, 4)),
        ("x[:, 5:2]", 3, (2, 0, 4)),
        ("x[:, seq - 2:]", 5, (2, 2, 4)),
        ("x[:, 4:seq - 4:-1]", 5, (2, 3, 4)),
        ("arange(seq)", 0, (0,)),
        ("tile(x, [1, seq, 1])", 0, (2, 0, 4)),
        ("reshape(x, [-1, seq])", 3, (8, 3)),
        ("split(x, 2, axis=1)[1]", 6, (2, 3, 4)),
        ("pad(x, [[0, 0], [1, seq], [0, 0]])", 2, (2, 5, 4)),
        ("repeat(x, seq, axis=0)", 3, (6, 3, 4)),
        ("squeeze(x[:, :1], 1)", 3, (2, 4)),
    ],
)
def test_results_have_the_sizes_that_were_inferred(text, seq, shape):
    assert run(text, seq).shape == shape


@pytest.mark.parametrize(
    ("text", "seq"),
    [
        ("x[:, seq - 2:]", 1),  # -1 would count from the end
        ("x[:, 4:seq - 4:-1]", 3),
        ("x * (5 // (seq - 1))", 1),
        ("x * (seq % (seq - 1))", 1),
        ("cast(x, 'int32') // seq", 0),
        ("cast(x, 'int32') % (seq - 1)", 1),
        ("cast(x, 'int32') % cast(seq, 'int64')", 0),
        ("[7, 8] // [seq, 1]", 0),
        ("cast(x, 'int32') // shape(x)[1]", 0),
        ("7 // (shape(x)[1:] + [])[0] * x", 0),
        ("cast(x, 'int32') // max(full([2], seq))", 0),
        ("reshape(x, [-1, seq])", 0),
        ("arange(seq - 5)", 2),
        ("x[:, seq - 1]", 0),
        ("split(x, 2, axis=1)[1]", 3),
        ("squeeze(x[:, :1], 1)", 0),
        ("max(x, axis=1)", 0),
    ],
)
def test_what_cannot_be_is_said_before_the_run(text, seq):
    with pytest.raises(sc.SpecError) as refused:
        run(text, seq)
    assert [item.code for item in refused.value.diagnostics.errors] == ["SPC0517"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x[" + "None, " * 40 + "...]", "SPC0304"),
        ("arange(10 ** 12)", "SPC0127"),
        ('arange(200, dtype="int8")', "SPC0127"),
        ('arange(4, dtype="bool")', "SPC0126"),
        ("zeros([1e30])", "SPC0122"),
        ("x[:, 1e300]", "SPC0122"),
        ("cast(x, 'int32') // 0", "SPC0122"),
        ("cast(x, 'int32') % 0", "SPC0122"),
        ("cast(x, 'int32') // [1, 0, 2, 3]", "SPC0122"),
        ("cast(x, 'int32') % False", "SPC0122"),
        ("cast(x, 'int32') % zeros([4], 'int32')", "SPC0122"),
        ("cast(x, 'int32') // (seq - seq)", "SPC0122"),
        ("stack([x, 1])", "SPC0304"),
        ("seq ** [-1, 4]", "SPC0127"),
        ("tile(x, [10 ** 9, 10 ** 9, 10 ** 9])", "SPC0307"),
    ],
)
def test_what_no_data_could_mend_is_refused_when_compiling(text, code):
    with pytest.raises(sc.SpecError) as refused:
        model(text)
    assert [item.code for item in refused.value.diagnostics.errors] == [code]


@given(
    st.lists(st.one_of(st.none(), st.integers(-4, 4)), min_size=2, max_size=2),
    st.one_of(st.none(), st.sampled_from([1, 2, -1, -2])),
)
def test_a_slice_of_any_length_is_numpys(ends, step):
    first, stop = ends
    written = ":".join("" if item is None else str(item) for item in (first, stop, step))
    sliced = model(f"x[:, {written}] + 0")
    for seq in range(7):
        data = np.arange(8 * seq, dtype=np.float32).reshape(2, seq, 4)
        np.testing.assert_array_equal(sliced(data), data[:, slice(first, stop, step)])


def test_neighbours_have_one_length():
    found = model("x[:, 2:] + x[:, 1:-1] + x[:, :-2]")
    assert found.program.graph.checks == ()
    assert str(found.outputs["f"].type) == "float32[batch, max(0, seq - 2), 4]"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("concatenate([x, x], axis=1)", "concat([x, x], axis=1)"),
        ("expand_dims(x, 1)", "expand(x, 1)"),
        (
            "expand_dims(concatenate([x, x], axis=1), axis=-1)",
            "expand(concat([x, x], axis=1), axis=-1)",
        ),
    ],
)
def test_numpys_name_of_a_function_is_as_good(text, ours):
    left, right = model(text), model(ours)
    assert identity(left.program) == identity(right.program)
    data = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.testing.assert_array_equal(left(data), right(data))


def test_numpys_name_alone_is_the_function_and_nobody_elses():
    data = np.zeros((2, 3, 4), np.float32)
    np.testing.assert_array_equal(model("arcsin")(data), data)
    own = sc.PythonFunction(lambda x: x, lambda x: x)
    text = json.dumps(
        {
            "specc": 1,
            "inputs": {"x": {"shape": [4]}},
            "layers": [{"type": "Lambda", "function": "x"}],
        }
    )
    with pytest.raises(ValueError, match="'arcsin' is a function of the language already"):
        sc.compile_text(text, functions={"arcsin": own})
