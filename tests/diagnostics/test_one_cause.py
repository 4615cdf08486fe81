"""One cause is one finding, and what explains it are its related places."""

import pytest
from slips import BLOCK, errors

import spec_compiler as sc
from spec_compiler.diagnostics import Severity

KERAS = (
    '{"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": []}, '
    '"registered_name": null, "build_config": {}, "compile_config": null}',
    '{"class_name": "Model", "config": {"name": "m"}, "keras_version": "2.1", "backend": "jax"}',
    '{"name": "m", "layers": [], "input_layers": [["x", 0, 0]], "output_layers": []}',
)
TWO_USES = """\
specc: 1
inputs: {x: {shape: [8]}}
blocks:
  enc:
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: 4}
      - {type: Dense, name: side, units: 4}
      - {type: Dense, name: down, units: d, from: up}
    outputs: {y: down, z: side}
layers:
  - {use: enc, name: e}
  - {use: enc, name: f, from: x}
  - {type: Dense, name: g, units: 8, from: SIDE}
  - {type: Add, from: [e.y, f.y, g]}
"""


def placed(finding):
    return [(label.span.line, label.span.column, label.text) for label in finding.labels]


@pytest.mark.parametrize("text", KERAS)
def test_a_file_that_keras_wrote_is_one_error(text):
    (found,) = errors(text)
    assert (found.code, found.span.line, found.span.column) == ("SPC0100", 1, 2)
    assert found.message == "this is a model as Keras writes it, not a spec"
    assert found.help == "make a spec of it: `specc import FILE -o model.yaml`"


def test_a_range_that_several_cannot_read_is_said_where_it_is_declared():
    text = """\
specc: 1
inputs: {t: {shape: [4], dtype: int32, values: {min: 0, max: 10}}}
layers:
  - {type: Embedding, name: a, input_dim: 10, output_dim: 2, from: t}
  - {type: Embedding, name: b, input_dim: 12, output_dim: 2, from: t}
  - {type: Embedding, name: c, input_dim: 9, output_dim: 2, from: t}
  - {type: Add, from: [a, b, c]}
"""
    (found,) = errors(text)
    assert (found.code, found.span.line, found.span.column) == ("SPC0501", 2, 62)
    assert found.message == "`t` may hold what 2 layers have no row for"
    assert found.help == "write `max: 8`, or give each of them more rows"
    assert placed(found) == [(4, 43, "`a` has rows 0 to 9"), (6, 43, "`c` has rows 0 to 8")]
    assert errors(text.replace("max: 10", "max: 8")) == []


def test_a_single_reader_is_blamed_itself():
    text = """\
specc: 1
inputs: {t: {shape: [4], dtype: int32, values: {min: 0, max: 10}}}
layers: [{type: Embedding, name: a, input_dim: 10, output_dim: 2}]
"""
    (found,) = errors(text)
    assert (found.span.line, found.help) == (
        3,
        "write `input_dim: 11`, or a smaller `max` in the input's `values`",
    )


PINNED = """\
specc: 1
dims: {n: {}}
inputs: {adjacency: {shape: [n, n]}, w1: {shape: [4, 16]}}
layers:
  - {type: Lambda, name: w, from: [w1, adjacency], function: w1 @ adjacency}
  - {type: DENSE}
"""


def test_what_pins_a_size_is_a_related_place_of_the_error_behind():
    (found,) = errors(PINNED.replace("DENSE", "Dense, units: 3"))
    assert (found.code, found.span.line) == ("SPC0306", 6)
    assert placed(found) == [
        (5, 62, "this holds only where `n` is 16"),
        (3, 33, "axis 2 of `adjacency` is `n`"),
    ]
    assert found.help == "write 16 where `n` is declared: `n: 16` under `dims`"


def test_a_named_size_that_can_only_be_one_number_is_warned_of():
    (found,) = sc.validate(PINNED.replace("DENSE", "Flatten"))
    assert (found.severity, found.code) == (Severity.WARNING, "SPC0317")
    assert found.message == "`n` can only be 16: every other size is refused when it is fed"
    assert found.help == "write 16 for it: `n: 16` under `dims`"
    assert list(sc.validate(PINNED.replace("DENSE", "Flatten").replace("n: {}", "n: 16"))) == []


@pytest.mark.parametrize(
    ("function", "number"), [("reshape(x, [4, 4])", 4), ("reshape(x, [2, 12])", 6)]
)
def test_a_result_that_fits_one_batch_alone_is_warned_of(function, number):
    text = f"""\
specc: 1
inputs: {{x: {{shape: [4]}}}}
layers: [{{type: Lambda, name: r, function: "{function}"}}]
"""
    (found,) = sc.validate(text)
    assert (found.severity, found.code) == (Severity.WARNING, "SPC0317")
    assert (
        found.message == f"`batch` can only be {number}: every other size is refused when it is fed"
    )
    said = f"shape: [4], batch_size: {number}"
    assert f"batch_size: {number}" in found.help
    assert list(sc.validate(text.replace("shape: [4]", said))) == []


def test_the_layer_that_lacks_steps_shows_the_one_that_drops_them():
    text = """\
specc: 1
inputs: {x: {shape: [5, 8]}}
layers:
  - {type: LSTM, name: a, units: 4}
  - {type: LSTM, name: b, units: 4}
"""
    (found,) = errors(text)
    assert placed(found) == [(4, 12, "`a` gives its last step only")]
    assert errors(text.replace("a, units", "a, return_sequences: true, units")) == []


def test_a_batch_axis_in_a_shape_is_said_at_the_input():
    text = """\
specc: 1
inputs: {x: {shape: [null, 28, 28]}}
layers: [{type: Flatten}, {type: Dense, units: 3}, {type: Dense, units: 3}]
"""
    (found,) = errors(text)
    assert placed(found) == [(3, 34, "`kernel` is made here")]


@pytest.mark.parametrize(("side", "said"), [("e.z", []), ("x", ["SPC0208"])])
def test_what_one_copy_makes_in_vain_and_another_needs_is_no_finding(side, said):
    assert [item.code for item in sc.validate(TWO_USES.replace("SIDE", side))] == said


def test_a_right_block_that_nothing_uses_is_no_error():
    found = sc.validate(BLOCK.replace("@", "{type: Dense, units: 3}"))
    assert [item.code for item in found] == ["SPC1003"]


def test_copies_that_share_may_count_where_there_are_no_weights():
    text = """\
specc: 1
inputs: {x: {shape: [8]}}
blocks:
  b:
    inputs: {x: {shape: [d]}}
    layers: [{type: Lambda, name: y, function: x * (i + 1)}, {type: Dense, name: z, units: d}]
    outputs: z
layers: [{use: b, repeat: 3, share: true}]
"""
    assert list(sc.validate(text)) == []


@pytest.mark.parametrize(
    ("dim", "size"), [("{}", 8), ("{max: 5}", 5), ("{min: 10}", 10), ("{min: 10, max: 20}", 10)]
)
def test_the_size_that_a_note_shows_is_one_that_the_dim_may_have(dim, size):
    text = f"""\
specc: 1
dims: {{n: {dim}}}
inputs: {{x: {{shape: [8]}}}}
layers: [{{type: Lambda, function: x * n}}]
"""
    (found,) = sc.validate(text)
    assert found.help == f"a run needs `--dim n={size}`, or an input of that size"
