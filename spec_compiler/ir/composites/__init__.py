"""The operations that layers share and that are written with primitives, a closed set."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.ir.graph import Composite

COMPOSITES = Catalogue[type[Composite]](
    __name__,
    {
        "elu": "rectifiers.Elu",
        "selu": "rectifiers.Selu",
        "celu": "rectifiers.Celu",
        "softplus": "smooth.Softplus",
        "squareplus": "smooth.Squareplus",
        "sparse_plus": "smooth.SparsePlus",
        "gelu": "smooth.Gelu",
        "mish": "smooth.Mish",
        "exponential": "smooth.Exponential",
        "sigmoid": "sigmoids.Sigmoid",
        "log_sigmoid": "sigmoids.LogSigmoid",
        "hard_sigmoid": "sigmoids.HardSigmoid",
        "silu": "sigmoids.Silu",
        "glu": "sigmoids.Glu",
        "softmax": "softmaxes.Softmax",
        "masked_softmax": "softmaxes.MaskedSoftmax",
        "log_softmax": "softmaxes.LogSoftmax",
        "sparsemax": "softmaxes.Sparsemax",
        "placed": "tables.Placed",
        "layer_normalization": "normalizations.LayerNormalization",
        "l2_normalization": "normalizations.L2Normalization",
        "rms_normalization": "normalizations.RootMeanSquareNormalization",
    },
)
"""All by name."""
