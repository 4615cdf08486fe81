"""What an expression is said to be, it is: type, numbers, and what its mask promises."""

import json

import numpy as np
from hypothesis import assume, given, note
from random_expressions import Drawn, expressions

from spec_compiler import compile_text
from spec_compiler.ir.dim_operations import evaluate


def compiled(drawn: Drawn):
    document = {
        "specc": 1,
        "dtype": "float64",
        "mask_policy": "keras",
        "dims": {"seq": {"min": 1}},
        "inputs": {
            "x": {"shape": ["seq", 4], "dtype": "float64", "mask": True},
            "y": {"shape": [drawn.width], "dtype": "int32"},
        },
        "layers": [
            {"type": "Lambda", "name": "f", "from": ["x", "y"], "function": drawn.term.text}
        ],
    }
    return compile_text(json.dumps(document), file="spec.json")


def run(model, drawn: Drawn, x=None):
    arrays = {**drawn.inputs, "x": drawn.inputs["x"] if x is None else x, "x.mask": drawn.keep}
    results = model(arrays, masks=True)
    return results if isinstance(results, dict) else {"f": results}


def in_numbers(shape, sizes):
    """The strategy's account of a shape."""
    found = []
    for size in shape:
        total = 1
        for part in str(size).split(" * "):
            total *= sizes.get(part) or int(part)
        found.append(total)
    return tuple(found)


@given(expressions())
def test_results_are_numpys_in_the_type_that_was_inferred(drawn: Drawn):
    assume(np.isfinite(drawn.term.array).all())
    note(drawn.term.text)
    model = compiled(drawn)
    found = run(model, drawn)["f"]
    port = model.outputs["f"]
    inferred = tuple(evaluate(size, drawn.sizes) for size in port.type.shape)
    assert found.shape == inferred == in_numbers(drawn.term.shape, drawn.sizes)
    assert found.dtype == port.type.dtype == drawn.term.array.dtype
    np.testing.assert_allclose(found, drawn.term.array, rtol=1e-9, atol=1e-9)


@given(expressions())
def test_what_a_mask_keeps_does_not_depend_on_padding(drawn: Drawn):
    note(drawn.term.text)
    model = compiled(drawn)
    first = run(model, drawn)
    if model.outputs["f"].mask is None:
        return
    padded = ~drawn.keep[..., None]
    other = run(model, drawn, np.where(padded, drawn.inputs["x"] - 7.5, drawn.inputs["x"]))
    keep = first["f.mask"]
    assert keep.shape == first["f"].shape[: keep.ndim]
    np.testing.assert_array_equal(other["f.mask"], keep)
    np.testing.assert_array_equal(first["f"][keep], other["f"][keep])
