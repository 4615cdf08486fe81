"""What a code is: a title, an explanation, and an example that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from spec_compiler.records import record

Mend: TypeAlias = Literal["safe", "unsafe", "author", "elsewhere"]
"""Who mends what a code reports.

`safe`: an edit, wherever there is one reading. `unsafe`: a guess, or what changes the model.
`author`: it has several answers, or one that only its author knows. `elsewhere`: it is not the text
of a spec that is wrong.
"""


@record
class Code:
    """A kind of finding.

    Attributes:
        code: `SPC` and four digits; the first two are its family.
        title: A few words, as in a list of codes.
        explanation: Why it is refused and what to do, in two to five sentences.
        wrong: The content of `varies` that raises exactly this code (as an error or a warning).
        right: The content of `varies` that is accepted, nearest to `wrong`.
        command: What reports it, as typed after `specc`.
        varies: The file that `wrong` and `right` are; the others are in `files`.
        files: The other files of the example, by name.
        gathers: Whether what is said of several places is mended in one, and so is one finding.
        mend: The best that is done about it. Tests hold it to what the examples and slips show.
    """

    code: str
    title: str
    explanation: str
    wrong: str
    right: str
    command: str = "validate model.yaml"
    varies: str = "model.yaml"
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    gathers: bool = False
    mend: Mend = "author"


def one_layer(layer: str, shape: str = "[3, 4]") -> str:
    """A model of one input and one layer."""
    return f"specc: 1\ninputs: {{x: {{shape: {shape}}}}}\nlayers:\n  - {{{layer}}}\n"


def settings_of(
    kind: str,
    code: str,
    title: str,
    explanation: str,
    wrong: str,
    right: str,
    shape: str,
    mend: Mend = "author",
) -> Code:
    """A code whose examples differ in the settings of one layer of a kind."""
    at_fault, mended = (one_layer(f"type: {kind}, {text}", shape) for text in (wrong, right))
    return Code(code, title, explanation, at_fault, mended, mend=mend)
