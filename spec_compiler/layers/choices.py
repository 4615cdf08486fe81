"""What is chosen by name, by the kind of thing that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spec_compiler.layers.activations import ACTIVATIONS
from spec_compiler.layers.constraints import CONSTRAINTS
from spec_compiler.layers.initializers import INITIALIZERS
from spec_compiler.layers.regularizers import REGULARIZERS
from spec_compiler.notation.choice import Registry

CHOICES: Mapping[str, Registry[Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "regularizer": REGULARIZERS,
    "constraint": CONSTRAINTS,
}
"""The registries; each kind is also a type that a param may have."""
