"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from spec_compiler.layers.layer import Layer


class Catalogue(Mapping[str, type[Layer]]):
    """Classes by name, each loaded when it is first asked for: a spec uses few of the layers.

    Args:
        modules: The module in this package that each class stands in, by the name of the class.
    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules

    def __getitem__(self, name: str) -> type[Layer]:
        return getattr(import_module(f"{__name__}.{self._modules[name]}"), name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, name: object) -> bool:
        return name in self._modules


LAYERS = Catalogue(
    {
        "Activation": "activation",
        "Add": "add",
        "Average": "average",
        "Concatenate": "concatenate",
        "Dense": "dense",
        "Dot": "dot",
        "Dropout": "dropout",
        "EinsumDense": "einsum_dense",
        "Embedding": "embedding",
        "Flatten": "flatten",
        "GlobalAveragePooling1D": "global_average_pooling",
        "Identity": "identity",
        "LayerNormalization": "layer_normalization",
        "LSTM": "lstm",
        "Lambda": "lambda_",
        "Masking": "masking",
        "Maximum": "extremum",
        "Minimum": "extremum",
        "MultiHeadAttention": "multi_head_attention",
        "Multiply": "multiply",
        "Permute": "permute",
        "RepeatVector": "repeat_vector",
        "Reshape": "reshape",
        "Softmax": "softmax",
        "Subtract": "subtract",
    }
)

__all__ = ["LAYERS"]
