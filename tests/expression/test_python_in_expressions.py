"""What NumPy, torch and TensorFlow say, in the language: by the numbers that each would give."""

import re

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.expression.functions import FUNCTIONS
from spec_compiler.expression.other_tools.calls import ROWS
from spec_compiler.expression.other_tools.translating import _SAME, translated
from spec_compiler.expression.other_tools.words import IN_OPERATORS, MEANT, NO_COUNTERPART, SYNONYMS
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.spelling import nearest

X = np.linspace(-1, 1, 24, dtype=np.float32).reshape(2, 3, 4)
SPEC = """\
specc: 1
inputs: {{x: {{shape: [3, 4]}}}}
layers: [{{type: Lambda, name: y, function: "{}"}}]
"""
CASES = {
    # torch's words, and what torch computes said with NumPy
    "x.transpose(1, 2)": lambda x: np.swapaxes(x, 1, 2),
    "x.transpose(-2, -1)": lambda x: np.swapaxes(x, -2, -1),
    "torch.transpose(x, 2, 1)": lambda x: np.swapaxes(x, 1, 2),
    "x.permute(0, 2, 1)": lambda x: np.transpose(x, (0, 2, 1)),
    "x @ x.mT": lambda x: x @ np.swapaxes(x, 1, 2),
    "torch.bmm(x, x.transpose(1, 2)) / math.sqrt(x.size(-1))": lambda x: x @ x.swapaxes(1, 2) / 2,
    "x.flatten(1)": lambda x: x.reshape(2, 12),
    "x.view(x.size(0), -1)": lambda x: x.reshape(2, 12),
    "x.reshape(x.shape[0], 4, 3)": lambda x: x.reshape(2, 4, 3),
    "x.unsqueeze(1)": lambda x: x[:, None],
    "x.pow(2).sum(-1, keepdim=True).sqrt()": lambda x: np.sqrt((x**2).sum(-1, keepdims=True)),
    "x.max(dim=1).values": lambda x: x.max(1),
    "x.clamp(min=0)": lambda x: np.maximum(x, 0),
    "torch.clamp(x, -0.5, 0.5)": lambda x: np.clip(x, -0.5, 0.5),
    "x.masked_fill(x < 0, 7)": lambda x: np.where(x < 0, 7, x),
    "torch.cat([x, x], dim=2)": lambda x: np.concatenate([x, x], 2),
    "x.repeat(1, 2, 1)": lambda x: np.tile(x, (1, 2, 1)),
    "x.flip(2)": lambda x: x[:, :, ::-1],
    "torch.norm(x, dim=-1)": lambda x: np.sqrt((x**2).sum(-1)),
    "torch.maximum(x, -x).detach()": np.abs,
    "x.mul(x + 1).sub(2)": lambda x: x * (x + 1) - 2,
    "2 / torch.pow(x + 3, 2)": lambda x: 2 / (x + 3) ** 2,
    "-x.abs().neg()": np.abs,
    # NumPy's
    "np.sum(x * x, axis=-1) / np.sqrt(16 + np.pi)": lambda x: (x * x).sum(-1) / np.sqrt(16 + np.pi),
    "np.sum(np.abs(x), axis=(1, 2))": lambda x: np.abs(x).sum((1, 2)),
    "np.transpose(x, (0, 2, 1))": lambda x: np.transpose(x, (0, 2, 1)),
    "np.linalg.norm(x, axis=2, keepdims=True)": lambda x: np.linalg.norm(x, axis=2, keepdims=True),
    "np.concatenate([x, np.zeros_like(x)], axis=1)": lambda x: np.concatenate([x, 0 * x], 1),
    "np.where(np.isnan(x), 0, x.astype(np.float32))": lambda x: x,
    "x[:, np.newaxis] * 2": lambda x: x[:, None] * 2,
    # TensorFlow's and Keras's
    "tf.reduce_mean(tf.square(x), axis=1, keepdims=True)": lambda x: (x**2).mean(1, keepdims=True),
    "tf.cast(tf.reduce_max(x, axis=1), tf.float32)": lambda x: x.max(1),
    "np.max(x, 1) - np.min(x, axis=1)": lambda x: np.max(x, 1) - np.min(x, axis=1),
    "torch.max(x) + x": lambda x: x.max() + x,
    "np.linalg.norm(x, 2, axis=1)": lambda x: np.linalg.norm(x, 2, axis=1),
    "tf.nn.softmax(x)": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
    "F.softmax(x, dim=1)": lambda x: np.exp(x) / np.exp(x).sum(1, keepdims=True),
    "x.repeat(1, 1, 2)": lambda x: np.tile(x, (1, 1, 2)),
    "tf.matmul(x, x, transpose_b=True)": lambda x: x @ x.swapaxes(1, 2),
    "tf.clip_by_value(x, 0.0, 0.5)": lambda x: np.clip(x, 0, 0.5),
    "K.concatenate([x, x])": lambda x: np.concatenate([x, x], -1),
    "K.permute_dimensions(x, (0, 2, 1))": lambda x: np.transpose(x, (0, 2, 1)),
    "tf.gather(x, [0, 2], axis=2)": lambda x: x[:, :, [0, 2]],
    "tf.nn.relu(x) + keras.ops.tanh(x)": lambda x: np.maximum(x, 0) + np.tanh(x),
}


