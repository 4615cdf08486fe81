"""From declarations to the core form: blocks, files and names are put in their places."""
