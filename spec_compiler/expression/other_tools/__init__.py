"""What NumPy, PyTorch, TensorFlow and JAX call a function or an operation, and what to write."""
