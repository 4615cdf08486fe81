"""Specs as text that authors could have written."""
