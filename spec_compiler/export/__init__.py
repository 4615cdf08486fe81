"""Programs in foreign formats, one a file."""
