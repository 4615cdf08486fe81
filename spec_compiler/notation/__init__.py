"""How values are written: arithmetic over params and dims, kinds of fields, choices by name."""
