"""What people have of a model, whole or in parts, gives the same numbers as in Keras."""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml

import spec_compiler

FILES = Path(__file__).parent / "files"


def imported(specc, folder, *arguments):
    ran = specc("import", *map(str, arguments), "-o", "model.yaml", "--force", folder=folder)
    assert ran.status == 0, ran.err
    return spec_compiler.compile_file(folder / "model.yaml")


def finding(specc, folder, *arguments):
    """The first finding's first line, and the line that says what to do."""
    ran = specc("import", *map(str, arguments), "-o", "model.yaml", folder=folder)
    assert ran.status == 1, ran.err
    assert not (folder / "model.yaml").exists()
    lines = ran.err.splitlines()
    error = next(line for line in lines if line.startswith("error["))
    return error, next((line for line in lines if line.startswith("help:")), "")


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("keras2", ["keras2.h5"]),
        ("keras2", ["keras2.keras"]),
        ("keras2", ["keras2.json", "--weights", "keras2.weights.h5"]),
        ("keras2", ["keras2.json", "--weights", "keras2_named.h5"]),
        ("keras2", ["keras2.json", "--weights", "keras2.h5"]),
        ("keras3", ["keras3.keras"]),
        ("keras3", ["keras3.h5"]),
        ("keras3", ["keras3.json", "--weights", "keras3.weights.h5"]),
        ("keras3", ["keras3.json", "--weights", "keras3.keras"]),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, list) else "",
)
def test_every_file_of_a_model_gives_the_numbers_of_keras(version, parts, specc, tmp_path):
    """Made by tf-keras 2.21 and Keras 3.15; masks, shared and nested models, operations."""
    paths = [FILES / part if part != "--weights" else part for part in parts]
    model = imported(specc, tmp_path, *paths)
    with np.load(FILES / f"{version}.npz") as data:
        fed = {name: data[name] for name in data.files if name != "out"}
        np.testing.assert_allclose(model(fed), data["out"], rtol=1e-5, atol=1e-6)


def test_an_archive_without_weights_is_told(specc, tmp_path):
    with (
        zipfile.ZipFile(FILES / "keras3.keras") as whole,
        zipfile.ZipFile(tmp_path / "bare.keras", "w") as bare,
    ):
        for name in ("config.json", "metadata.json"):
            bare.writestr(name, whole.read(name))
    ran = specc("import", "bare.keras", "-o", "model.yaml", folder=tmp_path)
    assert ran.status == 0
    assert "note: the file holds no weights: a run draws them from the seed\n" in ran.err


def test_parts_that_an_archive_has_otherwise_than_the_layer(specc, tmp_path):
    """Cells in a list, a class of two names, a merged adaptation, arrays beside the weights."""
    model = imported(specc, tmp_path, FILES / "parts.keras")
    with np.load(FILES / "parts.npz") as data:
        np.testing.assert_allclose(model(data["x"]), data["out"], rtol=1e-5, atol=1e-6)
    written = yaml.safe_load((tmp_path / "model.yaml").read_text())
    layers = {layer["name"]: layer for layer in written["layers"]}
    assert layers["adapted"] == {"type": "Dense", "name": "adapted", "units": 8}
    assert layers["depth"] == {"type": "Identity", "name": "depth"}


def test_an_adaptation_that_an_archive_holds_merged_is_told(specc, tmp_path):
    ran = specc("import", str(FILES / "parts.keras"), "-o", "model.yaml", folder=tmp_path)
    told = "`adapted`: without `lora_rank`: Keras saves the weight with the adaptation in it"
    assert f"note: {told}" in ran.err.splitlines()


def test_what_a_file_is_does_not_depend_on_its_name(specc, tmp_path):
    for kind in ("keras3.keras", "keras2.h5", "keras2.json"):
        (tmp_path / "model.bin").write_bytes((FILES / kind).read_bytes())
        imported(specc, tmp_path, "model.bin")


