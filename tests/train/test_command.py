"""`specc train` up to the point where Keras begins: data, files, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from spec_compiler.compile import prove_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.training import check_training
from spec_compiler.fitting.beginning import first_weights
from spec_compiler.weights.tensors import write_tensors

MODEL = """\
specc: 1
inputs: {x: {shape: [2], values: {min: -9, max: 9}}}
layers: [{type: Dense, name: y, units: 3, activation: softmax}]
train: {loss: sparse_categorical_crossentropy, labels: kind, validation_split: 0.5}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(MODEL)
    data = {"x": [[1, 2], [3, 4]], "kind": [0, 2], "names": [7]}
    (tmp_path / "data.json").write_text(json.dumps(data))
    return tmp_path


@pytest.fixture
def check(specc, folder):
    def run(*more, data="data.json"):
        words = ("train", "model.yaml", "--data", data, "-o", "w.safetensors", "--check", *more)
        return specc(*words, folder=folder)

    return run


@pytest.mark.parametrize("kind", [[0, float("nan")], [0, 0.5], [0, 1e300]])
def test_a_label_that_is_no_class_is_said_once_and_not_as_what_a_cast_makes_of_it(
    check, folder, kind
):
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=kind)
    ran = check(data="rows.npz")
    assert (ran.status, ran.err.count("error[")) == (1, 1)
    assert "SPC0519" in ran.err


def test_the_help_for_a_label_that_is_no_class_does_not_say_to_declare_it(check, folder):
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=[0, 0.5])
    assert (
        "help: the labels `kind` are whole numbers: convert the data" in check(data="rows.npz").err
    )


@pytest.mark.parametrize("kind", [np.int64(2**40), np.uint64(2**63)])
def test_a_class_that_is_not_there_is_said_so_whatever_the_dtype(check, folder, kind):
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=np.array([0, kind], kind.dtype))
    ran = check(data="rows.npz")
    assert ran.err.count("error[") == 1
    assert f"holds {kind} at [1]; `kind` takes 0 to 2" in ran.err


@pytest.mark.parametrize("content", [b"", b"no tensors", b"\x08\0\0\0\0\0\0\0{}      "])
def test_what_is_no_checkpoint_is_said_before_keras_is_asked_for(specc, folder, content):
    (folder / "w.checkpoint.safetensors").write_bytes(content)
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=[0, 1])
    words = ("train", "model.yaml", "--data", "rows.npz", "-o", "w.safetensors", "--resume")
    ran = specc(*words, folder=folder)
    assert ran.status == 1
    assert "error[SPC0913]: `w.checkpoint.safetensors` is not a checkpoint of" in ran.err
    assert "help: to begin again, write `--force` in place of `--resume`" in ran.err


CHANCE = MODEL.replace("units: 3, activation: softmax", "units: 1, activation: sigmoid").replace(
    "sparse_categorical", "binary"
)


@pytest.mark.parametrize("model", [MODEL, CHANCE])
@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_a_last_axis_of_one_may_be_there_or_not(check, folder, model, shape):
    (folder / "model.yaml").write_text(model)
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=np.array([0, 1]).reshape(shape))
    ran = check(data="rows.npz")
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("loss", "kind", "help_"),
    [
        (
            "sparse_categorical_crossentropy",
            [[1, 0, 0], [0, 0, 1]],
            "these are numbers of classes; a share for each goes with `categorical_crossentropy`",
        ),
        (
            "categorical_crossentropy",
            [0, 2],
            "there is a number for each of the output's; numbers of classes go with "
            "`sparse_categorical_crossentropy`",
        ),
    ],
)
def test_labels_of_the_other_form_are_told_their_loss(check, folder, loss, kind, help_):
    (folder / "model.yaml").write_text(MODEL.replace("sparse_categorical_crossentropy", loss))
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=kind)
    assert f"help: {help_}\n" in check(data="rows.npz").err


def test_labels_under_another_name_are_told_how_to_be_called(check, folder):
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), y_true=[0, 1])
    told = "its labels are `kind`: if these are they, write `labels: y_true`"
    assert f"help: {told}\n" in check(data="rows.npz").err


def test_more_than_a_last_axis_of_one_is_refused(check, folder):
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=np.zeros((2, 1, 1)))
    assert "SPC0512" in check(data="rows.npz").err


