"""Results against what a test expects: each difference as a refusal that counts and shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from spec_compiler.data.json_arrays import as_array
from spec_compiler.ir.arrays import Array
from spec_compiler.language.tests import Expectation, SumClaim
from spec_compiler.refusals import ItemPath, Refusal

TOLERANCES = {
    "float64": (1e-6, 1e-7),
    "float32": (1e-5, 1e-6),
    "float16": (1e-3, 1e-4),
    "bfloat16": (1e-2, 1e-3),
}
"""Relative and absolute error that are allowed where a test does not say; others are exact."""
LENIENT = 10
"""So many times what a test allows may two ways to compute one layer be apart."""


def tolerances(dtype: str, *claims: Expectation | SumClaim | None) -> tuple[float, float]:
    """The relative and the absolute error that are allowed: what the first claim says, if any."""
    rtol, atol = TOLERANCES.get(dtype, (0.0, 0.0))
    for claim in reversed(claims):
        if claim is not None:
            rtol = rtol if claim.rtol is None else claim.rtol
            atol = atol if claim.atol is None else claim.atol
    return rtol, atol


def difference(
    name: str, got: Array, wanted: Array, allowed: tuple[float, float], at: ItemPath, origin: str
) -> Refusal | None:
    """What separates a result from what is expected; None when it is within the tolerances.

    NaN equals NaN, and an infinity itself. Errors are counted in float64.

    Args:
        name: What messages call the result.
        got: The result.
        wanted: What is expected.
        allowed: The relative and the absolute error.
        at: Where the expectation stands.
        origin: What it is called.
    """
    if got.shape != wanted.shape:
        message = f"{name} has shape {list(got.shape)}, and {origin} has {list(wanted.shape)}"
        return Refusal("SPC0701", message, argument=at)
    left, right = got.astype(np.float64), wanted.astype(np.float64)
    rtol, atol = allowed
    with np.errstate(all="ignore"):
        error = np.where(left == right, 0.0, np.abs(left - right))
        error = np.where(np.isnan(left) & np.isnan(right), 0.0, error)
        relative = np.where(error == 0, 0.0, error / np.abs(right))
        limit = atol + rtol * np.where(np.isfinite(right), np.abs(right), 0.0)
        wrong = ~(error <= limit)
    if allowed == (0.0, 0.0) and got.dtype.kind in "iub" and wanted.dtype.kind in "iub":
        wrong = got != wanted  # float64 does not tell large whole numbers apart
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    shown = f" at {list(index)}" if index else ""
    return Refusal(
        "SPC0701",
        f"{name} differs from {origin} in {int(wrong.sum()):,} of {wrong.size:,} elements",
        argument=at,
        notes=(
            f"first{shown}: expected {_number(wanted[index])}, got {_number(got[index])}",
            f"largest absolute error {_largest(error)}, relative {_largest(relative)}; "
            f"allowed are atol {atol:g} and rtol {rtol:g}",
        ),
    )


def broken_claims(
    name: str, expected: Expectation, got: Array, dtype: str, shape: tuple[int | None, ...] | None
) -> Iterator[Refusal]:
    """The claims of a test that a result does not keep.

    Args:
        name: The output.
        expected: The claims.
        got: The result.
        dtype: Its declared dtype.
        shape: The claimed shape in numbers.
    """
    at = ("expect", name)
    if shape is not None:
        yield from _shape(f"`{name}`", got, shape, (*at, "shape"))
    bad = np.argwhere(~np.isfinite(got))
    if expected.finite and len(bad):
        yield _broken(f"`{name}` is not finite", got, bad, (*at, "finite"))
    if expected.min is not None:
        low = np.argwhere(~(got >= expected.min))
        if len(low):
            message = f"`{name}` goes below {expected.min:g}"
            yield _broken(message, got, low, (*at, "min"))
    if expected.max is not None:
        high = np.argwhere(~(got <= expected.max))
        if len(high):
            message = f"`{name}` goes above {expected.max:g}"
            yield _broken(message, got, high, (*at, "max"))
    if expected.sum is not None:
        claim = expected.sum
        with np.errstate(all="ignore"):
            total = np.asarray(np.sum(got, axis=claim.axis, dtype=np.float64))
        wanted = np.full(total.shape, claim.value)
        usual = dtype if dtype in TOLERANCES else "float64"
        allowed = tolerances(usual, claim, expected)
        found = difference(
            f"the sum of `{name}`", total, wanted, allowed, (*at, "sum", "value"), "`value`"
        )
        if found is not None:
            yield found


def broken_mask(
    name: str, claimed: Any, got: Array, shape: tuple[int | None, ...] | None
) -> Iterator[Refusal]:
    """Whether a mask is as a test says: its shape in numbers, or else its values."""
    at = ("expect", name, "mask")
    if shape is not None:
        yield from _shape(f"the mask of `{name}`", got, shape, at)
        return
    wanted = as_array(claimed, "`mask`")
    found = difference(f"the mask of `{name}`", got, wanted, (0.0, 0.0), at, "`mask`")
    if found is not None:
        yield found


def _shape(name: str, got: Array, shape: tuple[int | None, ...], at: ItemPath) -> Iterator[Refusal]:
    fits = len(shape) == got.ndim and all(
        size is None or size == real for size, real in zip(shape, got.shape, strict=True)
    )
    if not fits:
        shown = ", ".join("null" if size is None else str(size) for size in shape)
        message = f"{name} has shape {list(got.shape)}, not [{shown}]"
        yield Refusal("SPC0702", message, argument=at)


def _broken(message: str, got: Array, where: Array, at: ItemPath) -> Refusal:
    index = tuple(int(i) for i in where[0])
    shown = f" at {list(index)}" if index else ""
    return Refusal(
        "SPC0702",
        f"{message} in {len(where):,} of {got.size:,} elements",
        argument=at,
        notes=(f"first{shown}: {_number(got[index])}",),
    )


def _largest(errors: Array) -> str:
    """The largest error; a NaN on one side only is larger than every number."""
    return f"{float(np.max(np.where(np.isnan(errors), np.inf, errors))):.3g}"


def _number(value: Any) -> str:
    return f"{value.item():.9g}" if value.dtype.kind == "f" else f"{value.item()}".lower()
