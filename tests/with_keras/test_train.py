"""`specc train`: Keras learns what the spec says, and what is written is the same as it has."""

import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.training import check_training
from spec_compiler.fitting.objects import compiled
from spec_compiler.training import TRAINING
from spec_compiler.weights.tensors import open_tensors, write_tensors

HEAD = "specc: 1\nparams: {epochs: 6, steps: 48}\ninputs: {x: {shape: [4]}}\n"
LAYERS = """\
layers:
  - {type: Dense, name: hidden, units: 16, activation: relu, kernel_regularizer: l2}
  - {type: BatchNormalization, name: norm}
  - {type: Dropout, name: fewer, rate: 0.3}
  - {type: Dense, name: y, units: 3, activation: softmax}
"""
TRAIN = """\
train:
  labels: kind
  loss: sparse_categorical_crossentropy
  optimizer: {type: adam, learning_rate: {type: cosine_decay, initial_learning_rate: 0.05,
              decay_steps: $steps}}
  metrics: accuracy
  epochs: $epochs
  batch_size: 32
  validation_split: 0.2
  seed: 3
"""


STOPPING = "  early_stopping: {patience: 9, monitor: loss, restore_best_weights: true}\n"


@pytest.fixture
def rows(tmp_path):
    """Three classes that a line tells apart."""
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 4)).astype(np.float32)
    kind = (x @ random.normal(size=(4, 3))).argmax(axis=1).astype(np.int32)
    np.savez(tmp_path / "rows.npz", x=x, kind=kind, other=np.zeros(3))
    return SimpleNamespace(x=x, kind=kind)


@pytest.fixture
def train(specc, tmp_path, rows):
    """Runs the command in a folder with a spec and data; gives what it wrote."""

    def run(text, *more, name="w", status=0):
        keras.utils.clear_session()
        (tmp_path / "model.yaml").write_text(text)
        words = ("train", "model.yaml", "--data", "rows.npz", "-o", f"{name}.safetensors", *more)
        ran = specc(*words, folder=tmp_path)
        assert ran.status == status, ran
        weights = tmp_path / f"{name}.safetensors"
        history = tmp_path / f"{name}.history.json"
        return SimpleNamespace(
            out=ran.out,
            err=ran.err,
            weights=dict(open_tensors(weights)) if weights.exists() else {},
            history=json.loads(history.read_text()) if history.exists() else {},
        )

    return run


def same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        np.testing.assert_array_equal(array, other[name], err_msg=name)


def test_it_learns_and_specc_runs_what_was_learned(train, rows, tmp_path):
    made = train(HEAD + LAYERS + TRAIN, "--plot", "curves.svg")
    loss = made.history["loss"]
    assert (made.history["epochs"], len(loss)) == (6, 6)
    assert loss[-1] < 0.7 * loss[0]
    assert set(made.history) == {
        "epochs", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate",
    }  # fmt: skip
    model = sc.compile_text(HEAD + LAYERS, weights=made.weights)
    right = model(rows.x).argmax(axis=1) == rows.kind
    # what was measured on the last rows, without dropout and with the moving statistics
    assert right[240:].mean() == pytest.approx(made.history["val_accuracy"][-1])
    assert right.mean() > 0.8
    assert "differs from Keras" in made.out
    assert (tmp_path / "curves.svg").read_text().startswith("<svg")


def test_a_second_time_gives_the_same_bytes(train):
    one, other = train(HEAD + LAYERS + TRAIN, name="a"), train(HEAD + LAYERS + TRAIN, name="b")
    same(one.weights, other.weights)
    assert one.history == other.history


@pytest.mark.parametrize("stopping", ["", STOPPING])
def test_what_goes_on_comes_to_the_same(train, stopping):
    text = HEAD + LAYERS + TRAIN + stopping
    whole = train(text, name="a")
    train(text, "--set", "epochs=2", name="b")
    part = train(text, "--resume", name="b")
    assert "epoch 3/6" in part.err
    assert "epoch 2/6" not in part.err
    same(part.weights, whole.weights)
    assert part.history == whole.history


def test_schedules_end_with_the_epochs(train):
    made = train((HEAD + LAYERS + TRAIN).replace("$steps", "epochs * epoch"))
    rates = made.history["learning_rate"]
    assert rates[2] == pytest.approx(0.05 / 2)  # half of a cosine
    assert rates[-1] == pytest.approx(0, abs=1e-9)


