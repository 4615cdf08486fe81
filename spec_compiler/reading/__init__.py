"""From the sections of a document to declarations, each mistake at its place."""
