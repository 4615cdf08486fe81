"""The reference pages and the published schemas, made from what the compiler itself uses."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.docs.choices_page import choices_page
from spec_compiler.docs.codes_page import codes_page
from spec_compiler.docs.functions_page import functions_page
from spec_compiler.docs.layer_page import layer_page, layers_index
from spec_compiler.docs.primitives_page import primitives_page
from spec_compiler.layers import LAYERS
from spec_compiler.spec.declaration_schema import describe_language
from spec_compiler.spec.json_schema import schema_text

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
    found["docs/primitives.md"] = primitives_page()
    for path, draft in SCHEMAS.items():
        found[path] = schema_text(draft) + "\n"
    return found


__all__ = ["SCHEMAS", "pages"]