def test_an_interrupted_training_goes_on(train, monkeypatch, tmp_path):
    import spec_compiler.fitting.fit as fitting

    text = HEAD + LAYERS + TRAIN
    whole = train(text, name="a")
    number = fitting.no_number

    def interrupted(history):
        if len(history["loss"]) == 4:
            raise KeyboardInterrupt
        return number(history)

    monkeypatch.setattr(fitting, "no_number", interrupted)
    stopped = train(text, name="b", status=130)
    assert "stopped after epoch 3" in stopped.err
    assert (stopped.weights, stopped.history) == ({}, {})
    monkeypatch.undo()
    same(train(text, "--resume", name="b").weights, whole.weights)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("units: 16", "units: 17", "another model"),
        ("type: adam,", "type: adamw,", "another section `train`"),
    ],
)
def test_another_training_does_not_go_on(train, old, new, why):
    text = HEAD + LAYERS + TRAIN
    train(text, "--set", "epochs=1")
    found = train(text.replace(old, new), "--resume", status=1)
    assert "SPC0913" in found.err
    assert why in found.err


def test_early_stopping_keeps_the_best_weights(train, rows):
    layers = LAYERS.replace(", kernel_regularizer: l2", "")
    text = HEAD + layers + TRAIN.replace("0.05", "0.5") + (
        "  early_stopping: {patience: 2, restore_best_weights: true}\n"
    )  # fmt: skip
    made = train(text, "--set", "epochs=40")
    losses = made.history["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 3 < 40
    assert "stopped early" in made.out
    model = sc.compile_text(HEAD + layers, weights=made.weights)
    probs = model(rows.x[240:])
    chosen = probs[np.arange(len(probs)), rows.kind[240:]]
    assert -np.log(chosen.clip(1e-7)).mean() == pytest.approx(losses[best], rel=1e-3)


def test_weights_of_classes_are_weights_of_rows(train, rows):
    """One step of plain descent moves the bias by the mean of weighted gradients."""
    text = HEAD + (
        "layers: [{type: Dense, name: y, units: 3, activation: softmax, kernel_initializer: zeros}]"
        "\ntrain: {labels: kind, loss: sparse_categorical_crossentropy, batch_size: 300, "
        "optimizer: {type: sgd, learning_rate: 1.0}, class_weight: {0: 1, 1: 5, 2: 0}}\n"
    )
    made = train(text)
    weight = np.array([1.0, 5.0, 0.0])[rows.kind]
    gradient = (weight[:, None] * (1 / 3 - np.eye(3)[rows.kind])).mean(axis=0)
    np.testing.assert_allclose(made.weights["y.bias"], -gradient, rtol=1e-4, atol=1e-6)


def test_lora_trains_the_adaptation_alone(train, tmp_path):
    base = train(HEAD + LAYERS + TRAIN, name="base").weights
    frozen = ", trainable: false}"
    text = (HEAD + LAYERS + TRAIN).replace("kernel_regularizer: l2}", "lora_rank: 2}")
    text = text.replace("name: norm}", f"name: norm{frozen}")
    text = text.replace("activation: softmax}", f"activation: softmax{frozen}")
    text = text.replace("labels: kind", "labels: kind\n  initial_weights: base.safetensors")
    made = train(text, name="tuned")
    assert "drawn from the seed: hidden.lora_kernel_a, hidden.lora_kernel_b" in made.err
    same({name: made.weights[name] for name in base if name != "hidden.bias"}, {
        name: array for name, array in base.items() if name != "hidden.bias"
    })  # fmt: skip
    assert np.abs(made.weights["hidden.lora_kernel_b"]).max() > 0


def test_what_the_first_weights_lack_and_have_besides_is_told(train, tmp_path):
    tensors = {"y.bias": np.zeros(3, np.float32), "old.bias": np.zeros(5, np.float32)}
    write_tensors(tmp_path / "base.safetensors", tensors)
    text = (HEAD + LAYERS + TRAIN).replace(
        "labels: kind", "labels: kind\n  initial_weights: base.safetensors"
    )
    made = train(text)
    assert "note: drawn from the seed: hidden.kernel, hidden.bias, " in made.err
    told = "note: `base.safetensors` also has `old.bias`, which the model does not use\n"
    assert told in made.err


def test_masks_of_sequences_reach_the_loss(specc, tmp_path):
    """Steps of padding count for nothing, whatever their labels are."""
    text = """\
specc: 1
inputs: {x: {shape: [5], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - {type: Embedding, name: e, input_dim: 10, output_dim: 4, mask_zero: true}
  - {type: LSTM, name: l, units: 4, return_sequences: true}
  - {type: Dense, name: y, units: 3, activation: softmax}
train: {loss: sparse_categorical_crossentropy, optimizer: sgd, epochs: 2}
"""
    (tmp_path / "model.yaml").write_text(text)
    x = np.array([[1, 2, 3, 0, 0], [4, 5, 0, 0, 0]], np.int32)
    labels = np.array([[0, 1, 2, 0, 0], [1, 1, 0, 0, 0]], np.int32)
    results = []
    for name, padding in (("a", 0), ("b", 2)):
        keras.utils.clear_session()
        np.savez(tmp_path / "rows.npz", x=x, y=np.where(x == 0, padding, labels))
        words = ("train", "model.yaml", "--data", "rows.npz", "-o", f"{name}.safetensors")
        ran = specc(*words, folder=tmp_path)
        assert ran.status == 0, ran
        results.append(dict(open_tensors(tmp_path / f"{name}.safetensors")))
    same(*results)


def test_several_outputs_and_an_autoencoder(specc, tmp_path):
    text = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
  - {type: Dense, name: code, units: 2, activation: tanh}
  - {type: Dense, name: again, units: 4}
  - {type: Dense, name: odd, units: 1, activation: sigmoid, from: code}
outputs: [again, odd, code]
train:
  labels: {x: again, is_odd: odd}
  loss: {again: mse, odd: binary_crossentropy}
  loss_weights: {odd: 0.5}
  metrics: {odd: [accuracy, auc], again: mae}
  epochs: 3
  validation_split: 0.25
  early_stopping: {monitor: val_odd_auc, patience: 9}
"""
    (tmp_path / "model.yaml").write_text(text)
    random = np.random.default_rng(1)
    x = random.normal(size=(64, 4)).astype(np.float32)
    np.savez(tmp_path / "rows.npz", x=x, is_odd=(x[:, :1] > 0))
    ran = specc("train", "model.yaml", "--data", "rows.npz", "-o", "w.safetensors", folder=tmp_path)
    assert ran.status == 0, ran
    history = json.loads((tmp_path / "w.history.json").read_text())
    assert history.keys() >= {
        "loss", "again_loss", "odd_loss", "odd_accuracy", "odd_auc",
        "again_mean_absolute_error",
    }  # fmt: skip
    together = np.array(history["again_loss"]) + 0.5 * np.array(history["odd_loss"])
    np.testing.assert_allclose(history["loss"], together, rtol=1e-4)


def test_a_loss_that_is_no_number_leaves_nothing(train, tmp_path):
    text = HEAD + (
        "layers: [{type: Dense, name: y, units: 3}]\n"
        "train: {labels: kind, loss: {type: sparse_categorical_crossentropy, from_logits: true}, "
        "optimizer: {type: sgd, learning_rate: 1.0e+38}, epochs: 5}\n"
    )
    found = train(text, status=1)
    assert "SPC0912" in found.err
    assert (found.weights, found.history) == ({}, {})


def test_weights_that_are_no_numbers_are_not_written(specc, tmp_path, monkeypatch):
    """A maximum of NaN may be the other number, so that the loss does not show it."""
    from spec_compiler.fitting import fit

    monkeypatch.setattr(fit, "no_number", lambda history: None)
    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, name: y, units: 1}]\n"
        "train: {loss: mean_squared_error, epochs: 1}\n"
    )
    np.savez(tmp_path / "rows.npz", x=np.array([[1, 2], [3, np.nan]], "f"), y=np.zeros(2))
    ran = specc("train", "model.yaml", "--data", "rows.npz", "-o", "w.safetensors", folder=tmp_path)
    assert ran.status == 1
    assert "the weight `y/kernel` holds no numbers any more: `x` holds NaN\n" in ran.err
    assert not (tmp_path / "w.safetensors").exists()


@pytest.mark.parametrize(("number", "told"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_a_loss_that_is_no_number_for_its_data_says_so(specc, tmp_path, number, told):
    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Dense, name: y, units: 1}]\n"
        "train: {loss: mean_squared_error, epochs: 1}\n"
    )
    np.savez(tmp_path / "rows.npz", x=np.array([[1, 2], [3, number]], "f"), y=np.zeros(2))
    ran = specc("train", "model.yaml", "--data", "rows.npz", "-o", "w.safetensors", folder=tmp_path)
    assert ran.status == 1
    assert f"the loss is no number in epoch 1: `x` holds {told}\n" in ran.err
    assert "help: train on rows that hold numbers alone" in ran.err


# --- every loss, metric, optimiser and schedule can be made --------------------------------------

HEADS = {
    "numbers": ("", 3),
    "shares": (", activation: softmax", 3),
    "chances": (", activation: sigmoid", 1),
}


def fits(train):
    """The first output that a section fits, with the model."""
    for activation, units in HEADS.values():
        text = HEAD + (
            f"layers: [{{type: Dense, name: y, units: {units}{activation}}}]\ntrain: {{{train}}}\n"
        )
        found = Diagnostics()
        try:
            program = program_of_text(text, diagnostics=found)
        except sc.SpecError:
            continue
        return check_training(program, found), units
    return None, 0


NEEDS = {
    "recall": 0.5, "precision": 0.5, "specificity": 0.5, "sensitivity": 0.5, "num_classes": 3,
    "target_class_ids": [0], "initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5,
    "first_decay_steps": 5, "boundaries": [3], "values": [1.0, 0.5],
}  # fmt: skip


def written(choice):
    needed = {
        name: NEEDS[name] for name, field in choice.model_fields.items() if field.is_required()
    }
    if "k" in choice.model_fields:
        needed["k"] = 2
    if "sparse_y_pred" in choice.model_fields and choice.of_classes:
        needed["sparse_y_pred"] = False
    said = "".join(f", {name}: {json.dumps(item)}" for name, item in needed.items())
    return f"{{type: {choice.names[0]}{said}}}"


def steps(training, units):
    """Two batches of training in Keras."""
    keras.utils.clear_session()
    x = keras.Input((4,), name="x")
    (of,) = training.outputs.values()
    form = {"any": None, "softmax": "softmax", "unit": "sigmoid"}[of.made.form]
    model = keras.Model(x, {"y": keras.layers.Dense(units, activation=form)(x)})
    compiled(model, training, 2)
    random = np.random.default_rng(0)
    (label,) = training.labels.values()
    shape = (8, *label.type.shape[1:])
    y = random.integers(0, 2, shape) if of.type.whole else random.integers(0, 2, shape) * 1.0
    return model.fit(random.normal(size=(8, 4)), {"y": y}, epochs=1, batch_size=4, verbose=0)


@pytest.mark.parametrize(
    "choice", [c for c in TRAINING["loss"].choices if c.names[0] != "ctc"], ids=lambda c: c.names[0]
)
def test_each_loss(choice):
    training, units = fits(f"loss: {written(choice)}")
    assert training is not None
    assert np.isfinite(steps(training, units).history["loss"]).all()


@pytest.mark.parametrize("choice", TRAINING["metric"].choices, ids=lambda c: c.names[0])
def test_each_metric(choice):
    losses = ("sparse_categorical_crossentropy", "categorical_crossentropy", "bce", "mse")
    made = (fits(f"loss: {loss}, metrics: {written(choice)}") for loss in losses)
    training, units = next((one for one in made if one[0] is not None), (None, 0))
    assert training is not None
    assert choice.names[0] in steps(training, units).history


@pytest.mark.parametrize("choice", TRAINING["metric"].choices, ids=lambda c: c.names[0])
def test_whether_less_is_better(choice):
    """As Keras's early stopping knows it of its metrics."""
    name = "BinaryAccuracy" if choice.names[0] == "accuracy" else choice.__name__
    needed = {key: NEEDS[key] for key, field in choice.model_fields.items() if field.is_required()}
    direction = getattr(getattr(keras.metrics, name)(**needed), "_direction", None)
    assert direction in {None, "down" if choice.falls else "up"}


@pytest.mark.parametrize("choice", TRAINING["optimizer"].choices, ids=lambda c: c.names[0])
def test_each_optimizer(choice):
    assert steps(*fits(f"loss: mse, optimizer: {written(choice)}")).history["loss"]


@pytest.mark.parametrize("choice", TRAINING["schedule"].choices, ids=lambda c: c.names[0])
def test_each_schedule(choice):
    rate = f"{{type: sgd, learning_rate: {written(choice)}}}"
    assert steps(*fits(f"loss: mse, optimizer: {rate}")).history["loss"]
