"""A run that needs more memory than is allowed is refused before it begins."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.runtime.memory import require_memory

MIB = 2**20
PROGRAM = """
specc: 1
inputs: {x: {shape: [1024]}}
layers: [{type: Lambda, function: tanh}]
"""


def test_the_input_and_the_result_must_fit_together():
    """1024 rows of 1024 numbers of 4 bytes are 4 MiB, and as many come out."""
    program = program_of_text(PROGRAM)
    require_memory(program, {"batch": 1024}, 8 * MIB)
    with pytest.raises(SpecError) as refused:
        require_memory(program, {"batch": 1024}, 8 * MIB - 1)
    assert [error.code for error in refused.value.diagnostics.errors] == ["SPC0523"]


def test_weights_count_before_anything_runs():
    """`[1024, 1024]` and `[1024]` of 4 bytes each."""
    program = program_of_text(PROGRAM.replace("Lambda, function: tanh", "Dense, units: 1024"))
    require_memory(program, None, 4 * MIB + 4096)
    with pytest.raises(SpecError):
        require_memory(program, None, 4 * MIB + 4095)
