"""Functions that could mix the rows of a batch, in whole specs: each row for itself."""

from __future__ import annotations

import json

import numpy as np
import pytest

import spec_compiler as sc

X = np.float32([[1, 4, 2, 4], [0, -1, 5, 3], [2, 2, 2, 2]])
IDS = np.int32([[0, 2, 0, 1], [2, 2, 2, 2], [1, 0, 0, 1]])


def spec(function, **inputs):
    inputs = inputs or {"x": {"shape": [4]}}
    layer = {"type": "Lambda", "name": "y", "from": [*inputs], "function": function}
    return json.dumps({"specc": 1, "inputs": inputs, "layers": [layer]})


def test_ids_without_a_batch_are_the_same_for_every_row():
    model = sc.compile_text(spec("segment_sum(x, [1, 0, 1, 1], 3)"))
    wanted = [[row[1], row[[0, 2, 3]].sum(), 0] for row in X]
    np.testing.assert_array_equal(model(X), wanted)


def test_each_row_has_its_own_ids():
    ids = {"shape": [4], "dtype": "int32", "values": {"min": 0, "max": 2}}
    text = spec("segment_sum(x, i, 3)", x={"shape": [4]}, i=ids)
    model = sc.compile_text(text)
    assert list(model.diagnostics) == []
    wanted = [np.bincount(at, row, 3) for at, row in zip(IDS, X, strict=True)]
    np.testing.assert_array_equal(model({"x": X, "i": IDS}), wanted)


def test_ids_that_only_the_data_tells_are_looked_at_by_the_run():
    ids = {"shape": [4], "dtype": "int32"}
    text = spec("segment_sum(x, i, 2)", x={"shape": [4]}, i=ids)
    model = sc.compile_text(text)
    one = model({"x": X[1:2], "i": IDS[:1] // 2})
    np.testing.assert_array_equal(one, [[0 + 5 + 3, -1]])
    for wrong in (IDS, -IDS // 2):
        with pytest.raises(sc.SpecError) as caught:
            model({"x": X, "i": wrong})
        assert [item.code for item in caught.value.diagnostics.errors] == ["SPC0502"]


def test_the_ends_of_ids_are_those_that_the_author_says():
    ids = {"shape": [4], "dtype": "int32", "values": {"min": 0, "max": 3}}
    (found,) = sc.validate(spec("segment_sum(x, i, 3)", x={"shape": [4]}, i=ids))
    assert (found.code, found.message) == ("SPC0128", "id 3 is outside the 3 segments")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("segment_sum(x[:, 0], arange(batch), 3)", "`segment_sum` would add up the batch"),
        ("tril(x)", "`tril` would work along the batch"),
        ("triu(x, 1)", "`triu` would work along the batch"),
        ("argsort(x[:, 0])", "`argsort` would work along the batch"),
        ("top_k(x[:, 0], 1)[0]", "`top_k` would work along the batch"),
        ("log_softmax(x[:, 0])", "`log_softmax` would work along the batch"),
    ],
)
def test_rows_mix_only_where_it_is_said(function, message):
    (found,) = sc.validate(spec(function))
    assert (found.code, found.message.startswith(message)) == ("SPC0358", True), found


def test_a_causal_mask_is_a_triangle_of_ones():
    text = spec('where(tril(ones([4, 4], "bool")), x[:, None], 0)')
    np.testing.assert_array_equal(sc.compile_text(text)(X), np.tril(np.stack([X] * 4, 1)))


def test_places_of_top_k_are_indices():
    text = spec("gather(x[0], top_k(x[1], 2)[1], axis=0)", x={"batch_shape": [3, 4]})
    model = sc.compile_text(text)
    assert list(model.diagnostics) == []
    np.testing.assert_array_equal(model(X), X[0, [2, 3]])
