"""What a file imports is as if it stood there; what cannot be imported is said where it is."""

import os

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compare import identity
from spec_compiler.compile import program_of_file, program_of_text, prove_file
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.text import print_graph
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

PARTS = """\
specc: 1
params: {factor: 2}
defaults: {Dense: {use_bias: false}}
blocks:
  ffn:
    params: {act: {type: activation, default: relu}}
    inputs: {x: {shape: [..., d]}}
    layers:
      - {type: Dense, name: up, units: factor * d, activation: $act}
      - {type: Dense, name: down, units: d}
    outputs: down
"""
WHOLE = """\
specc: 1
imports: {parts: parts.yaml}
params: {width: 6, vocab: {type: int, min: 2}, act: {type: activation, default: tanh}}
dims: {steps: {min: 2, max: 9}, rows: {}}
constraints: ["width >= 4", "steps <= 8"]
defaults: {Dense: {activation: $act}}
inputs:
  tokens: {shape: [steps], dtype: int32, values: {min: 0, max: vocab - 1}}
  bias: {tensor: [[[0.5, -0.5]]]}
  extra: {shape: [steps, 2]}
blocks:
  own:
    inputs: {x: {shape: [..., d]}}
    layers: [{type: Dense, units: width, name: out}]
    outputs: out
layers:
  - {type: Embedding, name: embed, from: tokens, input_dim: vocab, output_dim: width}
  - {use: parts.ffn, name: mixed, with: {act: $act}}
  - {use: own, name: last}
  - {type: Add, name: shifted, from: [extra, bias]}
outputs: {y: {from: last, shape: [batch, steps, width]}, z: shifted}
"""
USES = """\
specc: 1
imports: {tagger: sub/tagger.yaml}
dims: {t: {min: 2, max: 8}}
inputs:
  a: {shape: [t], dtype: int32, values: {min: 0, max: 9}}
  b: {shape: [t, 2]}
layers:
  - {use: tagger, name: left, from: {tokens: a, extra: b}, with: {vocab: 10, act: relu}}
outputs: [left.y, left.z]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to run in, with files that are written by name."""
    monkeypatch.chdir(tmp_path)

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    write({"parts.yaml": PARTS, "sub/parts.yaml": PARTS, "sub/tagger.yaml": WHOLE})
    return write


def errors(path):
    found = Diagnostics()
    with pytest.raises(SpecError):
        prove_file(path, params={}, diagnostics=found)
    return found.errors


def at(error, files):
    """The text that an error stands at."""
    line = files[error.span.file].splitlines()[error.span.line - 1]
    end = error.span.end_column - 1 if error.span.end_line == error.span.line else None
    return line[error.span.column - 1 : end]


# --- the same meaning ----------------------------------------------------------------------------


def test_an_imported_block_is_the_block_written_here(folder):
    head = "specc: 1\ninputs: {x: {shape: [t, 4]}}\ndims: {t: {}}\n"
    use = "layers: [{use: %s, name: f, repeat: 2, with: {act: gelu}}]\n"
    folder({"model.yaml": f"{head}imports: {{p: ./parts.yaml}}\n{use % 'p.ffn'}"})
    here = head + PARTS.partition("\n")[2] + use % "ffn"
    assert identity(program_of_file("model.yaml")) == identity(program_of_text(here))


def test_a_name_is_that_of_the_block(folder):
    folder(
        {
            "model.yaml": "specc: 1\nimports: {p: parts.yaml}\ninputs: {x: {shape: [4]}}\n"
            "layers: [{use: p.ffn}, {use: p.ffn}]\n"
        }
    )
    assert [*program_of_file("model.yaml").steps] == [
        "ffn.up", "ffn.down", "ffn_1.up", "ffn_1.down",
    ]  # fmt: skip


def test_a_whole_file_is_a_block(folder):
    folder({"model.yaml": USES})
    made = program_of_file("model.yaml")
    assert {name: str(port.type) for name, port in made.outputs.items()} == {
        "left.y": "float32[batch, t, 6]",
        "left.z": "float32[batch, t, 2]",
    }
    # the Dense in parts.yaml has no bias by that file's defaults, that in the block of the whole
    # file the activation by its own
    weights = {name: tuple(w.value.shape) for name, w in made.graph.weights.items()}
    assert weights == {
        "left.embed.embeddings": (10, 6),
        "left.mixed.up.kernel": (6, 12),
        "left.mixed.down.kernel": (12, 6),
        "left.last.out.kernel": (6, 6),
        "left.last.out.bias": (6,),
    }
    settings = {name: step.settings.layer for name, step in made.steps.items()}
    assert settings["left.mixed.up"].activation.names[0] == "relu"
    assert settings["left.last.out"].activation.names[0] == "relu"
    assert settings["left.mixed.down"].activation.names[0] == "linear"


