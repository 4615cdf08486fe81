"""The schema."""

from __future__ import annotations

from spec_compiler.codes.code import Code

SCHEMA: tuple[Code, ...] = ()
