"""Layers that give axes of space other sizes: padding, cropping, up-sampling, resizing."""

from __future__ import annotations

import numpy as np
import pytest
from driving import run

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.layers import LAYERS

RANDOM = np.random.default_rng(4)
IMAGE = RANDOM.normal(size=(2, 5, 7, 3))


def layer(kind, **settings):
    return LAYERS[kind].model_validate(settings)


def program(text, shape="[5, 7, 3]", more=""):
    return program_of_text(f"specc: 1\n{more}inputs: {{x: {{shape: {shape}}}}}\nlayers: [{text}]\n")


def refused(text, shape="[5, 7, 3]"):
    with pytest.raises(SpecError) as caught:
        program(text, shape)
    (error,) = caught.value.diagnostics.errors
    return error.code, error.message, error.help


@pytest.mark.parametrize(
    ("padding", "pairs"),
    [
        (2, [(2, 2), (2, 2)]),
        ([1, 0], [(1, 1), (0, 0)]),
        ([[1, 0], [2, 3]], [(1, 0), (2, 3)]),
        ([[0, 0], 1], [(0, 0), (1, 1)]),
    ],
)
def test_ends_are_written_as_in_keras(padding, pairs):
    found, _ = run(layer("ZeroPadding2D", padding=padding), [IMAGE])
    padded = np.pad(IMAGE, [(0, 0), *pairs, (0, 0)])
    np.testing.assert_array_equal(found, padded)
    back, _ = run(layer("Cropping2D", cropping=padding), [padded])
    np.testing.assert_array_equal(back, IMAGE)
    first, _ = run(
        layer("ZeroPadding2D", padding=padding, data_format="channels_first"),
        [IMAGE.transpose(0, 3, 1, 2)],
    )
    np.testing.assert_array_equal(first.transpose(0, 2, 3, 1), padded)


