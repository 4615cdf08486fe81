"""An archive that specc wrote gives the spec back, as long as it is unchanged."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest
import yaml

from spec_compiler.keras.containers.carried import CARRIED, CONFIG, WEIGHTS, carrying

SPEC = """\
specc: 1
dims: {seq: {max: 9}}
inputs: {x: {shape: [seq, 2]}}
blocks:
  twice: {inputs: {x: {}}, layers: [{type: Dense, name: d, units: 2}], outputs: d}
layers:
  - {use: twice, name: two, repeat: 2}
  - {type: Lambda, name: more, function: x + 1}
outputs: {y: more}
"""
NUMBERS = {
    "two.0.d.kernel": np.float32([[1, 2], [3, 4]]),
    "two.0.d.bias": np.float32([0, 0]),
    "two.1.d.kernel": np.float32([[5, 6], [7, 8]]),
    "two.1.d.bias": np.float32([0, 0]),
}
CLASS = {"module": "own_layers", "class_name": "More", "registered_name": "own>More"}
KERAS = {
    "module": "keras", "class_name": "Sequential", "registered_name": None,
    "config": {"name": "s", "layers": [
        {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 2]}},
        {**CLASS, "config": {"name": "more"}},
    ]},
}  # fmt: skip


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def kept(tmp_path):
    """What Keras writes: the layers in its own order and by its own names."""
    with h5py.File(tmp_path / "w.h5", "w") as file:
        for index, array in enumerate(reversed(NUMBERS.values())):
            file[f"layers/dense_{index}/vars/0"] = array
    return zipped({CONFIG: json.dumps(KERAS), WEIGHTS: (tmp_path / "w.h5").read_bytes()})


@pytest.fixture
def core(specc, tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)
    ran = specc("expand", "spec.yaml", "--format", "json", folder=tmp_path)
    return json.loads(ran.out)


def imported(specc, folder, content):
    (folder / "m.keras").write_bytes(content)
    return specc("import", "m.keras", "-o", "m.yaml", folder=folder)


def test_the_spec_comes_back(specc, tmp_path, kept, core):
    ran = imported(specc, tmp_path, carrying(kept, core, NUMBERS))
    assert (ran.status, ran.err) == (0, "")
    same = [specc("hash", name, folder=tmp_path).out for name in ("spec.yaml", "m.yaml")]
    assert same[0] == same[1]
    document = yaml.safe_load((tmp_path / "m.yaml").read_text())
    assert document.pop("weights") == {"file": "m.safetensors"}
    assert document == core
    (tmp_path / "x.json").write_text("[[[1, 1]]]")
    ran = specc("run", "m.yaml", "-i", "x=x.json", folder=tmp_path)
    x = np.float32([[[1, 1]]]) @ NUMBERS["two.0.d.kernel"] @ NUMBERS["two.1.d.kernel"] + 1
    assert json.loads(ran.out)["y"] == x.tolist()


def test_a_changed_model_is_read_itself(specc, tmp_path, kept, core):
    held = members(carrying(kept, core, NUMBERS))
    held[CONFIG] = json.dumps(KERAS, indent=1).encode()
    ran = imported(specc, tmp_path, zipped(held))
    assert ran.status == 1
    assert "of class `More`, whose code is not run" in ran.err


@pytest.mark.parametrize("wrong", ["", "[]", "{}", '{"of": 1}', "[" * 5000])
def test_what_is_no_spec_of_ours_carries_none(specc, tmp_path, kept, wrong):
    ran = imported(specc, tmp_path, zipped({**members(kept), CARRIED: wrong}))
    assert ran.status == 1
    assert "of class `More`, whose code is not run" in ran.err


def changed(content, **parts):
    held = members(content)
    told = json.loads(held[CARRIED])
    return zipped({**held, CARRIED: json.dumps({**told, **parts})})


def test_a_spec_that_is_wrong_is_refused(specc, tmp_path, kept, core):
    layers = [{**core["layers"][0], "units": -1}, *core["layers"][1:]]
    content = changed(carrying(kept, core, NUMBERS), spec={**core, "layers": layers})
    ran = imported(specc, tmp_path, content)
    assert ran.status == 1
    assert "the spec would be refused: `units` must be positive, not -1" in ran.err
    assert not (tmp_path / "m.yaml").exists()


@pytest.mark.parametrize("lacking", ["layers/none", 3])
def test_weights_that_are_not_there_carry_nothing(specc, tmp_path, kept, core, lacking):
    content = carrying(kept, core, NUMBERS)
    places = json.loads(members(content)[CARRIED])["weights"]
    ran = imported(specc, tmp_path, changed(content, weights={**places, "two.0.d.bias": lacking}))
    assert "of class `More`, whose code is not run" in ran.err


def test_a_weight_without_a_place_is_refused(specc, tmp_path, kept, core):
    content = carrying(kept, core, NUMBERS)
    places = json.loads(members(content)[CARRIED])["weights"]
    del places["two.0.d.bias"]
    ran = imported(specc, tmp_path, changed(content, weights=places))
    assert ran.status == 1
    assert "there is no array for `two.0.d.bias`" in ran.err


def test_what_keras_keeps_otherwise_is_not_carried(kept, core):
    assert carrying(kept, core, {**NUMBERS, "two.0.d.bias": np.float32([0, 1])}) == kept
