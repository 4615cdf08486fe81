"""The declaration of an output: where it comes from, and what is claimed of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field, StrictStr

from spec_compiler.fixes import Fix
from spec_compiler.layers.base.claim import Claim


class Output(Claim):
    """An output: where it comes from, and claims about it."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = dict.fromkeys(
        ("min", "max", "finite", "value", "values", "sum", "range"),
        "what numbers are is claimed under `tests`: `[{name: range, expect: {y: {min: 0}}}]`",
    )

    others: ClassVar[str] = "language.other_tools.inputs.of_output"

    from_: StrictStr | None = Field(default=None, alias="from")
    """A layer, an input, or `layer.output`; default: the output's name."""
