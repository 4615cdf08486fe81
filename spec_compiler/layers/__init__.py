"""The catalogue of layers: a file each; what stands here is the whole language of layers."""

from __future__ import annotations

from spec_compiler.catalogue import Catalogue
from spec_compiler.layers.base.layer import Layer

LAYERS = Catalogue[type[Layer]](
    __name__,
    {
        "Activation": "core.activation.Activation",
        "Add": "merging.add.Add",
        "Average": "merging.average.Average",
        "BatchNormalization": "normalization.batch_normalization.BatchNormalization",
        "CenterCrop": "reshaping.center_crop.CenterCrop",
        "Concatenate": "merging.concatenate.Concatenate",
        "Cropping1D": "reshaping.cropping.Cropping1D",
        "Cropping2D": "reshaping.cropping.Cropping2D",
        "Cropping3D": "reshaping.cropping.Cropping3D",
        "Dense": "core.dense.Dense",
        "Dot": "merging.dot.Dot",
        "Dropout": "regularization.dropout.Dropout",
        "EinsumDense": "core.einsum_dense.EinsumDense",
        "Embedding": "core.embedding.Embedding",
        "Flatten": "reshaping.flatten.Flatten",
        "GlobalAveragePooling1D": "pooling.global_average_pooling.GlobalAveragePooling1D",
        "GroupNormalization": "normalization.group_normalization.GroupNormalization",
        "Identity": "core.identity.Identity",
        "LayerNormalization": "normalization.layer_normalization.LayerNormalization",
        "LSTM": "recurrent.lstm.LSTM",
        "Lambda": "core.lambda_.Lambda",
        "Masking": "core.masking.Masking",
        "Maximum": "merging.extremum.Maximum",
        "Minimum": "merging.extremum.Minimum",
        "MultiHeadAttention": "attention.multi_head_attention.MultiHeadAttention",
        "Multiply": "merging.multiply.Multiply",
        "Normalization": "normalization.normalization.Normalization",
        "Permute": "reshaping.permute.Permute",
        "RepeatVector": "reshaping.repeat_vector.RepeatVector",
        "Rescaling": "normalization.rescaling.Rescaling",
        "Reshape": "reshaping.reshape.Reshape",
        "Resizing": "reshaping.resizing.Resizing",
        "RMSNormalization": "normalization.rms_normalization.RMSNormalization",
        "Softmax": "core.softmax.Softmax",
        "Subtract": "merging.subtract.Subtract",
        "UnitNormalization": "normalization.unit_normalization.UnitNormalization",
        "UpSampling1D": "reshaping.up_sampling.UpSampling1D",
        "UpSampling2D": "reshaping.up_sampling.UpSampling2D",
        "UpSampling3D": "reshaping.up_sampling.UpSampling3D",
        "Weight": "core.weight.Weight",
        "ZeroPadding1D": "reshaping.zero_padding.ZeroPadding1D",
        "ZeroPadding2D": "reshaping.zero_padding.ZeroPadding2D",
        "ZeroPadding3D": "reshaping.zero_padding.ZeroPadding3D",
    },
)

__all__ = ["LAYERS"]
