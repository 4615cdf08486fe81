"""Products of sums have a bound, whoever multiplies."""

from collections.abc import Iterable

import pytest

from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir import dims
from spec_compiler.ir.dims import MOST_TERMS, Dim, Monomial, Size, SizeError, product, symbol


def factors(count: int) -> tuple[Size, ...]:
    """Sums of two sizes, no two alike."""
    return tuple(symbol(f"a{index}") + symbol(f"b{index}") for index in range(count))


def test_a_product_of_sums_is_refused_before_it_explodes(monkeypatch: pytest.MonkeyPatch) -> None:
    collected = 0
    sum_of = dims.sum_of

    def count(terms: Iterable[tuple[Monomial, int]]) -> Size:
        nonlocal collected
        listed = tuple(terms)
        collected += len(listed)
        return sum_of(listed)

    monkeypatch.setattr(dims, "sum_of", count)
    with pytest.raises(SizeError, match="too long to reason about"):
        product(factors(30))
    assert collected < 4 * MOST_TERMS


def test_what_is_short_enough_is_multiplied() -> None:
    found = product(factors(8))
    assert isinstance(found, Dim)
    assert len(found.terms) == 2**8


def test_a_power_is_as_long_as_its_normal_form() -> None:
    found = product((symbol("a") + 1,) * 40)
    assert isinstance(found, Dim)
    assert len(found.terms) == 41


def test_a_long_sum_is_multiplied_by_one_size() -> None:
    total: Size = 0
    for index in range(2 * MOST_TERMS):
        total = total + symbol(f"a{index}")
    found = total * symbol("b")
    assert isinstance(found, Dim)
    assert len(found.terms) == 2 * MOST_TERMS


def test_a_layer_that_multiplies_sums_is_refused_at_its_place() -> None:
    names = [f"{letter}{index}" for index in range(12) for letter in "ab"]
    shape = ", ".join(f"a{index} + b{index}" for index in range(12))
    text = (
        f"specc: 1\ndims: {{{', '.join(f'{name}: {{}}' for name in names)}}}\n"
        f"inputs: {{x: {{shape: [{shape}]}}}}\nlayers:\n  - type: Flatten\n"
    )
    with pytest.raises(SpecError) as caught:
        prove_text(text, "m.yaml")
    (found,) = caught.value.diagnostics.errors
    assert (found.code, found.message) == (
        "SPC0307",
        "`flatten`: a size whose formula is too long to reason about",
    )
