"""What holds of every valid spec, one promise a function; `PROMISES` has them all.

A function takes a spec that was compiled and demands something of it. The properties and the soak
ask the same ones.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from folded_whole import a_fold_has_all_that_is_in_it
from laid_out import laid_out_otherwise
from looked_inside import results_inside_are_what_layers_give
from random_specs import Spec, arrays_for, sizes_for
from same_numbers import close
from scipy import sparse
from several_files import a_spec_used_as_a_block, blocks_in_a_file_of_their_own
from small_limits import small_limits

from spec_compiler import compile_text
from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir import evaluate as evaluator
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.text import print_graph
from spec_compiler.ir.verify import verify
from spec_compiler.passes import PASSES, optimized
from spec_compiler.plan.engine import Planning
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.run import Run
from spec_compiler.testing.running import run_tests
from spec_compiler.weights.tensors import write_tensors
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

MEANT = {
    "SPC0316",  # a relation that the data decides
    "SPC0208",  # an input that nothing reads
    "SPC0209",  # a layer that nothing reads
    "SPC0410",  # a mask that is lost where the policy says `warn`
}
"""What may be said of a spec that is drawn to be valid."""


@dataclass
class Held:
    """A spec that was compiled, and where its random data comes from."""

    spec: Spec
    model: Model
    seed: int

    @classmethod
    def of(cls, spec: Spec, seed: int) -> Held:
        """Compile it."""
        return cls(spec, compile_text(json.dumps(spec.document), file="spec.json"), seed)

    @cached_property
    def rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    @cached_property
    def core(self) -> dict[str, Any]:
        return core_document(self.model.program)

    def data(self, **sizes: int) -> tuple[dict[str, int], dict[str, Any]]:
        """Sizes, and arrays of them."""
        chosen = sizes_for(self.model.program, self.rng) | sizes
        return chosen, arrays_for(self.model, self.rng, chosen)


def ran(model: Model, arrays: dict[str, Any]) -> dict[str, Any]:
    """Every result, and the masks."""
    run = Run(model.program, model.weights, arrays)
    run.prepare()
    return run.whole()


def the_plan_gives_what_the_evaluator_does(held: Held) -> None:
    """To the last digits of the dtypes: sums may be in another order."""
    program = held.model.program
    _, arrays = held.data()
    run = Run(program, held.model.weights, arrays)
    run.prepare()
    with np.errstate(all="ignore"):
        wanted = evaluator.evaluate(program.graph, run.data(), run.weights, run.sizes)
        with small_limits() if held.seed % 2 else nullcontext():
            found = Planning().run(program.graph, run.data(), run.weights, run.sizes)
    for name, array in wanted.items():
        close(held.model, found[name], array, name)
        assert found[name].dtype == array.dtype


def passes_change_no_number(held: Held) -> None:
    """Each alone and all together give a whole program of the same numbers, to rounding."""
    program = held.model.program
    _, arrays = held.data()
    run = Run(program, held.model.weights, arrays)
    run.prepare()
    given = run.data(), run.weights, run.sizes
    with np.errstate(all="ignore"):
        wanted = evaluator.evaluate(program.graph, *given)
        for rewritten in (*PASSES.values(), optimized):
            graph = rewritten(program.graph)
            if graph is program.graph:
                continue
            verify(graph)
            found = evaluator.evaluate(graph, *given)
            assert [*found] == [*wanted]
            for name, array in wanted.items():
                close(held.model, found[name], array, name)
                assert found[name].dtype == array.dtype


def storage(dtype: str) -> np.dtype[Any]:
    return np.dtype("float32" if dtype == "bfloat16" else dtype)


def shape_in(shape: tuple[Any, ...], sizes: dict[str, int]) -> tuple[int, ...]:
    """The account that the strategy kept, in numbers."""
    return tuple(size if isinstance(size, int) else _number(size, sizes) for size in shape)


def _number(text: str, sizes: dict[str, int]) -> int:
    """What our own text comes to; a name may hold a dot, as that of a `null` does."""
    names = r"\?[\w.]+|[^\W\d]\w*"
    named = re.sub(names, lambda found: str(sizes[found[0].removeprefix("?")]), text)
    return eval(named)  # noqa: S307


def nothing_is_said(held: Held) -> None:
    """A spec that is drawn to be valid gets no warning or note that is not meant."""
    said = {item.code for item in held.model.diagnostics}
    assert said <= MEANT, said - MEANT


def the_graph_is_true(held: Held) -> None:
    """Every type in it is what operands and settings make it."""
    verify(held.model.program.graph)


def results_are_what_was_inferred(held: Held) -> None:
    """By the compiler, and by the account that the strategy kept; at several sizes."""
    model = held.model
    for batch in ({}, {"batch": 1}):
        sizes, arrays = held.data(**batch if "batch" in model.program.named_sizes else {})
        results = ran(model, arrays)
        for name, value in model.program.graph.outputs.items():
            shape = tuple(evaluate(size, sizes) for size in value.shape)
            assert results[name].shape == shape, name
            assert results[name].dtype == storage(value.dtype), name
        for name, expected in held.spec.outputs.items():
            port = model.outputs[name]
            assert port.type.dtype == expected.dtype, name
            assert results[name].shape == shape_in(expected.shape, sizes), name
            if expected.mask is None:
                assert port.mask is None, name
            else:
                assert results[f"{name}.mask"].shape == shape_in(expected.mask, sizes), name
                assert results[f"{name}.mask"].dtype == bool


def the_core_form_means_the_same(held: Held) -> None:
    """It validates, has the same identity and graph, and is its own core form."""
    text = to_yaml(held.core)
    found = Diagnostics()
    again = program_of_text(text, "core.yaml", diagnostics=found)
    assert not {item.code for item in found} - MEANT
    assert identity(again) == identity(held.model.program)
    assert print_graph(again.graph) == print_graph(held.model.program.graph)
    assert again.graph.checks == held.model.program.graph.checks
    assert core_document(again) == held.core
    _, arrays = held.data()
    wanted, results = ran(held.model, arrays), ran(Model(again, found), arrays)
    for name, array in wanted.items():
        np.testing.assert_array_equal(results[name], array, name)


def slices_are_the_whole(held: Held) -> None:
    """Where rows stay apart, two rows at a time give what all at once give."""
    model = held.model
    if not rows_stay_apart(model.program.graph) or "batch" not in model.program.named_sizes:
        return
    _, data = held.data(batch=5)
    run = Run(model.program, model.weights, data)
    run.prepare()
    whole = run.whole()
    parts = list(run.slices(2))
    for name, array in whole.items():
        close(model, np.concatenate([part[name] for part in parts]), array, name)


def a_row_changes_no_other(held: Held) -> None:
    """Where rows stay apart, another row 3 leaves all others as they are."""
    model = held.model
    if not rows_stay_apart(model.program.graph) or "batch" not in model.program.named_sizes:
        return
    sizes, data = held.data(batch=5)
    mixed = {name: array.copy() for name, array in data.items()}
    for name, array in arrays_for(model, held.rng, sizes).items():
        mixed[name][3] = array[3]
    whole = ran(model, data)
    for name, array in ran(model, mixed).items():
        close(model, np.delete(array, 3, 0), np.delete(whole[name], 3, 0), name)


FORMATS = ("csr", "csc", "coo", "bsr", "lil", "dok", "dia")


def sparse_data_is_dense_data(held: Held) -> None:
    """Data in scipy's formats gives what the same data as arrays gives."""
    document = json.loads(json.dumps(held.spec.document))
    for declared in document["inputs"].values():
        if "tensor" not in declared:
            declared["sparse"] = True
    model = compile_text(json.dumps(document), file="spec.json")
    _, arrays = held.data()
    given = dict(arrays)
    for name, array in arrays.items():
        if array.ndim == 2 and array.dtype != np.float16:
            form = FORMATS[int(held.rng.integers(len(FORMATS)))]
            given[name] = getattr(sparse, f"{form}_array")(array)
        elif array.ndim and array.dtype != np.float16:
            given[name] = sparse.coo_array(array)
    wanted, found = ran(model, arrays), ran(model, given)
    for name, array in wanted.items():
        assert type(found[name]) is type(array), (name, type(found[name]))
        assert found[name].dtype == array.dtype, name
        close(model, found[name], array, name)


