"""Every code that specc can report, with its explanation and an executed wrong and right example.

A family a file: 00xx text, 01xx schema, 02xx names and graph, 03xx shapes, 04xx dtypes and masks,
05xx values and running, 06xx weights, 07xx tests, 08xx import and export.
"""

from __future__ import annotations

from spec_compiler.codes.code import Code
from spec_compiler.codes.foreign import FOREIGN
from spec_compiler.codes.imports import IMPORTS
from spec_compiler.codes.names import NAMES
from spec_compiler.codes.schema import SCHEMA
from spec_compiler.codes.shapes import SHAPES
from spec_compiler.codes.tests import TESTS
from spec_compiler.codes.text import TEXT
from spec_compiler.codes.types import TYPES
from spec_compiler.codes.values import VALUES
from spec_compiler.codes.weights import WEIGHTS

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        *TEXT,
        *SCHEMA,
        *NAMES,
        *IMPORTS,
        *SHAPES,
        *TYPES,
        *VALUES,
        *WEIGHTS,
        *TESTS,
        *FOREIGN,
    )
}

__all__ = ["CODES", "Code"]
