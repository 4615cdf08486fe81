"""From layers to primitives: `elaborate` lowers them in order, and proves what they claim."""

from spec_compiler.elaborate.elaborated import Elaborated, elaborate

__all__ = ["Elaborated", "elaborate"]
