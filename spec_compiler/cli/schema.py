"""`specc schema`: the JSON Schema of the language."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from spec_compiler.cli.options import one_of
from spec_compiler.cli.typed import UsageError
from spec_compiler.language.json_schema import DRAFTS, schema_text
from spec_compiler.language.names import NAME
from spec_compiler.layers import LAYERS
from spec_compiler.spelling import nearest


def _names_of(what: str) -> Any:
    return typer.Option(metavar="NAME[,NAME…]", help=f"With --flavor strict: what {what}.")


Flavor = Annotated[
    str,
    typer.Option(
        help="full, for editors; or for language models min, which is small, or strict, for "
        "structured output.",
        callback=one_of("full", "strict", "min"),
    ),
]
Layers = Annotated[
    str | None,
    typer.Option(
        metavar="TYPE[,TYPE…]",
        help="With --flavor strict or min: the only types of layers; default: all.",
    ),
]


def command(
    draft: Annotated[
        str, typer.Option(help="2020-12, or draft-07.", callback=one_of(*DRAFTS))
    ] = "2020-12",
    flavor: Flavor = "full",
    inputs: Annotated[str | None, _names_of("inputs are called; default: x")] = None,
    dims: Annotated[str | None, _names_of("named sizes are called")] = None,
    outputs: Annotated[str | None, _names_of("outputs are called; default: there is one")] = None,
    layers: Layers = None,
) -> int:
    """Print the JSON Schema of specs, for editors, or for language models that write specs.

    What --flavor strict or min accepts, the full schema accepts. In strict every object is closed
    and every key required, and there is no oneOf; docs/schemas.md says what they leave out.
    """
    named = {"inputs": inputs, "dims": dims, "outputs": outputs}
    given = [name for name, value in named.items() if value is not None]
    if given and flavor != "strict":
        raise UsageError(f"--{given[0]} is for --flavor strict: in the others names are free")
    if flavor == "full":
        if layers is not None:
            raise UsageError("--layers is for --flavor strict or min")
        typer.echo(schema_text(draft).encode())
        return 0
    if draft != "2020-12":
        raise UsageError("--draft is for --flavor full; the others are 2020-12")
    # the others are cut from the full one, which most want
    from spec_compiler.language.json_flavors import Names, flavored_text

    names = {key: _names(key, value) for key, value in named.items() if value is not None}
    wanted = _types(layers) if layers is not None else list(LAYERS)
    typer.echo(
        flavored_text("strict" if flavor == "strict" else "min", Names(**names), wanted).encode()
    )
    return 0


def _names(option: str, text: str) -> list[str]:
    found = _listed(text)
    unfit = [name for name in found if not NAME.fullmatch(name)]
    if unfit or not found:
        raise UsageError(f"--{option}: `{''.join(unfit[:1])}` is no name")
    return found


def _types(text: str) -> list[str]:
    wanted = _listed(text)
    for name in wanted:
        if name not in LAYERS:
            guess = nearest(name, list(LAYERS))
            hint = f"did you mean `{guess}`?" if guess else "`specc docs` lists them"
            raise UsageError(f"--layers: there is no layer `{name}`; {hint}")
    if not wanted:
        raise UsageError("--layers names no layer")
    return wanted


def _listed(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
