"""What other tools call what stands in a test: what is given, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, advise, entry, put, remove, write
from spec_compiler.spelling import folded

_TEST: Names = other_names(
    {
        "inputs": "input given feed feeds feed_dict arrange data when example_inputs arguments",
        "expect": "then expected expects assert asserts assertions outputs output should want "
        "wanted result results returns check checks expectations expected_outputs expected_output "
        "predictions claim claims",
        "raises": "error errors throws exception expect_error fails with_error error_code code "
        "expected_error should_fail raise rejects",
        "name": "title test id case test_name it",
        "same_as": "like same equivalent invariant same_result unchanged_by",
        "seed": "random_seed rng random_state",
    }
)
_RUN_BY = any_of("skip only tags timeout marks fixtures setup teardown retries xfail slow enabled")
_CLAIM: Names = other_names(
    {
        "value": "equals equal eq approx close close_to to_equal array data numbers "
        "expected exactly allclose almost_equal output result pytest.approx equal_to is_close",
        "min": "gte ge min_value minimum low lower at_least above lower_bound greater_equal gt "
        "greater_than more_than floor",
        "max": "lte le max_value maximum high upper at_most below upper_bound less_equal lt "
        "less_than ceiling",
        "atol": "tolerance tol eps delta abs_tol abs epsilon absolute_tolerance",
        "rtol": "rel rel_tol relative relative_tolerance",
        "shape": "output_shape dims size of_shape has_shape",
        "dtype": "type data_type",
        "finite": "no_nan not_nan no_inf is_finite isfinite nan_free no_nans not_inf all_finite",
        "sum": "total sums_to sum_to",
        "file": "path golden snapshot expected_file reference",
    }
)
_STRICT = frozenset({"gt", "lt", "above", "below", "greaterthan", "lessthan", "morethan"})
_EITHER = any_of("tolerance tol eps delta epsilon")
"""Of what is allowed beside or in shares, which is not said."""
_PAIRS = any_of("range between interval bounds in_range within limits")
_STATISTICS = any_of(
    "mean std median norm argmax argmin var variance mode count unique sorted monotonic"
)
_SUM: Names = other_names(
    {
        "value": "equals equal equal_to to is total result sum expected",
        "axis": "dim along over dimension dims",
        "atol": "tolerance tol eps",
    }
)
_HELD = ("value", "data", "array", "values", "tensor", "numbers")
_DRAWN = frozenset({"random", "shape", "min", "max", "range", "uniform", "normal", "dtype", "size"})


def of_test(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that a test has not; None where nothing is known of it.

    Args:
        key: What is written.
        given: All that stands beside it.
    """
    if folded(key) in _RUN_BY:
        return remove("leave it out: every test runs, and `specc test -k` runs some")
    fix = meant(_TEST, key, given)
    if fix is None:
        return None
    value = given[key]
    if fix.text in {"inputs", "expect"}:
        return fix._replace(safe=is_mapping(value))
    if fix.text == "raises":
        return fix if isinstance(value, str) and value.startswith("SPC") else advise(CODES)
    if fix.text == "same_as":
        return fix._replace(safe=False) if is_mapping(value) else None
    return fix


CODES = "write the code that is expected, such as `raises: SPC0520`; a run says which it is"


def of_claim(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that what is expected of an output has not."""
    value = given.get(key)
    if key in given and folded(key) in _PAIRS:
        if not is_list(value) or len(value) != 2 or {"min", "max"} & given.keys():
            return advise("write `min` and `max`, each with its number")
        low, high = map(in_braces, value)
        words = f"write `min: {low}, max: {high}`"
        return entry("min", low, words, safe=True).and_(put("max", high, beside=True))
    if folded(key) in _STATISTICS:
        return (
            "what is computed of a result is a layer, such as a Lambda; name it under `outputs`, "
            "and expect its `value`"
        )
    fix = meant(_CLAIM, key, given)
    if fix is None or key not in given:
        return fix
    if fix.text == "finite":
        return fix if value is True else entry("finite", "true", "write `finite: true`")
    if fix.text == "sum" and not is_mapping(value):
        return entry("sum", f"{{value: {in_braces(value)}}}", "write `sum: {value: 1, axis: -1}`")
    return fix._replace(safe=folded(key) not in _STRICT | _EITHER)


def of_sum(key: str, given: Mapping[str, object]) -> Fix | None:
    """What to write for a key that a sum has not."""
    return meant(_SUM, key, given)


def of_data(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that the data of an input has not; an array stands by itself."""
    if key in _HELD and (is_list(given.get(key)) or isinstance(given.get(key), int | float)):
        text = in_braces(given[key])
        return write(text, words=f"write the numbers alone: `{text}`").on()
    if folded(key) in _DRAWN:
        return advise(RANDOM)
    return meant(_FILES, key, given)


_FILES: Names = other_names({"file": "path filename npy npz csv from src source", "key": "array "
                             "name member"})  # fmt: skip
RANDOM = "leave it out: without `inputs` they are random, and `dims` says of which sizes"
