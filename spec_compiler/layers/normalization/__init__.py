"""Layers that bring features to a common scale."""
