"""A batch in slices gives what it gives whole, and says where data was refused."""

import re
from threading import Thread

import numpy as np
import pytest
from plans import built, run_planned

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.primitives.structure import Reshape
from spec_compiler.ir.types import TensorType
from spec_compiler.plan import engine
from spec_compiler.plan.engine import ENGINES, Planning
from spec_compiler.plan.plan import planned
from spec_compiler.plan.slices import slices
from spec_compiler.plan.workspace import Workspace
from spec_compiler.runtime.run import Run
from spec_compiler.weights.initialise import initialise

HEAD = "specc: 1\ninputs: {x: {shape: [3, 4]}}\nlayers:\n"
LAYERS = [
    "{type: Dense, units: 5, activation: gelu}",
    "{type: LSTM, units: 5, return_sequences: true}",
    "{type: Conv1D, filters: 2, kernel_size: 2, activation: softmax}",
    "{type: BatchNormalization}",
    "{type: LayerNormalization}",
]


def in_slices(monkeypatch, rows):
    """Have plans take so many rows, however small the data is."""
    monkeypatch.setattr(engine, "stays_in_cache", lambda *_: False)
    monkeypatch.setattr(engine, "rows_at_once", lambda *_: rows)


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("layer", LAYERS)
def test_results_do_not_depend_on_slices(layer, rows, monkeypatch):
    program = program_of_text(f"{HEAD}  - {layer}\n")
    weights, sizes = initialise(program.weights, 0), {"batch": 7}
    x = np.random.default_rng(0).normal(size=(7, 3, 4)).astype("f")
    in_slices(monkeypatch, rows)
    found = Planning().run(program.graph, {"x": x}, weights, sizes)
    for name, array in evaluate(program.graph, {"x": x}, weights, sizes).items():
        np.testing.assert_allclose(found[name], array, 2e-5, 2e-6)


@pytest.mark.parametrize("batch", range(1, 9))
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_slices_have_all_rows_and_one_size(batch, rows):
    rows = min(rows, batch)
    parts = [range(batch)[part] for part in slices(batch, rows)]
    assert {row for part in parts for row in part} == {*range(batch)}
    assert {len(part) for part in parts} == {rows}


@pytest.mark.parametrize("row", range(5))
@pytest.mark.parametrize("more", ["", ", mask_zero: true"])
def test_an_index_out_of_range_is_said_by_its_place(row, more, monkeypatch):
    """Of a plain table, and of one whose rows are added up."""
    in_slices(monkeypatch, 2)
    program = program_of_text(
        "specc: 1\ninputs: {x: {shape: [4], dtype: int32}}\nlayers:\n"
        f"  - {{type: Embedding, name: words, input_dim: 3, output_dim: 2{more}}}\n"
        "  - {type: GlobalAveragePooling1D}\n"
    )
    x = np.ones((5, 4), "int32")
    x[row, 2] = 9
    weights = initialise(program.weights, 0)
    with pytest.raises(RunError) as raised:
        Planning().run(program.graph, {"x": x}, weights, {"batch": 5})
    assert raised.value.layer == "words"
    assert f"index 9 at position [{row}, 2]" in raised.value.refusal.message


STEPS = "{type: TimeDistributed, layer: {type: Lambda, function: 'take_along_axis(x, x, axis=1)'}}"
TURNED = "{type: Lambda, function: 'transpose(take_along_axis(transpose(x), transpose(x), 0))'}"


@pytest.mark.parametrize(
    ("layer", "shape", "place"),
    [(STEPS, (3, 2), "[14, 1]"), (TURNED, (3, 2), "[1, 2, 4]"), (TURNED, (2,), "[1, 4]")],
)
@pytest.mark.parametrize("engine_of", ENGINES.values())
def test_a_place_is_counted_along_the_axis_that_the_rows_have(
    layer, shape, place, engine_of, monkeypatch
):
    """Steps are rows of their own, three for each of the batch; what is turned has rows last."""
    in_slices(monkeypatch, 2)
    program = program_of_text(
        f"specc: 1\ninputs: {{x: {{shape: {[*shape]}, dtype: int32}}}}\nlayers: [{layer}]\n"
    )
    x = np.zeros((5, *shape), "int32")
    x[(4, *(size - 1 for size in shape))] = 9
    run = Run(program, {}, {"x": x}, engine=engine_of())
    run.prepare()
    for act in (run.whole, lambda: [*run.slices(3)]):
        with pytest.raises(SpecError, match=re.escape(f"index 9 at position {place}")):
            act()


