"""Layers of other libraries that are blocks of `specc:std` here, and lists of layers in one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from spec_compiler.declaring.other_tools.names import Names, any_of, other_names
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, advise, behind, remove, write
from spec_compiler.spelling import folded

_OF_TORCH = MappingProxyType({"hidden": "2048", "dropout": "0.1"})
"""What torch has where nothing is said, and a block has something else or nothing."""


class _Block(NamedTuple):
    """A block.

    Attributes:
        name: In `specc:std`.
        norm_first: The one that has its norms before its parts, where that is asked for.
        given: Arguments that the other library has by default, and the block has not.
    """

    name: str
    norm_first: str = ""
    given: Mapping[str, str] = MappingProxyType({})


_ENCODER, _DECODER = "post_norm_encoder_block", "post_norm_decoder_block"
_BLOCKS: Mapping[str, _Block] = MappingProxyType(
    {
        folded(name): block
        for names, block in (
            ("TransformerEncoderLayer", _Block(_ENCODER, "encoder_block", _OF_TORCH)),
            ("TransformerDecoderLayer", _Block(_DECODER, "decoder_block", _OF_TORCH)),
            ("TransformerEncoder BertLayer", _Block(_ENCODER, "encoder_block")),
            ("TransformerDecoder", _Block(_DECODER, "decoder_block")),
            (
                "TransformerBlock Transformer TransformerLayer EncoderBlock EncoderLayer "
                "TransformerEncoderBlock ViTBlock ViTLayer AttentionBlock",
                _Block("encoder_block"),
            ),
            ("DecoderBlock DecoderLayer TransformerDecoderBlock", _Block("decoder_block")),
            ("GPTBlock GPT2Block CausalBlock", _Block("causal_block")),
            ("LlamaBlock LlamaDecoderLayer LlamaLayer", _Block("llama_block")),
            ("SwiGLU LlamaMLP GatedMLP", _Block("swiglu")),
            ("GeGLU GEGLU", _Block("geglu")),
            ("FFN FeedForwardNetwork MLP MLPBlock PositionwiseFeedForward", _Block("feed_forward")),
            ("AttentionPooling AttentionPool AttentivePooling", _Block("attention_pooling")),
            ("ConvBlock ConvBNReLU ConvBnAct", _Block("conv_block")),
            ("DoubleConv", _Block("double_conv")),
            ("ResidualBlock ResBlock BasicBlock ResNetBlock", _Block("residual_block")),
            ("Bottleneck BottleneckBlock", _Block("bottleneck_block")),
            ("InvertedResidual MBConv", _Block("inverted_residual")),
            ("SqueezeExcite SqueezeExcitation SEBlock SELayer SE", _Block("squeeze_excite")),
            ("ConvNeXtBlock", _Block("convnext_block")),
            ("PatchEmbedding PatchEmbed PatchEncoder", _Block("patch_embedding")),
            ("ClassToken CLSToken ClsToken", _Block("class_token")),
            ("MixerBlock MLPMixerBlock", _Block("mixer_block")),
            ("WaveNetBlock", _Block("wavenet_block")),
            ("FiLM FiLMLayer", _Block("film")),
            ("Highway HighwayLayer", _Block("highway")),
            ("RotaryEmbedding RoPE RotaryPositionalEmbedding", _Block("rotary")),
            ("SinusoidalPositionalEncoding SinusoidalEmbedding SinePositionEncoding",
             _Block("sinusoidal_positions")),
            ("LearnedPositionalEmbedding LearnedPositionalEncoding",
             _Block("learned_positions")),
        )
        for name in names.split()
    }
)  # fmt: skip
_ARGUMENTS: Names = other_names(
    {
        "heads": "num_heads nhead heads n_heads n_head num_attention_heads",
        "kv_heads": "num_kv_heads num_key_value_heads n_kv_heads kv_heads",
        "hidden": "dim_feedforward intermediate_dim ff_dim mlp_dim hidden_dim d_ff ffn_dim hidden "
        "intermediate_size feed_forward_dim feedforward_dim ffn_hidden dff dim_ff",
        "dropout": "dropout rate dropout_rate p",
        "activation": "activation act hidden_act",
        "epsilon": "epsilon eps layer_norm_eps layer_norm_epsilon",
        "length": "length max_len max_length sequence_length maxlen max_position_embeddings",
        "filters": "filters out_channels channels",
        "kernel_size": "kernel_size",
        "strides": "strides stride",
        "patch": "patch patch_size",
        "width": "width embed_dim projection_dim",
        "ratio": "ratio reduction reduction_ratio",
    }
)
_FROM_INPUT = any_of("d_model embed_dim hidden_size batch_first in_channels model_dim")
_REPEATED = any_of("num_layers n_layers depth repeat")
_NORM_FIRST = any_of("norm_first normalize_first pre_norm")
_EDGES = ("name", "from")


class StdBlock(NamedTuple):
    """A block in the place of a layer.

    Attributes:
        words: What to write.
        text: The use of the block as YAML has it in braces; empty where only the author knows it.
    """

    words: str
    text: str


def std_block(
    kind: str, given: Mapping[str, object], alias: str, takes: Mapping[str, bool]
) -> StdBlock | None:
    """The block of `specc:std` that a layer of another library is, or None.

    Args:
        kind: Its name there, with what Python has before it.
        given: All that stands in the item.
        alias: What the library is called in the file.
        takes: Whether a param of the block needs a value, by name; empty where it is not known.
    """
    block = block_called(kind, given)
    if block is None:
        return None
    edges = [f"{key}: {in_braces(given[key])}" for key in _EDGES if key in given]
    inner = dict(_OF_BLOCKS.get(folded(kind.rpartition(".")[2]), {}))
    able = True
    for key, value in given.items():
        plain = folded(key)
        own = next((name for name in _ARGUMENTS.get(plain, ()) if name in takes), None)
        if own is not None:
            inner[own] = in_braces(value)
        elif plain in _REPEATED:
            edges.append(f"repeat: {in_braces(value)}")
        elif key not in {"type", *_EDGES} and plain not in _FROM_INPUT | _NORM_FIRST:
            able = False
    inner = {key: text for key, text in inner.items() if key in takes}
    lacking = [name for name, needed in takes.items() if needed and name not in inner]
    shown = [*(f"{key}: {text}" for key, text in inner.items()), *(f"{it}: …" for it in lacking)]
    uses = [f"use: {alias}.{block}", *edges, *([f"with: {{{', '.join(shown)}}}"] if shown else [])]
    text = f"{{{', '.join(uses)}}}"
    words = f"a block of `specc:std` says that: write `{text}`"
    return StdBlock(words, text if able and not lacking and "…" not in text else "")


def block_called(kind: str, given: Mapping[str, object]) -> str | None:
    """The name of the block of `specc:std` that a layer of another library is, or None."""
    found = _BLOCKS.get(folded(kind.rpartition(".")[2]))
    if found is None:
        return None
    first = any(folded(key) in _NORM_FIRST and value is True for key, value in given.items())
    return found.norm_first if first and found.norm_first else found.name


_OF_BLOCKS = {name: block.given for name, block in _BLOCKS.items() if block.given}


def list_in_one(kind: str, given: Mapping[str, object]) -> Fix | None:
    """What to write for layers inside of one: `{type: Sequential, layers: […]}`; or None."""
    if folded(kind.rpartition(".")[2]) not in {"sequential", "modulelist", "stack", "model",
                                              "functional", "graph"}:  # fmt: skip
        return None
    words = "layers are written one after the other: a layer reads the one above"
    held = next((given[key] for key in ("layers", "modules", "args") if key in given), None)
    edges = {key: given[key] for key in ("from",) if key in given}
    if not is_list(held) or not held or not all(is_mapping(item) for item in held):
        return advise(words)
    items: list[str] = []
    for index, item in enumerate(held):
        own = item if is_mapping(item) else {}
        items.append(in_braces({**own, **(edges if not index and "from" not in own else {})}))
    if "…" in items or not given.keys() <= {"type", "name", "layers", "modules", "args", "from"}:
        return advise(words)
    others = (behind(text, "").on() for text in reversed(items[1:]))
    return write(items[0], words=words, safe=False).on().and_(*others)


def no_layer(kind: str, given: Mapping[str, object]) -> Fix | None:
    """What to do with a layer that only says what is an output, or reads two; None for others."""
    plain = folded(kind.rpartition(".")[2])
    if plain in {"output", "outputlayer", "outputs", "result", "endpoint", "sink"}:
        name = given.get("from")
        shown = f"{name}" if isinstance(name, str) else "NAME"
        words = f"results are named under `outputs`: `outputs: {shown}`; leave this layer out"
        return remove(words).on()
    if plain == "bilinear":
        return advise(
            "a Weight `w` of the shape `[units, a, b]` and `{type: Lambda, from: [x, y, w], "
            "function: 'einsum(\"bi,uij,bj->bu\", x, w, y)'}` say that"
        )
    return None
