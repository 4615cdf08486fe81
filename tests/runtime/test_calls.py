"""What a call works out once is never asked again, and what may change in between always is."""

import copy
import pickle
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler import SpecError
from spec_compiler.compile import program_of_text
from spec_compiler.runtime import memory
from spec_compiler.runtime.bound import KEPT, Bindings
from spec_compiler.runtime.run import Run

HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers:\n"
DENSE = "  - {type: Dense, units: 4, activation: relu}\n"
X = np.ones((1, 4), np.float32)


def calls_of(model, x):
    """The files of the Python functions that a call of a model calls, one for each call."""
    found = []

    def note(frame, event, argument):
        if event == "call":
            found.append(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        model(x)
    finally:
        sys.setprofile(None)
    return found


def test_a_call_that_is_not_the_first_is_short():
    model = sc.compile_text(HEAD + DENSE)
    first, _, third = (len(calls_of(model, X)) for _ in range(3))  # Python itself learns, too
    assert third < 100 < first


def test_what_surrounds_the_graph_does_not_grow_with_it():
    def around(text):
        model = sc.compile_text(text)
        for _ in range(2):
            model(X)
        return sum("/spec_compiler/runtime/" in file for file in calls_of(model, X))

    assert around(HEAD + DENSE) == around(HEAD + 20 * DENSE)


def refused(model, *given, **dims):
    with pytest.raises(SpecError) as caught:
        model(*given, **dims)
    return [item.code for item in caught.value.diagnostics.errors]


def test_every_call_is_checked():
    model = sc.compile_text(
        "specc: 1\ninputs: {x: {shape: [4], values: {min: 0, max: 1}}}\nlayers:\n" + DENSE
    )
    for _ in range(2):
        model(X)
        assert refused(model, np.ones((1, 5), "f")) == ["SPC0513"]
        assert refused(model, np.ones(4, "f")) == ["SPC0512"]
        assert refused(model, 2 * X) == ["SPC0520"]
        assert refused(model, X * np.nan) == ["SPC0520"]
        assert refused(model, X.astype(complex)) == ["SPC0519"]
        assert refused(model, {"x": X, "y": X}) == ["SPC0511"]
        assert refused(model, {}) == ["SPC0510"]
        assert refused(model, X, dims={"batch": 2}) == ["SPC0514"]
        assert refused(model, [[1, 2], [3]]) == ["SPC0519"]


def test_sizes_that_no_data_fixes_are_told_apart():
    model = sc.compile_text(
        "specc: 1\ndims: {n: {min: 1}}\ninputs: {x: {shape: [4]}}\n"
        "layers: [{type: Lambda, function: x * n}]\n"
    )
    for n in (2, 3, 2):
        np.testing.assert_array_equal(model(X, dims={"n": n}), n * X)
    assert refused(model, X) == ["SPC0516"]
    assert refused(model, X, dims={"n": 0}) == ["SPC0515"]


def test_an_interval_follows_the_sizes():
    model = sc.compile_text(
        "specc: 1\ndims: {n: {}}\ninputs:\n"
        "  x: {shape: [n], dtype: int32, values: {min: 0, max: n}}\n"
        "layers: [{type: Identity}]\n"
    )
    five, six = np.full((1, 5), 6, np.int32), np.full((1, 6), 6, np.int32)
    for _ in range(2):
        assert refused(model, five) == ["SPC0520"]
        np.testing.assert_array_equal(model(six), six)


def test_warnings_come_in_every_run():
    program, bindings = (
        program_of_text(f"{HEAD}  - {{type: Lambda, function: log(x)}}\n"),
        Bindings(),
    )
    for x, code in [(X, None), (-X, "SPC0522"), (X * np.nan, "SPC0521")] * 2:
        run = Run(program, {}, {"x": x}, bindings=bindings)
        run.prepare()
        run.whole()
        assert [item.code for item in run.diagnostics.items] == [code] * (code is not None)


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (-X, "SPC0522: the output `lambda` holds NaN, and the data holds none"),
        (X * np.nan, f"SPC0521: the data for `x` holds NaN at [0, 0] ({X.size} in all)"),
    ],
)
def test_a_call_warns_at_its_line(x, said):
    model = sc.compile_text(f"{HEAD}  - {{type: Lambda, function: log(x)}}\n")
    with pytest.warns(sc.SpecWarning) as found:
        model(x)
    assert [(str(item.message), item.filename) for item in found] == [(said, __file__)]


