"""`specc explain`: a code, a layer, a choice or a function in detail, or the list of them all."""

from __future__ import annotations

import re
from textwrap import fill
from typing import Annotated

import typer

from spec_compiler.cli.options import ColorOption, completed
from spec_compiler.cli.reading import style
from spec_compiler.cli.typed import UsageError
from spec_compiler.codes import CODES
from spec_compiler.report import Style
from spec_compiler.report.explain import explain_text
from spec_compiler.spelling import nearest

_CODE = re.compile(r"(?:SPC\W?)?\d{1,4}", re.IGNORECASE)


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="A code such as SPC0301, or a name such as Dense, relu or gather.",
            autocompletion=completed("explained"),
        ),
    ] = None,
    color: ColorOption = "auto",
) -> int:
    """Explain a code, a layer, an activation or a function; alone, list them all.

    A code has a wrong and a right example; a layer its arguments, masks and examples. Initializers,
    regularizers, constraints, losses, metrics, optimizers, schedules and blocks of specc:std
    (std.swiglu) are explained, too.
    """
    if name is None:
        typer.echo(_all())
        return 0
    looks = style(color, 1)
    is_code = _CODE.fullmatch(name) or name.upper().startswith("SPC")
    typer.echo(_of_code(name, looks) if is_code else _of_word(name, looks), nl=False, color=True)
    return 0


def _all() -> str:
    # every layer is loaded for it, which a code does not need
    from spec_compiler.reference.explained import listed

    names = [f"{kind}\n{fill(' '.join(sorted(of, key=str.casefold)), 78)}" for kind, of in listed()]
    codes = sorted(CODES.values(), key=lambda item: item.code)
    return "\n\n".join([*names, "\n".join(f"{item.code}  {item.title}" for item in codes)])


def _of_code(name: str, looks: Style) -> str:
    number = name.upper().removeprefix("SPC")
    found = CODES.get(f"SPC{number:0>4}")
    if found is None:
        guess = nearest(name.upper(), CODES)
        hint = f"did you mean {guess}?" if guess else "`specc explain` alone lists all codes"
        raise UsageError(f"there is no code {name}; {hint}")
    return explain_text(found, looks)


def _of_word(name: str, looks: Style) -> str:
    # every layer is loaded for it, which a code does not need
    from spec_compiler.reference.explained import explained, meant, words
    from spec_compiler.report.markdown_text import markdown_text

    same = [word for word in words() if word.casefold() == name.casefold()]
    chosen = [name] if name in same else same
    if not chosen:
        # a section is told by `specc docs`, which loads what a name does not need
        from spec_compiler.cli.docs import documented

        told = [entry["markdown"] for entry in documented(name)]
        if told:
            return markdown_text("\n".join(told), looks)
        raise UsageError(f"there is nothing called `{name}`; {meant(name)}")
    return "\n\n".join(markdown_text(explained(word), looks) for word in chosen)
