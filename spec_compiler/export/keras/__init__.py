"""A program as calls of Keras, and what is written from them: an archive, or Python."""
