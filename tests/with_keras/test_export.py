"""What is exported computes what specc computes, and is imported as what it was."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import random_specs
from choices import Diced

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.export.keras.archive import archive, computed
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.python import program_text
from spec_compiler.export.keras.verify import difference, verify
from spec_compiler.keras.read import import_keras
from spec_compiler.layers import LAYERS
from spec_compiler.reference.example_spec import example_spec
from spec_compiler.runtime.memory import allowed
from spec_compiler.weights.load import load_weights
from spec_compiler.writing.yaml_text import to_yaml

CASES = sorted((Path(__file__).parents[1] / "conformance" / "cases").iterdir())
EXAMPLES = [
    pytest.param(cls, example, id=f"{name}-{index}")
    for name, cls in LAYERS.items()
    for index, example in enumerate(cls.examples)
    if example.gives
]
OWN = {
    *("act_glu", "einsum_ellipsis_left_rank5", "ln_axis1", "resizing_int", "lambda_square"),
    *("rms_axes", "gqa_masked_gated", "cropping1d"),
    *("td_words_of_sentences", "mask_rnn_birnn_none", "mask_rnn_birnn_none_read"),
    *("mask_conv_lstm1d_both_ways", "mask_conv_lstm1d_seq", "mask_conv_lstm2d_zero_last"),
}
"""Cases of which Keras says something else than it computes, those with operations or a mask as an
input, and whole numbers that its backends round each in its own way: they are exported with
classes."""
REFUSED = {"torch": {"inert_images"}}
"""Cases that a backend does not run: Keras's RandomPosterization asks torch for what it has not."""
FORGETS = {"dense_lora_alpha8"}
"""Cases of which Keras writes another model down than it was told."""


@pytest.fixture(autouse=True)
def fresh():
    keras.utils.clear_session()


def compiled(text):
    found = Diagnostics()
    return program_of_text(text, "model.yaml", diagnostics=found, weights=False), found


def exported(text, weights=None):
    """The program, its calls, the loaded model's JSON; the numbers are compared."""
    program, found = compiled(text)
    model = keras_program(program, found)
    weights = load_weights(program, allowed(None)) if weights is None else weights
    with archive(model, weights, "model_layers") as made:
        compared = verify(made.loaded, model, program, weights)
        assert compared.runs == 3
        return program, model, json.loads(made.loaded.to_json())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_what_keras_made_is_exported_and_imported_as_the_same(folder):
    config, meta = (
        json.loads((folder / f"{name}.json").read_text()) for name in ("config", "meta")
    )
    if folder.name in REFUSED.get(keras.backend.backend(), ()):
        pytest.skip("Keras does not run it with this backend")
    arrays = np.load(folder / "weights.npz")
    pairs = [(item["path"], arrays[item["path"]]) for item in meta["weights"]]
    imported = import_keras(config, pairs)
    program, model, again = exported(to_yaml(imported.document), dict(imported.weights))
    assert bool(model.classes) == (folder.name in OWN)
    if not model.classes:
        document = import_keras(again).document
        same = identity(compiled(to_yaml(document))[0]) == identity(program)
        assert same == (folder.name not in FORGETS)


@pytest.mark.parametrize(("cls", "example"), EXAMPLES)
def test_every_example_of_a_layer(cls, example):
    document = example_spec(cls, example)
    document.setdefault("inputs", {"x": {"shape": [2]}})  # nothing feeds a Weight
    exported(to_yaml(document))


@pytest.mark.parametrize("seed", range(40))
def test_random_specs(seed):
    spec = random_specs.grown(Diced(seed), 6, random_specs.DRAWN)
    program, _ = compiled(to_yaml(spec.document))
    if program.inputs:
        exported(to_yaml(spec.document))


