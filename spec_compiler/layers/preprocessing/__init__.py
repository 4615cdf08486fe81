"""Layers that make features of raw data."""
