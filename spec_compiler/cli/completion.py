"""What a shell offers for a value that is being typed: names of the spec that stands before it.

Loaded only when a shell asks. What is offered comes from strangers, and shells run what they read:
a word with a sign that could mean something to one is not offered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import typer

from spec_compiler.cli.reading import STDIN, compile_spec
from spec_compiler.cli.typed import pairs
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.formats import RUN_FORMATS
from spec_compiler.program import Program
from spec_compiler.source.recognized import SUFFIXES, is_spec

_PLAIN = re.compile(r"[\w./+=:,@][\w./+=:,@-]*")
_FILES_AT_MOST = 1000
_WEIGHTS = (".safetensors", ".json")


def offered(what: str, ctx: typer.Context, typed: str) -> list[str]:
    """The words that may stand where something has been typed.

    Args:
        what: A key of `OFFERS`.
        ctx: The command, and what stands before.
        typed: What is there of the word.
    """
    try:
        words = list(OFFERS[what](ctx, typed))
    except (SpecError, OSError, UnicodeError):
        return []  # a spec that is broken is not what was asked about
    return [word for word in words if word.startswith(typed) and _PLAIN.fullmatch(word)]


def _specs(ctx: typer.Context, typed: str) -> Iterator[str]:
    return _files(typed, SUFFIXES, is_spec)


def _weights(ctx: typer.Context, typed: str) -> Iterator[str]:
    return _files(typed, _WEIGHTS)


def _files(
    typed: str, suffixes: tuple[str, ...], fits: Callable[[Path], bool] = os.path.exists
) -> Iterator[str]:
    """Files and folders that begin so. Of a folder that is the only one, what is in it."""
    folder, slash, start = typed.rpartition("/")
    place = Path(f"{folder}{slash}" or ".")
    if not place.is_dir():
        return
    found: list[str] = []
    inner = ""
    for item in sorted(place.iterdir())[:_FILES_AT_MOST]:
        if not item.name.startswith(start) or (item.name.startswith(".") and not start):
            continue
        name = f"{folder}{slash}{item.name}"
        if item.is_dir():
            inner = f"{name}/"
            found.append(inner)
        elif item.name.lower().endswith(suffixes) and fits(item):
            found.append(name)
    if found == [inner]:
        yield from _files(inner, suffixes, fits)
    yield from found


def _formats(ctx: typer.Context, typed: str) -> Iterable[str]:
    match ctx.info_name:
        case "validate":
            from spec_compiler.report import FORMATS  # each of one command only

            return FORMATS
        case "test":
            from spec_compiler.testing import REPORTS  # and this loads NumPy

            return REPORTS
        case "diff":
            from spec_compiler.report.comparison import COMPARISON_FORMATS

            return COMPARISON_FORMATS
        case "graph":
            return ("auto", "mermaid", "dot")
        case "export":
            return ("keras", "python")
        case "expand":
            return ("yaml", "json")
        case "docs" | "summary":
            return ("text", "json", "markdown")
        case _:
            return ("text", "json")


def _colors(ctx: typer.Context, typed: str) -> Iterable[str]:
    return ("auto", "always", "never")


def _depths(ctx: typer.Context, typed: str) -> Iterable[str]:
    return ("auto", "all", "1", "2", "3")


def _explained(ctx: typer.Context, typed: str) -> Iterable[str]:
    from spec_compiler.codes import CODES  # only for a word to explain
    from spec_compiler.reference.explained import words

    return (*words(), *sorted(CODES))


def _documented(ctx: typer.Context, typed: str) -> Iterable[str]:
    from spec_compiler.cli.docs import listed  # see above

    return [name for of in listed().values() for name in of]


def _codes(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Codes, behind those that are there already."""
    from spec_compiler.codes import CODES  # see above

    before, comma, _ = typed.rpartition(",")
    return (f"{before}{comma}{code}" for code in sorted(CODES))


def _tests(ctx: typer.Context, typed: str) -> Iterable[str]:
    """The words in names of tests."""
    names = (test.name for _, test in _program(ctx).core.tests)
    return dict.fromkeys(word for name in names for word in re.findall(r"\w+", name))


