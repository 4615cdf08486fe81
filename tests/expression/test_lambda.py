"""Lambda in a spec: names, masks, claims, and the core form."""

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

HEAD = """\
specc: 1
params: {width: 3, scale: 0.5}
dims: {seq: {max: 9}}
inputs:
  a: {shape: [seq, 4], mask: true}
  c: {shape: [seq, 4]}
"""


def program(item, head=HEAD):
    return program_of_text(f"{head}layers:\n  - {{type: Lambda, name: f, {item}}}\n", "model.yaml")


def refused(item):
    with pytest.raises(SpecError) as found:
        program(item)
    (error,) = found.value.diagnostics.errors
    return error


def run(item, **arrays):
    compiled = program(item)
    inputs = {name: np.asarray(array) for name, array in arrays.items()}
    sizes = {"batch": 2, "seq": 3}
    return evaluate(compiled.graph, inputs, {}, sizes)


A = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
C = np.ones((2, 3, 4), np.float32)
KEEP = np.array([[True, True, False], [True, False, False]])
FED = {"a": A, "c": C, "a.mask": KEEP}

KEPT = [
    "x * 2 + 1",
    "softmax(x)",
    "sum(x, axis=-1)",
    "x[..., 0]",
    "x[:, :, None] * [[1], [2]]",
    "reshape(x, [batch, seq, 2, 2])",
    "x @ ones([4, 2])",
    "where(mask(x)[..., None], x, 0)",
    "concat([x, x], axis=-1)",
    'einsum("bsd->bs", x)',
]
MIXED = [
    "softmax(x, axis=1)",
    "x - mean(x, axis=1, keepdims=True)",
    "x * max(x)",
    "cumsum(x, axis=1)",
    "x + x[:, :1]",
    "x * sum(x[0])",
    "matmul(x, transpose(x, [0, 2, 1]))",  # a row that counts has columns that do not
    "sum(matmul(x, transpose(x, [0, 2, 1])), axis=-1)",
]
GONE = [
    "sum(x, axis=1)",
    "x[:, 0]",
    "flip(x, axis=1)",
    "transpose(x, [2, 0, 1])",
    "reshape(x, [batch, seq * 4])",
    "matmul(x, transpose(x, [0, 2, 1]))[:, :, 0] @ ones([seq, 1])",
    "flip(x, axis=1) + x[::-1]",
]
READ = {
    "sum(where(mask(x)[..., None], x, 0), axis=1)": None,
    "sum(x, axis=1) / sum(mask(x), axis=1)[:, None]": None,
    "where(mask(x)[:, None], matmul(x, transpose(x, [0, 2, 1])), 0)": None,
    "softmax(where(mask(x)[..., None], x, -9), axis=1)": KEEP,
    "arange(seq) * 1.0": None,
}
"""What reads the mask, or nothing of `x`, and the mask that it has then."""


@pytest.mark.parametrize("text", KEPT)
def test_a_mask_passes_where_each_step_stays(text):
    found = run(f"from: a, function: {text!r}", **FED)
    np.testing.assert_array_equal(found["f.mask"], KEEP)


@pytest.mark.parametrize("text", [*MIXED, *GONE])
def test_a_mask_is_not_lost_in_silence(text):
    assert refused(f"from: a, function: {text!r}").code == "SPC0410"
    assert "f.mask" not in run(f"from: a, function: {text!r}, mask: drop", **FED)


@pytest.mark.parametrize(("text", "mask"), READ.items())
def test_a_mask_that_is_read_is_not_lost(text, mask):
    found = run(f"from: a, function: {text!r}", **FED)
    np.testing.assert_equal(found.get("f.mask"), mask)
    fed = text.replace("mask(x)", "m")
    if fed != text:
        again = run(f"from: {{x: a, m: a.mask}}, function: {fed!r}", **FED)
        np.testing.assert_array_equal(again["f"], found["f"])
        np.testing.assert_equal(again.get("f.mask"), mask)


