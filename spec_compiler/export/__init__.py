"""Programs in formats of other tools, one a file."""
