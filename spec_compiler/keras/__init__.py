"""Keras's models as specs."""
