"""Embedding takes rows, masks index 0, and lets no index outside its table pass."""

import numpy as np
import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.ranges import Range
from spec_compiler.ir.types import INTEGERS, Policy, TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.core.embedding import Embedding
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, Refusals

SEQ = symbol("seq")
DIMS = {"batch": 2, "seq": 3}
TABLE = [[0.5, 1.0], [2.0, 3.0], [4.0, 5.0]]


def layer(**arguments):
    settings = {"input_dim": 3, "output_dim": 2, **arguments}
    return validated(Embedding, settings, Scope(dims={"seq": SEQ}), "Embedding")


def lowered(shape=(BATCH, SEQ), dtype="int32", interval=None, mask=False, **arguments):
    b = LayerBuilder(layer="embed")
    x = b.value(TensorType(dtype, shape))
    fed = Mask(b.value(TensorType("bool", shape)), "x") if mask else None
    if interval:
        b.ranges.known[x] = Range(*interval, met=True)
    return b, x, layer(**arguments).lower(b, Signal(x, fed))


@pytest.mark.parametrize("dtype", sorted(INTEGERS))
def test_any_whole_number_takes_its_row(dtype):
    b, x, y = lowered(dtype=dtype, mask_zero=True)
    graph = b.graph({"x": x}, {"y": y.value, "m": y.mask.value})
    data = np.array([[2, 0, 1], [0, 0, 2]], dtype)
    out = evaluate(graph, {"x": data}, {"embed.embeddings": np.array(TABLE, "f")}, DIMS)
    expected = [[TABLE[i] for i in row] for row in data]
    np.testing.assert_array_equal(out["y"], np.array(expected, "f"))
    np.testing.assert_array_equal(out["m"], [[True, False, True], [False, False, True]])


@pytest.mark.parametrize("shape", [(), (BATCH,), (BATCH, SEQ), (BATCH, 2, SEQ, 4)])
def test_any_rank_gains_one_axis(shape):
    _, _, y = lowered(shape)
    assert y.shape == (*shape, 2)
    assert y.mask is None


def test_the_mask_says_who_made_it():
    _, _, y = lowered(mask_zero=True)
    assert (y.mask.origin, y.mask.value.type) == ("embed", TensorType("bool", (BATCH, SEQ)))


def test_the_table_is_stored_in_one_dtype_and_given_out_in_the_other():
    b = LayerBuilder(policy=Policy("float32", "float16"), layer="embed")
    y = layer().lower(b, Signal(b.value(TensorType("int32", (BATCH,)))))
    assert y.dtype == "float16"
    assert b.weights["embed.embeddings"].value.dtype == "float32"


def test_adaptation_adds_a_product_to_a_frozen_table():
    b, x, y = lowered((BATCH,), lora_rank=1, lora_alpha=4)
    random = np.random.default_rng(0)
    weights = {n: random.standard_normal(w.shape).astype("f") for n, w in b.weights.items()}
    shapes = {n: (w.shape, w.trainable) for n, w in b.weights.items()}
    assert shapes == {
        "embed.embeddings": ((3, 2), False),
        "embed.lora_embeddings_a": ((3, 1), True),
        "embed.lora_embeddings_b": ((1, 2), True),
    }
    out = evaluate(b.graph({"x": x}, {"y": y.value}), {"x": np.array([2, 0])}, weights, DIMS)["y"]
    table, a, up = weights.values()
    np.testing.assert_allclose(out, (table + 4 * a @ up)[[2, 0]], rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bool"])
def test_what_is_no_index_is_refused(dtype):
    with pytest.raises(Refusal) as refused:
        lowered(dtype=dtype)
    assert (refused.value.code, refused.value.argument) == ("SPC0403", ("from",))
    assert "`dtype: int32`" in refused.value.help


@pytest.mark.parametrize(
    ("interval", "outside"), [((0, 3), "3"), ((0, 99), "99"), ((-1, 2), "-1"), ((7, 9), "9")]
)
def test_a_declared_range_refutes(interval, outside):
    with pytest.raises(Refusal) as refused:
        lowered(interval=interval)
    assert refused.value.code == "SPC0501"
    assert refused.value.message == f"the input may hold {outside}, and `embed` has rows 0 to 2"


def test_a_declared_range_proves():
    lowered(interval=(0, 2))


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_the_table_never_gives_a_row(index):
    b, x, y = lowered((BATCH,))
    graph = b.graph({"x": x}, {"y": y.value})
    with pytest.raises(RunError) as failed:
        evaluate(graph, {"x": np.array([0, index])}, {"embed.embeddings": np.array(TABLE)}, DIMS)
    assert (failed.value.layer, failed.value.refusal.code) == ("embed", "SPC0502")


def test_a_mask_passes_when_asked():
    b, _, y = lowered(mask=True)
    assert y.mask is None
    x = Signal(b.value(TensorType("int32", (BATCH,))), Mask(y.value, "x"))
    assert layer().carry_mask(b, y, x) is x.mask


@pytest.mark.parametrize("written", [TABLE, [TABLE]])
def test_weights_in_the_spec_are_the_first_values(written):
    b, _, _ = lowered(weights=written)
    drawn = b.made["embed.embeddings"].training.initializer.draw(None, (3, 2), None)
    np.testing.assert_array_equal(drawn, TABLE)
    assert layer(weights=written).arguments()["weights"] == TABLE


@pytest.mark.parametrize(
    ("arguments", "code", "argument"),
    [
        ({"weights": TABLE[:2]}, "SPC0336", ("weights",)),
        ({"weights": []}, "SPC0336", ("weights",)),
        ({"weights": [[1.0, 2.0], [3.0], [4.0, 5.0]]}, "SPC0104", ("weights", 1)),
        ({"weights": [[1.0, "a"]]}, "SPC0104", ("weights", 0, 1)),
        ({"weights": [[1.0, True]]}, "SPC0104", ("weights", 0, 1)),
        ({"weights": [1.0, 2.0]}, "SPC0104", ("weights",)),
        ({"weights": "ones"}, "SPC0104", ("weights",)),
        ({"input_dim": 0}, "SPC0308", ("input_dim",)),
        ({"input_dim": 3.7}, "SPC0104", ("input_dim",)),
        ({"input_dim": "3"}, "SPC0104", ("input_dim",)),
        ({"input_dim": True}, "SPC0104", ("input_dim",)),
        ({"output_dim": -1}, "SPC0308", ("output_dim",)),
        ({"mask_zero": "false"}, "SPC0104", ("mask_zero",)),
        ({"mask_zero": 1}, "SPC0104", ("mask_zero",)),
        ({"input_dim": "seq"}, "SPC0306", ("input_dim",)),
        ({"input_length": 4}, "SPC0103", ("input_length",)),
    ],
)
def test_settings_that_have_no_meaning_are_refused(arguments, code, argument):
    with pytest.raises(Refusals) as refused:
        layer(**arguments)
    (refusal,) = refused.value.parts
    assert (refusal.code, refusal.argument) == (code, argument)
