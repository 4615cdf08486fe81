"""A large model lies in several files, and an index says which tensor is in which."""

from __future__ import annotations

import json
from hashlib import sha256

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc

SPEC = """
specc: 1
inputs: {x: {shape: [3]}}
layers: [{type: Dense, name: dense, units: 2}]
weights: {file: parts/model.safetensors.index.json}
"""
KERNEL = np.arange(6, dtype=np.float32).reshape(3, 2)
BIAS = np.array([10, 20], np.float32)
LISTED = {"dense.kernel": "a.safetensors", "dense.bias": "b.safetensors"}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "parts").mkdir()
    save_file({"dense.kernel": KERNEL}, tmp_path / "parts" / "a.safetensors")
    save_file({"dense.bias": BIAS}, tmp_path / "parts" / "b.safetensors")
    write_index(tmp_path, {"metadata": {"total_size": 32}, "weight_map": LISTED})
    return tmp_path


def write_index(folder, content):
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "parts" / "model.safetensors.index.json").write_text(text)


def findings(folder, text=SPEC):
    return list(sc.validate(text, file=str(folder / "model.yaml")))


def only(folder, code, text=SPEC):
    found = findings(folder, text)
    assert [item.code for item in found] == [code], found
    return found[0]


def test_the_shards_are_one_model(folder):
    assert findings(folder) == []
    model = sc.compile_text(SPEC, file=str(folder / "model.yaml"))
    np.testing.assert_array_equal(model(np.eye(3, dtype=np.float32)), KERNEL + BIAS)


def test_a_tensor_of_a_shard_may_be_of_the_wrong_shape(folder):
    found = only(folder, "SPC0612", SPEC.replace("shape: [3]", "shape: [4]"))
    assert "`dense.kernel` is [3, 2]" in found.message


def test_a_shard_that_is_missing_is_a_warning_and_stops_a_run(folder):
    (folder / "parts" / "b.safetensors").unlink()
    found = only(folder, "SPC0610")
    assert (found.severity, found.span.file[-10:]) == ("warning", "index.json")
    assert "`b.safetensors`" in found.message
    assert "1 of 2" in found.help
    model = sc.compile_text(SPEC, file=str(folder / "model.yaml"))
    with pytest.raises(sc.SpecError) as caught:
        model(np.zeros((1, 3), np.float32))
    assert [item.code for item in caught.value.diagnostics.errors] == ["SPC0610"]


def test_a_tensor_that_its_shard_lacks_is_said_with_where_it_is(folder):
    write_index(
        folder, {"weight_map": {**LISTED, "dense.bias": "a.safetensors", "w": "b.safetensors"}}
    )
    messages = {item.message: item for item in findings(folder)}
    swapped = messages["`a.safetensors` has no `dense.bias`"]
    assert "`b.safetensors`" in swapped.help
    assert "`b.safetensors` has no `w`" in messages
    assert {item.code for item in messages.values()} == {"SPC0617"}


def test_a_tensor_that_the_index_does_not_list_is_refused(folder):
    save_file({"dense.bias": BIAS, "w": BIAS}, folder / "parts" / "b.safetensors")
    found = only(folder, "SPC0618")
    assert "`b.safetensors` has `w`" in found.message


def test_a_name_in_two_shards_is_refused(folder):
    save_file({"dense.bias": BIAS, "dense.kernel": KERNEL}, folder / "parts" / "b.safetensors")
    found = only(folder, "SPC0619")
    assert "`dense.kernel`" in found.message
    line = (folder / "parts" / "model.safetensors.index.json").read_text()
    assert line[found.span.column - 1 :].startswith('"a.safetensors"')


@pytest.mark.parametrize("path", ["../../b.safetensors", "/etc/hostname", "", "a\n::error::b"])
def test_a_shard_outside_the_folder_is_refused(folder, path):
    write_index(folder, {"weight_map": {**LISTED, "w": path}})
    assert {item.code for item in findings(folder)} <= {"SPC0551", "SPC0552"}
    assert findings(folder)


