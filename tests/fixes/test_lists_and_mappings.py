"""A list where names are asked for, and a mapping where items are: turned, with its comments."""

import json

import pytest
from test_text_edits import HEAD, mend

TAIL = "layers: [{type: Flatten, from: x}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "  d: {type: Dense, units: 3}  # c\n  # e\n  f: {type: Flatten}\n",
            "  - {name: d, type: Dense, units: 3}  # c\n  # e\n  - {name: f, type: Flatten}\n",
        ),
        (
            "  d:  # c\n    # e\n    type: Dense\n    units: 3\n\n  f:\n      type: Flatten\n",
            "  - name: d  # c\n    # e\n    type: Dense\n    units: 3\n\n"
            "  - name: f\n    type: Flatten\n",
        ),
        ("  type: Dense\n  # c\n  units: 3\n", "  - type: Dense\n    # c\n    units: 3\n"),
        # an anchor would be lost, and what has no kind is no layer
        ("  d: &a {type: Flatten}\n", "  d: &a {type: Flatten}\n"),
        ("  d: Flatten\n", "  d: Flatten\n"),
    ],
)
def test_layers_are_items_of_a_list(tmp_path, wrong, right):
    assert mend(tmp_path, HEAD + wrong, unsafe=False)[0] == HEAD + right


def test_layers_in_braces_stay_in_one_line(tmp_path):
    start = HEAD.removesuffix("\n")
    text = f"{start} {{d: {{type: Dense, units: 3}}, f: {{type: Flatten}}}}\n"
    right = f"{start} [{{name: d, type: Dense, units: 3}}, {{name: f, type: Flatten}}]\n"
    assert mend(tmp_path, text, unsafe=False)[0] == right
    assert mend(tmp_path, f"{start} {{type: Flatten}}\n")[0] == f"{start} [{{type: Flatten}}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "  - name: x\n    # c\n    shape: [8]  # e\n  - {name: y, shape: [3]}\n",
            "  x:\n    # c\n    shape: [8]  # e\n  y: {shape: [3]}\n",
        ),
        ("  - x: {shape: [8]}  # c\n", "  x: {shape: [8]}  # c\n"),
        ("  - x:\n      shape: [8]\n", "  x:\n    shape: [8]\n"),
        ("  - shape: [8]\n    name: x  # c\n", "  x:\n    shape: [8]\n"),
        # a list that is not indented
        (
            "- name: x\n  shape: [8]\n- {y: {shape: [3]}}\n",
            "  x:\n    shape: [8]\n  y: {shape: [3]}\n",
        ),
        # two of one name are no mapping
        ("  - {name: x, shape: [8]}\n  - {name: x, shape: [3]}\n",) * 2,
        ("  - {shape: [8]}\n  - {name: x, shape: [3]}\n",) * 2,
    ],
)  # fmt: skip
def test_inputs_have_their_names_before_them(tmp_path, wrong, right):
    now, _ = mend(tmp_path, f"specc: 1\ninputs:\n{wrong}{TAIL}", unsafe=False)
    assert now == f"specc: 1\ninputs:\n{right}{TAIL}"


def test_both_in_json(tmp_path):
    wrong = {
        "specc": 1,
        "inputs": [{"name": "x", "shape": [8]}],
        "layers": {"d": {"type": "Dense", "units": 3}},
    }
    right = {
        "specc": 1,
        "inputs": {"x": {"shape": [8]}},
        "layers": [{"name": "d", "type": "Dense", "units": 3}],
    }
    for indent in (None, 2):
        now, done = mend(tmp_path, json.dumps(wrong, indent=indent), name="m.json", unsafe=False)
        assert json.loads(now) == right
        assert (done.fixed, done.found.errors) == (2, [])


BLOCK = """\
specc: 1
inputs: {x: {shape: [8]}}
blocks:
  b:
    inputs: {x: {}}
    layers:
      - {type: Dense, name: y, units: 3}
    outputs: y
layers: [{use: b}]
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("      - {type: Dense, name: y, units: 3}\n", "      y: {type: Dense, units: 3}\n"),
        ("inputs: {x: {}}\n", "inputs: [{name: x}]\n"),
        ("inputs: {x: {}}\n", "inputs: [x]\n"),
        ("  b:\n    inputs", "  - name: b\n    inputs"),
    ],
)
def test_in_blocks_too(tmp_path, right, wrong):
    now, done = mend(tmp_path, BLOCK.replace(right, wrong), unsafe=False)
    assert now == BLOCK.replace(
        right, right.replace("{type: Dense, name: y", "{name: y, type: Dense")
    )
    assert done.found.errors == []


def test_a_block_without_a_name_gets_one(tmp_path):
    wrong = BLOCK.replace("  b:\n", "").replace("\n    ", "\n  ").replace("\n      ", "\n    ")
    wrong = wrong.replace("use: b", "use: ffn")
    now, done = mend(tmp_path, wrong)
    assert now == BLOCK.replace("  b:\n", "  ffn:\n").replace("use: b", "use: ffn")
    assert done.found.errors == []


Y = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers: [{type: Dense, name: y, units: 2}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "tests:\n  works: {expect: {y: {finite: true}}}\n",
            "tests:\n  - {name: works, expect: {y: {finite: true}}}\n",
        ),
        (
            "tests:\n  name: a\n  expect: {y: {finite: true}}\n",
            "tests:\n  - name: a\n    expect: {y: {finite: true}}\n",
        ),
        ("outputs: [{name: out, from: y}]\n", "outputs: {out: {from: y}}\n"),
        ("outputs:\n  - out: y\n", "outputs:\n  out: y\n"),
        ("params: [{name: w, type: int, default: 3}]\n", "params: {w: {type: int, default: 3}}\n"),
        ("params:\n  - w: 3\n", "params:\n  w: 3\n"),
        ("metadata: {}\nparams: [{w: 3}]\n", "metadata: {}\nparams: {w: 3}\n"),
    ],
)
def test_every_section_has_its_form(tmp_path, wrong, right):
    assert mend(tmp_path, Y + wrong, unsafe=False)[0] == Y + right


def test_imports_without_names_are_called_as_their_files(tmp_path):
    block = BLOCK[BLOCK.index("blocks:") : BLOCK.index("layers: [{use")]
    (tmp_path / "parts.yaml").write_text(f"specc: 1\n{block}")
    head = "specc: 1\ninputs: {x: {shape: [8]}}\n"
    wrong = f"{head}imports: [./parts.yaml]\nlayers: [{{use: parts.b}}]\n"
    now, done = mend(tmp_path, wrong)
    assert now == wrong.replace("[./parts.yaml]", "{parts: ./parts.yaml}")
    assert done.found.errors == []


@pytest.mark.parametrize("written", ["80", "true"])
def test_what_is_no_mapping_at_all_is_only_refused(tmp_path, written):
    _, done = mend(tmp_path, f"{Y}outputs: {{y: {written}}}\n", unsafe=False)
    assert [item.code for item in done.found.errors] == ["SPC0104"]