@pytest.mark.parametrize("default", [True, False])
def test_what_stands_for_a_mask_that_is_not_there(default):
    """For a block that is fed with and without one; it has no axis of features."""
    text = f"where(mask(x, default={default})[..., None], x, -1)"
    np.testing.assert_array_equal(
        run(f"from: a, function: {text!r}", **FED)["f"], np.where(KEEP[..., None], A, -1)
    )
    found = run(f"from: c, function: {text!r}", **FED)
    np.testing.assert_array_equal(found["f"], C if default else -C)
    assert "f.mask" not in found
    ranks = ["x[:, 0, 0]", "x[:, 0]", "x", "x[..., None]"]
    for text, shape in zip(ranks, [(2,), (2, 4), (2, 3), (2, 3, 4)], strict=True):
        head = HEAD.replace("c: {shape: [seq, 4]}", "c: {shape: [3, 4]}")
        made = program_of_text(
            f"{head}layers:\n  - {{type: Lambda, name: y, from: c, function: {text!r}}}\n"
            f"  - {{type: Lambda, name: f, function: 'mask(x, {default})'}}\n"
        )
        found = evaluate(made.graph, {"c": C, "a": A, "a.mask": KEEP}, {}, {"batch": 2, "seq": 3})
        np.testing.assert_array_equal(found["f"], np.full(shape, default))


@pytest.mark.parametrize(
    "text",
    [
        "softmax(where(mask(b)[:, None], a @ transpose(b, [0, 2, 1]), -9), axis=-1) @ b",
        "a + sum(where(mask(b)[..., None], b, 0), axis=1)[:, None]",
        "a * b[:, :1] + sum(mask(b))",
    ],
)
def test_the_mask_that_fits_goes_on_beside_one_that_is_read(text):
    """Of two inputs of other lengths: that of `a`, whose steps stay."""
    head = HEAD.replace("inputs:", "inputs:\n  b: {shape: [5, 4], mask: true}")
    compiled = program(f"from: [a, b], function: {text!r}", head)
    data = {"b": np.ones((2, 5, 4), np.float32), "b.mask": np.ones((2, 5), bool), **FED}
    found = evaluate(compiled.graph, data, {}, {"batch": 2, "seq": 3})
    np.testing.assert_array_equal(found["f.mask"], KEEP)


TWO = HEAD.replace("inputs:", "inputs:\n  b: {shape: [seq, 4], mask: true}")
OTHER = np.array([[True, False, True], [True, True, False]])
BOTH = {**FED, "b": A, "b.mask": OTHER}


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("x + y, mask: pass", KEEP & OTHER),
        ("y + x, mask: pass", KEEP & OTHER),
        ("x + where(mask(y)[..., None], y, 0)", KEEP),
        ("where(mask(x)[..., None], x, 0) + y", OTHER),
        ("where(mask(x)[..., None], x, 0) * mask(y)[..., None]", KEEP),
    ],
)
def test_of_two_masks_none_is_lost_in_silence(text, mask):
    function, *said = text.split(", mask:")
    item = f"from: {{x: a, y: b}}, function: {function!r}" + "".join(f", mask:{s}" for s in said)
    found = evaluate(program(item, TWO).graph, BOTH, {}, {"batch": 2, "seq": 3})
    np.testing.assert_array_equal(found["f.mask"], mask)


@pytest.mark.parametrize("text", ["x + sum(y)", 'einsum("bnd,bmd->bnm", x, y)', "x + y[:, :1]"])
def test_a_mask_that_cannot_pass_beside_one_that_can_is_refused(text):
    with pytest.raises(SpecError) as found:
        program(f"from: {{x: a, y: b}}, function: {text!r}, mask: pass", TWO)
    (error,) = found.value.diagnostics.errors
    assert error.code == "SPC0411"


def test_each_mask_that_is_lost_is_said():
    text = "from: {x: a, y: b}, function: {p: 'sum(x, axis=1)', q: 'sum(y, axis=1)'}"
    with pytest.raises(SpecError) as found:
        program(text, TWO)
    assert [(item.code, item.message) for item in found.value.diagnostics.errors] == [
        ("SPC0410", "`f` would drop the mask made by `a`"),
        ("SPC0410", "`f` would drop the mask made by `b`"),
    ]


