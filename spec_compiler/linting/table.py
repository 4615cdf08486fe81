"""The closed table of lints: each by its code, with how grave it is and what is worth a look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from spec_compiler.catalogue import Catalogue
from spec_compiler.refusals import Severity

if TYPE_CHECKING:
    from spec_compiler.linting.looking import OfLayer, OfSpec

OF_SPECS: Catalogue[OfSpec] = Catalogue(
    "spec_compiler.linting",
    {
        "SPC1001": "unused.params",
        "SPC1002": "unused.dims",
        "SPC1003": "unused.blocks",
        "SPC1004": "unused.imports",
        "SPC1005": "unused.ports",
        "SPC1006": "unused.defaults",
        "SPC1007": "unused.loose_dims",
        "SPC1021": "promises.tests_of_types",
        "SPC1022": "promises.checksums",
        "SPC1023": "precision.wide_inputs",
        "SPC1024": "losses.binary_of_shares",
        "SPC1025": "losses.shares_of_units",
        "SPC1026": "losses.ends_at_the_worst",
    },
)
"""Lints that look once at a spec."""
OF_LAYERS: Catalogue[OfLayer] = Catalogue(
    "spec_compiler.linting",
    {
        "SPC1011": "activations.in_a_row",
        "SPC1012": "normalized.lost_bias",
        "SPC1013": "activations.over_padding",
        "SPC1014": "embeddings.masks_nothing",
        "SPC1015": "initial.unsuited",
        "SPC1016": "images.channels_first",
        "SPC1017": "rows.mixed",
        "SPC1018": "images.two_orders",
    },
)
"""Lints that look at every layer of some types."""
_LEARNED = (
    "Dense",
    *(f"Conv{rank}D" for rank in (1, 2, 3)),
    *(f"Conv{rank}DTranspose" for rank in (1, 2, 3)),
)
_RANKS = (1, 2, 3)
_OF_IMAGES = (
    *(f"Conv{rank}D" for rank in _RANKS),
    *(f"{kind}Conv{rank}D" for kind in ("Depthwise", "Separable") for rank in (1, 2)),
    *(f"Conv{rank}DTranspose" for rank in _RANKS),
    *(f"{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in _RANKS),
    *(f"Global{kind}Pooling{rank}D" for kind in ("Max", "Average") for rank in _RANKS),
    *(f"{kind}{rank}D" for kind in ("UpSampling", "ZeroPadding", "Cropping") for rank in (2, 3)),
)
KINDS: Mapping[str, tuple[str, ...]] = {
    "SPC1011": ("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"),
    "SPC1012": ("BatchNormalization",),
    "SPC1013": ("Activation",),
    "SPC1014": ("Embedding",),
    "SPC1015": _LEARNED,
    "SPC1016": ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D"),
    "SPC1017": ("Lambda",),
    "SPC1018": _OF_IMAGES,
}
"""The types that they look at."""
WORDS: Mapping[str, tuple[str, ...]] = {
    "SPC1001": ("params",),
    "SPC1002": ("dims",),
    "SPC1003": ("blocks",),
    "SPC1004": ("imports",),
    "SPC1005": ("blocks",),
    "SPC1006": ("defaults",),
    "SPC1007": ("dims",),
    "SPC1013": ("softmax", "sparsemax"),
    "SPC1014": ("mask_zero",),
    "SPC1015": ("selu", "zero", "Zero", "he_", "He"),
    "SPC1017": ("(",),
    "SPC1018": ("channels_first",),
    "SPC1021": ("tests",),
    "SPC1022": ("weights",),
    "SPC1023": ("float64",),
    "SPC1024": ("binary_crossentropy", "BinaryCrossentropy"),
    "SPC1025": ("categorical_crossentropy", "CategoricalCrossentropy"),
    "SPC1026": ("mode",),
}
"""Of which words one must stand in the text of a spec where a lint could find something."""

ON_DEMAND = frozenset({"SPC1007", "SPC1022"})
"""Lints that are off until they are asked for: whether they are right is a matter of taste."""
_NOTES = frozenset({"SPC1012", "SPC1015", "SPC1021"})
"""Lints of what costs little."""
LEVELS: Mapping[str, Severity | None] = {
    code: None if code in ON_DEMAND else Severity.NOTE if code in _NOTES else Severity.WARNING
    for code in (*OF_SPECS, *OF_LAYERS)
}
"""How grave each is where nothing is asked; None for what is off."""

IN_TEXT = re.compile(r"#\s*specc:\s*\w|#.*\bSPC\d{4}")
"""What there is in a comment that suppresses findings, or is meant to."""
