"""What a layer costs does not depend on how many there are; counted in calls, since time varies."""

import sys

import pytest

from spec_compiler import compile_text, validate

SHORT, LONG = 200, 2_000
CLOSE = 0.01


def chain(layers):
    """Blocks one after another, with weights, an activation and a residual connection."""
    lines = [
        "specc: 1",
        "dims: {seq: {min: 1}}",
        "inputs: {x: {shape: [seq, 8]}}",
        "layers:",
    ]
    for k in range(layers // 4):
        above = f"sum{k - 1}" if k else "x"
        lines += [
            f"  - {{type: Dense, name: wide{k}, from: {above}, units: 16, activation: gelu}}",
            f"  - {{type: Dense, name: back{k}, units: 8}}",
            f"  - {{type: Add, name: both{k}, from: [{above}, back{k}]}}",
            f"  - {{type: LayerNormalization, name: sum{k}}}",
        ]
    return "\n".join(lines) + "\n"


def calls_of(work, *given):
    """How many functions a call calls, those of C too."""
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work(*given)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("work", [validate, compile_text])
def test_the_work_of_a_layer_is_the_same_in_a_long_spec(work):
    work(chain(8))  # loads what is loaded once
    fixed = calls_of(work, chain(4))
    short, long = (
        (calls_of(work, chain(layers)) - fixed) / (layers - 4) for layers in (SHORT, LONG)
    )
    assert long == pytest.approx(short, rel=CLOSE)
