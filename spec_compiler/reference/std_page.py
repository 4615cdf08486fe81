"""The page of the library `specc:std`: what each block does, takes and gives, and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any, NamedTuple, cast

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.reading.packaged import read_packaged
from spec_compiler.reference.markdown import page, table, yaml_block
from spec_compiler.writing.yaml_text import to_yaml

_INTRODUCTION = """\
Blocks that come with specc. A spec that imports `specc:std` can use them as its own; they have no
privileges: each is written in the language, in
[`spec_compiler/libraries/std.yaml`](../spec_compiler/libraries/std.yaml), and `specc expand` shows
what a use of it stands for.

```yaml
specc: 1
imports: {std: specc:std}
dims: {t: {max: 512}}
inputs:
  tokens: {shape: [t], dtype: int32, values: {min: 0, max: 9999}}
layers:
  - {type: Embedding, name: embed, input_dim: 10000, output_dim: 64, mask_zero: true}
  - {use: std.learned_positions, name: placed, with: {length: 512}}
  - {use: std.encoder_block, name: encoder, repeat: 4, with: {heads: 4, hidden: 256}}
  - {use: std.attention_pooling, name: pooled, with: {hidden: 64}}
  - {type: Dense, name: probs, units: 3, activation: softmax}
```

- What a use cannot mean is an error at the use, at the value under `with` where it is that one.
- Inputs and outputs are called `x` where there is one of them, so all of these can be stacked with
  `repeat` where the shape stays.
- Masks go through blocks for sequences, and attention leaves padding out. Blocks for images take
  inputs without a mask.
