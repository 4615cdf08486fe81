"""What other tools call what is said of an input, and of an output."""

from __future__ import annotations

import re
from collections.abc import Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_list
from spec_compiler.fixes import Fix, advise, entry, remove
from spec_compiler.ir.types import DTYPES
from spec_compiler.spelling import folded

_INPUT: Names = other_names(
    {
        "shape": "dims dim size sizes input_shape input_size tensor_shape feature_shape in_shape "
        "dimensions resolution output_shape rank_shape",
        "batch_shape": "batch_input_shape full_shape static_shape",
        "dtype": "type data_type kind datatype tensor_type elem_type torch_dtype element_type",
        "values": "range bounds limits interval value_range",
        "tensor": "constant const data default value",
    }
)
_AXES = ("frames", "time", "steps", "timesteps", "seq_len", "length", "depth", "height", "width",
         "channels", "features", "n_features", "num_features", "num_channels")  # fmt: skip
"""Sizes that other tools name one by one, in the order of axes here."""
_COUNTS = any_of(
    "vocab_size vocabulary_size vocab num_tokens n_tokens num_embeddings num_words max_features "
    "num_categories n_categories cardinality num_values max_tokens num_classes n_classes"
)
"""What others call how many things a whole number names."""
_FED = frozenset({"optional", "required", "nullable", "tied", "encoder", "column", "preprocessing"})
_OUTPUT: Names = other_names(
    {
        "from": "layer source node tensor src input of ref layer_name reads comes_from output "
        "inputs name",
        "shape": "dims size sizes output_shape",
        "dtype": "type data_type",
    }
)
_OF_LAYERS = any_of("activation units num_classes decoder kernel bias")
_OF_TRAINING = any_of("loss metrics metric weight loss_weight target label")


def of_input(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that an input has not; None where nothing is known of it.

    Args:
        key: What is written.
        given: All that stands beside it.
    """
    sizes = [axis for axis in _AXES if axis in given]
    if folded(key) in {folded(axis) for axis in _AXES}:
        return _of_axes(key, sizes, given)
    if folded(key) in _COUNTS:
        return _of_count(given[key], given)
    fix = meant(_INPUT, key, given)
    if fix is None:
        if folded(key) in _FED:
            return remove("leave it out: every input is fed, and what is done to it is a layer")
        return None
    value = given[key]
    if fix.text == "dtype" and value not in DTYPES:
        return _of_kind(key, value) or fix._replace(safe=False)
    if fix.text == "values" and is_list(value) and len(value) == 2:
        low, high = map(in_braces, value)
        text = f"{{min: {low}, max: {high}}}"
        return entry("values", text, f"write `values: {text}`", safe=True)
    if fix.text == "tensor":
        alone = f"a constant is `tensor`, and has no `shape`: `{{tensor: {in_braces(value)}}}`"
        return advise(alone) if "shape" in given else fix._replace(safe=False)
    if fix.text in {"shape", "batch_shape"} and not is_list(value):
        text = f"[{value}]"
        return entry(fix.text, text, f"write `{fix.text}: {text}`")
    return fix


_NUMBERS = any_of("number numeric numerical real continuous vector image audio timeseries dense "
                  "tensor feature")  # fmt: skip
_WHOLE = any_of("category categorical text sequence token tokens ids integer int index sparse")
"""What other tools call the kinds of data of an input."""


def _of_kind(key: str, value: object) -> Fix | None:
    """The dtype of a kind of data; None where it is not known."""
    kind = folded(f"{value}")
    if kind in _NUMBERS:
        return remove("leave it out: numbers are float32 unless a `dtype` is given")
    return entry("dtype", "int32", "write `dtype: int32`") if kind in _WHOLE else None


def _of_axes(key: str, sizes: list[str], given: Mapping[str, object]) -> str | Fix | None:
    """The shape of which others name each size."""
    if "shape" in given:
        return remove("leave it out: `shape` says it")
    text = f"[{', '.join(in_braces(given[axis]) for axis in sizes)}]"
    words = f"write `shape: {text}`, the sizes in the order of the axes"
    if not sizes or (key != sizes[0] and key in given):
        return advise(words)
    return entry("shape", text, words).and_(*(remove().on(axis) for axis in sizes[1:]))


def of_output(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that an output has not; None where nothing is known of it."""
    if folded(key) in _OF_LAYERS:
        return "an argument stands in its layer, under `layers`"
    if folded(key) in _OF_TRAINING:
        return "how a model is trained stands in a section of its own: `train: {loss: …}`"
    fix = meant(_OUTPUT, key, given)
    if fix is not None and fix.text == "from":
        return fix._replace(safe=isinstance(given[key], str) and key != "name")
    if fix is not None and fix.text == "dtype" and given[key] not in DTYPES:
        return remove("leave it out: what an output is follows from its layer")
    return fix


def _of_count(count: object, given: Mapping[str, object]) -> Fix:
    """The numbers that name so many things, from 0 on."""
    plain = isinstance(count, int | str) and not isinstance(count, bool)
    last = count - 1 if isinstance(count, int) else f"{count} - 1" if plain else "n - 1"
    text = f"{{min: 0, max: {last}}}"
    words = f"whole numbers that name things lie in `values`: `values: {text}`"
    whole = str(given.get("dtype", "")).startswith(("int", "uint"))
    if not plain or not whole or "values" in given:
        return advise(f"{words}, with a `dtype` such as int32") or remove()
    return entry("values", text, words)


_CALLED = re.compile(r"\bshape\s*=\s*[(\[]([\w\s,]*)[)\]]")
_TYPED = re.compile(r"\bdtype\s*=\s*[\"']?(?:\w+\.)?(\w+)")


def input_called(written: str) -> str:
    """The input that `Input(shape=(14,))` makes; empty where a text is no such call."""
    shape, dtype = _CALLED.search(written), _TYPED.search(written)
    typed = f", dtype: {dtype[1]}" if dtype else ""
    return f"{{shape: [{shape[1].strip(', ')}]{typed}}}" if shape else ""
