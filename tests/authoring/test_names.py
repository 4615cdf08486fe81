"""Names: where they are declared, every place that says them, and what renaming them does."""

import os
import re
from pathlib import Path

import pytest

from spec_compiler.authoring.document import Position, read_document
from spec_compiler.authoring.navigation import definition, references
from spec_compiler.authoring.renaming import CannotRenameError, renameable, renamed
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.edits.applied import applied
from spec_compiler.source import load

MODEL = """\
specc: 1
params:
  width: {type: int, default: 8}
  twice: {type: int, value: width * 2}
dims: {steps: {min: 1, max: width * 10}}
constraints: ["steps <= 4 * width"]
imports: {lib: ./lib.yaml}
inputs:
  words: {shape: [steps], dtype: int32, values: {min: 0, max: 99}}
layers:
  - {type: Embedding, name: embed, input_dim: 100, output_dim: $width}
  - {type: LSTM, name: memory, from: embed, units: width, return_state: true}
  - {use: lib.deepen, name: deep, from: {x: memory.output}, with: {size: "width * 2"}}
  - type: Lambda
    name: mixed
    from: {a: deep, b: memory.state_h}
    function: "a * width + b[:, :1]"
  - {type: Dense, name: dense, from: mixed, units: twice}
outputs:
  dense: {shape: [batch, width * 2]}
  mixed: {from: mixed}
  state: memory.state_h
tests:
  - name: finite
    dims: {steps: [1, 3]}
    expect: {dense: {finite: true, shape: [batch, "2 * width"]}, state: {finite: true}}
train:
  loss: {dense: mse, mixed: mse, state: mse}
  loss_weights: {dense: 1.0, state: 0.5}
"""
LIB = """\
specc: 1
blocks:
  deepen:
    params: {size: int}
    inputs: {x: {shape: [n]}}
    layers:
      - {type: Dense, name: up, units: size}
      - {type: Dense, name: down, units: "size / size"}
    outputs: {y: down}
"""


@pytest.fixture
def written(tmp_path):
    (tmp_path / "lib.yaml").write_text(LIB)
    (tmp_path / "model.yaml").write_text(MODEL)

    def document(name, text=None):
        path = str(tmp_path / name)
        return read_document((tmp_path / name).read_text() if text is None else text, path)

    return document


def at(document, words, inside=0):
    """The place of the first of some words."""
    return document.position(document.text.index(words) + inside)


def tree(path):
    return load(path, Diagnostics())


def said(document, position, others=()):
    found = references(document, position, others)
    return [(os.path.basename(span.file), span.line) for span in found]


def test_the_spec_is_valid(written):
    assert not written("model.yaml").analysis.found.errors


@pytest.mark.parametrize(
    ("place", "inside", "line"),
    [
        ("$width", 2, 3),
        ("units: width", 8, 3),
        ("from: embed", 7, 11),
        ("memory.state_h", 2, 12),
        ("state: memory", 8, 12),
        ("steps]", 0, 5),
        ("{steps: [1", 2, 5),
        ("dense: {shape", 1, 18),
        ("state: mse", 1, 22),
        ("units: twice", 8, 4),
    ],
)
def test_a_name_leads_to_its_declaration(written, place, inside, line):
    document = written("model.yaml")
    (span,) = definition(document, at(document, place, inside), tree)
    assert (os.path.basename(span.file), span.line) == ("model.yaml", line)


@pytest.mark.parametrize(
    ("place", "inside", "line"),
    [("lib.deepen", 6, 3), ("size:", 1, 4), ("x: memory", 0, 5), ("./lib.yaml", 3, 1)],
)
def test_a_name_leads_into_other_files(written, place, inside, line):
    document = written("model.yaml")
    (span,) = definition(document, at(document, place, inside), tree)
    assert (os.path.basename(span.file), span.line) == ("lib.yaml", line)


def test_a_library_of_specc_can_be_looked_at(written):
    text = "specc: 1\nimports: {std: specc:std}\ninputs: {x: {shape: [2]}}\nlayers:\n"
    document = written("model.yaml", text + "- {use: std.swiglu, with: {width: 2}}\n")
    (span,) = definition(document, at(document, "swiglu", 1), tree)
    with open(span.file) as library:
        assert library.read().splitlines()[span.line - 1].strip() == "swiglu:"
    with pytest.raises(CannotRenameError, match="belongs to a library"):
        renameable(document, at(document, "swiglu", 1))


def test_every_place_is_found(written):
    document, library = written("model.yaml"), tree(written("lib.yaml").path)
    lines = [line for _, line in said(document, at(document, "width:"))]
    assert lines == [3, 4, 5, 6, 11, 12, 13, 17, 20, 26]
    lines = [line for _, line in said(document, at(document, "name: memory", 7))]
    assert lines == [12, 13, 16, 22]
    of_block = [("lib.yaml", 3), ("model.yaml", 13)]
    assert said(document, at(document, "deepen"), [library]) == of_block
    of_param = [("lib.yaml", line) for line in (4, 7, 8, 8)] + [("model.yaml", 13)]
    assert said(document, at(document, "size:"), [library]) == of_param


