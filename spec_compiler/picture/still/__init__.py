"""A picture that stands still: SVG and PNG, drawn by the scripts of the page without a browser."""
