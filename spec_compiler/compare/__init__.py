"""What a model is (`identity`), and what differs between two (`compare`)."""

from spec_compiler.compare.canonical import identity
from spec_compiler.compare.history import Changes
from spec_compiler.compare.programs import Comparison, Finding, FindingKind, compare

__all__ = ["Changes", "Comparison", "Finding", "FindingKind", "compare", "identity"]
