"""Which places of windows fall on entries, and that no others are gone through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.ir.windows import Window, places

NUMBERS = {"size": st.integers(1, 6), "step": st.integers(1, 4), "dilation": st.integers(1, 3)}


@given(st.builds(Window, **NUMBERS), st.integers(-5, 9), st.integers(0, 6), st.integers(0, 9))
def test_places_are_those_that_fall_on_entries(window, before, count, entries):
    wanted = {}
    for place in range(window.size):
        for index in range(count):
            entry = index * window.step + place * window.dilation - before
            if 0 <= entry < entries:
                wanted.setdefault(place, []).append((index, entry))
    found = {}
    for (place,), (windows,), (read,) in places((window,), (before,), (count,), (entries,)):
        found[place] = list(zip(range(9)[windows], range(9)[read], strict=True))
    assert found == wanted


SPEC = """
specc: 1
dims: {{steps: {{}}}}
inputs: {{x: {{shape: [steps, 1]}}}}
layers:
  - {{type: {layer}, name: y, pool_size: 1000000000, strides: 1, padding: same}}
outputs: [y]
"""


@pytest.mark.parametrize(("layer", "wanted"), [("MaxPooling1D", 3.0), ("AveragePooling1D", 2.0)])
def test_windows_far_wider_than_what_they_lie_over_read_what_is_there(layer, wanted):
    model = sc.compile_text(SPEC.format(layer=layer))
    result = model(np.array([[[1.0], [2.0], [3.0]]], "float32"))
    assert result.tolist() == [[[wanted]] * 3]