RENAMED = {
    "width": "units: width",
    "twice": "twice:",
    "steps": "steps:",
    "embed": "name: embed",
    "memory": "name: memory",
    "deep": "name: deep,",
    "mixed": "name: mixed",
    "state": "state: memory",
    "words": "words:",
    "lib": "lib: .",
    "deepen": "deepen",
    "size": "size:",
    "x": "x: memory",
}


@pytest.mark.parametrize("name", RENAMED)
def test_what_is_renamed_means_the_same(written, name):
    document, other = written("model.yaml"), written("lib.yaml")
    texts = {document.path: document.text, other.path: other.text}
    place = at(document, RENAMED[name], RENAMED[name].index(name))
    edits = renamed(document, place, "newly", [tree(other.path)], texts)
    for path, text in texts.items():
        with open(path, "w") as file:
            file.write(applied(text, [edit for edit in edits if edit.span.file == path]))
    after = written("model.yaml")
    assert not after.analysis.found.errors
    left = re.findall(rf"\b{name}\b", after.text.replace("state_h", "")) if len(name) > 1 else []
    # `mixed` is an output beside the layer, and `lib` is a part of a path
    assert len(left) == {"mixed": 2, "lib": 1, "deep": 0}.get(name, 0)
    before, now = (it.analysis.program.graph for it in (document, after))
    assert len(before.nodes) == len(now.nodes)
    if name != "mixed":  # which an output has, too
        texts = {path: Path(path).read_text() for path in texts}
        place = after.position(after.text.index("newly"))
        back = renamed(after, place, name, [tree(other.path)], texts)
        assert applied(after.text, [e for e in back if e.span.file == after.path]) == MODEL


FORMULAS = """\
specc: 1
params: {~width: 4, ~concat: {type: int, default: 3}, ~part: 2}
inputs: {a: {shape: [4]}, b: {shape: [4]}}
layers:
  - {type: Dense, name: ~up, from: a, units: ~width}
  - {type: Lambda, name: ~both, from: [~up, b], function: "~up * ~width + b"}
  - {type: Lambda, name: half, function: {low: "~both / ~part", sum: "low + ~both + x"}}
  - {type: Lambda, name: cut, from: half.sum, arguments: {width: 2}, function: "x / width"}
  - {type: Lambda, name: named, from: {part: ~up, q: b}, function: "part + q * ~concat"}
  - {type: Lambda, name: spread, from: cut, function: "windows(x, axis=1, part=~part)[:, ~part:]"}
  - {type: Concatenate, name: all, from: [cut, named]}
  - {type: Bidirectional, merge_mode: concat, layer: {type: LSTM, units: ~concat}, from: wide}
  - {type: Reshape, name: wide, from: all, target_shape: [~width, "2*~part"]}
  - {type: EinsumDense, equation: "ab,bc->ac", sizes: {c: ~part}, bias_axes: part, from: all}
outputs: [all]
weights:
  file: w.safetensors
  map: {~up.kernel: {from: k, as: "reshape(w, [~width, ~width]) * ~part"}}
"""
"""A `~` stands before each name that means the layer or the param that is called so."""


@pytest.mark.parametrize("name", ["up", "both", "width", "concat", "part"])
def test_a_name_in_a_formula_is_what_it_means_there(written, name):
    document = written("model.yaml", FORMULAS.replace("~", ""))
    expected = [
        (row, found.start() - line[: found.start()].count("~") + 1)
        for row, line in enumerate(FORMULAS.splitlines(), 1)
        for found in re.finditer(rf"~{name}\b", line)
    ]
    found = references(document, Position(*expected[0]), ())
    assert [(span.line, span.column) for span in found] == expected


@pytest.mark.parametrize(
    ("place", "name", "why"),
    [
        ("name: embed", "memory", "`memory` is a layer already"),
        ("name: embed", "words", "`words` is an input already"),
        ("name: embed", "a b", "must be letters"),
        ("name: embed", "true", "must be letters"),
        ("name: embed", "x\n- y", "must be letters"),
        ("width:", "steps", "`steps` is a dim already"),
        ("width:", "wi-dth", "must be letters"),
        ("type: LSTM", "GRU", "not the name"),
        ("return_state", "x", "not the name"),
        ("specc", "x", "not the name"),
    ],
)
def test_what_cannot_be_renamed_says_why(written, place, name, why):
    document = written("model.yaml")
    inside = place.index(": ") + 2 if ": " in place else 0
    with pytest.raises(CannotRenameError, match=why):
        renamed(document, at(document, place, inside), name, [], {document.path: MODEL})