def test_an_archive_that_was_unpacked_is_one(specc, tmp_path):
    zipfile.ZipFile(FILES / "keras3.keras").extractall(tmp_path / "model")
    model = imported(specc, tmp_path, "model")
    with np.load(FILES / "keras3.npz") as data:
        np.testing.assert_allclose(model(data["x"]), data["out"], rtol=1e-5, atol=1e-6)


def test_json_that_was_written_as_json_again_is_read(specc, tmp_path):
    text = (FILES / "keras2.json").read_text()
    (tmp_path / "model.json").write_text(json.dumps(text))
    imported(specc, tmp_path, "model.json")


DENSE = {"class_name": "Dense", "config": {
    "name": "d", "units": 2, "batch_input_shape": [None, 3], "activation": "linear"}}  # fmt: skip
KERNEL, BIAS = np.arange(6, dtype="f").reshape(3, 2), np.array([1, -1], "f")
ROW = np.array([[1, 2, 3]], "f")


def of_javascript(folder, weights, content, **more):
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights}]
    topology = {"class_name": "Sequential", "config": [DENSE], "keras_version": "tfjs-layers 4.0.0"}
    model = {"format": "layers-model", "modelTopology": topology, "weightsManifest": manifest}
    (folder / "model.json").write_text(json.dumps({**model, **more}))
    (folder / "a.bin").write_bytes(content[:5])
    (folder / "b.bin").write_bytes(content[5:])


def test_shards_of_tensorflow_js_lie_beside_the_model(specc, tmp_path):
    weights = [{"name": "d/kernel", "shape": [3, 2], "dtype": "float32"},
               {"name": "d/bias", "shape": [2], "dtype": "float32"}]  # fmt: skip
    of_javascript(tmp_path, weights, KERNEL.tobytes() + BIAS.tobytes())
    np.testing.assert_array_equal(imported(specc, tmp_path, "model.json")(ROW), ROW @ KERNEL + BIAS)


NAMED = [{"name": "d/kernel", "shape": [3, 2], "dtype": "float32"},
         {"name": "d/bias", "shape": [2], "dtype": "float32"}]  # fmt: skip


def test_what_tensorflow_js_made_of_whole_numbers_are_floats(specc, tmp_path):
    weights = [{**NAMED[0], "dtype": "int32"}, NAMED[1]]
    of_javascript(tmp_path, weights, KERNEL.astype("<i4").tobytes() + BIAS.tobytes())
    model = imported(specc, tmp_path, "model.json")
    np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


def test_the_name_of_a_model_may_stand_before_a_layers(specc, tmp_path):
    weights = [{**one, "name": f"sequential_1/{one['name']}"} for one in NAMED]
    of_javascript(tmp_path, weights, KERNEL.tobytes() + BIAS.tobytes())
    model = imported(specc, tmp_path, "model.json")
    np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


@pytest.mark.parametrize("more", [{"name": "Adam/m"}, {"name": "d_m", "group": "optimizer"}])
def test_what_an_optimizer_keeps_is_left_out(more, specc, tmp_path):
    weights = [*NAMED, {"shape": [2], "dtype": "float32", **more}]
    of_javascript(tmp_path, weights, KERNEL.tobytes() + BIAS.tobytes() * 2)
    model = imported(specc, tmp_path, "model.json")
    np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


@pytest.mark.parametrize("texts", [("modelTopology",), ("model_config",), ("model_config", "all")])
def test_a_model_may_stand_as_text_in_the_json(texts, specc, tmp_path):
    inner = {"class_name": "Sequential", "config": [DENSE]}
    topology = {"keras_version": "2.2.4", "model_config": inner}
    if "model_config" in texts:
        topology["model_config"] = json.dumps(inner)
    of_javascript(
        tmp_path, NAMED, KERNEL.tobytes() + BIAS.tobytes(),
        modelTopology=topology if texts == ("model_config",) else json.dumps(topology),
    )  # fmt: skip
    model = imported(specc, tmp_path, "model.json")
    np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


def test_what_is_wrong_in_such_text_is_shown_in_it(specc, tmp_path):
    topology = {"model_config": '{"class_name": "Sequential", "config": [}'}
    of_javascript(tmp_path, NAMED, KERNEL.tobytes() + BIAS.tobytes(), modelTopology=topology)
    ran = specc("import", "model.json", "-o", "model.yaml", folder=tmp_path)
    assert ran.status == 1
    assert "--> model.json:modelTopology:model_config:1:41" in ran.err