WHOLE = """
specc: 1
name: whole
inputs:
  x: {shape: [null, 4]}
blocks:
  ff:
    inputs: {x: {shape: [..., 4]}}
    outputs: down
    layers:
      - {type: Dense, name: up, units: 6, activation: gelu}
      - {type: Dense, name: down, units: 4, lora_rank: 2, lora_alpha: 6}
layers:
  - {type: Masking, name: m}
  - {use: ff, name: enc, repeat: 2, residual: true}
  - {type: Lambda, name: scaled, function: "x * 2 - mean(x, axis=-1, keepdims=True)"}
  - {type: LSTM, name: memory, units: 3, mask: drop}
  - {type: Weight, name: table, shape: [3, 5]}
  - {type: Lambda, name: y, from: {a: memory, w: table}, function: a @ w}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder with the archive, the program and what specc computes."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "model.yaml").write_text(WHOLE)
    for kind, name in (("keras", "model.keras"), ("python", "built.py")):
        words = ["export", kind, "model.yaml", "-o", name]
        ran = subprocess.run(
            [sys.executable, "-m", "spec_compiler", *words],
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        (folder / f"{kind}.txt").write_text(ran.stdout + ran.stderr)
    program, _ = compiled(WHOLE)
    x = np.random.default_rng(0).standard_normal((2, 5, 4)).astype("float32")
    x[0, 3:] = 0
    from spec_compiler.runtime.model import Model

    np.savez(folder / "data.npz", x=x, y=Model(program, Diagnostics())(x))
    return folder


def test_what_is_said_of_an_archive(whole):
    said = (whole / "keras.txt").read_text()
    assert "3 runs on" in said
    assert "import model_layers.py before you load it" in said
    assert "Keras forgets `lora_alpha`" in said
    assert {path.name for path in whole.iterdir()} >= {"model.keras", "model_layers.py"}


def test_an_archive_is_loaded_elsewhere(whole):
    code = (
        "import keras, numpy as np, model_layers\n"
        "data = np.load('data.npz')\n"
        "found = keras.saving.load_model('model.keras')(data['x'])\n"
        "print(np.abs(keras.ops.convert_to_numpy(found) - data['y']).max())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=whole, capture_output=True, text=True, check=True
    )
    assert float(ran.stdout.split()[-1]) < 1e-5


def test_a_program_builds_the_same_model_with_the_numbers_of_the_archive(whole):
    spec = importlib.util.spec_from_file_location("built", whole / "built.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.build_model()
    model.load_weights(whole / "model.keras")
    data = np.load(whole / "data.npz")
    found = keras.ops.convert_to_numpy(model(data["x"]))
    np.testing.assert_allclose(found, data["y"], rtol=1e-5, atol=1e-5)


def test_other_numbers_are_refused_and_leave_nothing(specc, tmp_path, monkeypatch):
    from spec_compiler.export.keras import verify as module

    (tmp_path / "model.yaml").write_text(WHOLE)
    monkeypatch.setattr(
        module, "computed", lambda *given: {"y": computed(*given)["y"] + np.float32(0.01)}
    )
    ran = specc("export", "keras", "model.yaml", "-o", "model.keras", folder=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "SPC0822" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["model.yaml"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda mask: None, "gives no mask with `y`, unlike the spec"),
        (lambda mask: ~mask, "gives other numbers: `y.mask` differs by 1"),
    ],
)
def test_another_mask_is_refused(specc, tmp_path, monkeypatch, change, told):
    from spec_compiler.export.keras import verify as module

    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [3], dtype: int32, values: {min: 0, max: 4}}}\n"
        "layers: [{type: Embedding, name: y, input_dim: 5, output_dim: 2, mask_zero: true}]\n"
    )

    def changed(*given):
        made = computed(*given)
        mask = change(made.pop("y.mask"))
        return made if mask is None else {**made, "y.mask": mask}

    monkeypatch.setattr(module, "computed", changed)
    ran = specc("export", "keras", "model.yaml", "-o", "model.keras", folder=tmp_path)
    assert ran.status == 1
    assert f"error[SPC0822]: the exported model {told}\n   = with x [2, 3]" in ran.err


def test_a_difference_is_seen():
    ones = np.ones(3, "float32")
    assert difference(ones, ones) == 0
    assert difference(ones, ones[:2]) == np.inf
    assert difference(ones * np.nan, ones) == np.inf
    assert difference(ones * np.nan, ones * np.nan) == 0
    assert difference(ones + 0.5, ones) == 0.5
    assert difference(ones > 0, ones < 0) == 1


def test_a_programs_text_stands_alone():
    program, found = compiled(WHOLE)
    model = keras_program(program, found)
    text = program_text(model, package="alone")
    assert text.count("def ff_block") == 1
    assert "for i in range(2):" in text
