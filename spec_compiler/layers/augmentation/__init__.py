"""Layers that change images in training only."""