def test_params_reach_the_blocks_of_the_whole_file(folder):
    folder({"model.yaml": USES.replace("vocab: 10", "vocab: 10, width: 8")})
    made = program_of_file("model.yaml")
    assert tuple(made.graph.weights["left.last.out.kernel"].value.shape) == (8, 8)


def test_the_core_form_needs_no_other_file(folder, tmp_path):
    folder({"model.yaml": USES})
    made = program_of_file("model.yaml")
    document = core_document(made)
    again = program_of_text(to_yaml(document))
    assert print_graph(again.graph) == print_graph(made.graph)
    assert identity(again) == identity(made)


def test_a_whole_file_computes_what_it_computes_alone(folder, tmp_path):
    alone = WHOLE.replace("vocab: {type: int, min: 2}", "vocab: 10")
    alone = alone.replace("default: tanh", "default: relu")
    folder({"sub/alone.yaml": alone, "model.yaml": USES.replace("tagger.yaml", "alone.yaml")})
    first = sc.compile_file("sub/alone.yaml")
    second = sc.compile_file("model.yaml")
    tokens = np.array([[1, 2, 9], [0, 4, 3]], np.int32)
    extra = np.linspace(-1, 1, 12, dtype=np.float32).reshape(2, 3, 2)
    weights = {f"left.{name}": array for name, array in first.weights.items()}
    assert set(weights) == set(second.weights)
    second.weights = weights
    expected, found = first([tokens, extra]), second([tokens, extra])
    np.testing.assert_array_equal(found["left.y"], expected["y"])
    np.testing.assert_array_equal(found["left.z"], extra + np.float32([0.5, -0.5]))


def test_a_constant_in_a_file_is_found_beside_the_file_that_names_it(folder, tmp_path):
    part = (
        "specc: 1\ninputs: {x: {shape: [2]}, c: {tensor: {file: c.npy}}}\n"
        "layers: [{type: Add, from: [x, c]}]\n"
    )
    folder({"sub/part.yaml": part})
    np.save(tmp_path / "sub" / "c.npy", np.float32([[3, 4]]))
    folder(
        {
            "model.yaml": "specc: 1\nimports: {p: sub/part.yaml}\ninputs: {x: {shape: [2]}}\n"
            "layers: [{use: p}]\n"
        }
    )
    np.testing.assert_array_equal(
        sc.compile_file("model.yaml")(np.zeros((1, 2), np.float32)), [[3, 4]]
    )
    made = program_of_file("model.yaml")
    core = to_yaml(core_document(made))
    assert "file: sub/c.npy" in core
    folder({"core.yaml": core})
    assert identity(program_of_file("core.yaml")) == identity(made)


def test_the_working_directory_does_not_matter(folder, tmp_path, monkeypatch):
    folder({"model.yaml": USES})
    here = identity(program_of_file("model.yaml"))
    monkeypatch.chdir(tmp_path / "sub")
    assert identity(program_of_file("../model.yaml")) == here


def test_the_header_of_the_root_holds_everywhere(folder):
    folder({"sub/tagger.yaml": WHOLE + "dtype: float64\nseed: 3\nmask_policy: keras\n"})
    folder({"model.yaml": USES + "dtype: float16\n"})
    made = program_of_file("model.yaml")
    assert made.outputs["left.y"].type.dtype == "float16"


def test_a_file_of_blocks_is_valid_and_cannot_be_run(folder):
    assert prove_file("parts.yaml", params={}, diagnostics=Diagnostics()) is None
    with pytest.raises(SpecError) as refused:
        program_of_file("parts.yaml")
    assert [item.code for item in refused.value.diagnostics.errors] == ["SPC0218"]


def test_the_outputs_of_a_whole_file_may_be_implied(folder):
    part = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, units: 3}]\n"
    folder({"part.yaml": part})
    head = "specc: 1\nimports: {p: part.yaml}\ninputs: {x: {shape: [4]}}\n"
    made = program_of_text(head + "layers: [{use: p}, {type: Dense, units: 2, from: p}]\n")
    assert str(made.outputs["dense"].type) == "float32[batch, 2]"


