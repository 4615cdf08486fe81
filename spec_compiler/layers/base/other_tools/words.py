"""What other libraries say with an argument that means something else here, or nothing.

Where the number means something else, the mend has another number; where it says what the input
says already, there is nothing to write; what belongs elsewhere is told where.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.fixes import Fix, advise, around, behind, entry, lift, put, remove

_HEADS = ("num_heads", "nhead", "heads", "n_heads", "n_head", "num_attention_heads")
_FROM_INPUT = ("in_features", "in_channels", "input_size", "num_features", "num_channels", "in_dim",
               "kdim", "vdim", "input_channels", "n_features")  # fmt: skip
_NEEDLESS = {
    **dict.fromkeys(_FROM_INPUT, "leave it out: the size comes with the input"),
    "batch_first": "leave it out: the batch is the first axis",
    "start_dim": "leave it out: all axes but the batch become one",
    "inplace": "leave it out: it changes no result",
    "track_running_stats": "leave it out: a run takes the moving statistics",
}
_WHOLE_SIZES = ("embed_dim", "d_model", "hidden_size", "hidden_dim", "embedding_dim", "dim",
                "n_embd", "model_dim", "units", "size")  # fmt: skip
_PADDING = ("mask_value", "padding_value", "padding_index", "pad_token_id", "pad_id",
            "ignore_index", "mask_index", "mask_token")  # fmt: skip
_OF_CALLS = ("name", "from", "mask", "expect", "doc")
_OF_USES = ("repeat", "times", "copies", "each", "share", "residual")
_IN_MAPPINGS = ("with", "config", "args", "arguments", "params", "kwargs")
_OF_TRAINING = ("lr", "learning_rate", "loss", "optimizer", "metrics", "epochs", "from_logits",
                "label_smoothing", "momentum", "weight_decay")  # fmt: skip
_ALONE = {
    **dict.fromkeys(("dropout", "dropout_rate"), "{{type: Dropout, rate: {}}}"),
    **dict.fromkeys(("activation", "act"), "{{type: Activation, activation: {}}}"),
    **dict.fromkeys(
        ("batch_norm", "batchnorm", "batch_normalization", "use_batchnorm"),
        "{{type: BatchNormalization}}",
    ),
    **dict.fromkeys(("layer_norm", "layernorm"), "{{type: LayerNormalization}}"),
}


def of_meaning(
    kind: str, key: str, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    """What to write for an argument whose meaning is another one; see `of_layer`."""
    for rule in (_of_heads, _of_its_own, _in_a_mapping):
        if found := rule(kind, key, given, known):
            return found
    return None


def needless(key: str) -> Fix | None:
    """What says something that is so in any case."""
    return remove(_NEEDLESS[key]) if key in _NEEDLESS else None


def _of_heads(
    kind: str, key: str, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    """The size of all heads together, which is that of one head here."""
    own = next((name for name in ("key_dim", "head_dim") if name in known), None)
    if own is None or key not in _WHOLE_SIZES:
        return None
    if own in given:
        return remove(f"leave it out: the size comes with the input, `{own}` is that of one head")
    named = next((name for name in (*_HEADS, "num_query_heads") if name in given), None)
    size, heads = given[key], given.get(named or "")
    meaning = f"`{own}` is the size of one head"
    if type(size) is int and type(heads) is int and heads > 0 and size % heads == 0:
        words = f"write `{own}: {size // heads}`: {meaning}, {size} / {heads}"
        # what is called so may be the size of one head
        return entry(own, str(size // heads), words, safe=key not in {"size", "units", "dim"})
    words = f"{meaning}: `{key}` divided by the number of heads"
    if all(isinstance(part, int) or str(part).isidentifier() for part in (size, heads)) and (
        isinstance(size, str) or isinstance(heads, str)
    ):
        return entry(own, f"{size} / {heads}", words)
    return advise(words)


def _of_its_own(
    kind: str, key: str, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    """Arguments that mean something else than those that are like them."""
    rule = _MEANINGS.get(key)
    return rule(kind, given[key], given, known) if rule else None


def _normalized_shape(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    if "axis" not in known:
        return None
    if is_list(value) and len(value) > 1 and "axis" not in given:
        axes = f"[{', '.join(str(at) for at in range(-len(value), 0))}]"
        return entry("axis", axes, f"write `axis: {axes}`: the axes, whose sizes are the input's")
    return remove("leave it out: the last axis is normalized, and its size comes with the input")


def _kept(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    if "rate" not in known or "rate" in given or not isinstance(value, int | float):
        return None
    rate = f"{round(1 - value, 9):g}"
    return entry("rate", rate, f"write `rate: {rate}`: the share that is dropped", safe=True)


def _affine(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    if "center" not in known or not isinstance(value, bool):
        return None
    if value:
        return remove("leave it out: `center` and `scale` are true", safe=True)
    words = "write `center: false, scale: false`"
    return entry("center", "false", words, safe=True).and_(put("scale", "false", beside=True))


def _padding_index(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    if "mask_zero" not in known:
        return None
    meaning = "masks what has the index 0; the row of the table is a weight like others"
    if value == 0 and "mask_zero" not in given:
        return entry("mask_zero", "true", f"write `mask_zero: true`, which {meaning}")
    return f"padding is the index 0: `mask_zero: true` {meaning}"


def _permutation(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    if "dims" not in known or "dims" in given or not is_list(value) or value[:1] != [0]:
        return None
    rest = f"[{', '.join(map(str, value[1:]))}]"
    return entry("dims", rest, f"write `dims: {rest}`: the batch, axis 0, stays and is not named")


def _layers_in_one(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    if value == 1:
        return remove("leave it out: a layer is one layer", safe=True)
    steps = "return_sequences" in known
    last = ", each but the last with `return_sequences: true`" if steps else ""
    words = f"write the layer {written_plainly(value)} times{last}"
    own = {"type": kind, **{name: item for name, item in given.items() if name in known}}
    texts = {name: written_plainly(item) for name, item in own.items()}
    strange = given.keys() - {*known, *_OF_CALLS, "type", "num_layers", "n_layers"}
    if value != 2 or not steps or strange or "…" in texts.values():
        return words
    second = behind(_in_braces(texts), "").on()
    return remove(words).and_(put("return_sequences", "true").on(), second)


def _both_ways(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> str | Fix | None:
    if "return_sequences" not in known or not isinstance(value, bool):
        return None
    if not value:
        return remove("leave it out: it reads forward", safe=True)
    beside = {"bidirectional", "type", *_OF_CALLS}
    own = {"type": kind, **{key: item for key, item in given.items() if key not in beside}}
    inner = _in_braces({key: written_plainly(item) for key, item in own.items()})
    return around("Bidirectional", own, f"write `{{type: Bidirectional, layer: {inner}}}`")


def _in_braces(entries: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {text}' for key, text in entries.items())}}}"


def _features(
    kind: str, value: object, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    if "momentum" not in known or "momentum" not in given:
        return None
    return remove(
        f"{_NEEDLESS['num_features']}; the `momentum` of PyTorch is 1 minus the one that is "
        "written here"
    )


_Rule = Callable[[str, object, Mapping[str, object], Collection[str]], "str | Fix | None"]
_MEANINGS: Mapping[str, _Rule] = {
    "normalized_shape": _normalized_shape,
    **dict.fromkeys(("keep_prob", "keep_rate"), _kept),
    **dict.fromkeys(("affine", "elementwise_affine"), _affine),
    **dict.fromkeys(("padding_idx", *_PADDING), _padding_index),
    **dict.fromkeys(("perm", "axes", "order"), _permutation),
    **dict.fromkeys(("num_layers", "n_layers"), _layers_in_one),
    "bidirectional": _both_ways,
    "num_features": _features,
}


def _in_a_mapping(
    kind: str, key: str, given: Mapping[str, object], known: Collection[str]
) -> Fix | None:
    """Arguments in a mapping of their own, which stand beside `type`."""
    inner = given[key]
    if key not in _IN_MAPPINGS or "arguments" in known or not is_mapping(inner) or not inner:
        return None
    shown = ", ".join(f"{name}: {written_plainly(item)}" for name, item in inner.items())
    words = f"arguments stand beside `type`: write `{shown}`"
    if any(name in given for name in inner):
        return advise(words)
    return lift(words)


def of_elsewhere(key: str, value: object) -> str | Fix | None:
    """What belongs to a use of a block, to training, or to a layer of its own."""
    if key in _OF_USES:
        own = "repeat" if key in {"times", "copies"} else key
        shown = written_plainly(value)
        return (
            f"`{own}` is a key of `use`: put the layer into a block under `blocks`, and write "
            f"`{{use: NAME, {own}: {shown}}}`"
        )
    if key == "with":
        return "`with` is a key of `use`: the arguments of a layer stand beside `type`"
    if key in _ALONE:
        item = _ALONE[key].format(written_plainly(value))
        words = f"that is a layer of its own: `{item}` behind"
        if value is False or value is None:
            return remove(words)
        return remove(words).and_(behind(item, "").on())
    if key in _OF_TRAINING:
        return "how a model is trained stands in a section of its own: `train: {loss: …}`"
    return None
