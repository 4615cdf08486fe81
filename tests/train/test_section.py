"""The section `train`: what is read, what is proved, and the one finding for each mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.elaborate.training import check_training
from spec_compiler.training.schedules.batches import counted
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

SCHEMA = Path(__file__).parents[2] / "schemas" / "specc.schema.json"

SCE = "sparse_categorical_crossentropy"
SOFTMAX = ", activation: softmax"


def spec(train, activation="", units=3, more=""):
    return (
        f"specc: 1\nparams: {{n: 3}}\ninputs: {{x: {{shape: [2]}}}}\n"
        f"layers: [{{type: Dense, name: y, units: {units}{activation}}}{more}]\n"
        f"train: {{{train}}}\n"
    )


def training(text):
    found = Diagnostics()
    program = program_of_text(text, diagnostics=found)
    return check_training(program, found)


def refused(text):
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    return error


def test_what_is_not_said_follows_from_the_loss():
    made = training(spec(f"loss: {SCE}", SOFTMAX))
    (port,) = made.labels.values()
    assert (port.name, str(port.type), port.interval) == ("y", "int32[batch]", (0, 2))
    assert made.measured == {"loss": True}
    train = made.train
    assert (train.epochs, train.batch_size, train.optimizer.names[0]) == (1, 32, "rmsprop")


def test_labels_have_names_of_their_own():
    made = training(spec("loss: mse, labels: target", units=2))
    (port,) = made.labels.values()
    assert (port.name, str(port.type), port.interval) == ("target", "float32[batch, 2]", None)


def test_an_input_is_its_own_label():
    made = training(spec("loss: mse, labels: {x: y}", units=2))
    assert made.labels == {}
    assert made.outputs["y"].label == "x"


def test_several_outputs():
    more = ", {type: Dense, name: z, units: 1, activation: sigmoid, from: x}"
    text = spec(
        f"loss: {{y: {SCE}, z: bce}}, loss_weights: {{z: 0.5}}, metrics: {{y: [acc], z: auc}}, "
        "labels: {digit: y, odd: z}, validation_split: 0.5, "
        "early_stopping: {monitor: val_z_auc, mode: max}",
        SOFTMAX,
        more=more,
    ).replace("train:", "outputs: [y, z]\ntrain:")
    made = training(text)
    assert [str(port.type) for port in made.labels.values()] == [
        "int32[batch]",
        "float32[batch, 1]",
    ]
    own = {name: falls for name, falls in made.measured.items() if not name.startswith("val_")}
    assert own == {
        "loss": True,
        "y_loss": True,
        "y_accuracy": False,
        "z_loss": True,
        "z_auc": False,
    }


def test_params_stand_in_it():
    made = training(
        spec(f"loss: {SCE}, epochs: $n, optimizer: {{type: sgd, learning_rate: 0.1 / n}}", SOFTMAX)
    )
    assert (made.train.epochs, made.train.optimizer.learning_rate) == (3, 0.1 / 3)


@pytest.mark.parametrize(
    ("train", "activation", "code", "message", "advice"),
    [
        ("loss: msee", "", "SPC0106", "`loss`: there is no loss `msee`", "did you mean `mse`?"),
        (
            f"loss: {SCE}",
            "",
            "SPC0902",
            f"`{SCE}` reads probabilities, and the output `y` can be any number",
            "write `activation: softmax` in `y`, or `from_logits: true` here",
        ),
        (
            f"loss: {{type: {SCE}, from_logits: true}}",
            SOFTMAX,
            "SPC0902",
            f"`{SCE}` applies a softmax itself for `from_logits: true`, and the output `y` adds up "
            "to 1 already",
            "leave out `from_logits`, or the activation of `y`",
        ),
        (
            "loss: binary_crossentropy",
            ", activation: tanh",
            "SPC0902",
            "`binary_crossentropy` reads probabilities, and the output `y` is from -1 to 1",
            "write `activation: sigmoid` in `y`",
        ),
        (
            "loss: hinge",
            ", activation: sigmoid",
            "SPC0902",
            "`hinge` reads a sign, and the output `y` is from 0 to 1: never below 0",
            "leave out the activation of `y`, or write `activation: tanh` in `y`",
        ),
        (
            "loss: poisson",
            "",
            "SPC0902",
            "`poisson` needs numbers of 0 or more, and the output `y` can be any number",
            "write `activation: softplus` in `y`",
        ),
        (
            "loss: ctc",
            "",
            "SPC0903",
            "`ctc` needs logits of classes for each step, `[batch, steps, classes]`, and the "
            "output `y` is float32[batch, 3]",
            "reshape the output, or choose another loss",
        ),
        (
            f"loss: {SCE}, labels: {{d: {{dtype: float32}}}}",
            SOFTMAX,
            "SPC0904",
            "`d` is `float32`, and must be a class for each place: whole numbers",
            "write `dtype: int32`",
        ),
        (
            f"loss: {SCE}, labels: {{d: {{values: {{min: 1, max: 3}}}}}}",
            SOFTMAX,
            "SPC0904",
            "`d` may hold 1 to 3, and must be 0 to 2: the output `y` has 3 classes",
            "declare the range that the data has, or give the output more classes",
        ),
        (
            f"loss: {SCE}, labels: {{d: {{values: {{max: 2}}}}}}",
            SOFTMAX,
            "SPC0904",
            "`d` may hold at most 2, and must be 0 to 2: the output `y` has 3 classes",
            "declare the range that the data has, or give the output more classes",
        ),
        (
            "loss: mse, labels: {d: {shape: [4]}}",
            "",
            "SPC0904",
            "`d` is [4] for each row, and must be [3]: labels of the output's shape",
            "write `shape: [3]`, or leave it out",
        ),
        (
            "loss: mse, labels: {a: y, b: y}",
            "",
            "SPC0905",
            "`b` and `a` are both for the output `y`",
            "keep one of them",
        ),
        (
            f"loss: {SCE}, metrics: [accuracy, categorical_accuracy]",
            SOFTMAX,
            "SPC0906",
            "`categorical_accuracy` compares labels of the output's shape, and those of "
            f"`{SCE}` are numbers of classes",
            "write `sparse_categorical_accuracy`",
        ),
        (
            "loss: {type: bce, from_logits: true}, metrics: binary_accuracy",
            "",
            "SPC0902",
            "`binary_accuracy` compares with 0.5, and the output `y` can be any number",
            "write `{type: binary_accuracy, threshold: 0}`, or write `activation: sigmoid` in `y`",
        ),
        (
            "loss: mse, early_stopping: {patience: 2}",
            "",
            "SPC0907",
            "`early_stopping` watches `val_loss`, and no data is kept apart to measure it on",
            "add `validation_split: 0.2`, or write `monitor: loss`",
        ),
        (
            f"loss: {SCE}, class_weight: {{3: 2}}",
            SOFTMAX,
            "SPC0908",
            "there is no class 3: the output `y` has the classes 0 to 2",
            "",
        ),
        (
            "loss: mse, validation_split: 20",
            "",
            "SPC0104",
            "`validation_split` must be at least 0 and below 1, not 20",
            "write `0.2` for 20 %",
        ),
        (
            "loss: mse, validation_split: 0.2, validation_data: v.npz",
            "",
            "SPC0107",
            "`validation_data` cannot stand beside `validation_split`",
            "keep one of them",
        ),
        (
            "loss: mse, optimizer: {type: adam, lr: 0.1}",
            "",
            "SPC0103",
            "`adam` has no argument `lr`",
            "did you mean `learning_rate`?",
        ),
        ("loss: mse, epoch: 3", "", "SPC0103", "`train` has no key `epoch`", "`epochs`"),
        ("epochs: 3", "", "SPC0102", "`train` needs `loss`", "add `loss: …`"),
        (
            "loss: {z: mse}",
            "",
            "SPC0901",
            "the model has no output `z`",
            "it has `y`",
        ),
        (
            "loss: mse",
            ", trainable: false",
            "SPC0909",
            "no weight of the model can be trained: all have `trainable: false`",
            "let a layer be trained",
        ),
    ],
)
def test_a_mistake_is_one_finding(train, activation, code, message, advice):
    error = refused(spec(train, activation))
    assert (error.code, error.message) == (code, message)
    assert advice in (error.help or error.annotation)
    assert error.span is not None
    assert error.span.line == 5


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("{type: sparse_top_k_categorical_accuracy, k: 3}", "looks at the 3 greatest entries"),
        (
            "{type: sparse_top_k_categorical_accuracy, k: 2, from_sorted_ids: true}",
            "reads numbers of classes",
        ),
        ("{type: mean_iou, num_classes: 3}", "reads numbers of classes"),
        ("{type: mean_iou, num_classes: 4, sparse_y_pred: false}", "has 4 classes"),
        (
            "{type: mean_iou, num_classes: 3, sparse_y_pred: false, sparse_y_true: false}",
            "reads one-hot labels",
        ),
    ],
)
def test_metrics_that_keras_would_fail_on(metric, message):
    error = refused(spec(f"loss: {SCE}, metrics: {metric}", SOFTMAX))
    assert (error.code, message in error.message) == ("SPC0906", True)


@pytest.mark.parametrize(
    ("metric", "code", "message"),
    [
        ("{type: precision, class_id: 3}", "SPC0906", "`class_id: 3`"),
        ("{type: recall, top_k: 4}", "SPC0906", "`top_k: 4`"),
        ("{type: auc, multi_label: true, num_labels: 5}", "SPC0906", "`num_labels: 5`"),
        (
            "{type: one_hot_iou, num_classes: 3, target_class_ids: [3]}",
            "SPC0104",
            "`target_class_ids` has the class 3, and there are the classes 0 to 2",
        ),
        ("{type: one_hot_iou, num_classes: 3, target_class_ids: 0, sparse_y_pred: true}",
         "SPC0906", "reads numbers of classes"),
    ],
)  # fmt: skip
def test_metrics_of_one_hot_labels_that_keras_would_fail_on(metric, code, message):
    error = refused(spec(f"loss: categorical_crossentropy, metrics: {metric}", SOFTMAX))
    assert (error.code, message in error.message) == (code, True)


def test_what_cannot_be_told_is_accepted():
    more = ", {type: Lambda, name: shares, function: 'exp(x) / sum(exp(x), axis=-1)[:, None]'}"
    assert training(spec("loss: categorical_crossentropy", more=more)) is not None


def test_a_softmax_elsewhere_is_seen():
    more = ", {type: Reshape, target_shape: [3, 1]}, {type: Flatten, name: flat}"
    assert training(spec(f"loss: {SCE}", SOFTMAX, more=more)) is not None
    assert refused(spec(f"loss: {SCE}", more=more)).code == "SPC0902"
    lambdas = ", {type: Lambda, name: s, function: 'softmax(x)'}"
    assert training(spec(f"loss: {SCE}", more=lambdas)) is not None


def test_a_range_of_classes_is_that_of_the_output():
    ignored = f"loss: {{type: {SCE}, ignore_class: -1}}"
    (port,) = training(spec(ignored, SOFTMAX)).labels.values()
    assert port.interval == (-1, 2)


def test_schedules_count_in_epochs():
    rate = "{type: cosine_decay, initial_learning_rate: 1, decay_steps: n * epoch, warmup_steps: 2}"
    text = spec(f"loss: mse, optimizer: {{type: sgd, learning_rate: {rate}}}")
    made = training(text).train.optimizer.learning_rate
    assert (counted(made.decay_steps, 7), counted(made.warmup_steps, 7)) == (21, 2)
    written = core_document(program_of_text(text))["train"]["optimizer"]["learning_rate"]
    assert written["decay_steps"] == "3*epoch"
    pieces = "{type: piecewise_constant_decay, boundaries: [epoch, 2 * epoch], values: [3, 2, 1]}"
    assert training(spec(f"loss: mse, optimizer: {{type: sgd, learning_rate: {pieces}}}"))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("n * epoch - 9", "must be 1 or more, and `3*epoch - 9` may be less"),
        ("0", "must be 1 or more, and `0` may be less"),
        ("2 * epochs", "`epochs` is neither a param nor a dim"),
    ],
)
def test_schedules_count_batches(steps, message):
    rate = f"{{type: cosine_decay, initial_learning_rate: 1, decay_steps: {steps}}}"
    error = refused(spec(f"loss: mse, optimizer: {{type: sgd, learning_rate: {rate}}}"))
    assert message in error.message


def test_other_mistakes_come_first():
    text = spec("loss: hinge", ", activation: sigmoid").replace("units: 3", "units: 0")
    assert refused(text).code == "SPC0308"


# --- what training does not change ----------------------------------------------------------------


def test_the_model_is_the_same():
    with_, without = spec("loss: mse"), spec("loss: mse").partition("train:")[0]
    assert identity(program_of_text(with_)) == identity(program_of_text(without))


def test_the_core_form_keeps_it():
    text = spec(
        f"loss: {{type: {SCE}}}, epochs: $n, metrics: acc, class_weight: [1, 2, 3], labels: d, "
        "optimizer: {type: adamw, learning_rate: {type: polynomial_decay, "
        "initial_learning_rate: 0.1, decay_steps: 2 * n}}",
        SOFTMAX,
    )
    program = program_of_text(text)
    written = to_yaml(core_document(program))
    again = program_of_text(written)
    assert again.core.train == program.core.train.model_copy(
        update={"labels": again.core.train.labels}
    )
    assert core_document(again)["train"] == core_document(program)["train"]
    assert core_document(program)["train"]["epochs"] == 3


def test_the_train_of_an_imported_file_is_its_own(tmp_path):
    (tmp_path / "inner.yaml").write_text(spec("loss: hinge", ", activation: sigmoid"))
    outer = (
        "specc: 1\nimports: {inner: ./inner.yaml}\ninputs: {x: {shape: [2]}}\n"
        "layers: [{use: inner, name: i}]\n"
    )
    program = program_of_text(outer, str(tmp_path / "outer.yaml"))
    assert program.core.train is None


def test_the_schema_knows_it():
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    import yaml

    good = [
        spec(f"loss: {SCE}, optimizer: adam, metrics: [acc, {{type: auc, curve: PR}}]", SOFTMAX),
        spec("loss: {y: mse}, labels: {a: y}, epochs: $n, early_stopping: {patience: 3}"),
        spec("loss: mse, optimizer: {type: sgd, learning_rate: {type: exponential_decay, "
             "initial_learning_rate: 1, decay_steps: 3, decay_rate: 0.5}}"),
    ]  # fmt: skip
    for text in good:
        assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []
    for train in ("loss: nothing", "epochs: 3", "loss: mse, epoch: 3", "loss: {y: {type: no}}"):
        assert list(validator.iter_errors(yaml.safe_load(spec(train)))), train


def test_a_softmax_of_one_number_says_nothing():
    text = (
        "specc: 1\ninputs: {x: {shape: [3]}}\n"
        "layers: [{type: Dense, name: y, units: 1, activation: softmax}]\n"
        "train: {loss: binary_crossentropy}\n"
    )
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (finding,) = caught.value.diagnostics.errors
    assert finding.code == "SPC0903"
    assert finding.message.endswith("a softmax of one number is always 1")
    assert finding.help == "write `activation: sigmoid` in `y`"
