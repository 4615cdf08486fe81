"""EinsumDense agrees with NumPy's einsum, is true about shapes, and explains its refusals."""

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.core.einsum_dense import EinsumDense
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, Refusals

SEQ = symbol("seq")
DIMS = {"batch": 2, "seq": 5}


def layer(**arguments):
    return validated(EinsumDense, arguments, Scope(dims={"seq": SEQ}), "EinsumDense")


def lowered(shape, **arguments):
    """The builder, the input and the result for an input of this shape."""
    b = LayerBuilder(policy=Policy("float64", "float64"), layer="e")
    x = b.value(TensorType("float64", shape))
    return b, x, layer(**arguments).lower(b, Signal(x)).value


def run(shape, **arguments):
    """Data, random weights and the output, computed."""
    b, x, y = lowered(shape, **arguments)
    graph = b.graph({"x": x}, {"y": y})
    random = np.random.default_rng(0)
    data = random.standard_normal([DIMS.get(str(size), size) for size in shape])
    weights = {name: random.standard_normal(w.shape) for name, w in graph.weights.items()}
    return data, weights, y, evaluate(graph, {"x": data}, weights, DIMS)["y"]


@st.composite
def equations(draw):
    """An equation of one of the three forms, the input's shape and the sizes of new labels."""
    letters = draw(st.permutations(string.ascii_letters[:8] + "XYZ"))
    kinds = draw(
        st.lists(st.sampled_from(["kept", "summed", "shared", "lonely"]), min_size=1, max_size=4)
    )
    left = dict(zip(letters, kinds, strict=False))
    made = letters[len(kinds) : len(kinds) + draw(st.integers(0, 2))]
    kernel = [label for label, kind in left.items() if kind in {"summed", "shared"}] + list(made)
    output = [label for label, kind in left.items() if kind in {"kept", "shared"}] + list(made)
    ellipsis = draw(st.sampled_from(["", "left", "right"]))
    # a kernel and an output of no labels are refused, and so is one letter before an ellipsis
    kernel = kernel or [letters[9]]
    output = output or [kernel[0]]
    output += [label for label in kernel if label not in left and label not in output]
    if ellipsis == "right" and len(left) == 1:
        ellipsis = "left"
    kernel, output = draw(st.permutations(kernel)), draw(st.permutations(output))
    sizes = {label: draw(st.integers(1, 4)) for label in [*left, *kernel]}
    elided = draw(st.lists(st.integers(1, 3), max_size=3)) if ellipsis else []
    named = [sizes[label] for label in left]
    shape = (*named, *elided) if ellipsis == "right" else (*elided, *named)
    before, after = ("..." if ellipsis == end else "" for end in ("left", "right"))
    text = f"{before}{''.join(left)}{after},{''.join(kernel)}->{before}{''.join(output)}{after}"
    return text, shape, {label: sizes[label] for label in kernel if label not in left}


