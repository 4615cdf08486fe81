"""Every code that specc can report, with its explanation and an executed wrong and right example.

A family a file: 00xx text, 01xx schema, 02xx names and graph, 03xx shapes, 04xx dtypes and masks,
05xx values and running, 06xx weights, 07xx tests, 08xx import and export,
09xx training, 10xx lints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.catalogue import Catalogue
from spec_compiler.codes.code import Code

FAMILIES = Catalogue[tuple[Code, ...]](
    __name__,
    {
        "00": "text.TEXT",
        "01": "schema.SCHEMA",
        "02": "names.NAMES",
        "03": "shapes.SHAPES",
        "04": "types.TYPES",
        "05": "values.VALUES",
        "06": "weights.WEIGHTS",
        "07": "tests.TESTS",
        "08": "importing_and_exporting.IMPORTING_AND_EXPORTING",
        "09": "training.TRAINING",
        "10": "lints.LINTS",
    },
)
"""The codes by the first two digits of their number."""


class _Codes(Mapping[str, Code]):
    """The codes by name, of which a family is loaded when one of it is asked for."""

    def __getitem__(self, code: str) -> Code:
        family = FAMILIES.get(code.removeprefix("SPC")[:2], ())
        found = next((item for item in family if item.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def __iter__(self) -> Iterator[str]:
        return (item.code for family in FAMILIES.values() for item in family)

    def __len__(self) -> int:
        return sum(map(len, FAMILIES.values()))


CODES: Mapping[str, Code] = _Codes()
"""All by name."""

__all__ = ["CODES", "FAMILIES", "Code"]