def test_quantized_shards_are_numbers_again(specc, tmp_path):
    packed = {"dtype": "uint8", "scale": 0.5, "min": -1.0}
    weights = [{"name": "d/kernel", "shape": [3, 2], "dtype": "float32", "quantization": packed},
               {"name": "d/bias", "shape": [2], "dtype": "float32"}]  # fmt: skip
    of_javascript(tmp_path, weights, bytes(range(6)) + BIAS.tobytes())
    expected = ROW @ (KERNEL / 2 - 1) + BIAS
    np.testing.assert_array_equal(imported(specc, tmp_path, "model.json")(ROW), expected)


@pytest.mark.parametrize(
    ("weights", "content", "more", "said"),
    [
        ([{"name": "d/kernel", "shape": [3, 2], "dtype": "float32"}], b"123456", {}, "SPC0555"),
        ([{"name": "d/kernel", "shape": [10**12], "dtype": "float32"}], b"123456", {}, "SPC0555"),
        ([{"name": "d/kernel", "shape": [1], "dtype": "string"}], b"123456", {}, "SPC0561"),
        ([], b"", {"format": "graph-model"}, "SPC0801"),
        ([], b"", {"weightsManifest": [{"paths": ["../x"], "weights": []}]}, "SPC0551"),
        ([], b"", {"weightsManifest": 3}, "SPC0802"),
    ],
)
def test_broken_shards_are_refused(weights, content, more, said, specc, tmp_path):
    of_javascript(tmp_path, weights, content, **more)
    assert said in finding(specc, tmp_path, "model.json")[0]


def test_an_empty_file_is_told(specc, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    error, help = finding(specc, tmp_path, "empty")
    assert error == "error[SPC0801]: `empty` is empty, not a Keras model"
    assert "model.save" in help
    error, _ = finding(specc, tmp_path, FILES / "keras2.json", "--weights", "empty")
    assert error == "error[SPC0555]: `empty` cannot be read: it is empty"


def test_weights_alone_are_no_model(specc, tmp_path):
    error, help = finding(specc, tmp_path, FILES / "keras2.weights.h5")
    assert "holds weights and no model" in error
    assert "--weights" in help


def test_weights_of_another_model_are_refused(specc, tmp_path):
    one, other = FILES / "keras2.json", FILES / "keras3.weights.h5"
    error, _ = finding(specc, tmp_path, one, "--weights", other)
    assert error.startswith("error[SPC0808]")


def test_an_array_of_another_shape_is_refused(specc, tmp_path):
    model = {"class_name": "Sequential", "config": [DENSE], "keras_version": "2.2.4"}
    (tmp_path / "model.json").write_text(json.dumps(model))
    arrays = {"d/kernel": KERNEL.T, "d/bias": BIAS}
    np.savez(tmp_path / "w.npz", **arrays)
    error, _ = finding(specc, tmp_path, "model.json", "--weights", "w.npz")
    assert error == "error[SPC0813]: the array for `d.kernel` has the shape [2, 3], and the " \
        "weight [3, 2]"  # fmt: skip


def test_weights_of_whole_numbers_are_refused(specc, tmp_path):
    model = {"class_name": "Sequential", "config": [DENSE], "keras_version": "2.2.4"}
    (tmp_path / "model.json").write_text(json.dumps(model))
    np.savez(tmp_path / "w.npz", **{"d/kernel": np.ones((3, 2), "i4"), "d/bias": BIAS})
    error, _ = finding(specc, tmp_path, "model.json", "--weights", "w.npz")
    assert error == "error[SPC0813]: the array for `d.kernel` holds int32, and weights are floats"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x80\x04K\x01.", "pickled"),
        (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite"),
        (b"\x08\x07\x12\x03", "protocol buffer"),
        (b"\x93NUMPY\x01\0", "NumPy"),
    ],
)
def test_models_of_other_programs_are_told_apart(content, word, specc, tmp_path):
    (tmp_path / "model").write_bytes(content)
    error, help = finding(specc, tmp_path, "model")
    assert error.startswith("error[SPC0801]")
    assert word in error
    assert "model.save" in help