# --- bounds of a whole file ----------------------------------------------------------------------


def test_what_only_the_data_can_tell_is_a_check_at_the_use(folder):
    files = {"model.yaml": USES.replace("max: 8", "max: 20")}
    folder(files)
    found = Diagnostics()
    program_of_file("model.yaml", diagnostics=found)
    notes = [item for item in found if item.code == "SPC0316"]
    assert notes
    assert {at(note, files) for note in notes} == {"tagger"}
    model = sc.compile_file("model.yaml")
    good, long = ([np.zeros((1, n), np.int32), np.zeros((1, n, 2), np.float32)] for n in (8, 9))
    assert model(good)["left.y"].shape == (1, 8, 6)
    with pytest.raises(SpecError, match="SPC0517"):
        model(long)


def test_what_only_the_data_can_tell_is_said_once_however_often_it_matters(folder):
    part = "specc: 1\ndims: {n: {}}\ninputs: {x: {shape: [n]}}\nlayers: [{type: Identity}]\n"
    uses = "".join(f"  - {{use: part, name: p{i}}}\n" for i in range(6))
    head = "specc: 1\nimports: {part: part.yaml}\ndims: {t: {min: 0}}\ninputs: {x: {shape: [t]}}\n"
    folder({"part.yaml": part, "model.yaml": f"{head}layers:\n{uses}"})
    found = Diagnostics()
    program_of_file("model.yaml", diagnostics=found)
    (note,) = found
    assert (note.code, note.message, note.span.line) == (
        "SPC0316",
        "`t` must be at least 1, which the data decides",
        6,
    )
    assert [(label.text, label.span.line) for label in note.labels] == [
        ("`n` of `part.yaml` is at least 1", line) for line in (7, 8, 9)
    ]
    assert note.notes == ("and in 2 more places",)


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "label"),
    [
        ("min: 2, max: 8", "min: 10, max: 12", "SPC0213", "tagger", "{min: 2, max: 9}"),
        ("min: 2, max: 8", "min: 9, max: 9", "SPC0313", "tagger", '"steps <= 8"'),
        ("vocab: 10", "vocab: 5", "SPC0213", "a", "{min: 0"),
        ("vocab: 10", "vocab: 10, width: 3", "SPC0313", "tagger", '"width >= 4"'),
        ("vocab: 10", "vocab: 1", "SPC0206", "1", None),
        ("vocab: 10, ", "", "SPC0102", "tagger", None),
        ("vocab: 10", "vocab: 10, deep: 1", "SPC0103", "deep", None),
        ("{tokens: a, extra: b}", "{tokens: b, extra: b}", "SPC0402", "b", "int32"),
        ("{tokens: a, extra: b}", "{tokens: a}", "SPC0204", "{tokens: a}", None),
        ("b: {shape: [t, 2]}", "b: {shape: [t, 3]}", "SPC0213", "b", "[steps, 2]"),
    ],
)
def test_a_whole_file_is_used_as_it_says(folder, old, new, code, place, label):
    assert old in USES
    files = {"model.yaml": USES.replace(old, new, 1), "sub/tagger.yaml": WHOLE}
    folder(files)
    (error,) = errors("model.yaml")
    assert error.code == code, error.message
    assert error.span.file == "model.yaml"
    assert at(error, files).startswith(place)
    if label is not None:
        (shown,) = [
            item for item in error.labels if item.span.file == os.path.normpath("sub/tagger.yaml")
        ]
        line = WHOLE.splitlines()[shown.span.line - 1]
        assert line[shown.span.column - 1 :].startswith(label)


HALVES = """\
specc: 1
dims: {n: {min: 2}, k: {}}
inputs: {x: {shape: [2*n + 1]}}
layers: [{type: Lambda, name: y, function: "x * 0 + n"}]
"""
USES_HALVES = """\
specc: 1
imports: {half: half.yaml}
dims: {s: {min: 5}}
inputs: {x: {shape: [SIZE]}}
layers: [{use: half, name: h}]
"""


@pytest.mark.parametrize(("size", "n"), [("7", 3), ("2*s + 3", 8)])
def test_a_size_that_stands_in_no_input_alone_is_solved_for(folder, size, n):
    folder({"half.yaml": HALVES, "model.yaml": USES_HALVES.replace("SIZE", size)})
    model = sc.compile_file("model.yaml")
    x = np.zeros((1, 2 * n + 1), np.float32)  # 2*s + 3 is 17 where s is 7, and n is 8
    np.testing.assert_array_equal(model(x), x + n)
    assert not len(model.diagnostics)


