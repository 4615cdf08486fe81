"""What an editor asks of a spec: pure functions from a document and a place to plain records."""
