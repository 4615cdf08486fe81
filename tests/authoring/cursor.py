"""A text with `|` where the cursor stands, as a document and a place."""

from spec_compiler.authoring.document import read_document


def standing_text(text, path="model.yaml"):
    """The document without the sign, and where it stood."""
    at = text.index("|")
    document = read_document(text[:at] + text[at + 1 :], path, weights=False)
    return document, document.position(at)
