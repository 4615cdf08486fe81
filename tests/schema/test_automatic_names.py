"""A layer without a name is called as Keras calls it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.compile import program_of_text
from spec_compiler.expanding.layer_list import snake
from spec_compiler.layers import LAYERS

KERAS = {
    "BatchNormalizationV2": "batch_normalization_v2",
    "Conv2DTranspose": "conv2d_transpose",
    "ConvLSTM2D": "conv_lstm2d",
    "EinsumDense": "einsum_dense",
    "GlobalAveragePooling1D": "global_average_pooling1d",
    "LSTM": "lstm",
    "MultiHeadAttention": "multi_head_attention",
    "ReLU": "re_lu",
    "SpatialDropout1D": "spatial_dropout1d",
    "UpSampling2D": "up_sampling2d",
}
"""As in the summaries of Keras's models."""


def as_keras(name):
    """`to_snake_case` of `keras/src/utils/naming.py`."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


@pytest.mark.parametrize(("cls", "name"), KERAS.items())
def test_the_names_of_classes(cls, name):
    assert (snake(cls), as_keras(cls)) == (name, name)


@given(st.sampled_from([*LAYERS]) | st.text("ABab12_", min_size=1))
def test_any_name(cls):
    assert snake(cls) == as_keras(cls)


def test_a_layer_is_called_so():
    text = "specc: 1\ninputs: {x: {shape: [3, 2]}}\nlayers: [{type: GlobalAveragePooling1D}]\n"
    assert [*program_of_text(text).outputs] == ["global_average_pooling1d"]
