"""Lints: what is valid, and yet most often a slip; and which of it is wanted to be said."""

from __future__ import annotations

from spec_compiler.linting.rules import Rules
from spec_compiler.linting.run import lint

__all__ = ["Rules", "lint"]