def test_a_name_that_another_file_declares_is_renamed_where_that_is_known(written):
    document = written("model.yaml")
    with pytest.raises(CannotRenameError, match="not known"):
        renamed(document, at(document, "deepen"), "newly", [], {document.path: MODEL})


def test_a_layer_without_a_name_is_found_and_not_renamed(written):
    text = MODEL.replace("name: dense, ", "").replace("{from: mixed}", "{from: dense}")
    document = written("model.yaml", text)
    (span,) = definition(document, at(document, "from: dense", 7), tree)
    assert (span.line, span.column) == (18, 12)
    with pytest.raises(CannotRenameError):
        renameable(document, at(document, "from: dense", 7))


def test_no_place_of_a_text_is_a_fault(written):
    document = written("model.yaml")
    for offset in range(0, len(MODEL), 7):
        position = document.position(offset)
        assert isinstance(definition(document, position, tree), list)
        assert isinstance(references(document, position, ()), list)
    assert definition(document, Position(99, 99), tree) == []


PARTS = """\
specc: 1
blocks:
  cell:
    params: {n: int}
    inputs: {x: {shape: [d]}, memory: {shape: [n]}}
    layers: [{type: Dense, name: h, from: x, units: n}, {type: Add, name: sum, from: [h, memory]}]
    outputs: {memory: sum}
  two:
    inputs: {a: {shape: [e]}}
    layers: [{type: Dense, name: s, units: 3}, {type: Dense, name: t, units: 3}]
    outputs: {p: s, q: t}
"""
USER = """\
specc: 1
imports: {parts: parts.yaml}
inputs: {x: {shape: [4, 6]}}
layers:
  - {type: RNN, name: read, cell: {use: parts.cell, with: {n: 8}}}
  - {use: parts.two, name: pair, repeat: 1}
outputs: {o: pair.p, r: pair.q}
"""


@pytest.mark.parametrize(
    ("place", "lines"),
    [("cell:", [3, 5]), ("n: int", [4, 5, 5, 6]), ("p: s", [7, 11]), ("q: t", [7, 11])],
)
def test_what_a_library_declares_is_renamed_in_the_files_that_use_it(tmp_path, place, lines):
    parts, user = tmp_path / "parts.yaml", tmp_path / "model.yaml"
    parts.write_text(PARTS)
    user.write_text(USER)
    document, texts = read_document(PARTS, str(parts)), {str(parts): PARTS, str(user): USER}
    edits = renamed(document, at(document, place), "newly", [tree(str(user))], texts)
    assert sorted(edit.span.line for edit in edits) == lines
    for path, text in texts.items():
        Path(path).write_text(applied(text, [it for it in edits if it.span.file == path]))
    assert not read_document(user.read_text(), str(user)).analysis.found.errors


def test_a_state_of_a_cell_has_two_names_and_keeps_them(tmp_path):
    parts, user = tmp_path / "parts.yaml", tmp_path / "model.yaml"
    parts.write_text(PARTS)
    user.write_text(USER)
    document, texts = read_document(PARTS, str(parts)), {str(parts): PARTS, str(user): USER}
    with pytest.raises(CannotRenameError, match=r"model\.yaml would be wrong then"):
        renamed(document, at(document, "memory: {"), "newly", [tree(str(user))], texts)


MEANT = """\
specc: 1
params: {k: 8, r: 2}
inputs: {x: {shape: [4]}}
blocks:
  b: {params: {w: int}, inputs: {x: {shape: [d]}}, layers: [{type: Dense, name: up, units: w + i}]}
layers:
  - {type: Dense, name: y, units: 4}
  - {type: Lambda, name: z, function: y * k + x}
  - {use: b, name: u, repeat: 2, with: {w: k}}
weights: {file: w.safetensors, map: {y.kernel: {from: t, as: w * r}}}
train: {loss: mean_squared_error, wrong: 1}
"""


@pytest.mark.parametrize(
    ("place", "name"),
    [("k: 8", "x"), ("k: 8", "i"), ("w: int", "i"), ("d]}}, l", "i"), ("r: 2", "w"), ("x: {", "i")],
)
def test_no_name_is_given_that_means_something_else_there(written, place, name):
    text = MEANT.replace("units: w + i}]}", "units: w + i}], outputs: up}")
    document = written("model.yaml", text)
    with pytest.raises(CannotRenameError, match=f"`{name}`"):
        renamed(document, at(document, place), name, [], {document.path: text})


def test_other_errors_do_not_let_a_wrong_name_through(written):
    text = MEANT.replace("units: w + i}]}", "units: w + i}], outputs: {up: up}}")
    text = text.replace("weights:", "outputs: [u.1.up]\nweights:")
    document = written("model.yaml", text)
    edits = renamed(document, at(document, "{up: up}", 1), "newly", [], {document.path: text})
    assert [text.splitlines()[edit.span.line - 1][:9] for edit in edits] == [
        "  b: {par",
        "outputs: ",
    ]
