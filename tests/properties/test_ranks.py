"""Whatever rank an input has: what compiles runs, and what does not has a code and a place."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.expression.function import REQUIRED
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.choices.constraints import CONSTRAINTS
from spec_compiler.layers.choices.regularizers import REGULARIZERS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.weights.initialise import initialise

RANKS = range(7)
HOW = ("fed", "constant", "lambda")
EXAMPLES = [
    pytest.param(cls, example, HOW if index == 0 else HOW[:1], id=f"{name}-{index}")
    for name, cls in LAYERS.items()
    for index, example in enumerate(example for example in cls.examples if example.gives)
]
"""A layer's first example comes from everywhere, the others, with other arguments, from outside."""


def runs_or_is_refused(document):
    """Compile and run a spec; a refusal must have a code and a place."""
    text = json.dumps(document)
    try:
        program = program_of_text(text, "ranks.json")
    except SpecError as refused:
        errors = refused.diagnostics.errors
    else:
        runs(program)
        return True
    assert errors, text
    assert all(finding.code.startswith("SPC") and finding.span for finding in errors), text
    return False


def runs(program):
    """A run on random data gives what was inferred, or is refused before it begins."""
    sizes = random_sizes(program, {})
    if not all(check.holds(sizes) for check in program.graph.checks):
        return
    inputs = random_inputs(program, sizes)
    with np.errstate(all="ignore"):
        found = evaluate(program.graph, inputs, initialise(program.weights, 0), sizes)
    for name, value in program.graph.outputs.items():
        assert np.shape(found[name]) == tuple(size_of(size, sizes) for size in value.shape), name


def example_of(document, rank, chosen, how):
    """The example with the inputs of these names in another rank.

    Axes are left out or new right after the batch. They come from outside, from a constant, or
    from a Lambda, which alone makes of what is fed a tensor without axes.
    """
    inputs, layers, sources = {}, [], []
    for name, item in document["inputs"].items():
        item = {"dtype": "float32", **item}
        full = item.get("batch_shape") or ["batch", *item["shape"]]
        whole = {"values": {"min": 0, "max": 1}} if "int" in item["dtype"] else {}
        mask = {"mask": True} if item.get("mask") else {}
        cut = full[1:][max(len(full) - rank, 0) :]
        wanted = [full[0], *[2] * (rank - len(full)), *cut][:rank]
        shape = full if name not in chosen or how == "lambda" else wanted
        inputs[name] = {"batch_shape": shape, "dtype": item["dtype"], **whole, **mask}
        sources.append(name)
        if name not in chosen:
            continue
        if how == "constant":
            sizes = [size if isinstance(size, int) else 2 for size in wanted]
            inputs[name] = {"tensor": np.ones(sizes, int).tolist(), "dtype": item["dtype"]}
        elif how == "lambda":
            fewer, more = max(len(full) - rank, 0), max(rank - len(full), 0)
            function = f"x[{', '.join(['0'] * fewer + ['...'] + ['None'] * more)}]"
            drop = {"mask": "drop"} if mask else {}
            made = {"type": "Lambda", "name": f"of_{name}", "from": name, "function": function}
            layers.append({**made, **drop})
            sources[-1] = f"of_{name}"
    (layer,) = document["layers"]
    fed = {"from": sources if len(sources) > 1 else sources[0]}
    return {**document, "inputs": inputs, "layers": [*layers, {**layer, **fed}]}


@pytest.mark.parametrize(("cls", "example", "ways"), EXAMPLES)
def test_a_layer_takes_a_rank_or_refuses_it(cls, example, ways):
    document = example_spec(cls, example)
    names = [*document["inputs"]]
    for rank, how in product(RANKS, ways):
        for chosen in {tuple(names), *((name,) for name in names)}:
            if rank or how != "fed":
                runs_or_is_refused(example_of(document, rank, chosen, how))