def its_own_tests_pass(held: Held) -> None:
    """What a spec is drawn to claim of itself is so."""
    for outcome in run_tests(held.model.program, held.model.program.core.tests):
        assert outcome.passed, (outcome.title, outcome.problems or outcome.skipped)


def a_file_of_weights_is_mapped(held: Held) -> None:
    """Weights that a file has under other names and in other layouts are read by a map."""
    weights = held.model.weights
    if not weights:
        return
    file, entries = laid_out_otherwise(weights)
    with TemporaryDirectory() as folder:
        write_tensors(Path(folder, "theirs.safetensors"), file)
        declared = {"file": "theirs.safetensors", "map": entries}
        text = json.dumps({**held.spec.document, "weights": declared})
        model = compile_text(text, file=str(Path(folder, "spec.json")))
        assert model.weights.keys() == weights.keys()
        for name, array in weights.items():
            np.testing.assert_array_equal(model.weights[name], array, name)


def files_do_not_matter(held: Held) -> None:
    """Its blocks may stand in a file of their own, and it may itself be a block of another."""
    document, program = held.spec.document, held.model.program
    if "blocks" in document:
        blocks_in_a_file_of_their_own(document, program)
    if any("tensor" not in entry for entry in document["inputs"].values()):
        a_spec_used_as_a_block(document, program, held.seed)


PROMISES: dict[str, Callable[[Held], None]] = {
    promise.__name__: promise
    for promise in (
        nothing_is_said,
        the_graph_is_true,
        results_are_what_was_inferred,
        passes_change_no_number,
        the_plan_gives_what_the_evaluator_does,
        results_inside_are_what_layers_give,
        the_core_form_means_the_same,
        slices_are_the_whole,
        a_row_changes_no_other,
        sparse_data_is_dense_data,
        its_own_tests_pass,
        a_file_of_weights_is_mapped,
        files_do_not_matter,
        a_fold_has_all_that_is_in_it,
    )
}
RARE = {
    "the_core_form_means_the_same": 2,
    "passes_change_no_number": 2,
    "results_inside_are_what_layers_give": 2,
    "slices_are_the_whole": 2,
    "a_row_changes_no_other": 4,
    "a_fold_has_all_that_is_in_it": 4,
    "sparse_data_is_dense_data": 8,
    "a_file_of_weights_is_mapped": 8,
    "files_do_not_matter": 8,
}
"""Promises that the soak asks every so many specs."""
