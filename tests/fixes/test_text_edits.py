"""What an edit does to the text around it: nothing that it need not."""

import json

import pytest

from spec_compiler import mending, spelling
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended

HEAD = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"


def mend(folder, text, *, unsafe=True, name="m.yaml", **options):
    """A text once it is mended, and how many findings were."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    drafts = Drafts.of([str(path)])
    done = mended(str(path), drafts, unsafe=unsafe, **options)
    (now,) = [now for _, now in drafts.changed.values()] or [path.read_bytes()]
    return now if isinstance(text, bytes) else now.decode(), done


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        # a name keeps its quotes, a value loses them
        ("{type: Softmax, mask: 'Pass'}", "{type: Softmax, mask: 'pass'}"),
        ('{"typ": Dense, units: 4}', '{"type": Dense, units: 4}'),
        ("{type: Dense, units: 4, use_bias: 'true'}", "{type: Dense, units: 4, use_bias: true}"),
        ("{type: Dense, units: 4.0}   # four", "{type: Dense, units: 4}   # four"),
        # blanks, comments and the order of keys stay
        ("{ units: 4 ,  type: dense }", "{ units: 4 ,  type: Dense }"),
        ("type: Dense # a\n    # b\n    unit: 4 # c", "type: Dense # a\n    # b\n    units: 4 # c"),
        # what an expression says is edited within it
        ('{type: Lambda, function: "np.tanh(x) × 2"}', '{type: Lambda, function: "tanh(x) * 2"}'),
        ("{type: Lambda, function: x.max(axis=1)}", '{type: Lambda, function: "max(x, axis=1)"}'),
        # a text that braces cut in pieces
        ("{type: Lambda, function: sum(x, axis=1)}", '{type: Lambda, function: "sum(x, axis=1)"}'),
        # a whole item
        ("Flatten  # flat", "{type: Flatten}  # flat"),
    ],
)  # fmt: skip
def test_only_what_is_wrong_is_edited(tmp_path, wrong, right):
    now, done = mend(tmp_path, f"{HEAD}  - {wrong}\n")
    assert now == f"{HEAD}  - {right}\n"
    assert done.found.errors == []


LOST_MASK = """\
specc: 1
inputs: {t: {shape: [5], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - {type: Embedding, input_dim: 10, output_dim: 4, mask_zero: true}
  - @
  - {type: LSTM, units: 3}
"""
LINES = 'type: EinsumDense\n    equation: "btd,de->bte"\n    sizes: {e: 3}'
EINSUM = 'type: EinsumDense, equation: "btd,de->bte", sizes: {e: 3}'


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (f"{{{EINSUM}}}", f"{{{EINSUM}, mask: pass}}"),
        (f"{{{EINSUM},  # more\n name: m}}", f"{{mask: pass, {EINSUM},  # more\n name: m}}"),
        (
            f"{LINES}  # three",
            f"{LINES}  # three\n    mask: pass",
        ),
    ],
)  # fmt: skip
def test_an_entry_is_written_as_its_mapping_is(tmp_path, wrong, right):
    now, done = mend(tmp_path, LOST_MASK.replace("@", wrong))
    assert now == LOST_MASK.replace("@", right)
    assert done.found.errors == []
    assert mend(tmp_path, LOST_MASK.replace("@", wrong), unsafe=False)[1].fixed == 0


UNUSED = "specc: 1\n@layers:\n  - {type: Dense, units: 3, from: x}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("inputs: {x: {shape: [8]}, y: {shape: [3]}}\n", "inputs: {x: {shape: [8]}}\n"),
        ("inputs: {y: {shape: [3]}, x: {shape: [8]}}\n", "inputs: {x: {shape: [8]}}\n"),
        (
            "inputs:\n  # the first\n  x: {shape: [8]}\n  y:  # gone\n    shape: [3]\n# end\n",
            "inputs:\n  # the first\n  x: {shape: [8]}\n# end\n",
        ),
        (
            "inputs: {\n  y: {shape: [3]},  # gone\n  x: {shape: [8]}\n}\n",
            "inputs: {\n  x: {shape: [8]}\n}\n",
        ),
    ],
)
def test_what_is_removed_leaves_no_trace(tmp_path, wrong, right):
    now, done = mend(tmp_path, UNUSED.replace("@", wrong))
    assert now == UNUSED.replace("@", right)
    assert not done.found.items


def test_json_stays_json(tmp_path):
    text = (
        '{\n  "inputs": {"x": {"shape": 8}},\n  "layers": [\n'
        '    {"type": "dense", "units": 4.0, "activation": "xavier"},\n'
        '    {"type": "Dense", "unit": 4, "use_bias": "false"},\n  ]\n}\n'
    )
    now, _ = mend(tmp_path, text, name="m.json")
    assert now == (
        '{\n  "specc": 1,\n  "inputs": {"x": {"shape": [8]}},\n  "layers": [\n'
        '    {"type": "Dense", "units": 4, "activation": "xavier"},\n'
        '    {"type": "Dense", "units": 4, "use_bias": false}\n  ]\n}\n'
    )
    json.loads(now)


def test_ends_of_lines_and_a_byte_order_mark_stay(tmp_path):
    text = b"\xef\xbb\xbfinputs: {x: {shape: [8]}}\r\nlayers:\r\n  - {type: dense, units: 4}"
    now, _ = mend(tmp_path, text)
    assert now == b"\xef\xbb\xbfspecc: 1\r\n" + text[3:].replace(b"dense", b"Dense")


def test_a_value_of_a_param_is_not_written_in_its_place(tmp_path):
    text = "specc: 1\nparams: {a: {type: text, default: Relu}}\ninputs: {x: {shape: [8]}}\n"
    text += "layers:\n  - {type: Dense, units: 4, activation: $a}\n"
    now, done = mend(tmp_path, text)
    assert (now, done.fixed, len(done.found.errors)) == (text, 0, 1)


def test_what_is_given_on_the_command_line_is_not_written(tmp_path):
    text = "specc: 1\nparams: {a: {type: activation, default: relu}}\n"
    text += "inputs: {x: {shape: [8]}}\nlayers:\n  - {type: Dense, units: 4, activation: $a}\n"
    now, done = mend(tmp_path, text, params={"a": "Tanh"})
    assert (now, done.fixed, len(done.found.errors)) == (text, 0, 1)


def test_an_anchored_value_is_mended_where_it_is_written(tmp_path):
    layers = "  - {type: Dense, units: &n 4.0}\n  - {type: Dense, units: *n}\n"
    now, done = mend(tmp_path, HEAD + layers)
    assert now == (HEAD + layers).replace("4.0", "4")
    assert not done.found.items


def test_a_short_name_or_one_with_a_number_is_a_guess(tmp_path):
    layers = "  - {type: Dense, units: 4, name: hidden1}\n  - {type: Dense, units: 3, from: @}\n"
    for wrong, safe in (("hidden", False), ("hidden2", False), ("Hidden1", True)):
        _, done = mend(tmp_path, HEAD + layers.replace("@", wrong), unsafe=False)
        assert done.fixed == safe, wrong
    near = "  - {type: Dense, units: 4, name: left}\n  - {type: Dense, units: 4, name: lest}\n"
    _, done = mend(
        tmp_path, HEAD + near + "  - {type: Dense, units: 3, from: leat}\n", unsafe=False
    )
    assert done.fixed == 0


def test_a_fix_that_makes_nothing_better_is_taken_back(tmp_path):
    text = f"{HEAD}  - {{type: Lambda, function: '(x > 0) &&& (x < 1)'}}  # no operator\n"
    now, done = mend(tmp_path, text)
    assert now == text
    assert [finding.code for finding in done.taken_back] == ["SPC0120"]


def test_a_key_that_is_more_than_a_name_is_not_replaced_by_one(tmp_path):
    text = f"{HEAD}  - {{type: Dense, units:4 activation: relu}}\n"
    now, _ = mend(tmp_path, text)
    assert now == text


def test_mistakes_behind_mistakes_are_mended_one_after_the_other(tmp_path):
    text = "inputs: {x: {shape: 8}}\nlayers:\n  - {type:dense, unit: 4.0 activation: Relu}\n"
    now, done = mend(tmp_path, text)
    assert now == (
        "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n"
        "  - {type: Dense, units: 4, activation: relu}\n"
    )
    assert done.found.errors == []


@pytest.mark.parametrize("slip", ["type: dense", "type: Dense, mask: pas"])
def test_many_slips_are_mended_at_once(tmp_path, monkeypatch, slip):
    """A guess that was made costs nothing, so all have one: no round mends a part of them."""
    monkeypatch.setattr(spelling, "LOOKED_AT", 2000)
    rounds = []
    analyze = mending.analyze_file
    monkeypatch.setattr(
        mending, "analyze_file", lambda *of, **so: rounds.append(1) or analyze(*of, **so)
    )
    layers = "".join(f"  - {{{slip}, name: l{number}, units: 3}}\n" for number in range(700))
    _, done = mend(tmp_path, HEAD + layers)
    assert (done.fixed, len(done.found.items), len(rounds)) == (700, 0, 2)


def test_what_made_nothing_better_is_tried_again_once_other_fixes_are_made(tmp_path):
    text = """\
dtype: float64
inputs:
  x0: {shape: [3, 2], batch_size: 2, mask: true}
  x1: {dtype: int32, tensor: [[0, 1], [2, 3], [0, 1]]}
  x2: {shape: [3], sparse: true}
layers:
  - {type: ReLU, name: x0, from: x1}
  - {type: Identity, name: n3, from: [x0], trainable: false}
tests:
  - name: as inferred
    dims: {batch: [1, 3]}
    expect: {n3: {dtype: float64, shape: [2, 3, 2], mask: [2, 3]}}
"""
    now, _ = mend(tmp_path, text, unsafe=True)
    now, _ = mend(tmp_path, now, unsafe=True)  # what nothing reads waits until nothing is wrong
    assert "x1" not in now
    again, more = mend(tmp_path, now, unsafe=True)
    assert (again, more.fixed) == (now, 0)
