"""Rows of a batch: run apart where they stay apart, and padding never changes an answer."""

import json

import numpy as np
from holding import Held, a_row_changes_no_other, slices_are_the_whole
from hypothesis import assume, given, note
from hypothesis import strategies as st
from random_specs import Spec, specs

from spec_compiler import compile_text
from spec_compiler.ir.rows import rows_stay_apart


@given(specs(), st.integers(0, 2**32 - 1))
def test_rows_that_stay_apart(spec: Spec, seed: int):
    note(json.dumps(spec.document))
    held = Held.of(spec, seed)
    assume(rows_stay_apart(held.model.program.graph))
    slices_are_the_whole(held)
    a_row_changes_no_other(held)


@given(
    st.fixed_dictionaries(
        {"units": st.integers(1, 5), "return_state": st.booleans(), "use_bias": st.booleans()},
        optional={
            "activation": st.sampled_from(["relu", "softsign", "sigmoid"]),
            "dtype": st.just("float64"),
        },
    ),
    st.booleans(),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_padding_changes_nothing(settings, sequences: bool, more: int, seed: int):
    document = {
        "specc": 1,
        "inputs": {"x": {"shape": [None], "dtype": "int32"}},
        "layers": [
            {"type": "Embedding", "name": "e", "input_dim": 6, "output_dim": 3, "mask_zero": True},
            {"type": "LSTM", "name": "l", "return_sequences": sequences, **settings},
            {
                "type": "Dense",
                "name": "d",
                "units": 2,
                "from": "l.output" if settings["return_state"] else "l",
            },
        ],
    }
    model = compile_text(json.dumps(document), file="spec.json")
    rng = np.random.default_rng(seed)
    tokens = rng.integers(0, 6, (3, 4)).astype("int32")
    padded = np.concatenate([tokens, np.zeros((3, more), "int32")], 1)
    short, long = model(tokens), model(padded)
    np.testing.assert_array_equal(short, long[:, :4] if sequences else long)
