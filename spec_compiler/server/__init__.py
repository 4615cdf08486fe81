"""The language server: what `authoring/` knows, in the words of the protocol of editors."""
