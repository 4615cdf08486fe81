"""Tests in the spec."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _model(test: str) -> str:
    """A model that doubles two numbers, and a test of it."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [2]}}}}
layers: [{{type: Add, name: twice, from: [x, x]}}]
tests:
  - name: doubles
{test}"""


_ONE = "    inputs: {x: [[1, 2]]}\n"
_RUN = "test model.yaml"
_SWEEP = """\
specc: 1
dims: {rows: {}, columns: {}}
inputs: {x: {shape: [rows, columns]}}
layers: [{type: Activation, name: y, activation: softmax}]
tests:
  - name: finite
    dims: {batch: SIZES, rows: SIZES, columns: SIZES}
    expect: {y: {finite: true}}
"""

TESTS: tuple[Code, ...] = (
    Code(
        "SPC0701",
        "result that differs from the expected one",
        "A result is further from what the test expects than its tolerances allow: "
        "|got - expected| must be at most `atol` + `rtol` × |expected|. The report "
        "counts the elements that differ, and shows the first and the largest error; the tensors "
        "are kept in a file.",
        wrong=_model(f"{_ONE}    expect: {{twice: {{value: [[2, 5]]}}}}\n"),
        right=_model(f"{_ONE}    expect: {{twice: {{value: [[2, 4]]}}}}\n"),
        command=_RUN,
    ),
    Code(
        "SPC0702",
        "result that breaks a claim of a test",
        "`shape`, `finite`, `min`, `max` or the shape of a `mask` does not hold for a result of "
        "this test. Either the model or the claim is wrong.",
        wrong=_model(f"{_ONE}    expect: {{twice: {{max: 3}}}}\n"),
        right=_model(f"{_ONE}    expect: {{twice: {{max: 4}}}}\n"),
        command=_RUN,
    ),
    Code(
        "SPC0703",
        "inputs that were not refused",
        "The test says by `raises` that its inputs are refused with a code; they ran, or were "
        "refused with another one.",
        wrong=_model(f"{_ONE}    raises: SPC0513\n"),
        right=_model("    inputs: {x: [[1, 2, 3]]}\n    raises: SPC0513\n"),
        command=_RUN,
    ),
    Code(
        "SPC0704",
        "test that names something unknown",
        "A test names an input, an output, a size or a code that there is not. A misspelt output "
        "would never be looked at.",
        wrong=_model("    expect: {twise: {finite: true}}\n"),
        right=_model("    expect: {twice: {finite: true}}\n"),
        mend="safe",
    ),
    Code(
        "SPC0705",
        "test that no run could pass",
        "Its data or its claims contradict what is proved of the model: another rank, size or "
        "dtype, an axis or a mask that is not there, a size out of its bounds. Data in tests has "
        "the batch axis first.",
        wrong=_model("    expect: {twice: {shape: [null, 3]}}\n"),
        right=_model("    expect: {twice: {shape: [null, 2], finite: true}}\n"),
        mend="unsafe",
    ),
    Code(
        "SPC0706",
        "test with too many cases",
        "`dims` runs a test once for each combination of its sizes, and these are too many. Sweep "
        "over fewer sizes, or over the dims in separate tests.",
        wrong=_SWEEP.replace("SIZES", f"{[*range(1, 12)]}"),
        right=_SWEEP.replace("SIZES", "[1, 11]"),
    ),
    Code(
        "SPC0707",
        "test whose file is missing",
        "The file that a test reads its inputs or the expected numbers from is not there, or has "
        "no such array. `specc test --update` writes expected files from the results; look at them "
        "before you trust them.",
        wrong=_model(f"{_ONE}    expect: {{twice: {{file: twise.json}}}}\n"),
        right=_model(f"{_ONE}    expect: {{twice: {{file: twice.json}}}}\n"),
        command=_RUN,
        files={"twice.json": "[[2, 4]]"},
    ),
)
