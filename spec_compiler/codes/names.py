"""Names and the graph."""

from __future__ import annotations

from spec_compiler.codes.code import Code

NAMES: tuple[Code, ...] = ()
