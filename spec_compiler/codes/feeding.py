"""Data against the declarations of inputs."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _model(declared: str, head: str = "", layer: str = "type: Identity") -> str:
    """A layer behind an input."""
    return f"""\
specc: 1
{head}inputs: {{x: {{{declared}}}}}
layers: [{{{layer}}}]
"""


_STEPS = _model("shape: [steps]", "dims: {steps: {min: 2}}\n")
_SAME = """\
specc: 1
dims: {steps: {}}
inputs: {x: {shape: [steps]}, y: {shape: [steps]}}
layers: [{type: Add, from: [x, y]}]
"""


def _data(code: str, title: str, explanation: str, wrong: str, right: str, model: str) -> Code:
    """A code whose examples differ in the data."""
    command = "run model.yaml --input x=x.json"
    files = {"model.yaml": model}
    return Code(code, title, explanation, wrong, right, command, "x.json", files, mend="elsewhere")


FEEDING: tuple[Code, ...] = (
    Code(
        "SPC0510",
        "input without data",
        "Every input of the model must be fed, and every input that declares a mask has a second "
        "one, `NAME.mask`. Name the data with `--input NAME=FILE`.",
        wrong=_model("shape: [2], mask: true"),
        right=_model("shape: [2]"),
        command="run model.yaml --input x=x.json",
        files={"x.json": "[[1.0, 2.0]]"},
        mend="elsewhere",
    ),
    Code(
        "SPC0511",
        "data for no input",
        "Data is given under a name that no input of the model has.",
        wrong=_model("shape: [2]").replace("{x:", "{pixels:"),
        right=_model("shape: [2]").replace("{x:", "{pixel:"),
        command="run model.yaml --input pixel=x.json",
        files={"x.json": "[[1.0, 2.0]]"},
        mend="elsewhere",
    ),
    _data(
        "SPC0512",
        "data of another rank",
        "The data has more or fewer axes than the input. Data has the batch axis first: a single "
        "example has a batch of 1.",
        "[1.0, 2.0]",
        "[[1.0, 2.0]]",
        _model("shape: [2]"),
    ),
    _data(
        "SPC0513",
        "data of another size",
        "An axis of the data is not as long as the input declares.",
        "[[1.0, 2.0, 3.0]]",
        "[[1.0, 2.0]]",
        _model("shape: [2]"),
    ),
    Code(
        "SPC0514",
        "named size of two values",
        "A named size is one number in a run. Two inputs, or an input and `--dim`, give it "
        "different ones; the message names both places.",
        wrong="[[1.0, 2.0]]",
        right="[[1.0, 2.0, 3.0]]",
        command="run model.yaml --input x=x.json --input y=y.json",
        varies="y.json",
        files={"model.yaml": _SAME, "x.json": "[[1.0, 2.0, 3.0]]"},
        mend="elsewhere",
    ),
    _data(
        "SPC0515",
        "named size out of its bounds",
        "The data gives a named size a number below its `min` or above its `max`. A dim without "
        "`min` is at least 1.",
        "[[1.0]]",
        "[[1.0, 2.0]]",
        _STEPS,
    ),
    Code(
        "SPC0516",
        "named size that cannot be settled",
        "`--dim` and `--random` name sizes that the spec declares and does not fix, and every size "
        "that the model needs must follow from the data or be given.",
        wrong=_STEPS.replace("steps", "step"),
        right=_STEPS,
        command="run model.yaml --input x=x.json --dim steps=2",
        files={"x.json": "[[1.0, 2.0]]"},
        mend="elsewhere",
    ),
    _data(
        "SPC0517",
        "relation of sizes that does not hold",
        "Compiling left a question about sizes open, since only the data could answer it: a "
        "constraint, or two axes that must be equal. For this data the answer is no.",
        "[[1.0, 2.0, 3.0]]",
        "[[1.0, 2.0]]",
        _model("shape: [steps]", 'dims: {steps: {}}\nconstraints: ["steps % 2 == 0"]\n'),
    ),
    Code(
        "SPC0518",
        "sparse data for a dense input",
        "The data is a sparse matrix, and the input is not declared `sparse: true`. To make a "
        "sparse matrix dense can take a thousand times its memory, so specc does not do it "
        "unasked.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    _data(
        "SPC0519",
        "value that the dtype cannot hold",
        "Data is cast to the input's dtype only where no value changes: 2.0 may become 2, but 1.5 "
        "may not become 1, nor 300 an `int8`. Convert the data on purpose, or declare another "
        "dtype.",
        "[[1.5, 2.0]]",
        "[[1.0, 2.0]]",
        _model("shape: [2], dtype: int32"),
    ),
    _data(
        "SPC0520",
        "value out of the declared interval",
        "`values` of the input says which numbers the data holds, and here is another one. "
        "The proofs about indices rest on it.",
        "[[1, 9]]",
        "[[1, 3]]",
        _model("shape: [2], dtype: int32, values: {min: 0, max: 3}"),
    ),
    _data(
        "SPC0521",
        "data that holds NaN",
        "The data holds NaN, which spreads through most layers into the results. This is a "
        "warning: in some models it is meant.",
        "[[NaN, 2.0]]",
        "[[1.0, 2.0]]",
        _model("shape: [2]"),
    ),
    _data(
        "SPC0522",
        "results that became NaN",
        "The data holds no NaN, and a result does: a division of 0 by 0, a difference of "
        "infinities, or numbers too large for the dtype. This is a warning.",
        "[[Infinity, Infinity]]",
        "[[100.0, 100.0]]",
        _model("shape: [2]", layer="type: Activation, activation: softmax"),
    ),
    Code(
        "SPC0523",
        "more memory than is allowed",
        "What a run holds at once is counted before anything is allocated: weights, and how "
        "they are drawn, data, results, and what lies between layers. Where rows stay apart, that "
        "is of a slice of the batch, made as small as it must be. `--max-memory` allows more. By "
        "default a run may use 80 % of what is free, at most 8 GiB.",
        wrong=_model("shape: [2]", layer="type: Dense, units: 1000000000000"),
        right=_model("shape: [2]", layer="type: Dense, units: 10"),
        command="run model.yaml --random batch=1",
        mend="elsewhere",
    ),
    Code(
        "SPC0524",
        "Python function that does not keep to its type rule",
        "A Python function that was registered with `functions=` gave an array of another dtype or "
        "shape than its type rule says. What validates, runs: this is the one exception, since "
        "only running the function shows what it gives.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    Code(
        "SPC0525",
        "run that cannot be divided",
        "A run into a folder divides its rows: each partition is rows of files, which run apart "
        "from the others, by the same model with the same weights. A model whose rows depend on "
        "each other runs as a whole, into one file.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    Code(
        "SPC0526",
        "workers that do not answer",
        "The scheduler of Dask cannot be reached, or its workers end again and again while they "
        "run one partition. What was written is kept: the same command goes on.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
)