def test_a_shard_may_lie_beside_the_spec(folder):
    (folder / "parts" / "b.safetensors").rename(folder / "b.safetensors")
    write_index(folder, {"weight_map": {**LISTED, "dense.bias": "../b.safetensors"}})
    assert findings(folder) == []


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "b.safetensors"
    (folder / "parts" / "b.safetensors").rename(outside)
    (folder / "parts" / "b.safetensors").symlink_to(outside)
    only(folder, "SPC0551")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "SPC0616"),
        (" \n", "SPC0616"),
        ("[]", "SPC0616"),
        ("{}", "SPC0616"),
        ({"weight_map": ["a.safetensors"]}, "SPC0616"),
        ({"weight_map": {"w": 3}}, "SPC0616"),
        ({"weight_map": {"w": {"file": "a.safetensors"}}}, "SPC0616"),
        ('{"weight_map": {}, "weight_map": {}}', "SPC0014"),
        ('{"weight_map": {"w": "a.safetensors",}}', "SPC0041"),
        ("{'weight_map': {}}", "SPC0043"),
        ("[" * 100, "SPC0031"),
        ({"weight_map": {"w": "model.safetensors.index.json"}}, "SPC0601"),
        ({"weight_map": {"w": "w.bin"}}, "SPC0602"),
        ({"weight_map": {"w": "."}}, "SPC0552"),
    ],
)
def test_what_is_not_an_index_is_refused_without_more_ado(folder, content, code):
    write_index(folder, content)
    only(folder, code)


def test_a_damaged_shard_is_blamed_on_the_index_that_names_it(folder):
    path = folder / "parts" / "b.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    found = only(folder, "SPC0606")
    assert found.span.file.endswith("index.json")
    assert [label.span.file for label in found.labels] == [str(folder / "model.yaml")]


def digest(folder, name):
    return sha256((folder / "parts" / name).read_bytes()).hexdigest()


def with_checksums(text):
    return SPEC.replace("json}", f"json, sha256: {text}}}")


def test_each_shard_has_its_checksum(folder):
    a, b = digest(folder, "a.safetensors"), digest(folder, "b.safetensors")
    text = with_checksums(f"{{a.safetensors: {a}, b.safetensors: {b}}}")
    assert findings(folder, text) == []
    sc.compile_text(text, file=str(folder / "model.yaml"))(np.zeros((1, 3), np.float32))
    model = sc.compile_text(text, file=str(folder / "model.yaml"))
    save_file({"dense.bias": BIAS + 1}, folder / "parts" / "b.safetensors")
    error = only(folder, "SPC0615", text)
    assert "`b.safetensors`" in error.message
    assert digest(folder, "b.safetensors") in error.help
    with pytest.raises(sc.SpecError, match="SPC0615"):  # it was changed after compiling
        model(np.zeros((1, 3), np.float32))


def test_the_checksum_of_one_file_is_compared_when_validating(folder):
    named = f"c.safetensors, sha256: {'a' * 64}"
    text = SPEC.replace("model.safetensors.index.json", named)
    assert only(folder, "SPC0610", text).severity is sc.Severity.WARNING
    save_file({"dense.bias": BIAS, "dense.kernel": KERNEL}, folder / "parts" / "c.safetensors")
    assert digest(folder, "c.safetensors") in only(folder, "SPC0615", text).help


def test_checksums_that_do_not_belong_to_the_files_are_refused(folder):
    a, b = digest(folder, "a.safetensors"), digest(folder, "b.safetensors")
    assert (
        "says nothing of `b.safetensors`"
        in only(folder, "SPC0622", with_checksums(f"{{a.safetensors: {a}}}")).message
    )
    three = f"{{a.safetensors: {a}, b.safetensors: {b}, c.safetensors: {b}}}"
    assert "`c.safetensors` is not" in only(folder, "SPC0622", with_checksums(three)).message
    assert "each shard" in only(folder, "SPC0622", with_checksums(a)).help
    only(folder, "SPC0104", with_checksums("{a.safetensors: abc}"))
    only(folder, "SPC0104", with_checksums("abc"))
    only(folder, "SPC0104", with_checksums("12"))