def test_threads_share_a_model_with_several_sizes(monkeypatch):
    in_slices(monkeypatch, 2)
    program = program_of_text(f"{HEAD}  - {{type: GRU, units: 6}}\n  - {{type: Softmax}}\n")
    graph, weights, planning = program.graph, initialise(program.weights, 0), Planning()
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(1 + at % 5, 3, 4)).astype("f") for at in range(40)]
    found = [{} for _ in data]

    def run(first):
        for at in range(first, len(data), 4):
            found[at] = planning.run(graph, {"x": data[at]}, weights, {"batch": len(data[at])})

    threads = [Thread(target=run, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for x, results in zip(data, found, strict=True):
        for name, array in evaluate(graph, {"x": x}, weights, {"batch": len(x)}).items():
            np.testing.assert_allclose(results[name], array, 2e-5, 2e-6)


def test_a_number_that_the_data_decides_is_no_constant(monkeypatch):
    """Memory that is zero when a plan is made is not the number 0."""
    given = Workspace.array

    def zeroed(*of):
        array = given(*of)
        array.fill(0)
        return array

    monkeypatch.setattr(Workspace, "array", zeroed)
    graph = built(
        [TensorType("float32", (2, 3))],
        lambda b, x: b.maximum(x, b.multiply(b.reduce("max", x, (0, 1)), 0.5)),
    )
    x = np.arange(6, dtype="f").reshape(2, 3)
    for scale in (1, 4):
        (found,) = run_planned(graph, [[x * scale]])
        np.testing.assert_array_equal(found["y0"], np.maximum(x, 2.5) * scale)


def test_two_values_may_be_one_array():
    """A reshape to the shape that was there: the first value goes before the second one."""

    def write(b, x):
        same = b.apply(Reshape((150, 150)), b.along("sort", x, 0))
        return [b.along("cumulative_sum", same, 0), b.reduce("sum", same, 0)]

    graph = built([TensorType("float32", (150, 150))], write)
    x = np.random.default_rng(0).normal(size=(150, 150)).astype("f")
    wanted = evaluate(graph, {"x0": x}, {}, {})
    for found in run_planned(graph, [[x], [x]]):
        for name, array in wanted.items():
            np.testing.assert_allclose(found[name], array, 1e-4, 1e-4)


def test_what_refuses_in_a_composite_is_said_of_its_own_layer():
    """Two layers may share what a composite of the same types is written with."""
    layers = "".join(
        f"  - {{type: Embedding, name: {name}, from: {name}_in, input_dim: 3, output_dim: 2, "
        f"mask_zero: true}}\n  - {{type: GlobalAveragePooling1D, name: {name}_mean}}\n"
        for name in ("one", "two")
    )
    program = program_of_text(
        "specc: 1\ninputs:\n  one_in: {shape: [4], dtype: int32}\n"
        f"  two_in: {{shape: [4], dtype: int32}}\nlayers:\n{layers}outputs: [one_mean, two_mean]\n"
    )
    right = np.ones((2, 4), "int32")
    with pytest.raises(RunError) as raised:
        Planning().run(
            program.graph,
            {"one_in": right, "two_in": right * 9},
            initialise(program.weights, 0),
            {"batch": 2},
        )
    assert raised.value.layer == "two"


@pytest.mark.parametrize(("batch", "plans"), [(1, 1), (2, 1), (100_000, 2)])
def test_what_is_small_is_planned_once(batch, plans, monkeypatch):
    """A plan of one row tells how many run at once; of few rows that is known without it."""
    made = []

    def noted(graph, sizes, *more):
        made.append(sizes["batch"])
        return planned(graph, sizes, *more)

    monkeypatch.setattr(engine, "planned", noted)
    program = program_of_text(HEAD + "  - {type: Dense, units: 5}\n")
    x = np.ones((batch, 3, 4), "f")
    weights = initialise(program.weights, 0)
    Planning(noted).run(program.graph, {"x": x}, weights, {"batch": batch})
    assert len(made) == plans
    assert made[0] == (1 if plans > 1 else batch)
