"""Layers of other libraries by the names that they have there, and what says the same here.

A name is a safe mend only where it is the same function whatever stands beside it: `Linear` is
`Dense`. `LayerNorm` has another `epsilon` by default, `InstanceNorm` is a `GroupNormalization` with
an argument, `LogSoftmax` an activation, and a `Dropout2d` drops channels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix, called, put, rename, write
from spec_compiler.language.keras_layers import OTHERWISE, activation_layer
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.likeness import word_meant
from spec_compiler.spelling import folded

_RANK = re.compile(r"[123]d$")
_OF_ALL = frozenset(("type", "name", "from", "doc", "expect", "mask", "trainable", "dtype"))
"""Keys that any layer may have."""


class _Same(NamedTuple):
    """A layer that is the same, or nearly; `N` in its name is how many axes it has.

    Attributes:
        type: The layer.
        arguments: What it has besides.
        same: Whether it is the same function.
        but: What differs.
        at_once: Whether the arguments are written over those that stand there.
    """

    type: str
    arguments: Mapping[str, str] = MappingProxyType({})
    same: bool = False
    but: str = ""
    at_once: bool = False


def _names(entry: _Same | str, *names: str) -> dict[str, _Same | str]:
    return dict.fromkeys(names, entry)


_LOSES = "what it does in training is another thing"
_ELSEWHERE: Mapping[str, _Same | str] = MappingProxyType(
    {
        **_names(_Same("Dense", same=True), "linear", "fullyconnected", "fc", "innerproduct"),
        **_names(_Same("Weight"), "parameter", "variable", "learnedparameter", "getvariable"),
        **_names(_Same("Reshape"), "unflatten", "view"),
        **_names(_Same("Dense"), "affine", "densegeneral", "projection", "feedforward"),
        **_names(_Same("Concatenate", same=True), "concat", "cat", "concatenation"),
        **_names(_Same("Multiply", same=True), "mul", "elementwisemultiply"),
        **_names(_Same("Subtract", same=True), "sub"),
        **_names(_Same("MultiHeadAttention", same=True), "mha"),
        **_names(_Same("MultiHeadAttention"), "selfattention", "multiheaddotproductattention"),
        **_names(_Same("GroupQueryAttention", same=True), "groupedqueryattention", "gqa"),
        **_names(_Same("LSTM", same=True), "cudnnlstm"),
        **_names(_Same("GRU", same=True), "cudnngru"),
        **_names(_Same("SimpleRNN", same=True), "vanillarnn", "elmanrnn"),
        **_names(_Same("SpatialDropoutND"), "dropoutN", "featuredropout"),
        **_names(_Same("AlphaDropout"), "featurealphadropout"),
        **_names(_Same("ZeroPaddingND", same=True), "zeropadN", "padN"),
        **_names(
            _Same("ConvNDTranspose", same=True), "convtransposeN", "deconvN", "transposedconvN"
        ),
        **_names(_Same("ConvNDTranspose", same=True), "convolutiontransposeN", "deconvolutionN"),
        **_names(_Same("UpSamplingND"), "upsampleN", "upsamplingnearestN"),
        **_names(
            _Same("UpSamplingND", {"interpolation": "bilinear"}),
            "upsamplingbilinearN",
        ),
        **_names(
            _Same("LayerNormalization", but="its `epsilon` is 0.001 unless it is said"),
            "layernorm",
            "norm",
        ),
        **_names(
            _Same("BatchNormalization", but="its `epsilon` is 0.001 unless it is said"),
            "batchnormN",
            "syncbatchnorm",
            "bn",
        ),
        **_names(_Same("RMSNormalization"), "rmsnorm"),
        **_names(_Same("GroupNormalization"), "groupnorm"),
        **_names(
            _Same("GroupNormalization", {"groups": "-1"}),
            "instancenormN",
            "instancenormalization",
        ),
        **_names(_Same("UnitNormalization"), "l2norm", "l2normalize"),
        **_names(_Same("Resizing"), "resize", "resample"),
        **_names(_Same("Lambda"), "expression", "function"),
        **_names(_Same("EinsumDense"), "einsum"),
        **_names(_Same("Permute"), "transpose"),
        **_names(_Same("AveragePoolingND"), "avgpoolN", "meanpoolN", "meanpoolingN"),
        "softmin": 'it is the softmax of `-x`: `{type: Lambda, function: "softmax(-x)"}`',
        "rrelu": f"`{{type: LeakyReLU, negative_slope: 0.2292}}` is what runs of it; {_LOSES}",
        **_names(
            "the language has no such layer; what it does, a Lambda can say",
            *("localresponsenorm", "lrn", "locallyconnectedN", "pixelshuffle", "fold", "unfold"),
            *("maxunpoolN", "lppoolN", "fractionalmaxpoolN", "crossmaplrnN"),
        ),
        **_names(
            "a `Conv2D` may be `SeparableConv2D` or `DepthwiseConv2D`: write which",
            "depthwiseseparableconvN",
        ),
        **_names(
            "vectors of places are blocks: `use: std.learned_positions` or "
            "`use: std.sinusoidal_positions`, with `imports: {std: specc:std}`",
            *("positionalembedding", "positionembedding", "positionalencoding"),
            *("positionencoding", "tokenandpositionembedding"),
        ),
        **_names(
            "write `residual: true` in a `use`, or `{type: Add, from: [a, b]}` behind the layers",
            *("residual", "skip", "skipconnection", "shortcut", "residualconnection"),
        ),
    }
)
"""By names in small letters and without signs, `N` where a number of axes stands at the end."""

_OF_TORCH = ("nn", "torch")
_EVERY_STEP = "torch's gives every step, and this does with `return_sequences: true`"
_FOR_TORCH: Mapping[str, _Same] = {
    "LeakyReLU": _Same("LeakyReLU", {"negative_slope": "0.01"}),
    "LSTM": _Same("LSTM", but=_EVERY_STEP),
    "GRU": _Same("GRU", but=_EVERY_STEP),
    "RNN": _Same("SimpleRNN", but=_EVERY_STEP),
}
"""Layers that do something else in torch than those that are called so in Keras."""
_OTHER_SLOPE = "leaky_relu"
"""The activation whose slope is 0.2; that of the layer `LeakyReLU` is 0.3."""
_BOTH_WAYS = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}


class Elsewhere(NamedTuple):
    """What is to be said of a layer's name that another library has.

    Attributes:
        message: Where it is not that there is no such layer.
        fix: What mends it.
    """

    fix: Fix
    message: str = ""


def layer_elsewhere(
    kind: str, given: Mapping[str, object], axes: int | None = None
) -> Elsewhere | None:
    """What to write for a layer of another library; None where nothing is known of it.

    Args:
        kind: Its name, with what Python has before it: `nn.LeakyReLU`.
        given: All that stands in the item.
        axes: How many axes its input probably has between batch and channels.
    """
    module, _, own = kind.rpartition(".")
    whole = folded(own)
    if module.split(".")[0] in _OF_TORCH and own in _FOR_TORCH:
        return Elsewhere(_typed(_FOR_TORCH[own], _FOR_TORCH[own].type, given))
    if own in LAYERS:
        return None
    activation = _activation(whole)
    if own == _OTHER_SLOPE or (activation and whole not in {*_ELSEWHERE, *map(folded, LAYERS)}):
        return Elsewhere(
            _activated(activation or own, given), f"`{kind}` is an activation, and no layer type"
        )
    for start in ("bidirectional", "bi", "b"):
        inner = _BOTH_WAYS.get(whole.removeprefix(start)) if whole.startswith(start) else None
        if inner:
            return Elsewhere(_both_ways(inner, given))
    rank = _RANK.search(whole)
    found = _ELSEWHERE.get(whole)
    if found is None and rank:
        found = _ELSEWHERE.get(f"{whole[: rank.start()]}N")
    ranked = rank.group()[0] if rank else _rank_of(given) or f"{axes or ''}"
    if found is None and not rank:
        found = _ELSEWHERE.get(f"{whole}N")
    if found is None and not rank and whole not in map(folded, LAYERS):
        found = _family(own)
    if found is None:
        return None
    if isinstance(found, str):
        two = given.get("from")
        if whole.startswith("residual") and is_list(two) and len(two) > 1:
            return Elsewhere(called("Add", f"write `Add`, or {found.removeprefix('write ')}"))
        return Elsewhere(write("…", words=found, safe=False))
    running = given.get("momentum")
    if rank and found.type == "BatchNormalization" and isinstance(running, float):
        # torch says how much of the new mean is taken, Keras how much of the old one stays
        found = found._replace(arguments={"momentum": f"{round(1 - running, 6)}"}, at_once=True)
    sure = found._replace(same=found.same and (rank is not None or "ND" not in found.type))
    return Elsewhere(_ranked(sure, ranked, given))


def _family(own: str) -> _Same | None:
    """The layers of one, two and three axes of which a name says not which."""
    if word_meant(own, LAYERS) is not None:
        return None
    for number in "23":  # some there are for one and two axes only
        named = word_meant(f"{own}{number}D", [name for name in LAYERS if f"{number}D" in name])
        if named is not None:
            return _Same(named.replace(f"{number}D", "ND"))
    return None


def _rank_of(given: Mapping[str, object]) -> str:
    """How many axes the arguments of a layer have, where one says it."""
    lists = [given.get(key) for key in ("kernel_size", "pool_size", "strides", "stride")]
    return next((f"{len(item)}" for item in lists if is_list(item) and len(item) < 4), "")


def _ranked(found: _Same, rank: str, given: Mapping[str, object]) -> Fix:
    if "ND" not in found.type:
        return _typed(found, found.type, given)
    named = found.type.replace("ND", f"{rank}D")
    if rank and named in LAYERS:
        return _typed(found, named, given)
    names = [found.type.replace("ND", f"{number}D") for number in "123"]
    able = [f"`{name}`" for name in names if name in LAYERS]
    words = f"write {', '.join(able[:-1])} or {able[-1]}: the input tells how many axes"
    return write("…", words=words, safe=False)


def _typed(found: _Same, named: str, given: Mapping[str, object]) -> Fix:
    """The name of a layer, with the arguments that it has to have."""
    if named not in LAYERS:
        return write("…", words=OTHERWISE, safe=False)
    arguments = {
        key: it for key, it in found.arguments.items() if found.at_once or key not in given
    }
    if not arguments:
        if not found.but:
            return rename(named, safe=found.same)
        return called(named, f"write `{named}`: {found.but}")
    entries = ", ".join(f"{key}: {it}" for key, it in (("type", named), *arguments.items()))
    fix = called(named, f"write `{{{entries}}}`").on("type")
    return fix.and_(*(put(key, it).on() for key, it in arguments.items()))


def _activation(whole: str) -> str:
    """The activation of a name; empty where it is none."""
    return next((name for name in ACTIVATIONS.by_name if folded(name) == whole), "")


def _activated(name: str, given: Mapping[str, object]) -> Fix:
    shown = activation_layer(name, given)
    words = f"write `{shown}`"
    if not given.keys() <= _OF_ALL:  # where the rest belongs, the words say
        return write("…", words=words, safe=False)
    fix = called("Activation", words, safe=True).on("type")
    return fix.and_(put("activation", name, safe=True).on())


def _both_ways(inner: str, given: Mapping[str, object]) -> Fix:
    """A recurrent layer that reads in both directions."""
    own = key_names(LAYERS[inner])
    around = {key: it for key, it in given.items() if key in ("name", "from", "doc")}
    within = {key: it for key, it in given.items() if key in own and key not in around}
    entries = {"type": "Bidirectional", **around, "layer": {"type": inner, **within}}
    able = len(given) == 1 + len(around) + len(within)
    return write(_shown(entries), safe=False).on() if able else advise_of(_shown(entries))


def _shown(entries: Mapping[str, object]) -> str:
    """A mapping as YAML has it in braces."""
    pairs = (
        f"{key}: {_shown(item) if is_mapping(item) else written_plainly(item)}"
        for key, item in entries.items()
    )
    return f"{{{', '.join(pairs)}}}"


def advise_of(shown: str) -> Fix:
    """What only a reader can do, who knows where the rest belongs."""
    return write("…", words=f"write `{shown}`", safe=False)


def other_name(word: str) -> str:
    """The layer that has another name elsewhere; empty where none has."""
    found = _ELSEWHERE.get(folded(word)) or _ELSEWHERE.get(f"{folded(word)}N")
    return found.type if isinstance(found, _Same) and found.type in LAYERS else ""
