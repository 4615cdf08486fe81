"""What is chosen by name, by the kind of thing that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spec_compiler.declaring.choice import Registry
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.choices.constraints import CONSTRAINTS
from spec_compiler.layers.choices.initializers import INITIALIZERS
from spec_compiler.layers.choices.regularizers import REGULARIZERS

CHOICES: Mapping[str, Registry[Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "regularizer": REGULARIZERS,
    "constraint": CONSTRAINTS,
}
"""The registries; each kind is also a type that a param may have."""
