"""What a layer is, and what it is lowered with."""
