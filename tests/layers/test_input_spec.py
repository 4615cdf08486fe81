"""What an `input_spec` claims is proved, and a claim that contradicts itself is refused."""

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError


def refused(claim, shape="[batch, 3, 4]", dtype="float32"):
    """The code, the message and what is blamed of each error; none where the claim is true."""
    text = (
        f"specc: 1\ninputs: {{x: {{batch_shape: {shape}, dtype: {dtype}}}}}\n"
        f"layers: [{{type: Identity, input_spec: {claim}}}]\n"
    )
    try:
        program_of_text(text)
    except SpecError as error:
        return [
            (item.code, item.message, text.splitlines()[item.span.line - 1][
                item.span.column - 1 : item.span.end_column - 1
            ])
            for item in error.diagnostics.errors
        ]  # fmt: skip
    return []


@pytest.mark.parametrize(
    "claim",
    [
        "{ndim: 3}", "{min_ndim: 3}", "{max_ndim: 3}", "{min_ndim: 3, max_ndim: 3}",
        "{min_ndim: 0, max_ndim: 4, ndim: 3}", "{ndim: 3, min_ndim: 3}", "{ndim: 3, max_ndim: 3}",
        "{dtype: float32}", "{shape: [null, 3, 4]}", "{shape: [null, null, 4], ndim: 3}",
        "{axes: {0: null, 1: 3, 2: 4}}", "{axes: {-1: 4, -2: 3, -3: null}}",
        "{shape: [null, 3, 4, 1], allow_last_axis_squeeze: true}",
        "{shape: [null, 3, null], axes: {1: 3, 2: 4}}", "{axes: {-1: 4}, max_ndim: 3}", "[]",
    ],
)  # fmt: skip
def test_what_is_true_is_accepted(claim):
    assert refused(claim) == []


def test_a_last_axis_of_size_1_may_be_there_without_being_claimed():
    claim = "{shape: [null, 3], allow_last_axis_squeeze: true}"
    assert refused(claim, "[batch, 3, 1]") == []
    assert [item[0] for item in refused(claim, "[batch, 3, 2]")] == ["SPC0304"]
    assert [item[0] for item in refused("{shape: [null, 3]}", "[batch, 3, 1]")] == ["SPC0304"]
    longer = "{shape: [null, 3, 4, 2], allow_last_axis_squeeze: true}"
    assert [item[0] for item in refused(longer)] == ["SPC0304"]


NEEDS = "the input needs {}, and it has rank 3: float32[batch, 3, 4]"


@pytest.mark.parametrize(
    ("claim", "code", "message", "blamed"),
    [
        ("{ndim: 2}", "SPC0304", NEEDS.format("rank 2"), "2"),
        ("{ndim: 4}", "SPC0304", NEEDS.format("rank 4"), "4"),
        ("{shape: [null, 3]}", "SPC0304", NEEDS.format("rank 2"), "[null, 3]"),
        ("{max_ndim: 2}", "SPC0304", NEEDS.format("rank 2 or less"), "2"),
        ("{min_ndim: 4}", "SPC0304", NEEDS.format("rank 4 or more"), "4"),
        ("{axes: {3: null}}", "SPC0304", NEEDS.format("an axis 3"), "{3: null}"),
        ("{axes: {-4: null}}", "SPC0304", NEEDS.format("an axis -4"), "{-4: null}"),
        ("{dtype: float64}", "SPC0402", "the input must be `float64`, and it is `float32`",
         "float64"),
        ("{axes: {2: 5}}", "SPC0301",
         "axis 2 of the input must be 5, and it is 4: float32[batch, 3, 4]", "5"),
        ("{axes: {-2: 5}}", "SPC0301",
         "axis -2 of the input must be 5, and it is 3: float32[batch, 3, 4]", "5"),
        ("{shape: [null, 3, 5]}", "SPC0301",
         "axis 2 of the input must be 5, and it is 4: float32[batch, 3, 4]", "5"),
    ],
)  # fmt: skip
def test_what_is_not_true_is_refused(claim, code, message, blamed):
    assert refused(claim) == [(code, message, blamed)]


@pytest.mark.parametrize(
    ("claim", "code", "message", "blamed"),
    [
        ("{shape: [null, 3], ndim: 3}", "SPC0107",
         "is a contradiction: `shape` has rank 2, `ndim` is 3", "3"),
        ("{min_ndim: 3, max_ndim: 2}", "SPC0107",
         "is a contradiction: `min_ndim` 3 is above `max_ndim` 2", "3"),
        ("{ndim: 3, min_ndim: 4}", "SPC0107",
         "is a contradiction: rank 3 against `min_ndim` 4", "4"),
        ("{ndim: 3, max_ndim: 2}", "SPC0107",
         "is a contradiction: rank 3 against `max_ndim` 2", "2"),
        ("{shape: [null, 3], max_ndim: 1}", "SPC0107",
         "is a contradiction: rank 2 against `max_ndim` 1", "1"),
        ("{ndim: 3, axes: {3: null}}", "SPC0107", "names axis 3, and the rank is 3", "null"),
        ("{ndim: 3, axes: {-4: null}}", "SPC0107", "names axis -4, and the rank is 3", "null"),
        ("{max_ndim: 3, axes: {3: 1}}", "SPC0107", "names axis 3, and the rank is at most 3", "1"),
        ("{shape: [null, 3, 4], axes: {1: 5}}", "SPC0107",
         "is a contradiction: axis 1 is 5 in `axes` and 3 in `shape`", "5"),
        ("{ndim: -1}", "SPC0104", "must be 0 or more, not -1", "-1"),
        ("{axes: {1: -1}}", "SPC0104", "`axes` must give a size for axis 1, not `-1`", "-1"),
        ("{axes: [1]}", "SPC0104",
         "`axes` must be a mapping from axes to sizes such as `{-1: 8}`, not a list", "[1]"),
        ("{axes: {last: 4}}", "SPC0104", "`axes` must have whole numbers as keys, not `last`", "4"),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_true_is_refused(claim, code, message, blamed):
    ((found, said, where),) = refused(claim)
    assert (found, where) == (code, blamed)
    assert message in said


def test_a_size_0_may_be_claimed():
    ((code, message, _),) = refused("{axes: {1: 0}}")
    assert (code, message.split(",")[0]) == ("SPC0301", "axis 1 of the input must be 0")
