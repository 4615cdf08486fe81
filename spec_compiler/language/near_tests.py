"""Keys of a test that it has not, and where they belong."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.fixes import Fix, called, move, nest, put, remove

_TOLERANCES = ("tolerance", "tol", "atol", "rtol")
_NUMBERS = "write it beside the numbers that it is for, under `expect`: `{value: …, atol: 1e-6}`"
_ELSEWHERE: Mapping[str, Fix] = {
    "batch_size": move("dims", "batch", "sizes stand under `dims`: `dims: {batch: 4}`"),
    **dict.fromkeys(
        ("sweep", "sizes", "random", "batch", "parametrize"),
        called(
            "dims",
            "without `inputs` they are random, and `dims` says of which sizes: "
            "`dims: {batch: [1, 3]}`",
        ),
    ),
}


def of_a_test(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """Where a key belongs that a test has not; None where nothing is known of it.

    A tolerance is of the only numbers that are compared.

    Args:
        key: What is written.
        given: All that stands in the test.
    """
    if key == "batch" and type(given[key]) is int:
        return _ELSEWHERE["batch_size"]
    if key not in _TOLERANCES:
        return _ELSEWHERE.get(key)
    expect = given.get("expect")
    outputs = list(expect.items()) if is_mapping(expect) else []
    own = key if key == "rtol" else "atol"
    if len(outputs) != 1:
        return _NUMBERS
    name, held = outputs[0]
    value = written_plainly(given[key])
    if not is_mapping(held) or "value" not in held or own in held or value == "…":
        return _NUMBERS
    return remove(_NUMBERS).and_(put(own, value).on("expect", name))


def of_a_twin(key: str, given: Mapping[str, object]) -> Fix | None:
    """Arrays that stand in `same_as` itself, and belong under its `inputs`."""
    if "inputs" in given or not all(is_list(item) for item in given.values()):
        return None
    return nest("inputs", f"write `inputs: {{{key}: …}}`").on()
