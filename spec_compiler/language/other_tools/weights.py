"""What other tools call where weights are, and what a weight is called there."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.other_tools.names import Names, meant, other_names
from spec_compiler.fixes import Fix, entry, remove
from spec_compiler.spelling import folded

_WEIGHTS: Names = other_names(
    {
        "file": "path filename checkpoint uri source src location weights ckpt safetensors "
        "file_path weights_file from",
        "sha256": "checksum hash digest sha sha256sum integrity",
        "map": "mapping rename names key_map renames name_map key_mapping aliases remap keys",
        "get": "download command how fetch",
    }
)
_TENSOR: Names = other_names(
    {
        "from": "name key tensor source src path torch_name",
        "as": "transform op apply via expression expr function fn convert",
    }
)
_TURNED = frozenset({"transpose", "transposed", "t"})


def of_weights(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that `weights` has not; None where nothing is known of it."""
    if folded(key) in {"url", "huggingface", "hub", "repo", "repoid"}:
        return "a file is fetched by you: `file` names it, and `get` says how people get it"
    if folded(key) in {"format", "framework", "device", "maplocation", "dtype"}:
        return remove("leave it out: weights are a safetensors file, and are cast to the layers'")
    return meant(_WEIGHTS, key, given)


def of_tensor(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that a tensor of a weights file has not."""
    value = given.get(key)
    if folded(key) in _TURNED and "as" not in given and not isinstance(value, list):
        if value is False:
            return remove("leave it out: the tensor is taken as it is", safe=True)
        return entry("as", "transpose(w)", "write `as: transpose(w)`", safe=value is True)
    if (
        folded(key) in {*_TURNED, "permute", "perm", "axes"}
        and isinstance(value, list)
        and "as" not in given
    ):
        text = f"transpose(w, {value})"
        return entry("as", f'"{text}"', f"write `as: {text}`", safe=True)
    if folded(key) in {"reshape", "shape"} and isinstance(value, list) and "as" not in given:
        text = f"reshape(w, {value})"
        return entry("as", f'"{text}"', f"write `as: {text}`", safe=True)
    return meant(_TENSOR, key, given)
