"""What is compared: each block of `specc:std` in a small model, a case for each way that it can go.

The model is named `b`; its inputs are `x` and what else the block reads. `make.py` knows how each
case is computed by others.
"""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A use of a block.

    Attributes:
        use: The block, and what else stands in its item.
        inputs: Their declarations, in YAML.
        shapes: Of what is fed, the batch first.
        outputs: What is compared.
        lengths: How many steps of each row count, for an input with a mask.
    """

    use: str
    inputs: str = "x: {shape: [t, 4]}"
    shapes: dict[str, tuple[int, ...]] = {"x": (2, 5, 4)}  # noqa: RUF012 - nobody changes it
    outputs: tuple[str, ...] = ("b",)
    lengths: tuple[int, ...] = ()

    @property
    def block(self) -> str:
        """Its name in the library."""
        return self.use.partition(",")[0]

    def text(self, dtype: str) -> str:
        """The spec."""
        sources = f"{{{', '.join(f'{name}: {name}' for name in self.shapes)}}}"
        return (
            f"specc: 1\nimports: {{std: specc:std}}\ndtype: {dtype}\n"
            f"dims: {{t: {{max: 8}}, s: {{}}}}\n"
            f"inputs: {{{self.inputs}}}\n"
            f"layers:\n  - {{use: std.{self.use}, name: b, from: {sources}}}\n"
            f"outputs: [{', '.join(self.outputs)}]\n"
        )


_MASKED = "x: {shape: [t, 4], mask: true}"
_TWO = {"x": (2, 5, 4), "memory": (2, 3, 6)}
_HEADS = {"x": (2, 5, 2, 6)}
_IMAGE = {"x": (2, 6, 5, 4)}
_OF_IMAGE = "x: {shape: [6, 5, 4]}"
_BLOCK = "with: {heads: 2, hidden: 6"
_NORM = "with: {filters: 3, strides: 2}"

CASES: dict[str, Case] = {
    "feed_forward": Case("feed_forward, with: {hidden: 6, dropout: 0.1}"),
    "swiglu": Case("swiglu, with: {hidden: 6}"),
    "geglu": Case("geglu, with: {hidden: 6, use_bias: true}"),
    "learned_positions": Case("learned_positions, with: {length: 8}"),
    "sinusoidal_positions": Case("sinusoidal_positions"),
    "rotary": Case("rotary", "x: {shape: [t, 2, 6]}", _HEADS),
    "rotary_pairs": Case("rotary_pairs, with: {base: 500}", "x: {shape: [t, 2, 6]}", _HEADS),
    "rotary_attention": Case("rotary_attention, with: {heads: 2, kv_heads: 1}"),
    "rotary_attention_masked": Case(
        "rotary_attention, with: {heads: 2, kv_heads: 2}", _MASKED, lengths=(3, 5)
    ),
    "rotary_attention_wide": Case("rotary_attention, with: {heads: 2, kv_heads: 2, head_dim: 6}"),
    "alibi_attention": Case("alibi_attention, with: {heads: 4}"),
    "alibi_attention_masked": Case("alibi_attention, with: {heads: 2}", _MASKED, lengths=(2, 4)),
    "encoder_block": Case(f"encoder_block, {_BLOCK}, dropout: 0.1}}"),
    "encoder_block_masked": Case(f"encoder_block, {_BLOCK}}}", _MASKED, lengths=(3, 5)),
    "encoder_stack": Case(f"encoder_block, repeat: 2, {_BLOCK}}}"),
    "post_norm_encoder_block": Case(f"post_norm_encoder_block, {_BLOCK}}}"),
    "causal_block": Case(f"causal_block, {_BLOCK}}}"),
    "decoder_block": Case(
        f"decoder_block, {_BLOCK}}}", "x: {shape: [t, 4]}, memory: {shape: [s, 6]}", _TWO
    ),
    "post_norm_decoder_block": Case(
        f"post_norm_decoder_block, {_BLOCK}}}", "x: {shape: [t, 4]}, memory: {shape: [s, 6]}", _TWO
    ),
    "llama_block": Case("llama_block, with: {heads: 2, kv_heads: 1, hidden: 6}"),
    "llama_stack_masked": Case(
        "llama_block, repeat: 2, with: {heads: 2, kv_heads: 2, hidden: 6}", _MASKED, lengths=(2, 5)
    ),
    "attention_pooling": Case("attention_pooling, with: {hidden: 3}"),
    "attention_pooling_masked": Case(
        "attention_pooling, with: {hidden: 3}", _MASKED, lengths=(1, 4)
    ),
    "conv_block": Case(f"conv_block, {_NORM}", _OF_IMAGE, _IMAGE),
    "double_conv": Case("double_conv, with: {filters: 3}", _OF_IMAGE, _IMAGE),
    "residual_block": Case("residual_block", _OF_IMAGE, _IMAGE),
    "residual_projection_block": Case(f"residual_projection_block, {_NORM}", _OF_IMAGE, _IMAGE),
    "bottleneck_block": Case("bottleneck_block, with: {reduction: 2}", _OF_IMAGE, _IMAGE),
    "bottleneck_projection_block": Case(
        "bottleneck_projection_block, with: {filters: 2, strides: 2}", _OF_IMAGE, _IMAGE
    ),
    "depthwise_separable_block": Case(f"depthwise_separable_block, {_NORM}", _OF_IMAGE, _IMAGE),
    "inverted_bottleneck": Case(
        "inverted_bottleneck, with: {filters: 3, expansion: 2, strides: 2}", _OF_IMAGE, _IMAGE
    ),
    "inverted_residual": Case("inverted_residual, with: {expansion: 2}", _OF_IMAGE, _IMAGE),
    "squeeze_excite": Case("squeeze_excite, with: {ratio: 2}", _OF_IMAGE, _IMAGE),
    "convnext_block": Case("convnext_block, with: {kernel_size: 3}", _OF_IMAGE, _IMAGE),
    "dense_layer": Case("dense_layer, with: {growth: 2}", _OF_IMAGE, _IMAGE),
    "patch_embedding": Case(
        "patch_embedding, with: {patch: 2, width: 3}",
        "image: {shape: [6, 4, 3]}",
        {"image": (2, 6, 4, 3)},
    ),
    "class_token": Case("class_token"),
    "mixer_block": Case(
        "mixer_block, with: {token_hidden: 3, channel_hidden: 6}", "x: {shape: [5, 4]}"
    ),
    "wavenet_block": Case(
        "wavenet_block, with: {filters: 3, skip_filters: 2, dilation_rate: 2}",
        outputs=("b.x", "b.skip"),
    ),
    "film": Case(
        "film", "x: {shape: [t, 4]}, condition: {shape: [3]}", {"x": (2, 5, 4), "condition": (2, 3)}
    ),
    "film_image": Case(
        "film", f"{_OF_IMAGE}, condition: {{shape: [3]}}", {**_IMAGE, "condition": (2, 3)}
    ),
    "highway": Case("highway, with: {activation: tanh}"),
}  # fmt: skip
