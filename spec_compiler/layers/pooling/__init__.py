"""Layers that summarise steps."""
