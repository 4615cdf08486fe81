"""Blocks of `specc:std` are exported to Keras as what they are."""

import sys
from pathlib import Path

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.export.keras.archive import archive
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.verify import verify
from spec_compiler.runtime.memory import allowed
from spec_compiler.weights.load import load_weights

sys.path.append(str(Path(__file__).parents[1] / "std"))
from cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_a_block_in_keras_computes_the_same(name):
    program = program_of_text(CASES[name].text("float32"))
    model = keras_program(program, Diagnostics())
    weights = load_weights(program, allowed(None))
    with archive(model, weights, "model_layers") as made:
        assert verify(made.loaded, model, program, weights).runs == 3