@settings(max_examples=150, deadline=None)
@given(equations())
def test_every_equation_is_what_numpy_computes(case):
    text, shape, sizes = case
    data, weights, y, result = run(shape, equation=text, sizes=sizes)
    expected = np.einsum(text, data, weights["e.kernel"])
    assert y.shape == result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("equation", "shape", "stated", "expected"),
    [
        ("abc,cd->abd", (BATCH, SEQ, 3), {"output_shape": [None, 4]}, (BATCH, SEQ, 4)),
        ("abc,cd->abd", (BATCH, 5, 3), {"output_shape": ["None", 4]}, (BATCH, 5, 4)),
        ("abc,cd->abd", (BATCH, SEQ, 3), {"output_shape": ["seq", 4]}, (BATCH, SEQ, 4)),
        ("...x,xy->...y", (BATCH, 2, SEQ, 3), {"output_shape": 4}, (BATCH, 2, SEQ, 4)),
        ("...x,xy->...y", (BATCH, SEQ, 2, 3), {"sizes": {"y": 4}}, (BATCH, SEQ, 2, 4)),
        ("...bx,xy->...by", (BATCH, 3), {"output_shape": 4}, (BATCH, 4)),
        ("...x,xy->...y", (3,), {"output_shape": 4}, (4,)),
        ("bc...,cd->bd...", (BATCH, 3, SEQ, 2), {"output_shape": 4}, (BATCH, 4, SEQ, 2)),
        ("abc,dc->adb", (BATCH, SEQ, 3), {"output_shape": [4, None]}, (BATCH, 4, SEQ)),
        ("ab,b->a", (BATCH, 3), {"output_shape": []}, (BATCH,)),
        ("abc,cd->bad", (BATCH, SEQ, 3), {"sizes": {"d": 4, "c": 3}}, (SEQ, BATCH, 4)),
    ],
)
def test_the_shape_is_the_one_at_run_time(equation, shape, stated, expected):
    data, weights, y, result = run(shape, equation=equation, **stated)
    assert y.shape == expected
    assert result.shape == tuple(DIMS.get(str(size), size) for size in expected)
    np.testing.assert_allclose(result, np.einsum(equation, data, weights["e.kernel"]), rtol=1e-12)


def test_a_number_against_an_unknown_size_is_checked_on_the_data():
    b, _, _ = lowered((BATCH, SEQ, 3), equation="abc,cd->abd", output_shape=[5, 4])
    (check,) = b.checks
    assert check.holds({"seq": 5})
    assert not check.holds({"seq": 6})


def test_sizes_may_make_an_unknown_input_axis_known_to_the_kernel():
    b, _, _ = lowered((BATCH, SEQ), equation="ab,bc->ac", sizes={"b": 5, "c": 4})
    assert b.weights["e.kernel"].shape == (5, 4)
    assert not any(check.holds({"seq": 6}) for check in b.checks)


@pytest.mark.parametrize(
    ("equation", "shape", "sizes", "axes", "bias"),
    [
        ("abc,cde->abde", (BATCH, 7, 2), {"d": 3, "e": 4}, "e", (4,)),
        ("abc,cde->abde", (BATCH, 7, 2), {"d": 3, "e": 4}, "d", (3, 1)),
        ("abc,cde->abde", (BATCH, 7, 2), {"d": 3, "e": 4}, "ed", (3, 4)),
        ("abc,cde->abde", (BATCH, 7, 2), {"d": 3, "e": 4}, ["b", "e"], (7, 1, 4)),
        ("abc,cde->abde", (BATCH, SEQ, 2), {"b": 5, "d": 3, "e": 4}, "b", (5, 1, 1)),
        ("bc...,cde->bde...", (BATCH, 2, 6), {"d": 3, "e": 4}, "d", (3, 1, 1)),
        ("bc...,cde->bde...", (BATCH, 2, 6, 5), {"d": 3, "e": 4}, "e", (4, 1, 1)),
        ("...c,cde->...de", (BATCH, 6, 2), {"d": 3, "e": 4}, "d", (3, 1)),
    ],
)
def test_the_bias_runs_from_its_first_axis_to_the_end(equation, shape, sizes, axes, bias):
    data, weights, _, result = run(shape, equation=equation, sizes=sizes, bias_axes=axes)
    assert weights["e.bias"].shape == bias
    expected = np.einsum(equation, data, weights["e.kernel"]) + weights["e.bias"]
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_fans_count_what_is_summed_and_what_is_made():
    b, _, _ = lowered((BATCH, 3, 4, 5), equation="abcd,cdef->abef", sizes={"e": 2, "f": 7})
    assert b.made["e.kernel"].fans == (4 * 5, 2 * 7)


