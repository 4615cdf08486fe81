"""No path leaves its folder, and no file is ever half written."""

import errno
import os
import socket

import numpy as np
import pytest

from spec_compiler import files
from spec_compiler.refusals import Refusal


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "model"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "w.txt").write_text("inside")
    (tmp_path / "secret.txt").write_text("outside")
    (tmp_path / "model-2").mkdir()
    return folder


def refused(code, call, *arguments):
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize("path", ["sub/w.txt", "./sub/../sub/w.txt", "new.txt", "sub/deep/new.txt"])
def test_paths_inside_are_resolved(path, root):
    assert files.under(root, path) == (root / path).resolve()


@pytest.mark.parametrize(
    "path",
    [
        *["", "..", "../secret.txt", "sub/../../secret.txt", "../model-2/x", "/etc/passwd"],
        *["//etc/passwd", "C:/x", "\\\\host\\x", "a\0b", "a\n::error::b"],
    ],
)
def test_paths_that_leave_are_refused(path, root):
    refused("SPC0551", files.under, root, path)


def test_a_path_that_cannot_be_looked_up_is_refused(root):
    refused("SPC0551", files.under, root, "x" * 5000)


def test_links_count_by_where_they_lead(root):
    (root / "inner").symlink_to(root / "sub")
    (root / "outer").symlink_to(root.parent)
    (root / "circle").symlink_to(root / "circle")
    assert files.under(root, "inner/w.txt") == root / "sub" / "w.txt"
    refused("SPC0551", files.under, root, "outer/secret.txt")
    refused("SPC0551", files.under, root, "outer/new.txt")
    refused("SPC0551", files.under, root, "circle")


def test_the_root_may_be_reached_through_a_link(root, tmp_path):
    (tmp_path / "link").symlink_to(root)
    assert files.under(tmp_path / "link", "sub/w.txt") == root / "sub" / "w.txt"


def test_pipes_sockets_and_devices_are_refused(root, monkeypatch):
    os.mkfifo(root / "pipe")
    refused("SPC0552", files.under, root, "pipe")
    refused("SPC0552", files.sha256, root / "pipe")
    refused("SPC0552", files.sha256, "/dev/zero")
    refused("SPC0552", files.sha256, root)
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(root)  # a socket's path may have 108 characters at most
        server.bind("s")
        refused("SPC0552", files.under, root, "s")


def test_sha256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")  # the example of FIPS 180-2
    assert files.sha256(tmp_path / "abc").startswith("ba7816bf8f01cfea414140de5dae2223b00361a3")


