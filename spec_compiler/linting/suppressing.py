"""Findings that their authors know of: taken away, and what of the comments is not needed, said."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from spec_compiler.codes import CODES
from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
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
    edits: dict[tuple[Span | None, str], tuple[Edit, bool]] = {}
    for comment in comments.get(known.file, ()):
        said_of = found.at(Stretch(comment.span), severity=Severity.WARNING)
        for odd, edit, safe in _odd(comment, kept_errors, _found_in(comment, found)):
            said_of.add(odd)
            if edit is not None:
                edits[comment.span, odd.message] = edit, safe
        unused = [
            code
            for code in comment.codes
            if code in CODES
            and not {(comment, code)} & (used | kept_errors)
            and rules.level(code, LEVELS.get(code, Severity.WARNING)) is not None
        ]
        if unused and looked and is_model:
            listed = ", ".join(f"`{code}`" for code in unused)
            message = f"nothing here is {listed} to ignore"
            edits[comment.span, message] = comment.without(unused), True
            said_of.add(Refusal(_UNUSED, message, help="remove it"))

    def mended(finding: Diagnostic) -> Diagnostic:
        edit, safe = edits.get((finding.span, finding.message), (None, True))
        return replace(finding, edits=(edit,), safe=safe) if edit is not None else finding

    if edits:
        found.revise(mended)


def _found_in(comment: Comment, found: Diagnostics) -> list[str]:
    """The codes of what is found where a comment is about."""
    first, last = comment.lines
    spans = ((item.code, item.span) for item in found.items)
    here = ((code, at) for code, at in spans if at and at.file == comment.span.file)
    return [code for code, at in here if first <= at.line <= last]


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


def _odd(
    comment: Comment, kept: set[tuple[Comment, str]], here: Collection[str]
) -> Iterator[tuple[Refusal, Edit | None, bool]]:
    """What is wrong with a comment, wherever it stands; what mends it, and whether surely.

    Args:
        comment: The comment.
        kept: Errors that comments name.
        here: The codes of what is found where the comment is about.
    """
    if not comment.codes:
        missing = "has its code not in brackets" if comment.meant else "names no code"
        message = f"this comment {missing}, so it ignores nothing"
        meant = comment.meant or "# specc: ignore[CODE] reason"
        edit = Edit(comment.span, comment.meant) if comment.meant else None
        yield Refusal(_NO_CODE, message, help=f"write `{meant}`"), edit, True
        return
    for code in comment.codes:
        if code not in CODES:
            own = nearest(code, here)
            hint = suggestion(own or nearest(code, CODES), "codes are `SPC` and four digits")
            edit = comment.with_code(code, own) if own is not None else None
            edit = edit or (comment.without([code]) if comment.codes[1:] else None)
            yield Refusal(_NO_CODE, f"there is no code `{code}` to ignore", **hint), edit, False
        elif (comment, code) in kept:
            message = f"`{code}` is an error here, and no comment makes a spec valid"
            words = "mend what it says, and remove the comment"
            yield Refusal(_NO_CODE, message, help=words), comment.without([code]), False
    if not comment.reason:
        advice = f"write `# specc: ignore[{comment.codes[0]}] the reason`"
        yield Refusal("SPC1092", "this comment does not say why", help=advice), None, True
