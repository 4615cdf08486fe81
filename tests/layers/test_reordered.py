"""Flatten, Reshape, Permute and RepeatVector move elements as NumPy does; masks end in sight."""

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.runtime.run import Run
from spec_compiler.writing.yaml_text import to_yaml

SEQ = 6


def model(shape, dtype="float32", *, masked=False, **layer):
    x = {"shape": shape, "dtype": dtype, "mask": masked}
    dims = {"dims": {"seq": {}}} if "seq" in str(shape) else {}
    document = {"specc": 1, **dims, "inputs": {"x": x}, "layers": [{"name": "y", **layer}]}
    return program_of_text(to_yaml(document))


def run(data, shape=None, kept=None, **layer):
    masked = kept is not None
    program = model(shape or list(data.shape[1:]), data.dtype.name, masked=masked, **layer)
    run = Run(program, {}, {"x": data} | ({"x.mask": kept} if masked else {}))
    run.prepare()
    return run.whole()


def numbered(*shape):
    return np.arange(np.prod(shape)).reshape(shape).astype("float32")


@pytest.mark.parametrize(
    ("shape", "layer", "expected"),
    [
        ((2, 3, 4, 5), {"type": "Flatten"}, lambda x: x.reshape(2, 60)),
        (
            (2, 3, 4, 5),
            {"type": "Flatten", "data_format": "channels_first"},
            lambda x: np.stack([np.stack([row[c] for c in range(3)], -1).ravel() for row in x]),
        ),
        ((2, 3), {"type": "Flatten", "data_format": "channels_first"}, lambda x: x),
        ((4,), {"type": "Flatten"}, lambda x: x[:, None]),
        (
            (2, 3, 4),
            {"type": "Reshape", "target_shape": [2, -1, 3]},
            lambda x: x.reshape(2, 2, 2, 3),
        ),
        ((2, 1), {"type": "Reshape", "target_shape": []}, lambda x: x[:, 0]),
        ((2, 3, 4, 5), {"type": "Permute", "dims": [3, 1, 2]}, lambda x: np.moveaxis(x, 3, 1)),
        ((2, 3), {"type": "RepeatVector", "n": 4}, lambda x: np.stack([x] * 4, 1)),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "int16", "bool"])
def test_elements_and_their_dtype_stay(shape, layer, expected, dtype):
    data = numbered(*shape).astype(dtype)
    (found,) = run(data, **layer).values()
    assert found.dtype == data.dtype
    np.testing.assert_array_equal(found, expected(data))


@pytest.mark.parametrize(
    ("shape", "target", "size"),
    [
        (["seq", 4], [-1, 2], 12),
        (["seq", 4], [8, -1], 3),
        (["seq", 4], ["seq", -1], 4),
        (["seq", 4], [-1, "seq", 2], 2),
        (["seq", 4], [-1], 24),
        ([24], [-1], 24),
    ],
)
def test_an_inferred_size_is_exact(shape, target, size):
    data = numbered(2, SEQ, 4) if "seq" in shape else numbered(2, 24)
    (found,) = run(data, shape, type="Reshape", target_shape=target).values()
    assert found.shape[1 + target.index(-1)] == size
    np.testing.assert_array_equal(found.ravel(), data.ravel())


def test_a_size_that_may_not_divide_is_asked_of_the_data():
    program = model(["seq", 3], type="Reshape", target_shape=[-1, 2])
    for seq, fits in ((4, True), (5, False), (6, True)):
        assert all(check.holds({"batch": 2, "seq": seq}) for check in program.graph.checks) is fits
    assert not model(["seq", 4], type="Reshape", target_shape=[-1, 2]).graph.checks


def test_sizes_of_the_data_are_compared_too():
    program = model(["seq", 4], type="Reshape", target_shape=[8, 3])
    holds = [
        all(check.holds({"batch": 1, "seq": s}) for check in program.graph.checks) for s in (6, 5)
    ]
    assert holds == [True, False]


@pytest.mark.parametrize(
    ("shape", "layer", "code"),
    [
        ([3, 4], {"type": "Reshape", "target_shape": [2, 5]}, "SPC0360"),
        ([3, 4], {"type": "Reshape", "target_shape": [-1, 7]}, "SPC0360"),
        ([3, 4], {"type": "Reshape", "target_shape": [-1, 0]}, "SPC0360"),
        ([3, "seq"], {"type": "Reshape", "target_shape": ["3*seq + 1"]}, "SPC0360"),
        ([3, 4], {"type": "Reshape", "target_shape": [-1, -1]}, "SPC0361"),
        ([3, 4], {"type": "Reshape", "target_shape": [-2, 6]}, "SPC0308"),
        ([3, "seq"], {"type": "Reshape", "target_shape": ["seq - 9", -1]}, "SPC0308"),
        ([3, 4], {"type": "Reshape", "target_shape": 12}, "SPC0104"),
        ([3, 4], {"type": "Permute", "dims": [1, 1]}, "SPC0362"),
        ([3, 4], {"type": "Permute", "dims": [1, 2, 3]}, "SPC0362"),
        ([3, 4], {"type": "Permute", "dims": [-1, 1]}, "SPC0362"),
        ([3, 4], {"type": "RepeatVector", "n": 2}, "SPC0304"),
    ],
)
def test_refusals(shape, layer, code):
    with pytest.raises(SpecError) as refused:
        model(shape, **layer)
    assert [item.code for item in refused.value.diagnostics.errors] == [code]


KEPT = np.array([[1, 1, 0], [0, 1, 0]], bool)
TWO = np.stack([KEPT, ~KEPT], -1)


@pytest.mark.parametrize(
    ("shape", "kept", "layer", "expected"),
    [
        ((2, 3, 4), KEPT, {"type": "Reshape", "target_shape": [3, 2, 2]}, KEPT),
        ((2, 3, 4), KEPT, {"type": "Reshape", "target_shape": [3, -1]}, KEPT),
        ((2, 3), KEPT, {"type": "Flatten"}, KEPT),
        ((2, 3, 2, 4), TWO, {"type": "Permute", "dims": [2, 1, 3]}, TWO.transpose(0, 2, 1)),
    ],
)
def test_a_mask_passes_where_its_axes_survive(shape, kept, layer, expected):
    found = run(numbered(*shape), kept=kept, mask="pass", **layer)
    np.testing.assert_array_equal(found["y.mask"], expected)


@pytest.mark.parametrize(
    "layer",
    [
        {"type": "Reshape", "target_shape": [4, 3]},
        {"type": "Reshape", "target_shape": [-1]},
        {"type": "Flatten"},
        {"type": "Permute", "dims": [2, 1]},
    ],
)
def test_a_mask_does_not_pass_where_they_may_not(layer):
    for more, code in (({}, "SPC0410"), ({"mask": "pass"}, "SPC0411")):
        with pytest.raises(SpecError) as refused:
            model([3, 4], masked=True, **layer, **more)
        assert [item.code for item in refused.value.diagnostics.errors] == [code]
    assert not model([3, 4], masked=True, **layer, mask="drop").outputs["y"].mask


def test_the_range_of_whole_numbers_stays_known():
    text = """\
specc: 1
inputs: {{x: {{shape: [2, 3], dtype: int32, values: {{min: 0, max: 9}}}}}}
layers: [{{type: Flatten}}, {{type: Embedding, input_dim: {rows}, output_dim: 2}}]
"""
    program_of_text(text.format(rows=10))
    with pytest.raises(SpecError) as refused:
        program_of_text(text.format(rows=9))
    assert [item.code for item in refused.value.diagnostics.errors] == ["SPC0501"]
