"""Every primitive is proved by its examples: its types, its numbers in each dtype, its refusals."""

import pytest
from primitive_examples import EXAMPLES
from primitive_examples.example import SIZES, agree, exact, kept, shape_of, type_of

from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.primitives.reduction import ALONG
from spec_compiler.ir.types import DTYPES, TensorType
from spec_compiler.refusals import Refusal

ALL = [
    pytest.param(name, example, id=f"{name}-{index}")
    for name, examples in EXAMPLES.items()
    for index, example in enumerate(examples)
]
REFUSED = [item for item in ALL if item.values[1].refuses]
BUILT = [item for item in ALL if not item.values[1].refuses]
FAILING = [item for item in BUILT if item.values[1].fails]
RUNNING = [item for item in BUILT if not item.values[1].fails]
CHOOSY = [name for name, primitive in PRIMITIVES.items() if primitive.takes < {*DTYPES}]


def run(example, dtype):
    """The operands and the result, as arrays."""
    graph = example.graph(dtype)
    data = example.arrays(graph)
    assert all(check.holds(SIZES) for check in graph.checks)
    given = dict(zip(graph.inputs, data, strict=True))
    return data, evaluate(graph, given, {}, SIZES)["y"]


def test_every_primitive_has_examples():
    assert EXAMPLES.keys() == PRIMITIVES.keys()


@pytest.mark.parametrize("name", PRIMITIVES)
def test_they_are_tried_in_every_dtype_and_on_axes_of_every_kind(name):
    used = [example for example in EXAMPLES[name] if example.equals]
    dtypes = {
        type_of(operand, dtype).dtype
        for example in used
        for dtype in example.dtypes_of(name)
        for operand in example.takes or ("T[]",)
    }
    assert dtypes >= PRIMITIVES[name].takes - ({"bool"} if name == "arange" else set())
    written = (text for example in used for text in (*example.takes, example.gives))
    sizes = {size for text in written for size in type_of(text, "bool").shape}
    assert {0, 1} <= {SIZES.get(str(size), size) for size in sizes}
    # the shape of numbers that are written is known
    assert name == "constant" or any(not isinstance(size, int) for size in sizes)


@pytest.mark.parametrize(("name", "example"), BUILT)
def test_the_type_is_as_said(name, example):
    for dtype in example.dtypes_of(name):
        graph = example.graph(dtype)
        assert [node.name for node in graph.nodes] == [name]
        assert graph.outputs["y"].type == type_of(example.gives, dtype)


@pytest.mark.parametrize(("name", "example"), RUNNING)
def test_the_numbers_are_those_of_another_formula(name, example):
    for dtype in example.dtypes_of(name):
        data, found = run(example, dtype)
        of = type_of(example.gives, dtype)
        assert (found.dtype, found.shape) == (kept(of.dtype), shape_of(of))
        agree(found, example.equals(*map(exact, data)), of.dtype)


@pytest.mark.parametrize(("name", "example"), REFUSED)
def test_what_does_not_fit_is_refused(name, example):
    for dtype in example.dtypes_of(name):
        with pytest.raises(Refusal) as refused:
            example.graph(dtype)
        assert refused.value.code == example.refuses


@pytest.mark.parametrize(("name", "example"), FAILING)
def test_data_that_does_not_fit_is_refused(name, example):
    for dtype in example.dtypes_of(name):
        with pytest.raises(RunError) as failed:
            run(example, dtype)
        assert failed.value.refusal.code == example.fails


@pytest.mark.parametrize("name", CHOOSY)
def test_a_dtype_that_it_cannot_compute_with_is_refused(name):
    example = next(item for item in EXAMPLES[name] if item.equals)
    for dtype in {*DTYPES} - PRIMITIVES[name].takes:
        with pytest.raises(Refusal) as refused:
            example.graph(dtype)
        assert refused.value.code == "SPC0401"


@pytest.mark.parametrize("name", ["reduce_max", "reduce_min", "argmax", "argmin"])
def test_whether_there_is_an_entry_is_asked_where_only_the_data_can_tell(name):
    b = Builder(layer="best")
    x = b.value(type_of("T[m, n]", "float32"))
    b.along(name, x, 1) if name in ALONG else b.reduce(name.removeprefix("reduce_"), x, 1)
    (check,) = b.checks
    assert (str(check.left), check.relation, check.right) == ("n", ">=", 1)
    assert check.layer == "best"


@pytest.mark.parametrize(("shape", "other"), [((0, 2), (0,)), ((3, 0, 2), (3, 0)), ((0, 0), (0,))])
def test_no_elements_have_any_shape_of_none(shape, other):
    b = Builder()
    assert b.reshape(b.value(TensorType("float32", shape)), other).shape == other