def test_check_counts_the_rows_and_writes_nothing(check, folder):
    ran = check()
    assert (ran.status, ran.out) == (
        0,
        "model.yaml: 1 row to train on, 1 to validate with; nothing else was done\n",
    )
    assert not list(folder.glob("w.*"))


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ({"x": [[1, 2]], "kind": [3]}, "SPC0520", "holds 3 at [0]; `kind` takes 0 to 2"),
        ({"x": [[1, 2]], "kind": [0.5]}, "SPC0519", "which is no `int32`"),
        ({"x": [[1, 2]], "kind": [[0, 1]]}, "SPC0512", "`kind` is declared [batch]"),
        ({"x": [[1, 2, 3]], "kind": [0]}, "SPC0513", "axis 1 of `x` is 2"),
        ({"x": [[1, 2], [3, 4]], "kind": [0]}, "SPC0514", "`batch` is 2"),
        ({"x": [[1, 99]], "kind": [0]}, "SPC0520", "`x` takes -9"),
        ({"x": [[1, 2]], "kinds": [0]}, "SPC05", "kind"),
        ({"x": [[1, 2]], "kind": [0]}, "SPC0911", "leaves none to train on"),
    ],
)
def test_data_is_checked_like_that_of_a_run(check, folder, data, code, words):
    (folder / "data.json").write_text(json.dumps(data))
    ran = check()
    assert ran.status == 1
    assert f"error[{code}" in ran.err
    assert words in " ".join(ran.err.split())
    assert ran.err.count("error[") == 1


def test_the_label_is_blamed_where_it_is_declared(check, folder):
    text = MODEL.replace("labels: kind", "labels: {kind: {values: {min: 0, max: 1}}}")
    (folder / "model.yaml").write_text(text)
    ran = check()
    assert ran.status == 1
    assert "model.yaml:4:" in ran.err
    assert "`kind` takes 0 to 1" in ran.err


def test_data_by_name(check, folder):
    np.save(folder / "x.npy", np.zeros((4, 2), np.float32))
    np.save(folder / "k.npy", np.zeros(4, np.int32))
    ran = check("--data", "kind=k.npy", data="x=x.npy")
    assert (ran.status, "2 rows to train on, 2 to validate with" in ran.out) == (0, True)


def test_validation_data_is_a_file_beside_the_spec(check, folder):
    (folder / "model.yaml").write_text(
        MODEL.replace("validation_split: 0.5", "validation_data: v.json")
    )
    (folder / "v.json").write_text('{"x": [[1, 2]], "kind": [2]}')
    assert "2 rows to train on, 1 to validate with" in check().out
    (folder / "v.json").write_text('{"x": [[1, 2]], "kind": [4]}')
    assert "SPC0520" in check().err


def test_a_spec_without_a_section_is_refused(check, folder):
    (folder / "model.yaml").write_text(MODEL.partition("train:")[0])
    ran = check()
    assert (ran.status, "SPC0910" in ran.err) == (1, True)


def test_weights_need_a_name(specc, folder):
    ran = specc("train", "model.yaml", "--data", "data.json", folder=folder)
    assert ran.status == 2
    assert "--output FILE is needed" in ran.err


def test_what_is_there_is_not_replaced(specc, folder):
    (folder / "w.checkpoint.safetensors").write_text("kept")
    ran = specc("train", "model.yaml", "--data", "data.json", "-o", "w.safetensors", folder=folder)
    assert (ran.status, "SPC0553" in ran.err) == (1, True)
    assert (folder / "w.checkpoint.safetensors").read_text() == "kept"


def test_dropout_that_would_be_lost_is_refused(check, folder):
    layers = (
        "layers: [{type: Weight, name: w, shape: [2, 2]}, {type: Dropout, name: d, rate: 0.5}, "
        "{type: Lambda, name: z, from: {x: x, w: d}, function: x @ w}, "
        "{type: Dense, name: y, units: 3, activation: softmax}]"
    )
    (folder / "model.yaml").write_text(
        MODEL.replace(next(line for line in MODEL.splitlines() if "layers" in line), layers)
    )
    ran = check()
    assert "SPC0914" in ran.err
    assert "`d` would do nothing in training: an input has no batch" in ran.err


def test_the_first_weights_must_fit(check, folder):
    text = MODEL.replace("train: {", "train: {initial_weights: w0.safetensors, ")
    (folder / "model.yaml").write_text(text)
    ran = check()
    assert "SPC0610" in ran.err
    assert "the weights file `w0.safetensors` does not exist" in ran.err


def test_a_folder_that_is_not_there_is_said_before_the_work(check):
    ran = check("--output", "none/w.safetensors")
    assert (ran.status, ran.out) == (3, "")
    assert (
        ran.err
        == "error: none/w.safetensors: No such file or directory; there is no folder `none`\n"
    )


