"""From a refusal to a diagnostic: the rule knows why, the document knows where."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostic, Label, Refusal, Severity, Span
from spec_compiler.source.node import Node, Path
from spec_compiler.source.split_text import cramped


def diagnose(
    refusal: Refusal,
    node: Node,
    *,
    severity: Severity = Severity.ERROR,
    labels: tuple[Label, ...] = (),
    notes: tuple[str, ...] = (),
) -> Diagnostic:
    """The diagnostic for a refusal whose paths are relative to `node`."""
    related = tuple(Label(span_of(node, path), text) for path, text in refusal.related)
    return Diagnostic(
        refusal.code,
        refusal.message,
        span_of(node, refusal.argument, refusal.within, key=refusal.blame_key),
        severity,
        refusal.annotation,
        (*related, *refusal.labels, *labels),
        (*refusal.notes, *notes),
        refusal.help or _cramped(refusal, node),
    )


def _cramped(refusal: Refusal, node: Node) -> str:
    """The help for `- type:Dense`, which is text, where something else is asked for."""
    found = node.nearest(refusal.argument)
    if refusal.code != "SPC0104" or not isinstance(found.value, str) or found.text_offset != 0:
        return ""
    parts = cramped(found.value)
    return f"a space is missing after the colon: `{parts[0]}: {parts[1]}`" if parts else ""


def span_of(
    node: Node, path: Path, within: tuple[int, int] | None = None, *, key: bool = False
) -> Span:
    """Where the value at `path` stands, or characters within it.

    What is not written has the place of the item that it belongs to: a layer's `type`, an input's
    `shape`, or the first line of the node.
    """
    found = node.nearest(path)
    if key and path:
        return node.key_span(path)
    if found is node and path:
        return headline(node)
    if not path:
        return headline(node)
    inside = found.inside(*within) if within is not None else None
    if inside is not None:
        return inside
    if found.value == {}:
        return node.key_span(path)
    return headline(found) if isinstance(found.value, dict) else found.span


def headline(node: Node) -> Span:
    """The part of a node that names it, rather than all of its lines."""
    for key in ("type", "reuse", "use"):
        kind = node.get(key)
        if kind is not None:
            return kind.span
    span = node.span
    if span.line == span.end_line:
        return span
    if isinstance(node.value, dict) and node.value:
        return next(iter(node.value.values())).key_span
    if isinstance(node.value, list) and node.value:
        return headline(node.value[0])
    return Span(span.file, span.line, span.column, span.line, span.column + 1)
