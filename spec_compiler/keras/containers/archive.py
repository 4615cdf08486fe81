"""Keras 3's `.keras` archives, and the same as a folder."""

from __future__ import annotations

import json
import stat
import zipfile
from contextlib import ExitStack
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from spec_compiler.data import Allowance, archives, hdf5
from spec_compiler.data.handle import damaged
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.files import regular
from spec_compiler.keras.containers import h5_file
from spec_compiler.keras.containers.carried import CARRIED, CONFIG, WEIGHTS, carried
from spec_compiler.keras.containers.model_file import Arrays, ModelFile
from spec_compiler.refusals import Refusal
from spec_compiler.source import Limits, read

_METADATA = "metadata.json"
_READ = (CONFIG, _METADATA, CARRIED)
_MOST = 10_000
"""Members of an archive; Keras writes three, and a few for layers with vocabularies."""
_LONGEST = 2**20
"""The bytes of the metadata."""


def model(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """The model of an archive.

    Raises:
        Refusal: It is not one of Keras's, or is broken.
        SpecError: The model's JSON cannot be read.
    """

    def contents() -> ModelFile:
        with archives.opened(path, allowance) as archive, ExitStack() as stack:
            infos = _infos(path, archive)
            held = {
                name: archives.content(path, archive, infos[name], allowance)
                for name in _READ
                if name in infos
            }
            weights = None
            if WEIGHTS in infos:
                weights = archives.as_file(path, archive, infos[WEIGHTS], allowance)
                weights = stack.enter_context(weights)
            return _model(path, f"{path}:{CONFIG}", held, weights, found, allowance)

    return archives.guarded(path, "zip", contents)


def unpacked(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """The model of a folder that holds what an archive does."""
    held: dict[str, bytes] = {}
    for name in _READ:
        file = Path(path) / name
        if file.exists():
            allowance.take(str(file), regular(file).st_size)
            held[name] = file.read_bytes()
    weights = Path(path) / WEIGHTS
    file = str(weights) if weights.exists() and regular(weights) else None
    return _model(path, str(Path(path) / CONFIG), held, file, found, allowance)


def weights(path: str, allowance: Allowance) -> Arrays | None:
    """The weights of an archive; None where it is no archive of Keras."""

    def contents() -> Arrays | None:
        with archives.opened(path, allowance) as archive:
            if WEIGHTS not in archive.namelist():
                return None
            info = _infos(path, archive)[WEIGHTS]
            with archives.as_file(path, archive, info, allowance) as file:
                return h5_file.weights(hdf5.read(file, f"{path}:{WEIGHTS}", allowance))

    return archives.guarded(path, "zip", contents)


def _model(
    path: str,
    file: str,
    held: dict[str, bytes],
    weights: str | None,
    found: Diagnostics,
    allowance: Allowance,
) -> ModelFile:
    if CONFIG not in held:
        raise Refusal(
            "SPC0801",
            f"`{path}` is an archive without `{CONFIG}`, not a Keras model",
            help="save the model in Keras: `model.save('model.keras')`",
        )
    node = read(held[CONFIG], file, found, by_python=True)
    if node is None:
        raise SpecError(found)
    arrays = spec = None
    if weights is not None:
        arrays = h5_file.weights(hdf5.read(weights, f"{path}:{WEIGHTS}", allowance))
        spec = carried(held, weights, path, allowance)
    version = _version(held.get(_METADATA, b""))
    return ModelFile(node, file, version=version, arrays=arrays, carried=spec)


def _version(metadata: bytes) -> str | None:
    try:
        data: Any = json.loads(metadata[:_LONGEST])
    except (ValueError, RecursionError):
        return None
    stated: Any = data.get("keras_version") if isinstance(data, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return stated if isinstance(stated, str) else None


def _infos(path: str, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The members of an archive by name, after all of them were looked at."""
    infos: dict[str, zipfile.ZipInfo] = {}
    for info in archives.members(path, archive):
        if len(infos) >= _MOST:
            raise damaged(path, f"it holds more than {_MOST:,} members")
        if not _inside(info.filename):
            raise damaged(path, f"its member `{info.filename}` would lie outside of it")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise damaged(path, f"its member `{info.filename}` is a link, which is not followed")
        infos[info.filename] = info
    longest = Limits().bytes
    for name in _READ:
        if name in infos and infos[name].file_size > longest:
            raise damaged(f"{path}:{name}", f"it is longer than {longest:,} bytes")
    return infos


def _inside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return not (posix.is_absolute() or windows.anchor or ".." in (*posix.parts, *windows.parts))
