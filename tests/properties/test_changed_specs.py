"""A spec that is not known to be valid is refused when compiling, or runs: nothing fails in "
"between."""

import json
import math

import numpy as np
from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import FLOATS, INTS, SAME_SHAPE, arrays_for, sizes_for, specs

from spec_compiler import SpecError, compile_text
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.ir.dims import symbols

NUMBERS = st.one_of(
    st.integers(-3, 9), st.sampled_from([0, 1, 2**31, 2**63, -1, 0.5, -0.0, 1e300, True, None])
)
WORDS = st.sampled_from(
     ["x0", "n1", "n2.output", "n1.state_h", "batch",
     "seq", "2*seq", "seq - 1", "seq // 2", "$width",
     "x ** 2", "sum(x, axis=1)", "x[:, 0]", "ffn", "two", "w", "i", "d",
     "none", "drop", "pass", "None", "glu", "threshold", "int", "a(b", "abc,cd->abd",
     "...a,ab->...b", "bc...,cd->bd...", "ab,b->a", *SAME_SHAPE[:6],
     *FLOATS, *INTS, "bool", "mixed_float16"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(NUMBERS, WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["type", "axis", "d", "shape", "ndim", "axes", "-1"]), inner, max_size=2
        ),
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(
     ["units", "activation", "axis", "mask", "dtype",
     "from", "equation", "sizes", "output_shape", "bias_axes",
     "mask_value", "mask_zero", "input_dim", "output_dim", "weights", "lora_rank", "lora_alpha",
     "expect", "input_spec", "return_state",
     "return_sequences", "kernel_initializer", "kernel_constraint",
     "shape", "batch_shape", "tensor", "values", "sparse", "name",
     "type", "reuse", "trainable", "use_bias", "int", "un(its",
     "epsilon", "center", "rate", "noise_shape", "axes", "normalize", "data_format", "target_shape",
     "dims", "n", "keepdims", "num_heads", "key_dim", "value_dim", "attention_axes", "function",
     "use_causal_mask", "sliding_window", "return_attention_scores", "use_gate", "arguments",
     "use", "with", "repeat", "each", "share", "residual", "w"]
)  # fmt: skip


def places(document):
    """Every container in a document that a change may fall into."""
    found, ahead = (
        [],
        [
            *(document["inputs"], document["layers"], document["outputs"], document["dims"]),
            *(document[key] for key in ("blocks", "defaults") if key in document),
        ],
    )
    while ahead:
        item = ahead.pop()
        if item:
            found.append(item)
        ahead += [
            v
            for v in (item.values() if isinstance(item, dict) else item)
            if isinstance(v, dict | list)
        ]
    return found


@st.composite
def changed(draw):
    document = json.loads(json.dumps(draw(specs(largest=4)).document))
    for _ in range(draw(st.integers(1, 3))):
        container = draw(st.sampled_from(places(document)))
        if isinstance(container, list):
            container[draw(st.integers(0, len(container) - 1))] = draw(VALUES)
        elif draw(st.integers(0, 9)) < 2:
            del container[draw(st.sampled_from(sorted(container)))]
        elif draw(st.booleans()):
            container[draw(st.sampled_from(sorted(container)))] = draw(VALUES)
        else:
            container[draw(KEYS)] = draw(VALUES)
    return document


def is_large(graph, sizes):
    """Whether a tensor of the program has more elements than a test should make."""
    values = [*graph.inputs.values(), *(weight.value for weight in graph.weights.values())]
    values += [value for node in graph.nodes for value in node.results]
    shapes = [
        [evaluate(size, sizes) for size in value.shape if set_in(size, sizes)] for value in values
    ]
    return any(math.prod(shape) > 100_000 for shape in shapes)


def set_in(size, sizes):
    return isinstance(size, int) or all(item.name in sizes for item in symbols(size))


@given(changed(), st.integers(0, 2**32 - 1))
def test_refused_or_runs(document, seed):
    text = json.dumps(document)
    note(text)
    try:
        model = compile_text(text, file="spec.json")
    except SpecError as error:
        assert error.diagnostics.errors  # noqa: PT017 - most of these specs are refused
        return
    rng = np.random.default_rng(seed)
    sizes = sizes_for(model.program, rng)
    if is_large(model.program.graph, sizes):
        return
    try:
        results = model(arrays_for(model, rng, sizes), masks=True)
    except SpecError as error:
        # sizes that a check of the run refuses, or an index that only the data has
        codes = {item.code for item in error.diagnostics.errors}
        assert codes <= {"SPC0502", "SPC0513", "SPC0514", "SPC0515", "SPC0516", "SPC0517"}, codes
        return
    if not isinstance(results, dict):
        results = {next(iter(model.outputs)): results}
    for name, value in model.program.graph.outputs.items():
        assert results[name].shape == tuple(evaluate(size, sizes) for size in value.shape), name
        stored = "float32" if value.dtype == "bfloat16" else value.dtype
        assert results[name].dtype == stored, name
