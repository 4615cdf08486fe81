"""Training: losses, labels, metrics, and what `specc train` refuses."""

from __future__ import annotations

from spec_compiler.codes.code import Code


def _trained(train: str, activation: str = "softmax", more: str = "") -> str:
    """A model with one output of three numbers, and how it is trained."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [2]}}}}
layers:
  - {{type: Dense, name: y, units: 3, activation: {activation}{more}}}
train: {{{train}}}
"""


_CLASSES = "loss: sparse_categorical_crossentropy"
_ROWS = '{"x": [[1, 2], [3, 4]], "y": [0, 2]}\n'
_RUN = "train model.yaml --data train.json --output w.safetensors --check"
_FILES = {"train.json": _ROWS}

_DROPPED = """\
specc: 1
inputs: {x: {shape: [2]}}
layers:
  - {type: Weight, name: w, shape: [2, 2]}
  - {type: Dropout, name: fewer, from: w}
  - {type: Lambda, name: y, from: {x: x, w: fewer}, function: x @ w}
train: {loss: mse}
"""

TRAINING: tuple[Code, ...] = (
    Code(
        "SPC0901",
        "training of an output that is not there",
        "`loss`, `metrics` and `loss_weights` name outputs of the model, and what stands without a "
        "name is for the only output. Metrics and weights are for outputs that have a loss.",
        _trained("loss: {z: mse}"),
        _trained("loss: {y: mse}"),
        mend="unsafe",
    ),
    Code(
        "SPC0902",
        "loss that reads other numbers than the output gives",
        "A cross-entropy reads probabilities, unless `from_logits: true` lets it apply the softmax "
        "or sigmoid itself: an output without an activation is no probability, and one behind a "
        "softmax is no logit. Training would run, and learn little or nothing. In the same way a "
        "hinge reads a sign, and a Poisson loss a rate of 0 or more.",
        _trained(_CLASSES, "linear"),
        _trained("loss: {type: sparse_categorical_crossentropy, from_logits: true}", "linear"),
        mend="unsafe",
    ),
    Code(
        "SPC0903",
        "output whose shape or dtype has no such loss",
        "A loss of classes needs an axis with an entry for at least two of them, a loss needs "
        "floats, and it compares rows: the output must have a batch.",
        _trained("loss: {type: categorical_crossentropy, axis: 2}"),
        _trained("loss: categorical_crossentropy"),
        mend="unsafe",
    ),
    Code(
        "SPC0904",
        "labels that the loss cannot read",
        "The loss and its output say what labels must be: numbers of classes below the number of "
        "classes, or numbers of the output's shape. What is declared under `labels` is held "
        "against that here, and the data against both before training begins.",
        _trained(f"{_CLASSES}, labels: {{digit: {{values: {{min: 0, max: 9}}}}}}"),
        _trained(f"{_CLASSES}, labels: {{digit: {{values: {{min: 0, max: 2}}}}}}"),
    ),
    Code(
        "SPC0905",
        "labels whose output is not clear",
        "Each output with a loss has one array of labels: the one that is declared for it, or the "
        "one that is called as it is. Where several outputs have losses, a label under another "
        "name says which it is for: `labels: {digit: probs}`.",
        _trained(f"{_CLASSES}, labels: {{digit: probs}}"),
        _trained(f"{_CLASSES}, labels: {{digit: y}}"),
        mend="safe",
    ),
    Code(
        "SPC0906",
        "metric that reads other labels",
        "A metric compares the same labels as the loss: `sparse_categorical_accuracy` numbers of "
        "classes, `categorical_accuracy` one-hot rows. `accuracy` is the one that fits the loss.",
        _trained(f"{_CLASSES}, metrics: categorical_accuracy"),
        _trained(f"{_CLASSES}, metrics: accuracy"),
        mend="unsafe",
    ),
    Code(
        "SPC0907",
        "early stopping by what is not measured",
        "`monitor` is `loss`, or a metric by its name, and with `val_` before it that of the data "
        "that is kept apart; where several outputs have losses, the output's name stands before "
        "it, `probs_loss`.",
        _trained(f"{_CLASSES}, early_stopping: {{patience: 3}}"),
        _trained(f"{_CLASSES}, early_stopping: {{patience: 3}}, validation_split: 0.2"),
        mend="unsafe",
    ),
    Code(
        "SPC0908",
        "weights of classes that are not there",
        "`class_weight` says how much a row counts by its class. It needs a single output with a "
        "loss, whose labels are a class for each row.",
        _trained(f"{_CLASSES}, class_weight: {{3: 5}}"),
        _trained(f"{_CLASSES}, class_weight: {{2: 5}}"),
    ),
    Code(
        "SPC0909",
        "nothing that can be trained",
        "Training changes weights, and the model has none that may change: it has no weights, or "
        "all its layers have `trainable: false`.",
        _trained(_CLASSES, more=", trainable: false"),
        _trained(_CLASSES),
    ),
    Code(
        "SPC0910",
        "spec that does not say how it is trained",
        "`specc train` does what the section `train` says: it needs at least a loss.",
        _trained(_CLASSES).partition("train:")[0],
        _trained(_CLASSES),
        _RUN,
        files=_FILES,
    ),
    Code(
        "SPC0911",
        "too little data to train with",
        "Training needs at least one row, and a row for validation where a share is kept apart. "
        "All inputs and labels have the same rows.",
        _trained(f"{_CLASSES}, validation_split: 0.6"),
        _trained(f"{_CLASSES}, validation_split: 0.5"),
        _RUN,
        files=_FILES,
        mend="elsewhere",
    ),
    Code(
        "SPC0912",
        "training that came to no number",
        "The loss, or a weight, became infinite or NaN. Nothing is written but the checkpoint of "
        "the epoch before. A smaller learning rate helps most often, or `clipnorm` in the "
        "optimizer; data with very large numbers wants a Normalization layer.",
        "",
        "",
        mend="elsewhere",
    ),
    Code(
        "SPC0913",
        "checkpoint of another training",
        "`--resume` goes on where a checkpoint ends, so that the result is that of a training "
        "without a break: the model, the section `train` and the data must be the same. `epochs` "
        "and `early_stopping` may change.",
        "",
        "",
        mend="elsewhere",
    ),
    Code(
        "SPC0914",
        "layer that would do nothing in training",
        "Keras computes something else than specc here, so that the layer is trained as its "
        "operations, and what it does in training alone is lost: dropout, noise, or the statistics "
        "of a normalization. Change what Keras does otherwise, as the message says it, or leave "
        "that part out.",
        _DROPPED.replace("from: w", "from: w, rate: 0.5"),
        _DROPPED.replace("from: w", "from: w, rate: 0"),
        _RUN,
        files={"train.json": '{"x": [[1, 2]], "y": [[1, 2]]}\n'},
    ),
)
"""All of this family."""
