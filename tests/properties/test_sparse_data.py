"""Data in scipy's sparse formats: the results, and the refusals, of the same data as an array."""

import json

import numpy as np
import pytest
from holding import close
from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import Spec, arrays_for, sizes_for, specs
from scipy import sparse

from spec_compiler import SpecError, SpecWarning, compile_text
from spec_compiler.ir.types import DTYPES
from spec_compiler.runtime.run import Run

FORMATS = ("csr", "csc", "coo", "bsr", "lil", "dok", "dia")
CLASSES = [getattr(sparse, f"{form}_{kind}") for form in FORMATS for kind in ("matrix", "array")]
OF_ONE_AXIS = [sparse.csr_array, sparse.coo_array, sparse.dok_array]


def in_a_format(array, draw):
    """The array in a drawn sparse format; as it is where scipy has none for its axes or dtype."""
    if array.dtype == np.float16:
        array = array.astype(np.float32)
    if not array.ndim:
        return array
    classes = {1: OF_ONE_AXIS, 2: CLASSES}.get(array.ndim, [sparse.coo_array])
    return draw(st.sampled_from(classes))(array)


def sparse_everywhere(document):
    document = json.loads(json.dumps(document))
    for declared in document["inputs"].values():
        if "tensor" not in declared:
            declared["sparse"] = True
    return document


@given(specs(), st.integers(0, 2**32 - 1), st.data())
def test_results_are_those_of_arrays(spec: Spec, seed: int, data):
    text = json.dumps(sparse_everywhere(spec.document))
    note(text)
    model = compile_text(text, file="spec.json")
    rng = np.random.default_rng(seed)
    arrays = arrays_for(model, rng, sizes_for(model.program, rng))
    given = {name: in_a_format(array, data.draw) for name, array in arrays.items()}
    note({name: type(item).__name__ for name, item in given.items()})
    wanted, found = ran(model, arrays), ran(model, given)
    for name, array in wanted.items():
        assert type(found[name]) is np.ndarray, name
        assert found[name].dtype == array.dtype, name
        close(model, found[name], array, name)


def ran(model, arrays):
    run = Run(model.program, model.weights, arrays)
    run.prepare()
    return run.whole()


NUMBERS = {
    "bool": [False, True],
    "int8": [0, 1, 3, -100],
    "uint8": [0, 1, 3, 200],
    "int64": [0, 1, 3, 1000, 2**40, 2**62 + 1],
    "uint64": [0, 1, 2**63 + 1],
    "float32": [0.0, 1.0, 0.5, 3.0, 1e38, np.nan, np.inf, -np.inf],
    "float64": [0.0, 1.0, 0.1, 300.0, 70000.0, 1e300, np.nan, np.inf],
    "complex64": [0, 1, 1j],
}


@st.composite
def matrices(draw):
    dtype = draw(st.sampled_from(list(NUMBERS)))
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    numbers = st.sampled_from([0, 0, *NUMBERS[dtype]])
    drawn = draw(st.lists(numbers, min_size=rows * columns, max_size=rows * columns))
    return np.array(drawn, dtype).reshape(rows, columns)


@given(st.sampled_from(DTYPES), matrices(), st.booleans(), st.integers(-1, 2), st.data())
def test_what_is_wrong_with_it_is_what_is_wrong_with_an_array(dtype, matrix, bounded, low, data):
    declared = {"shape": [matrix.shape[1]], "dtype": dtype, "sparse": True}
    if bounded and "int" in dtype:
        declared["values"] = {"min": max(low, 0) if dtype[0] == "u" else low, "max": 3}
    model = compile_text(
        json.dumps({"specc": 1, "inputs": {"x": declared}, "layers": [{"type": "Identity"}]}),
        file="spec.json",
    )
    given = in_a_format(matrix, data.draw)
    before = given.toarray()
    wanted, found = outcome(model, matrix), outcome(model, given)
    note((matrix, type(given)))
    assert found[0] == wanted[0]
    for name, array in wanted[1].items():
        np.testing.assert_array_equal(found[1][name], array)
    np.testing.assert_array_equal(given.toarray(), before)


def outcome(model, array):
    """What is said about the data, and the results."""
    run = Run(model.program, model.weights, {"x": array})
    results = {}
    try:
        run.prepare()
        results = run.whole()
    except SpecError:
        pass
    said = [(item.code, item.severity, item.message, item.help) for item in run.diagnostics]
    return said, results


@pytest.mark.parametrize("made", CLASSES)
def test_a_model_of_one_input_takes_it(made):
    model = compile_text("""\
specc: 1
inputs: {x: {shape: [2], sparse: true}}
layers: [{type: Lambda, function: "x * 2"}]
""")
    array = np.array([[1, 0], [0, 2]], np.float32)
    np.testing.assert_array_equal(model(made(array)), array * 2)


def test_a_place_that_is_stored_twice_counts_as_its_sum_and_stays_so():
    model = compile_text("""\
specc: 1
inputs: {x: {shape: [2], sparse: true, dtype: int8, values: {min: 0, max: 3}}}
layers: [{type: Identity}]
""")
    twice = sparse.csr_matrix(([2, 2], [1, 1], [0, 2]), shape=(1, 2))
    with pytest.raises(SpecError, match=r"holds 4 at \[0, 1\]"):
        model(twice)
    assert list(twice.data) == [2, 2]


def test_zeros_meet_an_infinite_weight():
    model = compile_text("""\
specc: 1
inputs: {x: {shape: [2], sparse: true}, w: {tensor: [[1.0], [.inf]]}}
layers: [{type: Lambda, from: [x, w], function: "x @ w"}]
""")
    array = np.array([[1, 0], [1, 1]], np.float32)
    for data in (sparse.csr_matrix(array), array):
        with pytest.warns(SpecWarning, match="the output `lambda` holds NaN"):
            np.testing.assert_array_equal(model(data), [[np.nan], [np.inf]])
