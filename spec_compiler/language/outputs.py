"""The declaration of an output: where it comes from, and what is claimed of it."""

from __future__ import annotations

from pydantic import Field, StrictStr

from spec_compiler.layers.base.claim import Claim


class Output(Claim):
    """An output: where it comes from, and claims about it."""

    from_: StrictStr | None = Field(default=None, alias="from")
    """A layer, an input, or `layer.output`; default: the output's name."""
