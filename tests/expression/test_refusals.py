"""What is wrong is refused quickly, with its code and exactly its columns."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.expression import compile_expression
from spec_compiler.expression.other_tools.words import IN_OPERATORS, NO_COUNTERPART
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.refusals import Refusal

SEQ = symbol("seq")


def compiled(text):
    b = Builder()
    values = {
        "x": b.value(TensorType("float32", (BATCH, SEQ, 4))),
        "y": b.value(TensorType("float32", (BATCH, SEQ, 3))),
        "i": b.value(TensorType("int32", (BATCH, 4))),
        "u": b.value(TensorType("uint64", (BATCH, 4))),
        "t": b.value(TensorType("bool", (BATCH, 4))),
    }
    return compile_expression(
        text, b, {**values, "seq": SEQ, "batch": BATCH, "k": 3}, LAMBDA_FUNCTIONS
    )


# the guillemets stand around what is to blame
WRONG = {
    "SPC0120": [
        "x +«»",
        "(x«»",
        "(x, y«»",
        "(«,»)",
        "x «)»",
        "x «y»",
        "x«.»T",
        "x «&» y",
        "«*» x",
        "x «if» t else y",
        "«lambda» x: x",
        "sum(x, axis=1, «y»)",
        "x «=» 3",
        "x[«]»",
        "«;»",
        "«'»abc",
        "«é»",
        "x + «１»",
        "«х» + 1",
        "x«\u00a0»+ 1",
        "x«\u200b»",
        "x«\0»",
        "«»",
    ],
    "SPC0122": [
        "x * («10 ** 4000000»)",
        "x * («99999999999 * 99999999999»)",
        "«99999999999999999999» * x",
        "«1e999» * x",
        "x * («1 / 0»)",
        "x * («1 // 0»)",
        "x * («(-8) ** 0.5»)",
        "x * «sqrt(-1)»",
        "x * «exp(1000)»",
        "x * «acosh(0.5)»",
        "x * «atanh(1)»",
        "x * «fmod(1, 0)»",
        "«fmod(i, 0)»",
        "«fmod(i, [1, 2, 0, 3])»",
    ],
    "SPC0123": ["«z» + x", "x + «sum»", "sum(«X»)"],
    "SPC0124": ["«tahn»(x)", "x + «eval»('1')", "«__import__»('os')", "«open»('a')"],
    "SPC0125": [
        "«threshold»(x, 1)",
        "«sum»()",
        "sum(x, «axes=1»)",
        "sum(x, 1, False, «2»)",
        "sum(x, 1, «axis=1»)",
        "exp(x, «y»)",
        "«reshape»(x)",
    ],
    "SPC0126": [
        "softmax(x, «axis=x»)",
        "relu(x, «max_value=seq»)",
        "gelu(x, «'tanh'»)",
        "sum(x, «axis=x»)",
        "sum(x, «1.5»)",
        "sum(x, «(0, 1.5)»)",
        "expand(x, «None»)",
        "cast(x, «'floaty'»)",
        "cast(x, «1»)",
        "reshape(x, «[x]»)",
        "where(«x», x, y)",
        "concat(«x», axis=1)",
        "any(«x»)",
        "sum(x, «keepdims=1»)",
        "gather(x, «x», axis=1)",
        "reshape(x, «[-1, -1]»)",
        "one_hot(«x», 3)",
        "bit_and(«x», i)",
        "bit_or(i, «0.5»)",
        "shift_left(i, «[0.5]»)",
        "take_along_axis(x, «x», axis=1)",
        "scatter(«x», x, [3])",
        "pad(x, [[0, 0], [1, 1], [0, 0]], «mode='mirror'»)",
        "pad(x, [[0, 0], [1, 1], [0, 0]], «value=3», mode='edge')",
        "windows(x, 1, 2, «stride=0»)",
        "windows(x, (1, 2), «(2, 2, 2)»)",
        "windows(x, 1, «x»)",
        "roll(x, «1.5», axis=1)",
        "roll(x, «(1, 2)», axis=1)",
    ],
    "SPC0127": [
        "«x and t»",
        "«not x»",
        "«-t»",
        "«t + t»",
        "«x + 'a'»",
        "«i ** i»",
        "«i ** -1»",
        "«i + u»",
        "«x + None»",
        "1 + («i + 5000000000»)",
    ],
    "SPC0128": [
        "x[..., «4»]",
        "x[..., «-5»]",
        "x[0, 0, 0, «0»]",
        "x[..., «...»]",
        "x[«x»]",
        "x[«0.5»]",
        "x[«::0»]",
        "«k[0]»",
        "shape(x)[«7»] * x",
        "shift_left(i, «32»)",
        "shift_right(i, «-1»)",
        "shift_right(i, «[0, 1, 32, 2]»)",
        "x * shift_left(1, «64»)",
        "take_along_axis(x, «[[[4]]]», axis=2)",
        "scatter(«[[3], [0]]», ones([2]), [3])",
        "scatter(«[[-4], [0]]», ones([2]), [3])",
        "segment_sum(ones([3]), «[0, 2, 1]», 2)",
        "segment_sum(ones([3]), «[0, -1, 1]», 2)",
        "segment_sum(ones([3]), «arange(3)», 2)",
    ],
    "SPC0129": ["0 < x «<» 1", "x == y «==» x"],
    "SPC0130": ["mask(«x»)", "x * mask(«x + 1»)"],
    "SPC0131": [
        "sum(x, «axis=3»)",
        "sum(x, «-4»)",
        "sum(x, «[1, 1]»)",
        "sum(x, «(1, 1)»)",
        "expand(x, «(0, 0)»)",
        "expand(x, «(0, 5)»)",
        "softmax(x, «axis=3»)",
        "windows(x, «3», 1)",
        "roll(x, 1, «axis=3»)",
        "argsort(x, «axis=3»)",
        "top_k(x, 1, «axis=-4»)",
        "log_softmax(x, «(0, 3)»)",
        "transpose(x, «[0, 1]»)",
        "transpose(x, «[0, 1, 1]»)",
        "softmax(x, axis=1) + sum(x, «axis=7»)",
    ],
    "SPC0132": [
        "einsum(«'bsd,bse->'», x)",
        "einsum(«'bs->b'», x)",
        "einsum(«'bsd,bsd->b'», x, x, x)",
        "einsum(«'bsd,bsd,bsd->k'», x, x, x)",
        "einsum(«'...d,...d,d...->d'», x, x, i)",
        "einsum(«'bss->b'», x)",
        "einsum(«'bsd->k'», x)",
        "einsum(«'b..d->b'», x)",
    ],
    "SPC0133": ["«shape(x)»", "«'x'»", "«None»", "«[x, y]»", "«top_k(x, 2)»"],
    "SPC0134": ["«pad(x[..., :0], [[0, 0], [0, 0], [1, 1]], mode='edge')»"],
    "SPC0301": [
        "windows(x, 2, «5»)",
        "windows(x, 2, «2», dilation=4)",
        "top_k(x, «5»)[0]",
        "«segment_sum(x[0, 0], [0, 1, 0], 2)»",
        "«reshape(x, [batch, seq, 5])»",
        "«concat([x, y], axis=1)»",
    ],
    "SPC0304": [
        "take_along_axis(x, «i», axis=1)",
        "scatter(«i», x, [3])",
        "scatter(«0», x, [3])",
        "segment_sum(ones([2]), «0», 1)",
        "segment_sum(ones([2]), «[[0], [0]]», 1)",
        "tril(«ones([2])»)",
        "triu(«pi»)",
    ],
    "SPC0308": ["windows(x, 1, «0»)"],
    "SPC0303": ["1 + («x + y»)", "«maximum(x, y)»"],
}
CASES = [(code, text) for code, texts in WRONG.items() for text in texts]


@pytest.mark.parametrize(("code", "marked"), CASES, ids=[text for _, text in CASES])
def test_blame_is_exact(code, marked):
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    with pytest.raises(Refusal) as refused:
        compiled(text)
    assert refused.value.code == code, refused.value.message
    assert refused.value.within == (start, max(end, start + 1))
    assert "\n" not in refused.value.message
    assert not refused.value.message.endswith(".")


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("sgimoid(x)", "sigmoid"),
        ("sum(x, axsi=1)", "axis"),
        ("x * bacth", "batch"),
        ("unsqueeze(x, 1)", "expand"),
        ("reduce_sum(x)", "sum"),
    ],
)
def test_a_slip_of_the_pen_is_guessed(text, guess):
    with pytest.raises(Refusal) as refused:
        compiled(text)
    assert f"`{guess}`" in refused.value.annotation


@pytest.mark.parametrize("name", IN_OPERATORS)
def test_what_to_write_for_a_function_of_numpy_is_an_expression(name):
    with pytest.raises(Refusal) as refused:
        compiled(f"{name}(x)")
    assert (refused.value.annotation, refused.value.help) == ("", f"write `{IN_OPERATORS[name]}`")
    written = IN_OPERATORS[name]
    b = Builder()
    boolean, shape = name.startswith("logical"), (BATCH, 4) if "bi," in written else (BATCH, 4, 4)
    values = {
        key: b.value(TensorType("bool" if boolean and key in "ab" else "float32", shape))
        for key in ("x", "y", "a", "b", "weights")
    }
    compile_expression(written, b, {**values, "pi": math.pi}, LAMBDA_FUNCTIONS)


@pytest.mark.parametrize("name", sorted(NO_COUNTERPART))
def test_nothing_is_guessed_where_nothing_is_near(name):
    with pytest.raises(Refusal) as refused:
        compiled(f"{name}(x)")
    assert refused.value.code == "SPC0124"
    assert refused.value.annotation == ""


def test_signs_that_look_like_others_have_their_numbers():
    with pytest.raises(Refusal) as refused:
        compiled("х + 1")
    assert "U+0445" in refused.value.message


HOSTILE = {
    "minus signs": "-" * 5000 + "x",
    "few minus signs": "-" * 3000 + "x",
    "parentheses": "(" * 1900 + "x" + ")" * 1900,
    "unclosed": "(" * 3999,
    "lists": "[" * 1900 + "1" + "]" * 1900,
    "indices": "x" + "[0]" * 1300,
    "powers": "x" + "**x" * 1300,
    "number powers": "9" + "**9" * 40,
    "nots": "not " * 900 + "t",
    "calls": "abs(" * 700 + "x" + ")" * 700,
    "sums": "x" + "+x" * 1900,
    "products of sizes": "x * (" + "*".join(["(batch + seq)"] * 200) + ")",
    "sums of quotients": "x * (" + "+".join(f"seq//{n}" for n in range(2, 400)) + ")",
    "comparisons": "x" + "<x" * 1900,
    "slices": "x[" + ":," * 1900 + "]",
    "digits": "9" * 3999,
    "exponents": "1e" + "9" * 3000,
    "tiles": "tile(x, [4000000000000000000, 4000000000000000000, 1])",
    "broadcast": "zeros([4000000000000000000, 4000000000000000000])[0, 0]",
    "lists of lists": "shape(x)" + "+shape(x)" * 400,
    "null": "\0x",
    "new axes": "x[" + "None," * 790 + "...]",
    "stacks": "stack([" + ",".join(["x"] * 1900) + "])",
    "nested sizes": "arange(" + "maximum(" * 40 + "seq" + ", seq*2-9)" * 40 + ")",
    "powers of sizes": "x * ((seq + batch + 1) ** 16)",
    "equation": "einsum('" + "a" * 3000 + "->', x)",
    "megabyte": "x+" * 500_000 + "x",
    "dunder": "x.__class__.__mro__",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_in_a_refusal_or_a_value(text):
    try:
        compiled(text)
    except Refusal as refusal:
        assert refusal.code.startswith("SPC0")  # noqa: PT017


PIECES = (  # noqa: SIM905
    "x y i t k seq batch 1 2 0 0.5 + - * / // % ** @ < == and not ( ) [ ] , : ... None 'a' axis= "
    "sum( mean( reshape( shape( where( stack( tile( arange( softmax( transpose( one_hot("
).split()


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=25,
    )
)
def test_any_text_is_compiled_or_refused(pieces):
    text = " ".join(pieces)
    try:
        compiled(text)
    except Refusal as refusal:
        if refusal.within is not None:
            start, end = refusal.within
            assert 0 <= start < end <= len(text) + 1
