"""What may be written: the declarations of a spec, and their schema."""
