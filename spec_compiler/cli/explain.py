"""`specc explain`: a code in detail, or the list of all codes."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.options import ColorOption, UsageError
from spec_compiler.cli.reading import style
from spec_compiler.codes import CODES
from spec_compiler.report.explain import explain_text
from spec_compiler.spelling import nearest


def command(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="For example SPC0301, in any case.")
    ] = None,
    color: ColorOption = "auto",
) -> int:
    """Explain a code, with a wrong and a right example; without one, list all codes."""
    if code is None:
        listed = (
            f"{item.code}  {item.title}"
            for item in sorted(CODES.values(), key=lambda item: item.code)
        )
        typer.echo("\n".join(listed))
        return 0
    number = code.upper().removeprefix("SPC")
    found = CODES.get(f"SPC{number:0>4}")
    if found is None:
        guess = nearest(code.upper(), CODES)
        hint = f"did you mean {guess}?" if guess else "`specc explain` alone lists all codes"
        raise UsageError(f"there is no code {code}; {hint}")
    typer.echo(explain_text(found, style(color, 1)), nl=False, color=True)
    return 0