def test_writing_replaces_the_whole_file(tmp_path):
    target = tmp_path / "out"
    target.write_text("old")
    with files.writing(target) as file:
        file.write(b"new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt, SystemExit, OSError])
def test_a_failure_leaves_the_old_file_and_nothing_else(failure, tmp_path):
    target = tmp_path / "out"
    target.write_text("old")

    def write():
        with files.writing(target) as file:
            file.write(b"half")
            raise failure

    with pytest.raises(failure):
        write()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), files.writing(tmp_path / "out") as file:
        file.write(b"x")
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_named_by_the_target(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, files.writing(tmp_path / "no" / "out"):
        pass
    assert caught.value.filename == str(tmp_path / "no" / "out")


def test_new_files_have_the_usual_permissions(tmp_path):
    with files.writing(tmp_path / "out"):
        pass
    (tmp_path / "usual").touch()
    assert (tmp_path / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_links_inputs_and_devices_are_not_written(tmp_path):
    source = tmp_path / "in"
    source.write_text("precious")
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.link(source, tmp_path / "hard")
    os.mkfifo(tmp_path / "pipe")
    for code, name in [
        ("SPC0553", "link"),
        ("SPC0553", "dangling"),
        ("SPC0553", "hard"),
        ("SPC0553", "in"),
        ("SPC0552", "pipe"),
        ("SPC0552", "."),
    ]:
        refused(code, files.writing(tmp_path / name, [source, "missing"]).__enter__)
    assert source.read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


PARTS = {
    "model.yaml": "specc: 1\nimports: {lib: lib.yaml}\nweights: {file: w.safetensors}\n"
    "inputs: {x: {shape: [2]}, c: {tensor: {file: c.npy}}}\n"
    "layers: [{use: lib.b, from: x}, {type: Add, from: [b, c]}]\n"
    "tests: [{name: t, inputs: {x: {file: t.json}}, expect: {add: {finite: true}}}]\n",
    "lib.yaml": "specc: 1\nblocks: {b: {inputs: {x: {shape: [2]}}, outputs: [dense],\n"
    "  layers: [{type: Dense, units: 2}]}}\n",
    "t.json": "[[1, 2]]",
}


@pytest.mark.parametrize("part", ["model.yaml", "lib.yaml", "t.json", "c.npy", "w.safetensors"])
@pytest.mark.parametrize(
    "command",
    [
        ("run", "--random", "batch=1", "-o"),
        ("graph", "--format", "dot", "-o"),
        ("init", "--force", "-o"),
    ],
    ids=lambda words: words[0],
)
def test_no_result_replaces_a_file_that_the_spec_is_made_of(command, part, specc, tmp_path):
    for name, text in PARTS.items():
        (tmp_path / name).write_text(text)
    np.save(tmp_path / "c.npy", np.zeros((1, 2), "float32"))
    assert specc("init", "model.yaml", "-o", "w.safetensors", folder=tmp_path).status == 0
    end = {"run": "made.json", "graph": "made.dot", "init": "made.safetensors"}[command[0]]
    (tmp_path / end).hardlink_to(tmp_path / part)  # the same file under a name that may be written
    before = (tmp_path / part).read_bytes()
    made = specc(command[0], "model.yaml", *command[1:], end, folder=tmp_path)
    if (command[0], part) == ("init", "w.safetensors"):
        assert made.status == 0
    else:
        assert (made.status, "SPC0553" in made.err) == (1, True)
        assert (tmp_path / part).read_bytes() == before
        assert (tmp_path / end).samefile(tmp_path / part)


KERAS = """\
{"class_name": "Sequential", "config": {"name": "m", "layers": [
  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 2]}},
  {"class_name": "Dense", "config": {"name": "d", "units": 1}}]}}
"""
KEPT = [
    (("init", "model.yaml", "-o", "made.safetensors"), "made.safetensors"),
    (("import", "keras.json", "-o", "made.yaml"), "made.yaml"),
    (("import", "keras.json", "--weights", "w.json", "-o", "made.yaml"), "made.yaml"),
    (("import", "keras.json", "--weights", "w.json", "-o", "made.yaml"), "made.safetensors"),
]


@pytest.mark.parametrize(("words", "kept"), KEPT)
def test_what_people_trained_or_edited_is_replaced_only_by_force(words, kept, specc, tmp_path):
    for name, text in PARTS.items():
        (tmp_path / name).write_text(text)
    np.save(tmp_path / "c.npy", np.zeros((1, 2), "float32"))
    (tmp_path / "keras.json").write_text(KERAS)
    (tmp_path / "w.json").write_text('{"d/kernel": [[1.0], [2.0]], "d/bias": [0.0]}')
    (tmp_path / kept).write_text("the work of days")
    before = sorted(tmp_path.iterdir())
    made = specc(*words, folder=tmp_path)
    assert (made.status, made.out) == (1, "")
    assert f"error[SPC0553]: `{kept}` is there already" in made.err
    assert "`--force`" in made.err
    assert (tmp_path / kept).read_text() == "the work of days"
    assert sorted(tmp_path.iterdir()) == before  # nor is half of an import written
    for _ in range(2):
        assert specc(*words, "--force", folder=tmp_path).status == 0
    assert b"the work of days" not in (tmp_path / kept).read_bytes()


def test_results_and_drawings_are_made_again_without_a_word(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(
        "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Identity}]\n"
    )
    for words in (("run", "--random", "batch=1", "-o", "made.npz"), ("graph", "-o", "made.dot")):
        for _ in range(2):
            ran = specc(words[0], "model.yaml", *words[1:], folder=tmp_path)
            assert ran.status == 0
