"""What authors declare: the pydantic schema of a spec, its params, sizes and expansion."""