def test_a_saved_model_is_code(specc, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "saved_model.pb").write_bytes(b"\x08")
    error, help = finding(specc, tmp_path, "model")
    assert "SavedModel" in error
    assert "load_model" in help


# What strangers could have put into a file.


def h5(fill, **options):
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": [DENSE]})
        group = file.create_group("model_weights/d")
        fill(group)
    return stream.getvalue()


def whole(group):
    group["d/kernel:0"], group["d/bias:0"] = KERNEL, BIAS


def linked(group):
    whole(group.file.create_group("elsewhere"))
    group.file["between"] = h5py.SoftLink("elsewhere/./d")
    group["d"] = h5py.SoftLink("/between")


def linked_in_a_circle(group):
    whole(group)
    group["x"], group["y"] = h5py.SoftLink("y"), h5py.SoftLink("x")


def linked_to_nothing(group):
    whole(group)
    group["x"] = h5py.SoftLink("/model_weights/d/d/kernel:0/more")


def linked_through_another_file(group):
    whole(group)
    group["out"] = h5py.ExternalLink("/etc/passwd", "/")
    group["a"] = h5py.SoftLink("out/x")


def linked_outside(group):
    whole(group)
    group["x"] = h5py.ExternalLink("/etc/passwd", "/")


def stored_outside(group):
    whole(group)
    group.create_dataset("x", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def virtual(group):
    whole(group)
    layout = h5py.VirtualLayout((4,), "u1")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    group.create_virtual_dataset("x", layout)


def text_for_numbers(group):
    group["d/kernel:0"], group["d/bias:0"] = "text", BIAS
    group.attrs["weight_names"] = ["d/kernel:0", "d/bias:0"]


def compressed(group):
    group["d/bias:0"] = BIAS
    group.create_dataset("d/kernel:0", data=KERNEL, compression="gzip")


def referring(group):
    whole(group)
    group.create_dataset("x", (1,), h5py.ref_dtype)


def circular(group):
    whole(group)
    group["x"] = group


def huge(group):
    group["d/bias:0"] = BIAS
    group.create_dataset("d/kernel:0", (10**7, 10**7), "f4")


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (linked_in_a_circle, "nowhere"), (linked_to_nothing, "nowhere"),
        (linked_through_another_file, "another file"), (linked_outside, "link"),
        (text_for_numbers, "no array of numbers"), (stored_outside, "another file"),
        (virtual, "another file"), (compressed, "compressed"), (referring, "references"),
        (circular, "nests deeper"), (huge, "SPC0813"),
    ],
)  # fmt: skip
def test_an_hdf5_file_that_leads_elsewhere_is_refused(fill, said, specc, tmp_path):
    (tmp_path / "model.h5").write_bytes(h5(fill))
    assert said in finding(specc, tmp_path, "model.h5")[0]


def test_what_a_file_holds_in_plain_form_is_read(specc, tmp_path):
    for options in ({}, {"libver": "latest"}):
        (tmp_path / "model.h5").write_bytes(h5(whole, **options))
        model = imported(specc, tmp_path, "model.h5")
        np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


def test_a_link_that_stays_inside_of_a_file_is_followed(specc, tmp_path):
    (tmp_path / "model.h5").write_bytes(h5(linked))
    model = imported(specc, tmp_path, "model.h5")
    np.testing.assert_array_equal(model(ROW), ROW @ KERNEL + BIAS)


