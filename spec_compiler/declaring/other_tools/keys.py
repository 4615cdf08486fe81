"""Names of arguments in other libraries, and in older versions of Keras."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OTHER_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("input", "inputs"), ("from",)),
        **dict.fromkeys(
            ("output", "outputs", "claim", "claims", "expected", "assert"), ("expect", "outputs")
        ),
        **dict.fromkeys(("tolerance", "tol", "eps"), ("atol",)),
        **dict.fromkeys(("expression", "expr", "func", "f", "lambda"), ("function",)),
        "causal": ("use_causal_mask",),
        # other libraries
        **dict.fromkeys(
            ("size", "n", "out_features", "hidden_size", "neurons", "num_units", "features"),
            ("units", "output_dim", "shape"),
        ),
        **dict.fromkeys(("vocab_size", "num_embeddings"), ("input_dim",)),
        **dict.fromkeys(("embedding_dim", "embed_dim", "dim"), ("output_dim", "key_dim")),
        **dict.fromkeys(("act", "nonlinearity", "fn"), ("activation", "function")),
        **dict.fromkeys(("shape", "new_shape"), ("target_shape",)),
        **dict.fromkeys(("path", "filename"), ("file",)),
        **dict.fromkeys(("description", "comment", "notes", "help"), ("doc",)),
        **dict.fromkeys(("alpha", "slope"), ("negative_slope",)),
        "lr": ("learning_rate", "initial_learning_rate"),
        "nb_epoch": ("epochs",),
        "value": ("default",),
        "name": ("from",),
        # Keras 1
        "output_dim": ("units",),
        "init": ("kernel_initializer", "embeddings_initializer"),
        "inner_init": ("recurrent_initializer",),
        "bias": ("use_bias",),
        "p": ("rate",),
        **{
            f"{short}_{what}": tuple(f"{name}_{what}" for name in names)
            for short, names in {
                "W": ("kernel", "embeddings"),
                "U": ("recurrent",),
                "b": ("bias",),
            }.items()
            for what in ("regularizer", "constraint")
        },
    }
)
"""What people, or older versions of Keras, call an argument whose name is not like it."""