def test_adaptation_freezes_the_kernel_and_adds_a_product():
    arguments = {"equation": "abc,cde->abde", "sizes": {"d": 3, "e": 4}}
    data, weights, _, result = run((BATCH, 7, 2), lora_rank=2, lora_alpha=6, **arguments)
    assert {name: w.shape for name, w in weights.items()} == {
        "e.kernel": (2, 3, 4),
        "e.lora_kernel_a": (2, 3, 2),
        "e.lora_kernel_b": (2, 4),
    }
    kernel = weights["e.kernel"] + 3 * (weights["e.lora_kernel_a"] @ weights["e.lora_kernel_b"])
    np.testing.assert_allclose(result, np.einsum("abc,cde->abde", data, kernel), rtol=1e-5)


@pytest.mark.parametrize(
    ("shape", "arguments", "code", "argument", "within"),
    [
        (
            (BATCH, 5, 3),
            {"equation": "abc, cd->abd", "output_shape": [7, 4]},
            "SPC0302",
            ("equation",),
            (1, 2),
        ),
        (
            (BATCH, SEQ, 64),
            {"equation": "btd,dhk->bthk", "sizes": {"d": 128, "h": 4, "k": 2}},
            "SPC0302",
            ("equation",),
            (2, 3),
        ),
        (
            (BATCH, 3),
            {"equation": "ab,bc->ac", "output_shape": 4, "sizes": {"c": 5}},
            "SPC0302",
            ("equation",),
            (4, 5),
        ),
        ((BATCH, 5, 6), {"equation": "ab,bc->ac", "sizes": {"c": 4}}, "SPC0331", ("from",), None),
        ((BATCH, 5), {"equation": "ab, bc->ac"}, "SPC0333", ("equation",), (5, 6)),
        (
            (BATCH, 5),
            {"equation": "ab,bc->ac", "output_shape": [None]},
            "SPC0333",
            ("equation",),
            (4, 5),
        ),
        (
            (BATCH, SEQ),
            {"equation": "ab,bc->ac", "sizes": {"c": 2}},
            "SPC0333",
            ("equation",),
            (3, 4),
        ),
        (
            (BATCH, 5, 3),
            {"equation": "abc,cd->abd", "output_shape": [None, 4], "bias_axes": "da"},
            "SPC0333",
            ("bias_axes",),
            (1, 2),
        ),
        (
            (BATCH, 5, 3),
            {"equation": "abc,cd->abd", "output_shape": 4},
            "SPC0334",
            ("output_shape",),
            None,
        ),
        (
            (BATCH, 5, 3),
            {"equation": "...c,cd->...d", "output_shape": [5, 4]},
            "SPC0334",
            ("output_shape",),
            None,
        ),
    ],
)
def test_what_does_not_fit_the_input_is_refused(shape, arguments, code, argument, within):
    with pytest.raises(Refusal) as refused:
        lowered(shape, **arguments)
    assert (refused.value.code, refused.value.argument) == (code, argument)
    assert refused.value.within == within


def test_a_conflict_shows_both_places():
    with pytest.raises(Refusal) as refused:
        lowered((BATCH, 3), equation="ab,bc->ac", output_shape=[4], sizes={"c": 5})
    assert [at for at, _ in refused.value.related] == [("sizes", "c"), ("output_shape", 0)]
    with pytest.raises(Refusal) as refused:
        lowered((BATCH, SEQ, 64), equation="btd,de->bte", sizes={"d": 128, "e": 4})
    assert refused.value.message == "einsum label `d` is 64 in the input and 128 in `sizes`"
    assert refused.value.annotation == "here `d` is 64"
    assert refused.value.related == ((("sizes", "d"), "here `d` is 128"),)


def test_the_open_entry_of_output_shape_is_shown():
    with pytest.raises(Refusal) as refused:
        lowered((BATCH, SEQ, 3), equation="abc,cd->abd", output_shape=[None, None])
    assert [at for at, _ in refused.value.related] == [("output_shape", 1)]


