"""Layers in which steps read from each other."""
