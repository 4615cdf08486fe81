"""TensorFlow.js's `model.json`, and the shards of its weights beside it."""

from __future__ import annotations

from pathlib import Path

from spec_compiler.data import Allowance, shards
from spec_compiler.data.relaid import in_dtype
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import under
from spec_compiler.keras.containers.model_file import Arrays, ModelFile
from spec_compiler.keras.containers.text_in_text import opened
from spec_compiler.keras.json_data import JsonPlace
from spec_compiler.keras.saved import ByLayer
from spec_compiler.refusals import Refusal
from spec_compiler.source import SourceNode


def model(path: str, node: SourceNode, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """The model that a `model.json` describes.

    Raises:
        Refusal: It is a graph of operations and not of layers, or a shard is not there.
        SpecError: It holds text that cannot be read.
    """
    root = JsonPlace(node.plain())
    node, file, at = opened(node, path, ("modelTopology",), found)
    topology = JsonPlace(node.plain())
    for key in at:
        topology = topology.get(str(key))
    inside = topology.has("model_config")
    if root.get("format").value == "graph-model" or not isinstance(topology.value, dict):
        raise Refusal(
            "SPC0801",
            f"`{path}` is a graph of TensorFlow's operations, whose layers are not known any more",
            help="convert the Keras model with `--output_format tfjs_layers_model`",
        )
    version = topology.get("keras_version").value
    if inside:
        node, file, at = opened(node, file, (*at, "model_config"), found)
    return ModelFile(
        node,
        file,
        at=at,
        version=version if isinstance(version, str) else "tfjs",
        arrays=_arrays(path, root.get("weightsManifest"), allowance),
    )


def _arrays(path: str, manifest: JsonPlace, allowance: Allowance) -> Arrays | None:
    if manifest.value is None:
        return None
    folder = Path(path).parent
    found: dict[str, list[tuple[str, shards.Handle]]] = {}
    for group in manifest.items():
        files = [under(folder, item.text()) for item in group.get("paths").items()]
        items = group.get("weights").items()
        entries = [_entry(item) for item in items]
        others = {entry.name for item, entry in zip(items, entries, strict=True)
                  if item.get("group").value == "optimizer"}  # fmt: skip
        for name, array in shards.read(files, entries, allowance).items():
            if name in others:
                continue
            if "float" not in array.dtype:  # JavaScript has made it of whole numbers
                array = in_dtype(array, "float32")
            found.setdefault(name.partition("/")[0], []).append((name, array))
    return ByLayer(found)


def _entry(place: JsonPlace) -> shards.Entry:
    shape = place.get("shape").sizes()
    if None in shape:
        raise place.get("shape").not_a("a shape without unknown sizes")
    sizes = tuple(size for size in shape if size is not None)
    name, dtype, packed = place.get("name").text(), place.get("dtype").text(), None
    quantized = place.get("quantization")
    if quantized.value is not None:
        given = [quantized.get(key).value for key in ("scale", "min")]
        if not all(isinstance(number, int | float) for number in given):
            return shards.Entry(name, dtype, sizes, (quantized.get("dtype").text(), 1.0, 0.0))
        scale, least = (float(str(number)) for number in given)
        packed = (quantized.get("dtype").text(), scale, least)
    return shards.Entry(name, dtype, sizes, packed)
