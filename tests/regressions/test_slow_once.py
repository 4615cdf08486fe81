"""Small specs whose sizes once took minutes to reason about."""

import time

import pytest

from spec_compiler import validate

SPEC = """
specc: 1
dims: {{a: {{}}, b: {{}}, c: {{}}}}
inputs:
  x: {{shape: [a, b, c]}}
layers:
  - {{type: Lambda, name: y, function: "{}"}}
"""
SOON = 5.0
"""Seconds; each takes a small part of one where nothing else runs."""


@pytest.mark.parametrize(
    "size",
    [
        pytest.param("*".join(f"(a + b*{i} + c)" for i in range(1, 16)), id="a product"),
        pytest.param("(" * 40 + "a" + "//2*3 + b)" * 40, id="quotients of quotients"),
        pytest.param("(" * 24 + "a" + "*a + b)//c" * 24, id="products in quotients"),
        pytest.param("(" * 40 + "a" + " % (b + 7))" * 40, id="rests of rests"),
    ],
)
def test_a_size_with_a_long_formula_is_soon_done(size: str):
    start = time.perf_counter()
    found = validate(SPEC.format(f"zeros([{size}])"))
    assert time.perf_counter() - start < SOON
    assert not found


def test_a_formula_that_doubles_is_refused_once():
    start = time.perf_counter()
    found = validate(SPEC.format("x" + "[:, a//3:b//2 + c]" * 24))
    assert time.perf_counter() - start < SOON
    assert [(finding.code, finding.span.line) for finding in found if finding.span] == [
        ("SPC0307", 7)
    ]
