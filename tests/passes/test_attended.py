"""Attention is found where nothing else reads its scores and shares, in all orders of axes."""

import numpy as np
import pytest
from rewriting_of import rewritten

from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.types import TensorType

PLAIN = ["b q d", "b k d", "b k e"]


def names_of(
    terms, *, labels="b q k", over=-1, kept=None, between=None, more=None, dtype="float32"
):
    """The names of what is left of attention whose axes have labels."""
    sizes = dict(zip("abcdekqrv", (2, 2, 3, 4, 5, 3, 2, 3, 2), strict=True))
    b = Builder()
    shapes = [tuple(sizes[name] for name in term.split()) for term in terms]
    query, key, value = (b.value(TensorType(dtype, shape)) for shape in shapes)
    inputs = {"q": query, "k": key, "v": value}
    terms = [term.replace(" ", "") for term in terms]
    scores, labels = b.einsum(terms[0], terms[1], labels.replace(" ", ""), query, key), labels
    if between:
        scores = between(b, scores)
    axes = (over % len(scores.shape),)
    if kept is None:
        shares = b.compose(Softmax(axes), scores)
    else:
        inputs["m"] = b.value(TensorType("bool", kept))
        shares = b.compose(MaskedSoftmax(axes), scores, inputs["m"])
    flat = labels.replace(" ", "")
    inner = [name for name in flat if name in terms[2] and name == flat[over]]
    lead = [name for name in flat if name in terms[2] and name not in inner]
    context = b.contract(
        shares,
        value,
        (tuple(map(flat.index, inner)), tuple(map(terms[2].index, inner))),
        (tuple(map(flat.index, lead)), tuple(map(terms[2].index, lead))),
    )
    outputs = {"y": context}
    if more:
        outputs["z"] = {"scores": scores, "shares": shares}[more]
    after = rewritten("attention", b.graph(inputs, outputs))
    return [node.name for node in rewritten("dead", after).nodes]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("kept", [None, (2, 2, 3), (2, 1, 3), (3,), (2, 3)])
def test_attention_is_one_operation(kept, dtype):
    assert names_of(PLAIN, kept=kept, dtype=dtype) == ["attention"]


@pytest.mark.parametrize(
    "terms", [["d b q", "k d b", "e k b"], ["q b d", "b d k", "k e b"], ["b q d", "k b d", "b e k"]]
)
def test_its_operands_may_lie_in_any_order(terms):
    assert names_of(terms) == ["attention"]


def test_several_axes_lead():
    terms = ["a q b d", "a k b d", "a k b e"]
    assert names_of(terms, labels="a b q k") == ["attention"]


@pytest.mark.parametrize(
    ("terms", "labels"),
    [
        (["b r q d", "b d k", "b k e"], "b r q k"),
        (["b d", "b q k d", "b k e"], "b q k"),
        (["b q d", "b k d", "b k"], "b q k"),
        (["b q d", "b k d", "b k e v"], "b q k"),
        (["b r q d", "b d", "b q e"], "b r q"),
    ],
)
def test_other_ranks_are_something_else(terms, labels):
    assert "attention" not in names_of(terms, labels=labels)


@pytest.mark.parametrize("more", ["scores", "shares"])
def test_what_something_else_reads_stays(more):
    assert "attention" not in names_of(PLAIN, more=more)


def test_what_comes_between_stays():
    doubled = names_of(PLAIN, between=lambda b, x: b.multiply(x, 2))
    assert doubled == ["contract", "full", "multiply", "softmax", "contract"]


def test_shares_over_queries_are_something_else():
    assert "attention" not in names_of(["b q d", "b k d", "b q e"], over=-2)


def test_a_mask_of_no_axes_of_its_own_is_taken():
    assert names_of(PLAIN, kept=(np.int64(1).item(), 1, 3)) == ["attention"]
