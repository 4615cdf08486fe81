"""Files that hold a Keras model: what a file is, is found out by what is in it."""

from __future__ import annotations

import os
from pathlib import Path

from spec_compiler.data import Allowance, hdf5
from spec_compiler.data import read as read_data
from spec_compiler.data.handle import Handle, damaged
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.files import regular
from spec_compiler.keras.containers import archive, h5_file, tensorflow_js
from spec_compiler.keras.containers.model_file import Arrays, ModelFile
from spec_compiler.keras.containers.text_in_text import opened
from spec_compiler.refusals import Refusal
from spec_compiler.source import SourceNode, load, read

__all__ = ["Arrays", "ModelFile", "open_model", "open_weights"]

_ZIP = b"PK\x03\x04"
_OTHERS = {
    4: {b"TFL3": "a model of TensorFlow Lite"},
    0: {
        **dict.fromkeys((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"), "a pickled object"),
        b"\x93NUMPY": "an array of NumPy",
        b"\x08": "a protocol buffer, of TensorFlow or ONNX",
        b"\x0a": "a protocol buffer, of TensorFlow or ONNX",
    },
}
_SAVE = "save it in Keras: `model.save('model.keras')`, or `model.save('model.h5')` in Keras 2"


def open_model(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """A model, and its weights where the file holds them.

    Args:
        path: JSON of any version of Keras or of TensorFlow.js, a `.keras` archive, an HDF5 file,
            or a folder with such files.
        found: Collects what is wrong with its text, and the text for frames.
        allowance: The memory that reading may take.

    Raises:
        Refusal: It is nothing of it, or holds what is never read.
        SpecError: Its text cannot be read.
        OSError: The file cannot be opened.
    """
    if os.path.isdir(path):
        return _folder(path, found, allowance)
    start = _start(path)
    if not start:
        raise Refusal("SPC0801", f"`{path}` is empty, not a Keras model", help=_SAVE)
    if start.startswith(_ZIP):
        return archive.model(path, found, allowance)
    if start == hdf5.MAGIC:
        return h5_file.model(path, found, allowance)
    for at, kinds in _OTHERS.items():
        for magic, kind in kinds.items():
            if start[at:].startswith(magic) and not (at == 0 and start.strip()[:1] in b'{["'):
                raise Refusal("SPC0801", f"`{path}` is {kind}, not a Keras model", help=_SAVE)
    node = _text(path, start, found)
    if isinstance(node.value, dict) and "modelTopology" in node.value:
        return tensorflow_js.model(path, node, found, allowance)
    if isinstance(node.value, dict) and "model_config" in node.value:
        return ModelFile(*opened(node, path, ("model_config",), found))
    return ModelFile(node, path)


def open_weights(path: str, allowance: Allowance) -> Arrays:
    """Arrays of a file beside the model: HDF5, a `.keras` archive, npz or json.

    Raises:
        Refusal: It is nothing of it.
        OSError: It cannot be opened.
    """
    start = _start(path)
    if not start:
        raise damaged(path, "it is empty")
    if start == hdf5.MAGIC:
        return h5_file.weights(h5_file.opened(path, allowance))
    if start.startswith(_ZIP) and (saved := archive.weights(path, allowance)) is not None:
        return saved
    return _read(path, allowance)


def _read(path: str, allowance: Allowance) -> list[tuple[str, Handle]]:
    return list(read_data(path, allowance=allowance).items())


def _start(path: str) -> bytes:
    regular(path)
    with open(path, "rb") as file:
        return file.read(8)


def _text(path: str, start: bytes, found: Diagnostics) -> SourceNode:
    """JSON, whatever its name; Keras 2 had YAML, too."""
    first = start.removeprefix(b"\xef\xbb\xbf").strip()[:1]
    node = load(path, found, by_python=first in (b"{", b"[", b'"'))
    if node is not None and isinstance(node.value, str) and node.value.lstrip()[:1] == "{":
        node = read(node.value, path, found, by_python=True)  # JSON that was written as JSON again
    if node is None:
        raise SpecError(found)
    return node


def _folder(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    if (Path(path) / "config.json").exists():
        return archive.unpacked(path, found, allowance)
    if (Path(path) / "model.json").exists():
        return open_model(str(Path(path) / "model.json"), found, allowance)
    saved_model = any(
        (Path(path) / name).exists() for name in ("saved_model.pb", "saved_model.pbtxt")
    )
    what = (
        "a SavedModel of TensorFlow, which is code" if saved_model else "a folder without a model"
    )
    raise Refusal(
        "SPC0801",
        f"`{path}` is {what}",
        help=f"load it in Keras (`tf.keras.models.load_model`), and {_SAVE}"
        if saved_model
        else "name the file: JSON, `.keras` or `.h5`",
    )
