"""The page of lints."""

from __future__ import annotations

from spec_compiler.codes import CODES
from spec_compiler.linting.table import LEVELS
from spec_compiler.reference.codes_page import anchor
from spec_compiler.reference.markdown import page, table


def lints_page() -> str:
    """Every lint with how grave it is; what it says, and why, is on the page of codes."""
    rows = [(_link(code), CODES[code].title, str(level or "off")) for code, level in LEVELS.items()]
    return page(
        "# Lints",
        "What is valid, and most often a slip, is a lint: `specc validate` says it of a spec that "
        "has no errors. A lint is sure before it speaks: what it cannot know, it does not say. "
        "`specc explain CODE` has the reason, a wrong and a right example.",
        table(("code", "what is said", "how grave"), rows),
        "Beside these there are warnings of what is looked at anyway: a layer that feeds no output "
        f"({_link('SPC0208')}), such an input ({_link('SPC0209')}), sizes "
        "that only the data decides. An output that a loss reads as what it is not, a softmax for "
        f"`from_logits`, is an error: {_link('SPC0902')}.",
        "What is said at all, how grave it is and how it is kept out of a spec is "
        "[a setting](settings.md): `off` is said where it is selected, and SPC1022 in CI, where "
        "`CI` is `true`.",
    )


def _link(code: str) -> str:
    return f"[`{code}`](codes.md#{anchor(code)})"