def test_that_numbers_became_nan_is_said_once_in_all_slices():
    run = Run(
        program_of_text(f"{HEAD}  - {{type: Lambda, function: log(x)}}\n"),
        {},
        {"x": -np.ones((4, 4), np.float32)},
    )
    run.prepare()
    assert len(list(run.slices(2))) == 2
    assert [item.code for item in run.diagnostics.items] == ["SPC0522"]


@pytest.mark.parametrize("layer", ["type: Identity", "type: Flatten", "type: Weight, shape: [2]"])
def test_what_comes_out_is_the_callers_own(layer):
    model = sc.compile_text(f"{HEAD}  - {{{layer}}}\n")
    x = X.copy()
    for _ in range(2):
        found = model(x)
        assert (found != 7).all()
        found += 7
    assert (x == X).all()


def test_weights_that_are_set_anew_are_those_of_the_next_call():
    model = sc.compile_text(HEAD + "  - {type: Dense, name: d, units: 4, use_bias: false}\n")
    for factor in (1, 2, 3):
        model.weights = {"d.kernel": factor * np.eye(4)}
        np.testing.assert_array_equal(model(X), factor * X)


FOLDED = HEAD + "  - {type: Dense, name: d, units: 4}\n  - {type: BatchNormalization, name: b}\n"


def test_weights_are_the_models_own():
    """A plan keeps what it made of them: what changes them elsewhere must not change some."""
    found = sc.compile_text(FOLDED)
    given = {name: np.array(array) for name, array in found.weights.items()}
    model = sc.compile_text(FOLDED, weights=given)
    for array in given.values():
        array += 1
    np.testing.assert_array_equal(model(X), found(X))
    model.weights = given
    assert (model(X) != found(X)).any()


@pytest.mark.parametrize("weights", [None, {"d.kernel": np.eye(4, dtype="f")}])
def test_weights_are_not_written_into(weights):
    model = sc.compile_text(HEAD + "  - {type: Dense, name: d, units: 4, use_bias: false}\n",
                            weights=weights)  # fmt: skip
    with pytest.raises(ValueError, match="read-only"):
        model.weights["d.kernel"][:] = 0


def test_weights_that_nobody_can_write_into_are_not_copied():
    kernel = np.eye(4, dtype="f")
    kernel.flags.writeable = False
    model = sc.compile_text(HEAD + "  - {type: Dense, name: d, units: 4, use_bias: false}\n",
                            weights={"d.kernel": kernel})  # fmt: skip
    assert np.shares_memory(model.weights["d.kernel"], kernel)


def test_what_numpy_masks_is_no_data():
    model = sc.compile_text(HEAD + DENSE)
    hidden = np.ma.masked_array(X, mask=[[True, False, False, False]])
    with pytest.raises(SpecError, match="entries that are masked"):
        model(hidden)
    np.testing.assert_array_equal(model(np.ma.masked_array(X)), model(X))


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_model_says_that_it_is_not_copied(copied):
    with pytest.raises(TypeError, match="compile its file where it is to run"):
        copied(sc.compile_text(HEAD + DENSE))


def test_no_more_is_kept_than_is_told():
    program, bindings = program_of_text(HEAD + DENSE), Bindings()
    for rows in range(1, KEPT + 5):
        Run(program, {}, {"x": np.ones((rows, 4), "f")}, bindings=bindings).prepare()
    assert len(bindings) == KEPT


def test_what_is_asked_for_again_is_kept_the_longest():
    program, bindings = program_of_text(HEAD + DENSE), Bindings()

    def bound(rows):
        run = Run(program, {}, {"x": np.ones((rows, 4), "f")}, bindings=bindings)
        run.prepare()
        return run.bound

    first = bound(1)
    for rows in range(2, 2 * KEPT):
        bound(rows)
        assert bound(1) is first


