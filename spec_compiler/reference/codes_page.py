"""The page of codes."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.codes import CODES
from spec_compiler.codes.code import Mend
from spec_compiler.reference.markdown import page, table
from spec_compiler.report.explain import explain_markdown

_FAMILIES: Mapping[str, str] = {
    "00": "the text of a spec",
    "01": "declarations",
    "02": "names and the graph",
    "03": "shapes and sizes",
    "04": "dtypes and masks",
    "05": "values, data and running",
    "06": "weights",
    "07": "tests",
    "08": "import and export",
    "09": "training",
    "10": "lints, and what is asked of findings",
}
_MENDS: Mapping[Mend, str] = {
    "safe": "`specc validate --fix` edits what has one reading",
    "unsafe": "`specc validate --fix --unsafe` edits it: by a guess, or by what changes the model",
    "author": "it has several answers, or one that only its author knows",
    "elsewhere": "it is not the text of a spec that is wrong: data, a file, a command, the machine",
}


def codes_page() -> str:
    """Every code, in the order of its number; the same text as `specc explain CODE`."""
    codes = [CODES[number] for number in sorted(CODES)]
    families = [
        (f"SPC{family}xx", about)
        for family, about in _FAMILIES.items()
        if any(code.code[3:5] == family for code in codes)
    ]
    return page(
        "# Codes",
        "Every finding has a code. `specc explain CODE` prints its section of this page.",
        table(("family", "about"), families),
        "What is mended for you:",
        table(("codes", "by"), [(str(_mended(how)), words) for how, words in _MENDS.items()]),
        *(explain_markdown(code) for code in codes),
    )


def _mended(how: Mend) -> int:
    return sum(code.mend == how for code in CODES.values())


def anchor(code: str) -> str:
    """The address of a code's heading, as repositories make it: letters, digits and dashes."""
    heading = f"{code}: {CODES[code].title}".lower().replace(" ", "-")
    return "".join(sign for sign in heading if sign.isalnum() or sign in "-_")
