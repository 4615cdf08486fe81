"""What is offered while something is typed, as data."""

from __future__ import annotations

import inspect

from spec_compiler.authoring.grammar import class_of
from spec_compiler.records import record
from spec_compiler.report.escape import markdown, terminal
from spec_compiler.spans import Span


@record
class Offer:
    """Something that may stand at a place.

    Attributes:
        label: What is shown, and what is typed to choose it.
        kind: `key`, `type`, `value`, `param`, `dim`, `layer`, `input`, `use`, `mask`, `weight`,
            `block`, `output`, `port`, `function`, `file`, `folder`, `code`.
        text: What is written.
        span: What it replaces: on one line, around the place.
        detail: A few words beside it.
        words: What it means, as Markdown.
        about: Whose words it has that are loaded only when they are asked for: what it chooses.
        rank: Where it stands among the others, the likeliest first.
    """

    label: str
    kind: str
    text: str
    span: Span
    detail: str = ""
    words: str = ""
    about: str = ""
    rank: int = 0


def words_of(label: str, about: str) -> str:
    """The words of an offer of a type or a choice, as Markdown; empty where it has none."""
    if about == "function":
        # the table is loaded only where it is asked
        from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS

        function = LAMBDA_FUNCTIONS.get(label)
        return "" if function is None else f"`{function}`\n\n{function.does}."
    if about == "code":
        from spec_compiler.codes import CODES  # for a code only

        return CODES[label].title if label in CODES else ""
    chosen = class_of(about, label) if about else None
    return inspect.cleandoc(chosen.__doc__ or "") if chosen is not None else ""


def shown(text: str) -> str:
    """A stranger's name or value as a short word beside an offer."""
    line = terminal(text)
    return line if len(line) <= 80 else f"{line[:79]}…"


def said(text: str) -> str:
    """A sentence with strangers' names in it, as Markdown."""
    return markdown(text)