- Weights are called by the names of the layers in the file: `encoder.0.attention.query.kernel`.
- What the blocks compute is compared with PyTorch, Keras or the formula of a paper (`tests/std`).
"""


class _Shown(NamedTuple):
    """An example: what is fed, and what stands behind `use` in the item."""

    inputs: str
    rest: str = ""


_LIMITS = ("min", "max", "multiple_of")
_STEPS = "x: {shape: [t, 16]}"
_IMAGE = "x: {shape: [32, 32, 16]}"
_HEADS = "x: {shape: [t, 4, 8]}"
_HIDDEN = "with: {hidden: 32}"
_ENCODER = "repeat: 2, with: {heads: 4, hidden: 64}"
_MEMORY = "x: {shape: [t, 16]}, memory: {shape: [s, 16]}"
_DECODER = f"from: [x, memory], {_ENCODER}"
_FILTERS = "with: {filters: 32, strides: 2}"
EXAMPLES: Mapping[str, Mapping[str, _Shown]] = {
    "Transformers": {
        "encoder_block": _Shown("x: {shape: [t, 16], mask: true}", _ENCODER),
        "post_norm_encoder_block": _Shown(_STEPS, _ENCODER),
        "causal_block": _Shown(_STEPS, _ENCODER),
        "decoder_block": _Shown(_MEMORY, _DECODER),
        "post_norm_decoder_block": _Shown(_MEMORY, _DECODER),
        "llama_block": _Shown(_STEPS, "repeat: 2, with: {heads: 4, kv_heads: 2, hidden: 48}"),
    },
    "Attention": {
        "rotary_attention": _Shown(_STEPS, "with: {heads: 4, kv_heads: 2}"),
        "alibi_attention": _Shown(_STEPS, "with: {heads: 4}"),
        "attention_pooling": _Shown(_STEPS, "with: {hidden: 8}"),
    },
    "Positions": {
        "learned_positions": _Shown(_STEPS, "with: {length: 512}"),
        "sinusoidal_positions": _Shown(_STEPS),
        "rotary": _Shown(_HEADS),
        "rotary_pairs": _Shown(_HEADS, "with: {base: 500000}"),
    },
    "Feed-forward": {
        "feed_forward": _Shown(_STEPS, "with: {hidden: 64, dropout: 0.1}"),
        "swiglu": _Shown(_STEPS, _HIDDEN),
        "geglu": _Shown(_STEPS, _HIDDEN),
        "highway": _Shown("x: {shape: [16]}", "repeat: 3"),
        "film": _Shown(f"{_IMAGE}, condition: {{shape: [8]}}", "from: [x, condition]"),
        "mixer_block": _Shown(
            "x: {shape: [49, 16]}", "repeat: 2, with: {token_hidden: 24, channel_hidden: 64}"
        ),
    },
    "Images": {
        "conv_block": _Shown(_IMAGE, _FILTERS),
        "double_conv": _Shown(_IMAGE, "with: {filters: 32}"),
        "residual_block": _Shown(_IMAGE, "repeat: 2"),
        "residual_projection_block": _Shown(_IMAGE, _FILTERS),
        "bottleneck_block": _Shown(_IMAGE, "repeat: 2"),
        "bottleneck_projection_block": _Shown(_IMAGE, _FILTERS),
        "depthwise_separable_block": _Shown(_IMAGE, _FILTERS),
        "inverted_bottleneck": _Shown(_IMAGE, "with: {filters: 24, strides: 2}"),
        "inverted_residual": _Shown(_IMAGE, "repeat: 2"),
        "squeeze_excite": _Shown(_IMAGE, "with: {ratio: 4}"),
        "convnext_block": _Shown(_IMAGE, "repeat: 3"),
        "dense_layer": _Shown(_IMAGE, "repeat: 3, with: {growth: 12}"),
        "patch_embedding": _Shown("image: {shape: [32, 32, 3]}", "with: {patch: 4, width: 16}"),
        "class_token": _Shown(_STEPS),
    },
    "Sound": {
        "wavenet_block": _Shown(
            _STEPS, "with: {filters: 8, skip_filters: 32}, each: {dilation_rate: [1, 2, 4, 8]}"
        ),
    },
}


def blocks() -> dict[str, Any]:
    """The blocks of the library by name, as they are written."""
    node = read_packaged("specc:std", Diagnostics())
    return cast("dict[str, Any]", node.plain() if node else {})["blocks"]


def block_section(name: str) -> Iterator[str]:
    """What is said of a block, below its heading."""
    (example,) = (group[name] for group in EXAMPLES.values() if name in group)
    return _section(blocks()[name], name, example)


def std_page() -> str:
    """Every block of the library, in groups."""
    declared = blocks()
    shown = {name for group in EXAMPLES.values() for name in group}
    if shown != declared.keys():
        raise ValueError(f"blocks without an example: {shown ^ declared.keys()}")
    parts: list[str] = []
    listed = [
        f"- {title}: {', '.join(f'[{name}](#{name})' for name in examples)}"
        for title, examples in EXAMPLES.items()
    ]
    for title, examples in EXAMPLES.items():
        parts.append(f"## {title}")
        for name, example in examples.items():
            parts += [f"### {name}", *_section(declared[name], name, example)]
    return page("# The library `specc:std`", _INTRODUCTION, "\n".join(listed), *parts)


def example_text(name: str, example: _Shown) -> str:
    """The spec of an example."""
    rest = f", {example.rest}" if example.rest else ""
    dims = ", ".join(f"{dim}: {{max: 512}}" for dim in "ts" if f"[{dim}," in example.inputs)
    return (
        "specc: 1\nimports: {std: specc:std}\n"
        + (f"dims: {{{dims}}}\n" if dims else "")
        + f"inputs: {{{example.inputs}}}\nlayers:\n  - {{use: std.{name}, name: y{rest}}}\n"
        + ("outputs: [y.x, y.0.skip]\n" if "skip" in rest else "")
    )


def _section(block: Mapping[str, Any], name: str, example: _Shown) -> Iterator[str]:
    params = {key: it for key, it in block.get("params", {}).items() if "value" not in it}
    yield block["doc"]
    if params:
        yield table(("param", "is", "default", "meaning"), map(_param, params, params.values()))
    yield f"Takes {_ports(block['inputs'])}; gives {_ports(_outputs(block), batch=True)}."
    text = example_text(name, example)
    program = program_of_text(text, "example.yaml")
    given = ", ".join(f"`{port.type}`" for port in program.outputs.values())
    yield yaml_block(text)
    count = sum(prod(it.value.shape) for it in program.graph.weights.values())
    yield f"gives {given}, with {count:,} weights."


def _param(name: str, declared: Mapping[str, Any]) -> tuple[str, str, str, str]:
    limits = [f"{key.replace('_', ' ')} {declared[key]}" for key in _LIMITS if key in declared]
    kind = ", ".join([declared["type"], *limits])
    given = declared.get("default")
    written = to_yaml({"default": given}).removeprefix("default: ").strip()
    default = "required" if given is None else f"`{written}`"
    return f"`{name}`", kind, default, declared.get("doc", "")


def _outputs(block: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = block["outputs"]
    return {name: it if isinstance(it, dict) else {} for name, it in given.items()}


def _ports(ports: Mapping[str, Any], *, batch: bool = False) -> str:
    return " and ".join(_port(name, it or {}, batch=batch) for name, it in ports.items())


def _port(name: str, declared: Mapping[str, Any], *, batch: bool) -> str:
    shape: list[Any] | None = declared.get("shape")
    if shape is None:
        return f"`{name}`"
    sizes = [str(size) for size in (shape if batch else ["batch", *shape])]
    words = f": {declared['doc'].rstrip('.')}" if "doc" in declared else ""
    return f"`{name}` `[{', '.join(sizes)}]`{words}"