@pytest.mark.parametrize(
    ("item", "blamed", "why", "help"),
    [
        (
            "from: a, function: 'softmax(x, axis=1)'",
            "Lambda",
            "the expression neither passes the mask on nor reads it",
            "`mask(x)` in the expression tells which entries count; to keep it although steps have "
            "met, write `mask: pass`; if padding may enter `f`, or weighs nothing there, say so: "
            "`mask: drop`",
        ),
        (
            "from: [a, c], function: 'sum(a + c, axis=1)'",
            "Lambda",
            "the expression neither passes the mask on nor reads it",
            "`mask(a)` in the expression tells which entries count; if padding may enter `f`, or "
            "weighs nothing there, say so: `mask: drop`",
        ),
        (
            "from: a, function: {p: 'x * 2', q: 'x[:, 0]'}",
            "'x[:, 0]'",
            "`q` neither passes the mask on nor reads it",
            "`mask(x)` in the expression tells which entries count; if padding may enter `f`, or "
            "weighs nothing there, say so: `mask: drop`",
        ),
    ],
)
def test_of_an_expression_is_said_what_it_can_do(item, blamed, why, help):
    error = refused(item)
    line = f"  - {{type: Lambda, name: f, {item}}}"
    assert line[error.span.column - 1 : error.span.end_column - 1] in {blamed, blamed[1:-1]}
    assert (error.code, error.annotation, error.help) == ("SPC0410", why, help)


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ("from: [a, b], function: 'sum(a * mask(a)[..., None] + b, axis=1)'", "b"),
        ("from: {p: a, q: b}, function: 'sum(q * mask(q)[..., None] + p, axis=1)'", "p"),
        ("from: a, function: {p: 'x * 2', q: 'sum(x, axis=1)'}", "x"),
        ("from: a, function: {p: 'sum(x * mask(x)[..., None], axis=1)', q: 'x[:, 0]'}", "x"),
    ],
)
def test_every_mask_that_any_result_loses_is_said(item, name):
    head = HEAD.replace("inputs:", "inputs:\n  b: {shape: [seq, 4], mask: true}")
    with pytest.raises(SpecError) as found:
        program(item, head)
    (error,) = found.value.diagnostics.errors
    assert error.code == "SPC0410"
    assert error.help.startswith(f"`mask({name})` in the expression")


@pytest.mark.parametrize("text", MIXED)
def test_mask_pass_keeps_it_where_steps_have_met(text):
    found = run(f"from: a, function: {text!r}, mask: pass", **FED)
    np.testing.assert_array_equal(found["f.mask"], KEEP)


@pytest.mark.parametrize("text", GONE)
def test_mask_pass_is_refused_where_its_axes_are_gone(text):
    assert refused(f"from: a, function: {text!r}, mask: pass").code == "SPC0411"


def test_the_name_of_a_function_alone_is_the_function_of_the_inputs():
    np.testing.assert_array_equal(run("from: c, function: square", **FED)["f"], C * C)
    np.testing.assert_array_equal(
        run("from: [a, c], function: maximum, mask: drop", **FED)["f"], np.maximum(A, C)
    )
    assert refused("from: c, function: squar").code == "SPC0123"


def test_the_caret_stands_inside_text_of_several_lines():
    with pytest.raises(SpecError) as found:
        program_of_text(
            f"{HEAD}layers:\n  - type: Lambda\n    from: c\n    function: >-\n"
            "      x + 1\n      - sum(x, axis=9)\n",
            "model.yaml",
        )
    (error,) = found.value.diagnostics.errors
    assert tuple(error.span[1:]) == (12, 16, 12, 22)


def test_a_mask_follows_its_axes():
    found = run('from: a, function: "transpose(x, [1, 0, 2])"', **FED)
    np.testing.assert_array_equal(found["f.mask"], KEEP.T)


def test_mask_is_seen_although_it_is_dropped():
    text = "sum(where(mask(x)[..., None], x, 0), axis=1) / sum(mask(x), axis=1)[:, None]"
    found = run(f"from: a, function: {text!r}, mask: drop", **FED)
    expected = np.stack([A[0, :2].mean(0), A[1, 0]])
    np.testing.assert_allclose(found["f"], expected, rtol=1e-6)
    error = refused("from: c, function: 'mask(x)'")
    assert error.code == "SPC0130"


def test_inputs_have_the_names_of_their_sources_or_roles():
    expected = A * 2 + C
    for item in (
        "from: [a, c], function: 'a * 2 + c'",
        "from: {b: a, self: c}, function: 'b * 2 + self'",
    ):
        np.testing.assert_array_equal(run(item, **FED)["f"], expected)


def test_several_expressions_are_several_outputs():
    found = run("from: c, function: {least: 'min(x, axis=-1)', twice: 'x * 2'}", **FED)
    np.testing.assert_array_equal(found["f.least"], C.min(-1))
    np.testing.assert_array_equal(found["f.twice"], C * 2)


def test_output_shape_is_a_claim():
    program("from: c, function: 'x[..., :width]', output_shape: [seq, width]")
    error = refused("from: c, function: 'x[..., :width]', output_shape: [null, 4]")
    assert (error.code, error.span.line) == ("SPC0309", 8)


