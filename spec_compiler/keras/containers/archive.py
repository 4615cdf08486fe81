"""Keras 3's `.keras` archives, and the same as a folder."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from spec_compiler.data import Allowance, archives
from spec_compiler.data.handle import damaged
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.files import regular
from spec_compiler.keras.containers import h5_file
from spec_compiler.keras.containers.carried import CARRIED, CONFIG, WEIGHTS, carried
from spec_compiler.keras.containers.model_file import Arrays, ModelFile
from spec_compiler.refusals import Refusal
from spec_compiler.source import Limits, read

_METADATA = "metadata.json"
_READ = (CONFIG, _METADATA, WEIGHTS, CARRIED)
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

    def contents() -> dict[str, bytes]:
        return _contents(path, _READ, allowance)

    held = archives.guarded(path, "zip", contents)
    return _model(path, f"{path}:{CONFIG}", held, found, allowance)


def unpacked(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """The model of a folder that holds what an archive does."""
    held: dict[str, bytes] = {}
    for name in _READ:
        file = Path(path) / name
        if file.exists():
            allowance.take(str(file), regular(file).st_size)
            held[name] = file.read_bytes()
    return _model(path, str(Path(path) / CONFIG), held, found, allowance)


def weights(path: str, allowance: Allowance) -> Arrays | None:
    """The weights of an archive; None where it is no archive of Keras."""

    def contents() -> dict[str, bytes] | None:
        with archives.opened(path, allowance) as archive:
            if WEIGHTS not in archive.namelist():
                return None
        return _contents(path, (WEIGHTS,), allowance)

    held = archives.guarded(path, "zip", contents)
    return h5_file.counted(held[WEIGHTS], f"{path}:{WEIGHTS}", allowance) if held else None


def _model(
    path: str, file: str, held: dict[str, bytes], found: Diagnostics, allowance: Allowance
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
    arrays = None
    if WEIGHTS in held:
        arrays = h5_file.counted(held[WEIGHTS], f"{path}:{WEIGHTS}", allowance)
    version = _version(held.get(_METADATA, b""))
    spec = carried(held, path, allowance)
    return ModelFile(node, file, version=version, arrays=arrays, carried=spec)


def _version(metadata: bytes) -> str | None:
    try:
        data: Any = json.loads(metadata[:_LONGEST])
    except (ValueError, RecursionError):
        return None
    stated: Any = data.get("keras_version") if isinstance(data, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return stated if isinstance(stated, str) else None


def _contents(path: str, wanted: tuple[str, ...], allowance: Allowance) -> dict[str, bytes]:
    """Some members of an archive, after all of them were looked at."""
    with archives.opened(path, allowance) as archive:
        infos: dict[str, zipfile.ZipInfo] = {}
        for info in archives.members(path, archive):
            if len(infos) >= _MOST:
                raise damaged(path, f"it holds more than {_MOST:,} members")
            if not _inside(info.filename):
                raise damaged(path, f"its member `{info.filename}` would lie outside of it")
            infos[info.filename] = info
        longest = Limits().bytes
        for name in (CONFIG, _METADATA, CARRIED):
            if name in infos and infos[name].file_size > longest:
                raise damaged(f"{path}:{name}", f"it is longer than {longest:,} bytes")
        return {
            name: archives.content(path, archive, infos[name], allowance)
            for name in wanted
            if name in infos
        }


def _inside(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return not (posix.is_absolute() or windows.anchor or ".." in (*posix.parts, *windows.parts))