def test_broken_hdf5_files_are_refused(specc, tmp_path):
    content = h5(whole)
    for at in (9, len(content) // 3, len(content) - 30):
        (tmp_path / "model.h5").write_bytes(content[:at])
        assert "SPC0555" in finding(specc, tmp_path, "model.h5")[0]


def archive(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)


CONFIG = json.dumps({"class_name": "Sequential", "config": [DENSE]})


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../config.json": CONFIG}, "outside"),
        ({"config.json": CONFIG, "/etc/x": ""}, "outside"),
        ({"config.json": CONFIG, "C:\\x": ""}, "outside"),
        ({"config.json": b" " * 40_000_000}, "longer than"),
        ({"config.json": CONFIG, **{str(number): "" for number in range(10_001)}}, "more than"),
        ({"config.json": CONFIG, "model.weights.h5": "x"}, "not a sound HDF5"),
        ({"x": ""}, "without `config.json`"),
    ],
)
def test_an_archive_that_no_keras_wrote_is_refused(members, said, specc, tmp_path):
    archive(tmp_path / "model.keras", members)
    assert said in finding(specc, tmp_path, "model.keras")[0]


def test_a_member_that_is_a_link_is_refused(specc, tmp_path):
    link = zipfile.ZipInfo("model.weights.h5")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    archive(tmp_path / "model.keras", {"config.json": CONFIG})
    with zipfile.ZipFile(tmp_path / "model.keras", "a") as opened:
        opened.writestr(link, "/etc/passwd")
    assert "is a link" in finding(specc, tmp_path, "model.keras")[0]


def test_the_weights_of_an_archive_take_memory_once_and_leave_nothing(specc, tmp_path, monkeypatch):
    """Not for the member, its image and the arrays: only for these."""
    size = 4_000_000
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["layers/dense/vars/0"] = np.ones((size // 8, 2), "f")
        file["layers/dense/vars/1"] = BIAS
    dense = {**DENSE, "config": {**DENSE["config"], "batch_input_shape": [None, size // 8]}}
    model = json.dumps({"class_name": "Sequential", "config": [dense]})
    held = {"config.json": model, "model.weights.h5": (tmp_path / "w.h5").read_bytes()}
    archive(tmp_path / "model.keras", held)
    (tmp_path / "passing").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "passing"))
    words = ["import", "model.keras", "-o", "model.yaml", "--max-memory"]
    assert specc(*words, "4200000", folder=tmp_path).status == 0
    assert specc(*words, "3900000", "--force", folder=tmp_path).status == 1
    assert list((tmp_path / "passing").iterdir()) == []


def test_a_member_that_is_encrypted_or_of_another_size_is_refused(specc, tmp_path):
    archive(tmp_path / "model.keras", {"config.json": CONFIG})
    content = bytearray((tmp_path / "model.keras").read_bytes())
    for at, value, said in ((8, 1, "encrypted"), (24, 7, "size")):
        changed, listed = bytearray(content), content.rindex(b"PK\x01\x02")
        struct.pack_into("<H", changed, listed + at, value)
        (tmp_path / "model.keras").write_bytes(changed)
        error, _ = finding(specc, tmp_path, "model.keras")
        assert "SPC0555" in error
        assert said in error or "sound" in error


def test_without_h5py_it_is_said_what_to_install(specc, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    error, help = finding(specc, tmp_path, FILES / "keras2.h5")
    assert "h5py, which reads it, is not installed" in error
    assert 'pip install "spec-compiler[h5]"' in help


def test_what_is_written_names_the_weights(specc, tmp_path):
    imported(specc, tmp_path, FILES / "keras3.keras")
    document = yaml.safe_load((tmp_path / "model.yaml").read_text())
    assert document["weights"] == {"file": "model.safetensors"}


def test_what_is_asked_of_keras_needs_keras(specc, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    error, help = finding(specc, tmp_path, FILES / "keras3.json", "--check")
    assert "Keras is not installed" in error
    assert 'pip install "spec-compiler[keras]"' in help


def test_garbage_in_place_of_weights_is_a_finding_to_the_end_of_the_process(tmp_path):
    """A file object that HDF5 could not open was once called when the interpreter was gone."""
    with zipfile.ZipFile(FILES / "keras3.keras") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["model.weights.h5"] = b"\x89HDF\r\n\x1a\n" + b"x" * 99
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    words = ["import", "m.keras", "-o", "m.yaml"]
    root = Path(spec_compiler.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "spec_compiler", *words],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.splitlines()[0].partition(":")[0]) == (1, "error[SPC0555]")