@pytest.mark.parametrize("text", CASES)
def test_what_is_written_instead_gives_the_same_numbers(text):
    found = translated(text)
    assert found is not None
    assert found.text
    result = sc.compile_text(SPEC.format(found.text)).run({"x": X})["y"]
    expected = CASES[text](X)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("text", CASES)
def test_one_edit_mends_all_of_it(text):
    found = [item for item in sc.validate(SPEC.format(text)) if item.code == "SPC0120"]
    assert len(found) == 1
    (edit,) = found[0].edits
    mended = SPEC.format(text).replace(text, edit.text.strip('"'))
    assert not [item for item in sc.validate(mended) if item.code.startswith("SPC012")]


@pytest.mark.parametrize(
    "text",
    [
        "x.unfold(1, 2, 1)",
        "torch.std(x, 1)",
        "torch.max(x, 1)",
        "x.expand(-1, 3, 4)",
        "np.cross(x, x)",
        "x.sum(1) + np.median(x)",
        "np.sum(x, 1, None)",
        "x.softmax",
    ],
)
def test_what_has_no_counterpart_has_no_edit(text):
    (found,) = (item for item in sc.validate(SPEC.format(text)) if item.code == "SPC0120")
    assert found.edits == ()
    assert found.help


@pytest.mark.parametrize(
    "text", ["x.transpose(1, 2)", "x.std(1)", "x.flatten() * 1", "1 - x.transpose(-1, -2)"]
)
def test_what_numpy_and_torch_mean_differently_is_no_safe_edit(text):
    (found,) = (item for item in sc.validate(SPEC.format(text)) if item.code == "SPC0120")
    assert found.edits
    assert not found.safe


def test_names_behind_lambda_are_those_of_the_inputs():
    text = """\
specc: 1
inputs: {a: {shape: [4]}, b: {shape: [4]}}
layers: [{type: Lambda, name: y, from: [a, b], function: "lambda p, q: np.maximum(p, q) - p"}]
"""
    (found,) = sc.validate(text)
    assert [edit.text for edit in found.edits] == ["maximum(a, b) - a"]
    assert not found.safe
    one = SPEC.format("lambda t: t * 2")
    assert [edit.text for edit in sc.validate(one)[0].edits] == ["x * 2"]
    assert sc.validate(SPEC.format("lambda p, q: p + q"))[0].edits == ()


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".a" * 480,
        "x" + "+x" * 480 + ".abs()",
        "-" * 900 + "x.abs()",
        "x" + ".abs()" * 160,
        "(" * 60 + "x.abs()" + ")" * 60,
        "x.abs(" + chr(0) + ")",
        "x.abs(*y)",
        "x.abs(**{})",
        "lambda: x.abs()",
        "[y.abs() for y in x]",
        "x.abs() if y else",
        "f'{x.abs()}'",
        "x.abs(y:=1)",
        ".abs()",
        "1 is x.abs()",
    ],
)
def test_whatever_is_written_ends_in_findings(text):
    found = sc.validate(SPEC.format(text.replace(chr(0), "\\0").replace('"', "'")))
    assert [item for item in found if item.code.startswith(("SPC01", "SPC00"))]
    translated(text)


