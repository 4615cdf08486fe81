"""The spec that an archive carries: what it was exported from, beside what Keras reads of it.

Keras's names have no dots, its layers no dims and no bounds, and what it has no layer for is code
in another file. So `specc export keras` puts the core form into the archive. It holds as long as
the rest of the archive is as it was written: what Keras saves again carries nothing.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Mapping
from hashlib import file_digest, sha256
from typing import Any, NamedTuple, cast

from spec_compiler.data import Allowance, archives, hdf5
from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir.arrays import Array, np
from spec_compiler.source import read
from spec_compiler.source.node import Plain

CARRIED = "spec.json"
"""The member of an archive that holds a spec; Keras reads only members that it knows."""
CONFIG, WEIGHTS = "config.json", "model.weights.h5"


class Carried(NamedTuple):
    """A spec and its weights.

    Attributes:
        document: The spec in core form, without weights and tests.
        weights: The arrays by the spec's names.
    """

    document: dict[str, Plain]
    weights: dict[str, Handle]


def carrying(archive: bytes, document: Mapping[str, Any], weights: Mapping[str, Array]) -> bytes:
    """An archive that carries a spec; as it is, where its weights are not all found in it.

    Args:
        archive: What Keras wrote.
        document: The spec in core form, without weights and tests.
        weights: Its arrays by name.
    """
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        config, allowance = opened.read(CONFIG), Allowance(sys.maxsize)
        with archives.as_file("", opened, opened.getinfo(WEIGHTS), allowance) as file:
            digest = _digest(config, file)
            root = hdf5.read(file, WEIGHTS, allowance)
    places: dict[str, list[str]] = {}
    for path, handle in root.every():
        places.setdefault(_mark(handle.load()), []).append("/".join(path))
    found: dict[str, str] = {}
    for name, array in weights.items():  # those that are alike may stand for each other
        alike = places.get(_mark(array))
        if not alike:
            return archive
        found[name] = alike.pop(0) if len(alike) > 1 else alike[0]
    text = json.dumps({"of": digest, "spec": document, "weights": found})
    buffer = io.BytesIO(archive)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(zipfile.ZipInfo(CARRIED, (1980, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def carried(
    held: Mapping[str, bytes], file: str, origin: str, allowance: Allowance
) -> Carried | None:
    """The spec that an archive carries; None where it carries none of what it holds now.

    Args:
        held: The members of the archive, without its weights.
        file: Its weights.
        origin: What it is, as a person would write it.
        allowance: What the arrays that are loaded may take.
    """
    if not held.keys() >= {CARRIED, CONFIG}:
        return None
    node = read(held[CARRIED], f"{origin}:{CARRIED}", Diagnostics(), by_python=True)
    told: Any = node.plain() if node is not None else None
    if not isinstance(told, dict) or cast("Any", told).get("of") != _digest(held[CONFIG], file):
        return None
    parts = cast("dict[str, Any]", told)
    document, places = parts.get("spec"), parts.get("weights")
    if not isinstance(document, dict) or not isinstance(places, dict):
        return None
    root = hdf5.read(file, f"{origin}:{WEIGHTS}", allowance)
    arrays = {"/".join(path): handle for path, handle in root.every()}
    wanted = cast("dict[str, Any]", places)
    if not all(isinstance(place, str) and place in arrays for place in wanted.values()):
        return None
    weights = {name: arrays[place] for name, place in wanted.items()}
    return Carried(cast("dict[str, Plain]", document), weights)


def _mark(array: Array) -> str:
    """What arrays share that hold the same numbers in the same shape and dtype."""
    plain = np.ascontiguousarray(array)
    return f"{plain.dtype.str} {plain.shape} {sha256(plain.tobytes()).hexdigest()}"


def _digest(config: bytes, file: str) -> str:
    """What Keras wrote, in short: the model, and the file of its weights."""
    with open(file, "rb") as weights:
        parts = sha256(config), file_digest(weights, "sha256")
    return sha256(b"".join(part.digest() for part in parts)).hexdigest()
