"""What a drawing of a spec shows, and what draws it: a page, SVG, PNG."""
