"""Replacements of text: made of what mends a mistake, in the style of what is around, and done."""