# --- what training begins with --------------------------------------------------------------------


def begun_with(folder, text, **tensors):
    """A spec that begins with a file of these tensors."""
    write_tensors(folder / "base.safetensors", tensors)
    (folder / "model.yaml").write_text(text + "  initial_weights: base.safetensors\n")


HEAD = """\
specc: 1
inputs: {x: {shape: [2]}}
layers:
  - {type: Dense, name: body, units: 4}
  - {type: Dense, name: y, units: 3, activation: softmax}
train:
  loss: sparse_categorical_crossentropy
  labels: kind
  validation_split: 0.5
"""
BODY = {"body.kernel": np.ones((2, 4), "f"), "body.bias": np.ones(4, "f")}
OLD_HEAD = {"y.kernel": np.ones((4, 5), "f"), "y.bias": np.ones(5, "f")}


def test_a_head_of_another_name_is_drawn_beside_the_weights_of_the_file(specc, check, folder):
    begun_with(folder, HEAD.replace("name: y", "name: head"), **BODY, **OLD_HEAD)
    assert check().status == 0
    assert specc("validate", "model.yaml", folder=folder).out == "1 spec is valid\n"
    program = prove_text((folder / "model.yaml").read_text(), str(folder / "model.yaml"))
    found = Diagnostics()
    begun = first_weights(program, check_training(program, found), Allowance(), found)
    assert begun.drawn == ["head.kernel", "head.bias"]
    assert begun.unused == ["y.bias", "y.kernel"]
    np.testing.assert_array_equal(begun.weights["body.kernel"], BODY["body.kernel"])


def test_a_head_of_another_shape_is_told_how_to_be_drawn(specc, folder):
    begun_with(folder, HEAD, **BODY, **OLD_HEAD)
    ran = specc("validate", "model.yaml", folder=folder)
    assert "error[SPC0612]: `y.kernel` is [4, 5] in `base.safetensors`, and the model" in ran.out
    assert "model.yaml:10:20" in ran.out
    assert "help: give the layer another name, and its weights are drawn anew" in ran.out


def test_a_file_without_any_of_the_weights_is_refused(specc, folder):
    begun_with(folder, HEAD, other=np.ones(2, "f"))
    ran = specc("validate", "model.yaml", folder=folder)
    assert "error[SPC0611]: `base.safetensors` has none of the model's weights" in ran.out


def test_a_file_that_is_not_there_is_a_warning_until_it_is_needed(specc, check, folder):
    (folder / "model.yaml").write_text(HEAD + "  initial_weights: base.safetensors\n")
    ran = specc("validate", "model.yaml", folder=folder)
    assert (ran.status, ran.out.count("warning[SPC0610]")) == (0, 1)
    assert "error[SPC0610]" in check().err


def test_weights_that_are_yet_to_be_trained_are_a_note_that_says_so(specc, folder):
    (folder / "model.yaml").write_text(HEAD + "weights: {file: w.safetensors}\n")
    ran = specc("validate", "model.yaml", folder=folder)
    assert "note[SPC0610]: the weights file `w.safetensors` does not exist" in ran.out
    assert "help: `specc train model.yaml --data FILE` writes it" in ran.out


def test_labels_that_are_not_declared_are_those_of_the_loss(check, folder):
    (folder / "model.yaml").write_text(HEAD.replace("  labels: kind\n", ""))
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), y=[0, 3])
    ran = check(data="rows.npz")
    assert "rows.npz:y holds 3 at [1]; `y` takes 0 to 2" in ran.err
    assert "model.yaml:7:3" in ran.err


def test_text_is_no_number_of_a_class(check, folder):
    (folder / "model.yaml").write_text(HEAD)
    np.savez(folder / "rows.npz", x=np.ones((2, 2)), kind=np.array(["a", "b"]))
    assert "help: number what it names from 0" in check(data="rows.npz").err


def test_no_checkpoint_is_said(specc, folder):
    words = ("train", "model.yaml", "--data", "data.json", "-o", "w.safetensors", "--resume")
    (folder / "model.yaml").write_text(HEAD)
    (folder / "data.json").write_text(json.dumps({"x": [[1, 2], [3, 4]], "kind": [0, 2]}))
    ran = specc(*words, folder=folder)
    told = "there is no checkpoint `w.checkpoint.safetensors` to go on from"
    assert f"error[SPC0913]: {told}\nhelp: leave `--resume` out to begin" in ran.err