def test_the_caret_stands_inside_the_text():
    error = refused("from: c, function: 'x + sum(x, axis=5)'")
    line = "  - {type: Lambda, name: f, from: c, function: 'x + sum(x, axis=5)'}"
    start = line.index("axis=5")
    assert (error.span.column, error.span.end_column) == (start + 1, start + 7)
    error = refused("from: c, function: {p: 'x', q: 'x + z'}")
    assert error.code == "SPC0123"
    assert error.span.end_column - error.span.column == 1


def test_the_core_form_means_the_same():
    text = (
        f"{HEAD}layers:\n"
        "  - {type: Lambda, name: f, from: [a, c], function: 'a * scale + c[..., :1] * width * seq "
        "+ k[1]', arguments: {k: [1, 2]}}\n"
    )
    first = program_of_text(text, "model.yaml")
    core = core_document(first)
    assert "params" not in core
    again = program_of_text(to_yaml(core), "core.yaml")
    sizes = {"batch": 2, "seq": 3}
    expected = A * 0.5 + C[..., :1] * 3 * 3 + 2
    for compiled in (first, again):
        np.testing.assert_allclose(evaluate(compiled.graph, FED, {}, sizes)["f"], expected)
    assert core_document(again) == core


def test_the_core_form_of_a_list_with_one_input_calls_it_x_as_the_expression_does():
    text = (
        "specc: 1\ninputs: {a: {shape: [4]}}\nlayers: [{type: Lambda, from: [a], function: x + 1}]"
    )
    program = program_of_text(text, "spec.yaml")
    core = core_document(program)
    assert core["layers"][0]["from"] == {"x": "a"}
    again = program_of_text(to_yaml(core), "core.yaml")
    assert print_graph(again.graph) == print_graph(program.graph)


@pytest.mark.parametrize(
    ("constraint", "size"), [("seq % 4 == 0", "seq"), ("(seq + n) % 4 == 0", "(seq + n)")]
)
def test_a_division_is_exact_where_the_constraints_say_so(constraint, size):
    text = (
        "specc: 1\ndims: {{seq: {{}}, n: {{}}}}\n{}inputs: {{x: {{shape: [seq, n]}}}}\n"
        "layers:\n  - {{type: Lambda, name: f, function: 'x * ({} / 4)'}}\n"
    )
    compiled = program_of_text(text.format(f"constraints: ['{constraint}']\n", size), "m.yaml")
    sizes = {"batch": 1, "seq": 8, "n": 4}
    found = evaluate(compiled.graph, {"x": np.ones((1, 8, 4), np.float32)}, {}, sizes)
    assert found["f"][0, 0, 0] == {"seq": 2, "(seq + n)": 3}[size]
    with pytest.raises(SpecError) as refused_:
        program_of_text(text.format("", size), "m.yaml")
    assert [error.code for error in refused_.value.diagnostics.errors] == ["SPC0307"]


def test_a_size_that_may_divide_by_zero_is_refused_as_that():
    text = "specc: 1\ndims: {{n: {{min: 0}}}}\ninputs: {{x: {{shape: [n]}}}}\nlayers: [{}]\n"
    for layer in (
        "{type: RepeatVector, n: 8 // n}",
        "{type: Reshape, target_shape: [8 // n]}",
        "{type: Reshape, target_shape: [n + 8 % n]}",
        "{type: Lambda, function: 'zeros([8 // n])'}",
        "{type: Identity, expect: {shape: [null, 8 // n]}}",
    ):
        with pytest.raises(SpecError) as found:
            program_of_text(text.format(layer), "m.yaml")
        (error,) = found.value.diagnostics.errors
        assert error.message.endswith("divides by `n`, which may be 0"), layer


@pytest.mark.parametrize(
    ("part", "how"),
    [
        ("flip(a, 1)", "reverses axis 1"),
        ("a[:, 1:]", "slices axis 1"),
        ("a[:, 0]", "slices axis 1"),
        ("mean(a, axis=1)", "reduces axis 1"),
        ("mean(a, axis=1, keepdims=True)", "reduces axis 1"),
        ("concat([a, a], 1)", "joins others to axis 1"),
    ],
)
def test_a_mask_that_cannot_pass_says_what_happened_to_its_axis(part, how):
    found = refused(f"from: a, function: '{part} * 2', mask: pass")
    assert found.code == "SPC0411"
    assert found.message == f"the mask cannot pass: `{part}` {how}, which it masks"