@pytest.mark.parametrize(
    "text",
    [
        "F.leaky_relu(x)", "jax.nn.gelu(x)", "np.linalg.norm(x, 2)", "x.to('cuda')",
        "np.take(x, 1)", "torch.max(x, dim=1)[0]", "x.max(dim=1)[0]", "x.min(-1)[0]",
        "x.detach()", "tf.stop_gradient(x)", "np.linalg.norm(x, 2, axis=(1, 2))",
        "torch.linalg.norm(x, 2, dim=(1, 2))", "scipy.special.softmax(x)", "F.softmax(x)",
        "torch.equal(x, x)", "x.repeat(2, 1)", "x.softmax()",
        "np.zeros((4, 4), 'float32')", "keras.layers.concatenate([x, x])",
    ],
)  # fmt: skip
def test_what_another_library_means_otherwise_is_not_sure(text):
    made = translated(text)
    assert made is None or not made.text or not made.safe


SURE = """\
np.max(x, 1) np.max(x,axis=1) tf.reduce_max(x,axis=1) x.max(axis=1) np.linalg.norm(x,2,axis=1)
tf.nn.softmax(x) jax.nn.softmax(x) F.softmax(x,dim=-1) np.equal(x,x) torch.eq(x,x) x.repeat(1,1,2)
"""


@pytest.mark.parametrize("text", SURE.replace("x, 1", "x,1").split())
def test_what_all_libraries_mean_so_is_sure(text):
    made = translated(text)
    assert made is not None
    assert made.text
    assert made.safe


GIVEN = ["", "1", "1, 1", "x", "x, 1", "x, 1, 1", "x, 1, x", "[x, x], 1", "x, 1, 1, 1", "x, x, 1"]
"""What calls are given, one of which each row knows what to make of."""


@pytest.mark.parametrize("name", sorted({*ROWS, *IN_OPERATORS, *_SAME}))
def test_each_row_of_the_tables_says_something(name):
    """Of some call of it, by a module or by a tensor, with functions of the language."""
    calls = [f"{start}.{name}({given})" for start in ("np", "torch", "x") for given in GIVEN]
    made = [found.text for text in calls if (found := translated(text)) and found.text]
    assert made
    assert {*re.findall(r"(\w+)\(", " ".join(made))} <= LAMBDA_FUNCTIONS.keys() | {
        "or",
        "and",
        "not",
    }


@pytest.mark.parametrize("name", MEANT)
def test_each_other_name_is_mended_to_ours(name):
    """Where the function is called alone; a module before it makes no other one of it."""
    assert MEANT[name] in LAMBDA_FUNCTIONS
    if name in LAMBDA_FUNCTIONS:  # what it is says `specc`, whose own word is another
        assert f"write `{MEANT[name]}(" in sc.validate(SPEC.format(f"np.{name}(x)"))[0].help
        return
    (found,) = sc.validate(SPEC.format(f"{name}(x)"))
    assert [edit.text for edit in found.edits] == [MEANT[name]]


def test_no_name_stands_in_two_tables():
    tables = (MEANT, SYNONYMS, IN_OPERATORS, NO_COUNTERPART)
    names = [name for table in tables for name in table]
    assert len(names) == len({*names})
    assert not {*SYNONYMS, *IN_OPERATORS, *NO_COUNTERPART} & FUNCTIONS.keys()
    assert all(nearest(name, LAMBDA_FUNCTIONS) for name in NO_COUNTERPART)  # else it needs no row


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("x.sum(1) × 2", "sum(x, axis=1) × 2"),
        ("(x * x).mean(-1) && x", "mean(x * x, axis=-1) && x"),
        ("x - x[:, 0].clamp(0).sub(1) × 2", "x - (maximum(x[:, 0], 0) - 1) × 2"),
    ],
)
def test_what_stands_in_no_python_is_translated_alone(text, instead):
    (found,) = sc.validate(SPEC.format(text))
    (edit,) = found.edits
    line = SPEC.format(text).splitlines()[edit.span.line - 1]
    mended = line[: edit.span.column - 1] + edit.text + line[edit.span.end_column - 1 :]
    assert f'"{instead}"' in mended