def test_a_size_that_is_perhaps_no_multiple_is_checked_at_the_run(folder):
    folder({"half.yaml": HALVES, "model.yaml": USES_HALVES.replace("SIZE", "s")})
    model = sc.compile_file("model.yaml")
    assert [item.code for item in model.diagnostics] == ["SPC0316"]
    assert model(np.zeros((1, 9), np.float32)).max() == 4
    with pytest.raises(SpecError, match="SPC0517"):
        model(np.zeros((1, 8), np.float32))


@pytest.mark.parametrize(
    ("size", "said"), [("8", "`2*n + 1` is 7, and here 8 is fed"), ("3", "at least 2, and it is")]
)
def test_a_size_that_cannot_be_is_refused_at_the_use(folder, size, said):
    folder({"half.yaml": HALVES, "model.yaml": USES_HALVES.replace("SIZE", size)})
    (error,) = errors("model.yaml")
    assert (error.code, error.span.file, error.span.line) == ("SPC0213", "model.yaml", 5)
    assert said in error.message


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ('"x * k"', "`k` is the size of no input of `half.yaml`: nothing tells it here"),
        ('{a: x, b: "x * k"}', "`k` is the size of no input of `half.yaml`: nothing tells it here"),
        ("x, arguments: {j: $k}", "`k` is a dim; write it without `$` where a size is expected"),
    ],
)
def test_a_size_that_nothing_tells_is_said_where_it_is_needed(folder, function, said):
    half = HALVES.replace('"x * 0 + n"', function)
    files = {"half.yaml": half, "model.yaml": USES_HALVES.replace("SIZE", "7")}
    folder(files)
    (error,) = errors("model.yaml")
    assert (error.code, error.message) == ("SPC0205", said)
    assert at(error, files).strip("$") == "k"


# --- what cannot be imported ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("imports", "use", "code", "place"),
    [
        ("{p: ../outside.yaml}", "p.ffn", "SPC0551", "../outside.yaml"),
        ("{p: link.yaml}", "p.ffn", "SPC0551", "link.yaml"),
        ("{p: /etc/hostname}", "p.ffn", "SPC0551", "/etc/hostname"),
        ("{p: ''}", "p.ffn", "SPC0551", "''"),
        ("{p: none.yaml}", "p.ffn", "SPC0217", "none.yaml"),
        ("{p: sub}", "p.ffn", "SPC0217", "sub"),
        ("{p: [parts.yaml]}", "p.ffn", "SPC0104", "[parts.yaml]"),
        ("{2p: parts.yaml}", "2p.ffn", "SPC0112", "2p"),
        ("{p: parts.yaml}", "q.ffn", "SPC0215", "q"),
        ("{p: parts.yaml}", "p.fnf", "SPC0210", "fnf"),
        ("{p: parts.yaml}", "p", "SPC0210", "p"),
        ("{p: parts.yaml}", "ffn", "SPC0210", "ffn"),
        ("{p: model.yaml}", "p", "SPC0216", "model.yaml"),
    ],
)
def test_a_wrong_import_is_one_error_where_it_is_written(
    folder, tmp_path, imports, use, code, place
):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text(PARTS)
    (tmp_path / "link.yaml").symlink_to(outside)
    files = {
        "model.yaml": f"specc: 1\nimports: {imports}\ninputs: {{x: {{shape: [4]}}}}\n"
        f"layers: [{{use: {use}}}]\n"
    }
    folder(files)
    (error,) = errors("model.yaml")
    assert error.code == code, error.message
    assert at(error, files) == place


def test_a_block_of_an_import_is_suggested_under_its_full_name(folder):
    model = "specc: 1\nimports: {p: parts.yaml}\ninputs: {x: {shape: [4]}}\nlayers: [{use: ffn}]\n"
    folder({"model.yaml": model})
    (error,) = errors("model.yaml")
    assert (error.code, error.annotation) == ("SPC0210", "did you mean `p.ffn`?")


