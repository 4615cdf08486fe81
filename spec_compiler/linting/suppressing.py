"""Findings that their authors know of: taken away, and what of the comments is not needed, said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spec_compiler.codes import CODES
from spec_compiler.compile import Analysis
from spec_compiler.finding import Diagnostic, Suppressed
from spec_compiler.linting.comments import Comment, comments_in
from spec_compiler.linting.rules import Rules
from spec_compiler.linting.table import LEVELS
from spec_compiler.places import Stretch
from spec_compiler.reading.library import Library
from spec_compiler.refusals import Refusal, Severity
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Edit, Span
from spec_compiler.spelling import nearest, suggestion

_UNUSED = "SPC1091"
_NO_CODE = "SPC1093"


def suppress(known: Analysis, rules: Rules, looked: bool) -> None:
    """Take away what comments suppress, and say what is odd in the comments.

    Args:
        known: What was analyzed, with the findings of its lints.
        rules: What is asked for: a comment may be about what is not.
        looked: Whether there were lints at all; where not, no comment is too many.
    """
    found = known.found
    comments = {
        node.span.file: comments_in(node, found.lines.of(node.span.file))
        for node in _documents(known)
    }
    used: set[tuple[Comment, str]] = set()
    kept_errors: set[tuple[Comment, str]] = set()

    def said(finding: Diagnostic) -> Diagnostic | None:
        span = finding.span
        for comment in comments.get(span.file, ()) if span else ():
            first, last = comment.lines
            if span and finding.code in comment.codes and first <= span.line <= last:
                if finding.severity is not Severity.ERROR:
                    used.add((comment, finding.code))
                    if (told := rules.said(finding)) is not None:
                        found.suppressed.append(Suppressed(told, "comment", comment.reason))
                    return None
                kept_errors.add((comment, finding.code))
        return finding

    found.revise(said)
    is_model = known.stated is not None and known.stated.is_model
    edits: dict[tuple[str, Span | None], Edit] = {}
    for comment in comments.get(known.file, ()):
        said_of = found.at(Stretch(comment.span), severity=Severity.WARNING)
        for odd in _odd(comment, kept_errors):
            said_of.add(odd)
        if comment.meant:
            edits[_NO_CODE, comment.span] = Edit(comment.span, comment.meant)
        unused = [
            code
            for code in comment.codes
            if code in CODES
            and not {(comment, code)} & (used | kept_errors)
            and rules.level(code, LEVELS.get(code, Severity.WARNING)) is not None
        ]
        if unused and looked and is_model:
            listed = ", ".join(f"`{code}`" for code in unused)
            edits[_UNUSED, comment.span] = comment.without(unused)
            said_of.add(Refusal(_UNUSED, f"nothing here is {listed} to ignore", help="remove it"))
    if edits:
        found.revise(
            lambda finding: (
                replace(finding, edits=(edits[finding.code, finding.span],))
                if (finding.code, finding.span) in edits
                else finding
            )
        )


def _documents(known: Analysis) -> Iterator[SourceNode]:
    """The spec, and the files that it imports, each once."""
    if known.node is not None:
        yield known.node
    ahead: list[Library | None] = [known.library]
    seen: set[int] = set()
    while ahead:
        library = ahead.pop()
        if library is not None and id(library) not in seen:
            seen.add(id(library))
            ahead += library.imports.values()
            if library is not known.library:
                yield library.node


def _odd(comment: Comment, kept: set[tuple[Comment, str]]) -> Iterator[Refusal]:
    """What is wrong with a comment, wherever it stands."""
    if not comment.codes:
        missing = "has its code not in brackets" if comment.meant else "names no code"
        message = f"this comment {missing}, so it ignores nothing"
        meant = comment.meant or "# specc: ignore[CODE] reason"
        yield Refusal(_NO_CODE, message, help=f"write `{meant}`")
        return
    for code in comment.codes:
        if code not in CODES:
            hint = suggestion(nearest(code, CODES), "codes are `SPC` and four digits")
            yield Refusal(_NO_CODE, f"there is no code `{code}` to ignore", **hint)
        elif (comment, code) in kept:
            message = f"`{code}` is an error here, and no comment makes a spec valid"
            yield Refusal(_NO_CODE, message, help="mend what it says, and remove the comment")
    if not comment.reason:
        advice = f"write `# specc: ignore[{comment.codes[0]}] the reason`"
        yield Refusal("SPC1092", "this comment does not say why", help=advice)