def test_what_is_refused_is_not_kept():
    program, bindings = program_of_text(HEAD + DENSE), Bindings()
    with pytest.raises(SpecError):
        Run(program, {}, {"x": np.ones((1, 5), "f")}, bindings=bindings).prepare()
    assert len(bindings) == 0


def test_threads_may_give_data_of_many_shapes():
    model = sc.compile_text(f"{HEAD}  - {{type: Lambda, function: x + 1}}\n")
    wrong = []

    def run(start):
        for at in range(400):
            x = np.full((1 + (start + at) % (2 * KEPT), 4), at, "f")
            found = model(x)
            if found.shape != x.shape or (found != x + 1).any():
                wrong.append(at)

    threads = [threading.Thread(target=run, args=(7 * start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_free_memory_is_asked_for_by_every_large_run_and_by_no_small_one(monkeypatch):
    model = sc.compile_text(HEAD + DENSE)
    assert model.weights
    monkeypatch.setattr(memory, "free_memory", lambda: pytest.fail("a small run asks"))
    model(X)
    free = iter([None, 2**40, 1])
    monkeypatch.setattr(memory, "free_memory", lambda: next(free))
    monkeypatch.setattr(memory, "SMALL", 0)
    model(X)
    model(X)
    assert refused(model, X) == ["SPC0523"]


def test_pages_of_a_file_are_not_counted_as_memory(tmp_path):
    program, bindings = program_of_text(HEAD + DENSE), Bindings()
    np.save(tmp_path / "x.npy", np.zeros((2**16, 4)))
    peaks = []
    for mode in (None, "r"):
        run = Run(program, {}, {"x": np.load(tmp_path / "x.npy", mode)}, bindings=bindings)
        run.prepare()
        peaks.append(run.bound.peak.most)
    assert peaks[0] - peaks[1] == 8 * 4 * 2**16


def read(x, declared="{shape: [1024]}"):
    """Read data as a run does; the most bytes that are held at once for it, and what is told."""
    program = program_of_text(f"specc: 1\ninputs: {{x: {declared}}}\nlayers: [{{type: Identity}}]")
    run = Run(program, {}, {"x": x})
    run.prepare()
    told = run.bound.peak.most - x.nbytes
    tracemalloc.start()
    try:
        run.data()
    except SpecError:
        pass
    finally:
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return held, told


BETWEEN = "{shape: [1024], values: {min: 0, max: 1}}"


@pytest.mark.parametrize("declared", ["{shape: [1024]}", BETWEEN])
@pytest.mark.parametrize("step", [1, 2])
def test_data_that_is_right_is_read_without_more_memory(declared, step):
    held, _ = read(np.zeros((1024, 1024 * step), np.float32)[:, ::step], declared)
    assert held < 2**17


@pytest.mark.parametrize("value", [7, np.nan])
@pytest.mark.parametrize("declared", ["{shape: [1024]}", BETWEEN])
@pytest.mark.parametrize("step", [1, 2])
def test_what_is_wrong_is_found_in_the_memory_that_is_told(value, declared, step):
    x = np.zeros((1024, 1024 * step), np.float32)[:, ::step]
    x[1000, 3] = value
    held, told = read(x, declared)
    assert held < told + 2**17


def test_arrays_are_given_by_the_names_of_inputs():
    text = """\
specc: 1
inputs: {x: {shape: [2]}, y: {shape: [2]}}
layers: [{type: Add, from: [x, y]}]
"""
    model, x = sc.compile_text(text), np.float32([[1, 2]])
    np.testing.assert_array_equal(model(y=x, x=x * 2), [[3, 6]])
    with pytest.raises(sc.SpecError, match=r"SPC0511.*`z`"):
        model(x=x, y=x, z=x)
    with pytest.raises(sc.SpecError, match="SPC0510"):
        model()
    with pytest.raises(TypeError, match="not both"):
        model(x, y=x)
