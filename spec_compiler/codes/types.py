"""Dtypes and masks."""

from __future__ import annotations

from spec_compiler.codes.code import Code

TYPES: tuple[Code, ...] = ()