def test_sizes_may_be_params():
    text = "{type: ZeroPadding2D, padding: [$p, [p - 1, 2 * p]]}"
    (output,) = program(text, more="params: {p: 1}\n").outputs.values()
    assert str(output.type) == "float32[batch, 7, 9, 3]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "{type: ZeroPadding2D, padding: [1, 2, 3]}",
            (
                "SPC0104",
                "`padding` must be a number, a list `[rows, columns]`, or a list of pairs "
                "`[before, after]`; this list has 3 entries, and 2 are needed",
                "",
            ),
        ),
        (
            "{type: ZeroPadding2D, padding: [[1, -2], 3]}",
            ("SPC0308", "`padding` must be 0 or more, not -2", ""),
        ),
        (
            "{type: ZeroPadding2D, padding: null}",
            (
                "SPC0104",
                "`padding` must be a number, a list `[rows, columns]`, or a list of pairs "
                "`[before, after]`, not null",
                "",
            ),
        ),
        (
            "{type: Cropping2D, cropping: '(1, 2)'}",
            (
                "SPC0104",
                "`cropping` must be a number, a list `[rows, columns]`, or a list of pairs "
                "`[before, after]`, not the text `(1, 2)`",
                "write `[1, 2]`",
            ),
        ),
        (
            "{type: MaxPooling2D, pool_size: '(2, 2)'}",
            (
                "SPC0104",
                "`pool_size` must be a number or a list of numbers, not the text `(2, 2)`",
                "write `[2, 2]`",
            ),
        ),
        (
            "{type: UpSampling2D, size: [1, 2, 3]}",
            (
                "SPC0104",
                "`size` must be 1 number or 2, not 3",
                "",
            ),
        ),
        ("{type: UpSampling2D, size: [1, 0]}", ("SPC0308", "`size` must be positive, not 0", "")),
        (
            "{type: Cropping2D, cropping: [3, 0]}",
            (
                "SPC0368",
                "Cropping2D takes 3 and 3 entries from axis 1, and the input "
                "float32[batch, 5, 7, 3] has 5",
                "take fewer, or feed more",
            ),
        ),
        (
            "{type: CenterCrop, height: 5, width: 8}",
            (
                "SPC0368",
                "CenterCrop keeps 8 entries of axis 2, and the input float32[batch, 5, 7, 3] has 7",
                "to make an image larger, write `type: Resizing` with "
                "`crop_to_aspect_ratio: true`, as Keras does of itself",
            ),
        ),
        (
            "{type: Resizing, height: 5, width: 8, antialias: true}",
            (
                "SPC0104",
                "`antialias` must be false: there is no interpolation that looks at more than the "
                "nearest entries",
                "resize what is fed with it before the run",
            ),
        ),
        (
            "{type: Resizing, height: 2, width: 2, crop_to_aspect_ratio: true, "
            "pad_to_aspect_ratio: true}",
            ("SPC0107", "`pad_to_aspect_ratio` excludes `crop_to_aspect_ratio`", ""),
        ),
        (
            "{type: Cropping1D}",
            (
                "SPC0304",
                "Cropping1D needs `[batch, steps, channels]`, and its input is "
                "float32[batch, 5, 7, 3]",
                "write `Cropping2D`; to run it for each entry of axis 1, write TimeDistributed "
                "around it",
            ),
        ),
        (
            "{type: UpSampling3D, data_format: channels_first}",
            (
                "SPC0304",
                "UpSampling3D needs `[batch, channels, depth, rows, columns]`, and its input is "
                "float32[batch, 5, 7, 3]",
                "give it the axis that is missing: `{type: Reshape, target_shape: [1, 5, 7, 3]}` "
                "before it, or one more axis in the input",
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused(text, found):
    assert refused(text) == found


def test_whether_there_is_enough_is_checked_on_the_data():
    cropped = program("{type: Cropping2D, cropping: [[1, 2], 0]}", "[h, 7, 3]", "dims: {h: null}\n")
    (check,) = cropped.graph.checks
    assert [check.holds({"h": h}) for h in (2, 3, 4)] == [False, True, True]
    (output,) = cropped.outputs.values()
    assert str(output.type) == "float32[batch, h - 3, 7, 3]"


@pytest.mark.parametrize("sizes", [(2, 3), (5, 7), (4, 4), (1, 6)])
def test_the_middle_is_the_same_where_the_data_knows_the_sizes(sizes):
    height, width = sizes
    top, left = (5 - height) // 2, (7 - width) // 2
    expected = IMAGE[:, top : top + height, left : left + width]
    found, _ = run(layer("CenterCrop", height=height, width=width), [IMAGE])
    np.testing.assert_array_equal(found, expected)
    text = f"{{type: CenterCrop, height: {height}, width: {width}, dtype: float64}}"
    found = ran(text, "[h, w, 3]", IMAGE, h=5, w=7)
    np.testing.assert_array_equal(found, expected)


def ran(text, shape, x, **sizes):
    """The output for an input of named sizes."""
    compiled = program_of_text(
        f"specc: 1\ndims: {{{', '.join(f'{name}: null' for name in sizes)}}}\n"
        f"inputs: {{x: {{shape: {shape}, dtype: {x.dtype}}}}}\nlayers: [{text}]\n"
    )
    known = {"batch": len(x), **sizes}
    assert all(check.holds(known) for check in compiled.graph.checks)
    (found,) = evaluate(compiled.graph, {"x": x}, {}, known).values()
    return found


def lines(old, new):
    """What each new entry is made of the old ones, in exact middles of cells."""
    middles = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    return np.maximum(1 - np.abs(middles[:, None] - np.arange(old)), 0)


@pytest.mark.parametrize("sizes", [(8, 3), (5, 7), (1, 14), (10, 1)])
@pytest.mark.parametrize("named", [False, True])
def test_what_lies_between_is_a_mean_by_distance(sizes, named):
    height, width = sizes
    expected = np.einsum("ih,jw,bhwc->bijc", lines(5, height), lines(7, width), IMAGE)
    text = f"{{type: Resizing, height: {height}, width: {width}, dtype: float64}}"
    found = ran(text, "[h, w, 3]", IMAGE, h=5, w=7) if named else ran(text, "[5, 7, 3]", IMAGE)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("named", [False, True])
def test_up_sampling_is_resizing_to_a_multiple(named):
    shape, sizes = ("[h, w, 3]", {"h": 5, "w": 7}) if named else ("[5, 7, 3]", {})
    for how in ("nearest", "bilinear"):
        more = f"interpolation: {how}, dtype: float64"
        found = ran(f"{{type: UpSampling2D, size: [3, 2], {more}}}", shape, IMAGE, **sizes)
        text = f"{{type: Resizing, height: 15, width: 14, {more}}}"
        np.testing.assert_allclose(found, ran(text, shape, IMAGE, **sizes), rtol=1e-12)


@pytest.mark.parametrize("how", ["nearest", "bilinear"])
@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_what_is_no_float_stays_so(how, dtype):
    x = RANDOM.integers(0, 2 if dtype == "bool" else 256, (2, 3, 4, 1)).astype(dtype)
    found, _ = run(layer("Resizing", height=5, width=2, interpolation=how), [x], policy="float32")
    assert found.dtype == x.dtype
    wanted, _ = run(layer("Resizing", height=5, width=2, interpolation=how), [x.astype(float)])
    np.testing.assert_allclose(found.astype(float), wanted, atol=0.5)


def test_an_image_without_entries_cannot_be_resized():
    nothing = "{type: Cropping2D, cropping: [[5, 0], 0]}"
    assert refused(f"{nothing}, {{type: Resizing, height: 2, width: 2}}")[:2] == (
        "SPC0308",
        "Resizing needs an image, and axis 1 of float32[batch, 0, 7, 3] is empty",
    )
    (check,) = program(
        "{type: Resizing, height: 2, width: 2}", "[h, 7, 3]", "dims: {h: {min: 0}}\n"
    ).graph.checks
    assert [check.holds({"h": h}) for h in (0, 1)] == [False, True]


@pytest.mark.parametrize("sizes", [(4, 9), (9, 4), (6, 5)])
def test_what_would_be_distorted_is_cropped_or_padded(sizes):
    """Against Keras's arithmetic: the form of the result around, or within, the image."""
    x = RANDOM.normal(size=(1, *sizes, 2))
    rows, columns = int(sizes[1] * 6 / 5), int(sizes[0] * 5 / 6)
    kept = [min(sizes[0], rows), min(sizes[1], columns)]
    top, left = ((size - part) // 2 for size, part in zip(sizes, kept, strict=True))
    part = x[:, top : top + kept[0], left : left + kept[1]]
    cropped, _ = run(layer("Resizing", height=6, width=5, crop_to_aspect_ratio=True), [x])
    np.testing.assert_allclose(cropped, run(layer("Resizing", height=6, width=5), [part])[0])
    ends = [(max(sizes[0], rows) - sizes[0]) // 2, (max(sizes[1], columns) - sizes[1]) // 2]
    whole = np.pad(x, [(0, 0), *((end, end) for end in ends), (0, 0)], constant_values=3)
    padded, _ = run(
        layer("Resizing", height=6, width=5, pad_to_aspect_ratio=True, fill_value=3), [x]
    )
    np.testing.assert_allclose(padded, run(layer("Resizing", height=6, width=5), [whole])[0])


def test_a_mask_passes_where_its_axes_keep_their_sizes():
    text = "specc: 1\ninputs: {x: {shape: [5, 7, 3], mask: true}}\nlayers: ["
    kept = "{type: ZeroPadding2D, padding: [0, 0], mask: pass}, {type: UpSampling2D, size: 1, "
    (output,) = program_of_text(f"{text}{kept}mask: pass}}]\n").outputs.values()
    assert str(output.mask) == "bool[batch, 5, 7]"


@pytest.mark.parametrize(
    ("shape", "help_"),
    [
        ("[null, 28]", "`{type: Reshape, target_shape: [-1, 28, 1]}` before it"),
        ("[n, 28]", "`{type: Reshape, target_shape: [n, 28, 1]}` before it"),
        ("[null, null]", "give the input one more axis, of size 1"),
        ("[null, 28, 28, 3]", "`shape` leaves the batch axis out: write `shape: [28, 28, 3]`"),
        ("[9, 28, 28, 3]", "write TimeDistributed around it"),
    ],
)
def test_the_help_for_another_rank_can_be_followed(shape, help_):
    text = "{type: Conv2D, filters: 2, kernel_size: 3}"
    with pytest.raises(SpecError) as caught:
        program(text, shape, "dims: {n: {}}\n" if "n," in shape else "")
    (error,) = caught.value.diagnostics.errors
    assert error.code == "SPC0304"
    assert help_ in error.help


def test_a_shape_that_begins_with_null_may_be_right_within_time_distributed():
    code, _, help_ = refused("{type: TimeDistributed, layer: {type: LSTM, units: 3}}", "[null, 4]")
    assert (code, help_) == ("SPC0304", "")
