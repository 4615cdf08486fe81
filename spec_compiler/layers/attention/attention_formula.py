"""Attention over one axis of steps as formulas, for the examples of the layer."""

from __future__ import annotations

JOINED = 'einsum("...thv,hvo->...to", averages, attention_output_kernel) + attention_output_bias'
"""The result, from the averages of `value`."""


def averages(allowed: str, *, key: str = "y", bias: bool = True) -> dict[str, str]:
    """The averages of `value` in each head, part by part; heads have 4 entries.

    Args:
        allowed: Where a step of `x` may attend to a step of `y`, as the scores are.
        key: The input that is `key`.
        bias: Whether the projections add biases.
    """
    return {
        "q": _projected("query", "x", bias),
        "k": _projected("key", key, bias),
        "v": _projected("value", "y", bias),
        "fits": 'einsum("...thd,...shd->...hts", q, k) / sqrt(4)',
        "shares": f"where({allowed}, exp(fits), 0)",
        "weights": "shares / maximum(sum(shares, axis=-1, keepdims=True), 1e-30)",
        "averages": 'einsum("...hts,...shv->...thv", weights, v)',
    }


def _projected(name: str, x: str, bias: bool) -> str:
    product = f'einsum("...tn,nhd->...thd", {x}, {name}_kernel)'
    return f"{product} + {name}_bias" if bias else product
