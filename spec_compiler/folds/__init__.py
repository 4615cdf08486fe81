"""A model at the size in which people read it: blocks closed, and what repeats shown once."""

from spec_compiler.folds.measured import Measured, Row
from spec_compiler.folds.parts import Part, owner_of, parts_of
from spec_compiler.folds.shown import MOST, layers_shown, shown

__all__ = ["MOST", "Measured", "Part", "Row", "layers_shown", "owner_of", "parts_of", "shown"]