@pytest.mark.parametrize(
    ("arguments", "code", "argument", "within"),
    [
        ({"equation": "ab,bc ->aC"}, "SPC0325", ("equation",), (9, 10)),
        ({"equation": ["ab,bc->ac"]}, "SPC0104", ("equation",), None),
        ({"bias_axes": "bc"}, "SPC0332", ("bias_axes",), (0, 1)),
        ({"bias_axes": "cac"}, "SPC0332", ("bias_axes",), (2, 3)),
        ({"bias_axes": ""}, "SPC0332", ("bias_axes",), None),
        ({"bias_axes": 1}, "SPC0104", ("bias_axes",), None),
        ({"sizes": {"C": 4}}, "SPC0335", ("sizes", "C"), None),
        ({"sizes": {"c": 0}}, "SPC0308", ("sizes", "c"), None),
        ({"sizes": {"c": None}}, "SPC0104", ("sizes", "c"), None),
        ({"output_shape": 0}, "SPC0308", ("output_shape", 0), None),
        ({"output_shape": -4}, "SPC0308", ("output_shape", 0), None),
        ({"output_shape": [True]}, "SPC0104", ("output_shape", 0), None),
        ({"output_shape": "4"}, "SPC0104", ("output_shape", 0), None),
        ({"use_bias": True}, "SPC0103", ("use_bias",), None),
    ],
)
def test_settings_that_have_no_meaning_are_refused(arguments, code, argument, within):
    with pytest.raises(Refusals) as refused:
        layer(**{"equation": "ab,bc->ac", **arguments})
    (refusal,) = refused.value.parts
    assert (refusal.code, refusal.argument, refusal.within) == (code, argument, within)


def test_the_equation_is_printed_as_it_was_written():
    assert layer(equation="ab, bc->ac", output_shape=4).arguments()["equation"] == "ab, bc->ac"


def passed_mask(shape, axes, **arguments):
    b = LayerBuilder(layer="e")
    x = b.value(TensorType("float32", shape))
    mask = b.value(TensorType("bool", shape[:axes]))
    signal = Signal(x, Mask(mask, "embed"))
    made = layer(**arguments)
    result = made.lower(b, signal)
    assert result.mask is None
    return b, mask, made.carry_mask(b, result, signal)


@pytest.mark.parametrize(
    ("equation", "shape"), [("abc,cd->abd", (BATCH, SEQ, 3)), ("...c,cd->...d", (BATCH, SEQ, 3))]
)
def test_a_mask_passes_where_its_axes_stay(equation, shape):
    _, mask, passed = passed_mask(shape, 2, equation=equation, sizes={"d": 4})
    assert passed == Mask(mask, "embed")


def test_a_mask_turns_with_its_axes():
    b, mask, passed = passed_mask((BATCH, SEQ, 3), 2, equation="abc,cd->bad", sizes={"d": 4})
    assert passed.value.shape == (SEQ, BATCH)
    data = np.array([[True, False, True], [False, False, True]])
    graph = Graph({"m": mask}, tuple(b.nodes[-1:]), {"m": passed.value})
    turned = evaluate(graph, {"m": data}, {}, {"batch": 2, "seq": 3})["m"]
    np.testing.assert_array_equal(turned, data.T)


@pytest.mark.parametrize(
    ("equation", "within"),
    [("abc,cd->ad", (1, 2)), ("abc,cd->adb", (1, 2)), ("a b c,cd->ad", (2, 3))],
)
def test_a_mask_whose_axis_ends_cannot_pass(equation, within):
    with pytest.raises(Refusal) as refused:
        passed_mask((BATCH, SEQ, 3), 2, equation=equation, sizes={"d": 4})
    assert (refused.value.code, refused.value.within) == ("SPC0411", within)
    assert "`b`" in refused.value.message


def test_whole_numbers_are_computed_in_the_dtype_of_the_layer():
    b = LayerBuilder(policy=Policy("float32", "float16"), layer="e")
    x = b.value(TensorType("int32", (BATCH, 3)))
    y = layer(equation="ab,bc->ac", sizes={"c": 4}, bias_axes="c").lower(b, Signal(x))
    assert y.dtype == "float16"
    assert {w.value.dtype for w in b.weights.values()} == {"float32"}
