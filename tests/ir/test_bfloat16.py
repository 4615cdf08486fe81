"""bfloat16 is rounded after each step, to the nearest and of two to the even one."""

import numpy as np
import pytest

from spec_compiler import compile_text


def result_of(function, x):
    """An expression over one number, computed in bfloat16: 8 bits, so 1 + 1/128 follows 1."""
    model = compile_text(
        f"""
        specc: 1
        dtype: bfloat16
        inputs: {{x: {{shape: [1]}}}}
        layers: [{{type: Lambda, function: "{function}"}}]
        """
    )
    return model(np.full((1, 1), x, "float32")).item()


@pytest.mark.parametrize(
    ("added", "found"),
    [(1 / 512, 0), (3 / 512, 1 / 128), (1 / 256, 0), (3 / 256, 2 / 128)],
    ids=["down", "up", "half-to-even-below", "half-to-even-above"],
)
def test_a_sum_is_rounded_before_the_next_step(added, found):
    assert result_of(f"(x + {added}) - x", 1) == found
