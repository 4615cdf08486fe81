"""Files and folders that may be named at a place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.offers import Offer, shown
from spec_compiler.authoring.placing import Placing
from spec_compiler.authoring.standing import Standing
from spec_compiler.formats import RUN_FORMATS
from spec_compiler.reading.packaged import LIBRARIES

_SPECS = (".yaml", ".yml", ".json")
_WEIGHTS = (".safetensors", ".index.json")
_FILES_AT_MOST = 1000


def files_here(
    document: Document, standing: Standing, placing: Placing, *, specs: bool
) -> Iterator[Offer]:
    """Files that the key is about, in the folder that is typed; nothing outside of the spec's."""
    of_weights = standing.field is not None and standing.field.owner in {
        "WeightsDeclaration", "Train",
    }  # fmt: skip
    suffixes = _SPECS if specs else _WEIGHTS if of_weights else tuple(RUN_FORMATS)
    if standing.key == "validation_data":
        suffixes = tuple(RUN_FORMATS)
    if specs:
        for name in LIBRARIES:
            yield Offer(name, "file", placing.value(name), placing.span, "comes with specc")
    typed = standing.spot.typed
    folder, slash, _ = typed.rpartition("/")
    spec = Path(document.path)
    if ".." in folder.split("/") or folder.startswith("~") or typed.startswith("/"):
        return
    for item in _in(spec.parent / folder):
        name = f"{folder}{slash}{item.name}"
        if item.name.startswith(".") or not name.isprintable():
            continue
        if item.is_dir():
            yield Offer(f"{name}/", "folder", placing.value(f"{name}/"), placing.span, rank=1)
        elif item.name.lower().endswith(suffixes) and item.name != spec.name:
            yield Offer(name, "file", placing.value(name), placing.span, shown(""))


def _in(folder: Path) -> list[Path]:
    try:
        return sorted(islice(folder.iterdir(), _FILES_AT_MOST))
    except OSError:
        return []
