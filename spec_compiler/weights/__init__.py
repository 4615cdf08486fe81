"""Weights: initial values from a seed, and safetensors files."""
