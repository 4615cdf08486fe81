"""Layers that learn from features, look up, and apply functions."""
