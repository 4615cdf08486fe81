"""GlobalAveragePooling1D: the mean of the kept steps, and of nothing 0."""

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.runtime.run import Run
from spec_compiler.writing.yaml_text import to_yaml

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(4, 5, 3)).astype("float32")
KEPT = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 1, 0, 0, 1], [0, 0, 0, 0, 0]], bool)


def run(data, kept=None, *, dtype="float32", **settings):
    masked = kept is not None
    x = {"shape": ["seq", "width"], "dtype": data.dtype.name, "mask": masked}
    layer = {"type": "GlobalAveragePooling1D", "name": "y", "dtype": dtype, **settings}
    dims = {"seq": {"min": 0}, "width": {}}
    program = program_of_text(
        to_yaml({"specc": 1, "dims": dims, "inputs": {"x": x}, "layers": [layer]})
    )
    run = Run(program, {}, {"x": data} | ({"x.mask": kept} if masked else {}))
    run.prepare()
    results = run.whole()
    assert "y.mask" not in results
    return results["y"]


def test_the_mean_over_the_steps():
    np.testing.assert_allclose(run(X), X.mean(1), rtol=1e-6)
    channels = run(X, data_format="channels_first", keepdims=True)
    np.testing.assert_allclose(channels, X.mean(2, keepdims=True), rtol=1e-5)


def test_only_kept_steps_count():
    expected = [
        row[keep].mean(0) if keep.any() else [0, 0, 0] for row, keep in zip(X, KEPT, strict=True)
    ]
    np.testing.assert_allclose(run(X, KEPT), expected, rtol=1e-5)
    np.testing.assert_allclose(run(X, KEPT, keepdims=True)[:, 0], expected, rtol=1e-5)


def test_padding_cannot_reach_the_mean():
    spoiled = np.where(KEPT[..., None], X, np.nan).astype("float32")
    np.testing.assert_array_equal(run(spoiled, KEPT), run(X, KEPT))


def test_no_steps_have_the_mean_0():
    np.testing.assert_array_equal(run(X[:, :0]), np.zeros((4, 3)))


def test_half_precision_is_summed_in_single():
    many = np.full((1, 3000, 1), 100, "float16")  # the sum is beyond float16
    found = run(many, dtype="float16")
    assert (found.dtype, found.item()) == (np.float16, 100)


@pytest.mark.parametrize(
    ("shape", "settings"),
    [([5, 3], {"data_format": "channels_first"}), ([5, 3, 2], {})],
)
def test_a_mask_that_is_not_of_the_steps_is_refused(shape, settings):
    layer = {"type": "GlobalAveragePooling1D", **settings}
    x = {"shape": shape, "mask": True}
    with pytest.raises(SpecError) as refused:
        program_of_text(to_yaml({"specc": 1, "inputs": {"x": x}, "layers": [layer]}))
    (error,) = refused.value.diagnostics.errors
    assert error.code == ("SPC0412" if len(shape) == 2 else "SPC0304")