def _engines(ctx: typer.Context, typed: str) -> Iterable[str]:
    from spec_compiler.plan.engine import ENGINES  # loads NumPy

    return ENGINES


def _templates(ctx: typer.Context, typed: str) -> Iterable[str]:
    from spec_compiler.cli.new import TEMPLATES  # of one command only

    return TEMPLATES


def _template_params(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Each with the number that it has."""
    from spec_compiler.cli.new import TEMPLATES, params_of, text_of  # of one command only

    template = next((word for word in _before(ctx, "template") if word in TEMPLATES), None)
    found = params_of(text_of(template)) if template is not None else {}
    return (f"{name}={number.plain()}" for name, number in found.items())


def _params(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Each with the value that it has."""
    program = _program(ctx)
    for name, param in program.core.header.params.items():
        if param.value is None:
            value = program.core.scope.params.get(name)
            said = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"{name}={said}" if value is not None else f"{name}="


def _sizes(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Each with a size that it may have."""
    return (f"{name}={size}" for name, size in _usual_sizes(_program(ctx)).items())


def _random(ctx: typer.Context, typed: str) -> Iterator[str]:
    """The same, behind those that are there already."""
    before, comma, _ = typed.rpartition(",")
    taken = {item.partition("=")[0] for item in before.split(",")}
    sizes = _usual_sizes(_program(ctx)).items()
    return (f"{before}{comma}{name}={size}" for name, size in sizes if name not in taken)


def _results(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Names of results, behind those that are there already."""
    from spec_compiler.runtime.inside import results  # of one option only

    before, comma, _ = typed.rpartition(",")
    return (f"{before}{comma}{name}" for name in results(_program(ctx)))


def _data(ctx: typer.Context, typed: str) -> Iterator[str]:
    """Names of inputs, and files of data behind one."""
    names = list(_program(ctx).takes)
    name, sign, file = typed.partition("=")
    chosen = [each for each in names if each.startswith(typed)]
    if sign or len(chosen) == 1:
        name = name if sign else chosen[0]
        offers = [f"{name}={found}" for found in _files(file if sign else "", RUN_FORMATS)]
        yield from offers or [f"{name}="]  # a file of another name may be typed
    else:
        yield from (f"{each}=" for each in chosen)
        yield from _files(typed, RUN_FORMATS)


def _program(ctx: typer.Context) -> Program:
    """The spec before the word, with the params that are given.

    Raises:
        SpecError: it is refused.
        OSError: there is none.
    """
    spec = next(iter((*_before(ctx, "spec"), *_before(ctx, "specs"))), None)
    if spec is None or spec == STDIN or not Path(spec).is_file():
        raise FileNotFoundError
    given = pairs("--set", ctx.params.get("set_"))
    root = ctx.params.get("root")
    return compile_spec(spec, params=given, diagnostics=Diagnostics(), root=root, weights=False)


def _before(ctx: typer.Context, argument: str) -> list[str]:
    """What is given of an argument, and what was read but not given to any yet.

    An option whose value is still to come leaves the arguments before it where they were read.
    """
    given: str | Sequence[str] | None = ctx.params.get(argument)
    words = (given,) if isinstance(given, str) else given or ()
    return [word for word in (*words, *ctx.args) if word]


def _usual_sizes(program: Program) -> dict[str, int]:
    from spec_compiler.runtime.random_inputs import random_sizes  # loads NumPy

    return random_sizes(program, {})


OFFERS: Mapping[str, Callable[[typer.Context, str], Iterable[str]]] = {
    "specs": _specs,
    "weights": _weights,
    "formats": _formats,
    "colors": _colors,
    "depths": _depths,
    "explained": _explained,
    "documented": _documented,
    "codes": _codes,
    "tests": _tests,
    "engines": _engines,
    "params": _params,
    "sizes": _sizes,
    "random": _random,
    "data": _data,
    "results": _results,
    "templates": _templates,
    "template params": _template_params,
}
"""By what is asked for."""