def of_any_rank(rank, how, layers, **more):
    """Layers over `x`, which has so many axes."""
    text = f"broadcast_to(sum(x), {[2] * rank})" if rank else "sum(x)"
    made = {"type": "Lambda", "function": text, "name": "start"}
    if how == "constant":
        inputs = {"x": {"tensor": np.ones([2] * rank).tolist()}}
        return {"specc": 1, "inputs": inputs, "layers": layers, **more}
    if how == "fed":
        inputs = {"x": {"batch_shape": ["batch", *[2] * (rank - 1)]}}
        return {"specc": 1, "inputs": inputs, "layers": layers, **more}
    return {"specc": 1, "inputs": {"x": {"shape": []}}, "layers": [made, *layers], **more}


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    "shape",
    [
        None, [], ["d"], ["...", "d"], ["d", "..."], ["a", "...", "d"], ["..."], ["a", "2*a"],
        [None], ["...", 2], [2, 2, 2],
    ],
)  # fmt: skip
def test_a_signature_takes_a_rank_or_refuses_it(shape, how, rank):
    if not rank and how == "fed":
        return
    port = {} if shape is None else {"shape": shape}
    body = {"type": "Lambda", "function": "x + 1", "name": "y"}
    blocks = {"b": {"inputs": {"x": port}, "layers": [body], "outputs": "y"}}
    axes = max(rank - 1, 0) if how == "fed" else rank
    named = [entry for entry in shape or () if entry != "..."]
    fits = len(named) <= axes if "..." in (shape or ()) else len(named) == axes
    for more in ({}, {"residual": True}, {"repeat": 2}):
        use = {"use": "b", "name": "u", **more}
        taken = runs_or_is_refused(of_any_rank(rank, how, [use], blocks=blocks))
        assert taken == (shape is None or (fits and named != ["a", "2*a"]))


@pytest.mark.parametrize("name", ACTIVATIONS.by_name)
def test_an_activation_takes_a_rank_or_refuses_it(name):
    required = {"threshold": 1.0, "default_value": 0.0} if name == "threshold" else {}
    for rank, how in product(RANKS, ("constant", "lambda")):
        for axis in (None, -2, 0, 3):
            if axis is not None and "axis" not in ACTIVATIONS.by_name[name].model_fields:
                continue
            chosen = {"type": name, **required, **({} if axis is None else {"axis": axis})}
            layer = {"type": "Activation", "activation": chosen}
            runs_or_is_refused(of_any_rank(rank, how, [layer]))


@pytest.mark.parametrize("kind", ["regularizer", "constraint"])
def test_what_trains_a_weight_takes_its_rank_or_refuses_it(kind):
    names = {"regularizer": REGULARIZERS, "constraint": CONSTRAINTS}[kind].by_name
    for name, rank in product(names, RANKS):
        chosen = {"type": name}
        lists = "abcdef"[: rank - 1]
        layers = [
            {"type": "Dense", "units": 3, f"kernel_{kind}": chosen, f"bias_{kind}": chosen},
            {
                "type": "EinsumDense",
                "equation": f"{lists}z,z{lists}->{lists}",
                f"kernel_{kind}": chosen,
            },
            {"type": "LayerNormalization", "axis": [*range(rank)], f"gamma_{kind}": chosen},
            {"type": "Identity", "activity_regularizer": chosen},
        ]
        for layer in layers:
            runs_or_is_refused(of_any_rank(rank, "constant", [layer]))


OPERANDS = st.sampled_from(
    [
        *("x", "y", "i", "t", "x", "y", "i", "-2", "-1", "0", "1", "2", "3", "None", "True", "0.5"),
        *("[0]", "[0, 1]", "[1, 0]", "[-1, 2]", "[2, 2, 2]", "[x, y]", "[x, x]", "shape(x)", "d"),
        *('"float32"', '"int32"', '"ij->ji"', '"i...,i...->..."', "[[0, 1], [1, 0]]", "sum(x)"),
    ]
)


@pytest.mark.parametrize("name", LAMBDA_FUNCTIONS)
@settings(settings.get_profile("repeated"))
@given(st.data())
def test_a_function_takes_a_rank_or_refuses_it(name, data):
    parameters = LAMBDA_FUNCTIONS[name].parameters
    given_ = []
    for key, parameter in parameters.items():
        if parameter.default is REQUIRED or data.draw(st.booleans()):
            operand = data.draw(OPERANDS)
            given_.append(operand if parameter.many else f"{key}={operand}")
    text = f"{name}({', '.join(given_)})"
    note(text)
    ranks = [data.draw(st.integers(0, 6)) for _ in "xyit"]
    inputs, layers = {}, []
    for at, (part, rank) in enumerate(zip("xyit", ranks, strict=True)):
        dtype = {"i": "int32", "t": "bool"}.get(part, "float32")
        values = {"values": {"min": 0, "max": 1}} if part == "i" else {}
        inputs[f"of_{part}"] = {"batch_shape": ["d" if at == 0 else 2], "dtype": dtype, **values}
        function = f"x[0{', None' * rank}]" if rank else "x[0]"
        made = {"type": "Lambda", "name": part, "from": f"of_{part}", "function": function}
        layers.append(made)
    layers.append({"type": "Lambda", "name": "f", "from": [*"xyit"], "function": text})
    document = {"specc": 1, "dims": {"d": {}}, "inputs": inputs, "layers": layers, "outputs": "f"}
    runs_or_is_refused(document)
