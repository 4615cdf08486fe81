"""Shapes and sizes."""

from __future__ import annotations

from spec_compiler.codes.code import Code

SHAPES: tuple[Code, ...] = ()
