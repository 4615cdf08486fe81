"""Rows of a batch: run apart where they stay apart, and padding never changes an answer."""

import json

import numpy as np
from holding import close
from hypothesis import assume, given, note
from hypothesis import strategies as st
from random_specs import Spec, arrays_for, sizes_for, specs

from spec_compiler import compile_text
from spec_compiler.runtime.rows import rows_stay_apart
from spec_compiler.runtime.run import Run


@given(specs(), st.integers(0, 2**32 - 1))
def test_rows_that_stay_apart(spec: Spec, seed: int):
    text = json.dumps(spec.document)
    note(text)
    model = compile_text(text, file="spec.json")
    assume(rows_stay_apart(model.program))
    rng = np.random.default_rng(seed)
    sizes = {**sizes_for(model.program, rng), "batch": 5}
    data = arrays_for(model, rng, sizes)
    run = Run(model.program, model.weights, data)
    run.prepare()
    whole = run.whole()
    run.check_values(2)
    parts = list(run.slices(2))
    for name, array in whole.items():
        close(model, np.concatenate([part[name] for part in parts]), array, name)
    # another row 3: all other rows stay as they are
    other = arrays_for(model, rng, sizes)
    mixed = {name: array.copy() for name, array in data.items()}
    for name in mixed:
        mixed[name][3] = other[name][3]
    again = Run(model.program, model.weights, mixed)
    again.prepare()
    for name, array in again.whole().items():
        close(model, np.delete(array, 3, 0), np.delete(whole[name], 3, 0), name)


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