def test_a_circle_is_printed_as_its_path(folder):
    body = "blocks: {b: {inputs: {x: {}}, layers: [{type: Identity}], outputs: identity}}\n"
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        folder({f"{name}.yaml": f"specc: 1\nimports: {{next: {other}.yaml}}\n{body}"})
    (error,) = errors("a.yaml")
    assert error.code == "SPC0216"
    assert error.message.endswith("a.yaml -> b.yaml -> c.yaml -> a.yaml")
    steps = [error.span, *(label.span for label in error.labels)]
    assert sorted((span.file, span.line) for span in steps) == [
        ("a.yaml", 2), ("b.yaml", 2), ("c.yaml", 2),
    ]  # fmt: skip


def test_a_mistake_stands_in_the_file_that_has_it(folder):
    files = {
        "sub/tagger.yaml": WHOLE.replace("units: width, name: out", "unit: width, name: out"),
        "model.yaml": USES,
    }
    folder(files)
    (error,) = errors("model.yaml")
    assert (error.code, error.span.file) == ("SPC0103", os.path.normpath("sub/tagger.yaml"))
    assert [label.text for label in error.labels] == [
        "expanded from `use: own`", "expanded from `use: tagger`",
    ]  # fmt: skip


def test_a_file_that_cannot_be_parsed_is_not_blamed_on_its_uses(folder):
    folder({"parts.yaml": "specc: 1\nblocks: {ffn: [}\n"})
    folder(
        {
            "model.yaml": "specc: 1\nimports: {p: parts.yaml}\ninputs: {x: {shape: [4]}}\n"
            "layers: [{use: p.ffn}, {type: Dense, units: 2}]\n"
        }
    )
    (error,) = errors("model.yaml")
    assert error.span.file == "parts.yaml"


@pytest.mark.parametrize(("old", "new"), [("blocks:", "bloks:"), ("  ffn:", "  1fn:")])
def test_a_file_of_blocks_that_cannot_be_read_is_not_blamed_on_its_uses(folder, old, new):
    model = (
        "specc: 1\nimports: {p: parts.yaml}\ninputs: {x: {shape: [4]}}\nlayers: [{use: p.ffn}]\n"
    )
    folder({"model.yaml": model, "parts.yaml": PARTS.replace(old, new)})
    (error,) = errors("model.yaml")
    assert error.span.file == "parts.yaml"


def test_a_name_for_a_block_and_an_import_is_an_error(folder):
    block = "{inputs: {x: {}}, layers: [{type: Identity}], outputs: identity}"
    files = {
        "model.yaml": f"specc: 1\nimports: {{p: parts.yaml}}\nblocks: {{p: {block}}}\n"
        "inputs: {x: {shape: [4]}}\nlayers: [{use: p}]\n"
    }
    folder(files)
    (error,) = errors("model.yaml")
    assert (error.code, at(error, files)) == ("SPC0201", "p")


@pytest.mark.parametrize("wide", [True, False])
def test_imports_of_imports_end_at_a_limit(folder, wide):
    """A chain of files, and a file that imports hundreds: both stop with one message."""
    body = "blocks: {b: {inputs: {x: {}}, layers: [{type: Identity}], outputs: identity}}\n"
    if wide:
        folder({f"f{k}.yaml": f"specc: 1\n{body}" for k in range(300)})
        many = ", ".join(f"i{k}: f{k}.yaml" for k in range(300))
        folder({"m.yaml": f"specc: 1\nimports: {{{many}}}\n{body}"})
    else:
        for k in range(300):
            folder({f"f{k}.yaml": f"specc: 1\nimports: {{next: f{k + 1}.yaml}}\n{body}"})
        folder({"m.yaml": f"specc: 1\nimports: {{next: f0.yaml}}\n{body}"})
    assert {error.code for error in errors("m.yaml")} == {"SPC0113"}


def test_weights_of_a_file_that_is_imported_are_not_lost_in_silence(folder):
    folder({"sub/tagger.yaml": WHOLE + "weights: {file: tagger.safetensors}\n", "model.yaml": USES})
    found = Diagnostics()
    program_of_file("model.yaml", diagnostics=found)
    (warning,) = [item for item in found if item.code == "SPC0219"]
    assert warning.labels[0].span.file == os.path.normpath("sub/tagger.yaml")


def test_a_root_that_is_larger_than_the_folder_of_the_spec(folder, tmp_path):
    folder({"models/m.yaml": USES.replace("sub/tagger.yaml", "../sub/tagger.yaml")})
    (error,) = errors("models/m.yaml")
    assert error.code == "SPC0551"
    assert program_of_file("models/m.yaml", root=tmp_path).steps
    with pytest.raises(SpecError, match="SPC0551"):
        program_of_file("models/m.yaml", root=tmp_path / "models")
