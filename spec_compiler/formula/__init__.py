"""How formulas are read: sizes, numbers and constraints, and the expressions of Lambda."""
