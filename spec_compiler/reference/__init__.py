"""The reference pages and the published schemas, made from what the compiler itself uses."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.language.declaration_schema import describe_language
from spec_compiler.language.json_schema import schema_text
from spec_compiler.layers import LAYERS
from spec_compiler.reference.choices_page import choices_page, training_page
from spec_compiler.reference.codes_page import codes_page
from spec_compiler.reference.functions_page import functions_page
from spec_compiler.reference.keras_layers_page import keras_layers_page
from spec_compiler.reference.layer_page import layer_page, layers_index
from spec_compiler.reference.lints_page import lints_page
from spec_compiler.reference.primitives_page import primitives_page
from spec_compiler.reference.std_page import std_page

SCHEMAS: Mapping[str, str] = {
    "schemas/specc.schema.json": "2020-12",
    "schemas/specc.draft-07.schema.json": "draft-07",
}


def pages() -> dict[str, str]:
    """Every generated file of the repository: its path, and its text."""
    describe_language()
    found = {f"docs/layers/{name}.md": layer_page(cls) for name, cls in LAYERS.items()}
    found["docs/layers/README.md"] = layers_index()
    found["docs/choices.md"] = choices_page()
    found["docs/codes.md"] = codes_page()
    found["docs/functions.md"] = functions_page()
    found["docs/keras_layers.md"] = keras_layers_page()
    found["docs/lints.md"] = lints_page()
    found["docs/primitives.md"] = primitives_page()
    found["docs/std.md"] = std_page()
    found["docs/train_choices.md"] = training_page()
    for path, draft in SCHEMAS.items():
        found[path] = schema_text(draft) + "\n"
    return found


__all__ = ["SCHEMAS", "pages"]
