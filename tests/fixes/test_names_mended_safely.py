"""A name is another thing with another letter: what is written by plain `--fix` means the same."""

import pytest

import spec_compiler as sc
from spec_compiler.declaring.choice import Registry
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.choices.initializers import INITIALIZERS
from spec_compiler.likeness import word_meant
from spec_compiler.spelling import folded
from spec_compiler.training.losses import LOSSES
from spec_compiler.training.optimizers import OPTIMIZERS

LAYER = "specc: 1\ninputs: {{x: {{shape: [8, 8, 4]}}}}\nlayers: [{{type: {}}}]\n"
ACTIVATION = """\
specc: 1
inputs: {{x: {{shape: [8]}}}}
layers: [{{type: Dense, units: 4, activation: {}}}]
"""
OPTIMIZER = """\
specc: 1
inputs: {{x: {{shape: [8]}}}}
layers: [{{type: Dense, units: 1}}]
train: {{loss: mse, optimizer: {}}}
"""


def safe_edits(text: str) -> list[str]:
    return [edit.text for item in sc.validate(text) if item.safe for edit in item.edits]


@pytest.mark.parametrize(
    "name",
    [
        "BLSTM",
        "BiRNN",
        "InstanceNorm2d",
        "CReLU",
        "SReLU",
        "RReLU",
        "nn.LeakyReLU",
        "BatchNorm2d",
        "Dropout3d",
        "Residual",
        "Norm",
        "Resample",
        "Transpose",
        "AvgPool",
        "Upsample",
        "SELUU",
        "LogSoftmin",
        "Softmin",
        "Conv",
        "PositionalEncoding",
        "SincConv1D",
        "GatedDense",
        "ConvGRU2D",
        "IndRNN",
        "MinGRU",
        "xLSTM",
    ],
)
def test_another_layer_is_never_written_by_plain_fix(name):
    assert safe_edits(LAYER.format(name)) == []


@pytest.mark.parametrize(
    "name",
    [
        "lrelu",
        "prelu",
        "rrelu",
        "crelu",
        "srelu",
        "brelu",
        "geglu",
        "reglu",
        "swiglu",
        "quick_gelu",
        "gelu_fast",
        "gelu_10",
        "softmin",
        "entmax",
        "snake",
        "sin",
        "relu2",
        "leaky",
        "maxout",
        "tanh2",
        "bilu",
        "telu",
    ],
)
def test_another_activation_is_never_written_by_plain_fix(name):
    assert safe_edits(ACTIVATION.format(name)) == []


@pytest.mark.parametrize(
    "name",
    [
        "RAdam",
        "radam",
        "AdamP",
        "adamod",
        "SGDW",
        "sgdr",
        "QHAdam",
        "Nadamw",
        "yogi",
        "lars",
        "LARS",
        "momentum",
        "padam",
        "AdaBound",
        "adamwr",
        "Lamb2",
    ],
)
def test_another_optimizer_is_never_written_by_plain_fix(name):
    assert safe_edits(OPTIMIZER.format(name)) == []


LOSS = """\
specc: 1
inputs: {{x: {{shape: [8]}}}}
layers: [{{type: Dense, units: 1}}]
train: {{loss: {}}}
"""


@pytest.mark.parametrize(
    "name",
    [
        "l2_loss",
        "quadratic",
        "logistic",
        "CTCLoss",
        "rmse",
        "nll",
        "HingeEmbeddingLoss",
        "mss",
        "KLDivLoss",
    ],
)
def test_another_loss_is_never_written_by_plain_fix(name):
    assert safe_edits(LOSS.format(name)) == []


SAME = {
    "nn.Dropout, rate: 0.5": ["Dropout"],
    "keras.layers.Flatten": ["Flatten"],
    "fully_connected": ["Dense"],
    "CuDNNLSTM": ["LSTM"],
    "nn.SiLU": ["Activation", ", activation: silu"],
    "Flaten": ["Flatten"],
    "Cat": ["Concatenate"],
    "nn.ConvTranspose2d": ["Conv2DTranspose"],
    "ZeroPad2d": ["ZeroPadding2D"],
    "GlobalAveragePoling2D": ["GlobalAveragePooling2D"],
    "batch_normalization": ["BatchNormalization"],
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_layer_is_written_by_plain_fix(name):
    assert sorted(safe_edits(LAYER.format(name))) == sorted(SAME[name])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("gelu_tanh", "{type: gelu, approximate: true}"),
        ("identity", "linear"),
        ("LeakyRelu", "leaky_relu"),
        ("sofmax", "softmax"),
        ("HardTanh", "hard_tanh"),
        ("expit", "sigmoid"),
    ],
)
def test_the_same_activation_is_written_by_plain_fix(name, meant):
    assert safe_edits(ACTIVATION.format(name)) == [meant]


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("LayerNorm", "LayerNormalization"),
        ("AvgPool2d", "AveragePooling2D"),
        ("EmbeddingLayer", "Embedding"),
        ("TransposeConv2d", "Conv2DTranspose"),
        ("DenseDense", None),
        ("MaxPool", None),
        ("GRN", None),
    ],
)
def test_names_are_compared_word_by_word(wrong, meant):
    assert word_meant(wrong, LAYERS) == meant


TABLES = {"layers": LAYERS, "activations": ACTIVATIONS, "initializers": INITIALIZERS}
TABLES |= {"losses": LOSSES, "optimizers": OPTIMIZERS}


@pytest.mark.parametrize("table", TABLES)
def test_no_name_of_a_table_is_a_sure_slip_of_another(table):
    known = TABLES[table]
    names = list(known.by_name if isinstance(known, Registry) else known)
    for name in names:
        others = [other for other in names if folded(other) != folded(name)]
        guess = word_meant(name, others)
        if guess is None or not guess.sure:
            continue
        same = isinstance(known, Registry) and known.by_name[guess] is known.by_name[name]
        assert same, f"{name} would be {guess}"


@pytest.mark.parametrize("name", ["normal_", "uniform_", "gaussian", "xavier", "kaiming", "lecun"])
def test_another_deviation_is_never_written_by_plain_fix(name):
    text = LAYER.format(f"Dense, units: 1, kernel_initializer: {name}")
    assert safe_edits(text) == []


def test_a_key_with_a_letter_in_front_is_another_word():
    assert safe_edits("specc: 1\ntype: Sequential\ninputs: {x: {shape: [8]}}\nlayers: []\n") == []
    assert safe_edits(LAYER.format("Dense, unitz: 3")) == ["units"]
