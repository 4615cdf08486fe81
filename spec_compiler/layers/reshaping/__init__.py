"""Layers that give the elements of a tensor other places."""
