"""`specc new`: a spec to start from."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.options import ColorOption, ForceOption, completed
from spec_compiler.cli.reading import STDIN, reporting
from spec_compiler.cli.typed import UsageError, pairs
from spec_compiler.cli.words import say
from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import require_writable, writing
from spec_compiler.line_index import line_index
from spec_compiler.source import SourceNode, read
from spec_compiler.spelling import nearest
from spec_compiler.writing.formatted import formatted

TEMPLATES = (
    "mlp",
    "tabular",
    "text-classifier",
    "tagger",
    "image-classifier",
    "encoder",
    "decoder",
    "siamese",
    "time-series",
)
"""Specs in the folder `templates` of the package, in the order in which people meet them."""
_FILE = "FILE"
"""What comments of a template call the file that it becomes."""
_NO_NAMES = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_PLAIN = re.compile(r"[\w./-]+")


def command(
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="TEMPLATE",
            help="What to start from; alone, `specc new` lists what there is.",
            autocompletion=completed("templates"),
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The spec to write, - for standard output; default: TEMPLATE.yaml.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help="The model's name; default: that of the file with -o, else the template's.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=NUMBER",
            help="A param of the template with another number: width=128.",
            autocompletion=completed("template params"),
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the templates.")] = False,
    force: ForceOption = False,
    color: ColorOption = "auto",
) -> int:
    """Write a spec to start from: valid, with tests, and a section that trains it.

    What is written is proved before; a file that is there is replaced with --force only.
    """
    if template is None or list_:
        for name in TEMPLATES:
            say(f"{name:<18}{described(name)}")
        return 0
    written = output or f"{template}.yaml"
    text = with_numbers(text_of(template), pairs("--set", set_))
    named = Path(written).name
    text = with_name(text, _of_file(output) if name is None else name)
    if written != STDIN and not named.endswith((".yaml", ".yml")):
        raise UsageError(f"--output {written}: a spec is a .yaml file")
    if _PLAIN.fullmatch(written) and written != STDIN:
        text = re.sub(rf"\b{_FILE}\b", written, text)
    _write(text, written, force=force, color=color)
    if written != STDIN:
        say(f"wrote {written}: {described(template)}")
        say(f"next: specc test {shlex.quote(written)}", err=True)
    return 0


def _write(text: str, written: str, *, force: bool, color: ColorOption) -> None:
    """Prove what is to be written, and write it."""
    named = Path(written).name
    with reporting(color) as found:
        program_of_text(text, named, diagnostics=found)
        text = formatted(text, named, found) or text  # another number may be longer
        if written == STDIN:
            typer.echo(text, nl=False)
            return
        target = Path(written)
        require_writable(target, replace=force)
        with writing(target) as file:
            file.write(text.encode())


def text_of(template: str) -> str:
    """The text of a template.

    Raises:
        UsageError: there is none of that name.
    """
    if template not in TEMPLATES:
        guess = nearest(template, TEMPLATES)
        hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(TEMPLATES)}"
        raise UsageError(f"there is no template `{template}`; {hint}")
    return (files("spec_compiler") / "templates" / f"{template}.yaml").read_text("utf-8")


def described(template: str) -> str:
    """What a template is, in a line."""
    doc = _node(text_of(template)).get("doc")
    return "" if doc is None else str(doc.plain())


def params_of(text: str) -> dict[str, SourceNode]:
    """The params of a template, each with the number that it has."""
    params = _node(text).get("params")
    names = list(params.value) if params is not None and isinstance(params.value, dict) else []
    found: dict[str, SourceNode] = {}
    for name in names:
        declared = params.get(name) if params is not None else None
        default = declared.get("default") if declared is not None else None
        if default is not None:
            found[name] = default
    return found


def with_numbers(text: str, numbers: Mapping[str, str]) -> str:
    """A template with other numbers as the defaults of its params.

    Raises:
        UsageError: there is no such param, or it is no number.
    """
    for name, number in numbers.items():
        known = params_of(text)
        if name not in known:
            guess = nearest(name, known)
            hint = f"did you mean `{guess}`?" if guess else f"it has {', '.join(known)}"
            raise UsageError(f"--set {name}: the template has no such param; {hint}")
        if not (number.isascii() and number.isdigit() and len(number) <= 9):
            raise UsageError(f"--set {name}={number}: a whole number is asked for")
        start, end = line_index(text).offsets(known[name].span)
        text = f"{text[:start]}{number}{text[end:]}"
    return text


def with_name(text: str, name: str) -> str:
    """A template with another name of the model, and of its weights; its own for an empty one.

    Raises:
        UsageError: it is no word that YAML reads as a name.
    """
    if not name:
        return text
    if not _is_name(name):
        raise UsageError(f"--name {name}: letters, digits, `_` and `-`, and a letter first")
    own = _node(text).nearest(("name",))
    start, end = line_index(text).offsets(own.span)
    behind = text[end:].replace(f"{own.value}.safetensors", f"{name}.safetensors")
    return f"{text[:start]}{name}{behind}"


def _of_file(output: str | None) -> str:
    """The name of a model that is called as its file; empty where that is none."""
    stem = "" if output in {None, STDIN} else re.sub(r"\W+", "_", Path(output or "").stem)
    return stem if _is_name(stem) else ""


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w-]*", text) is not None and text.lower() not in _NO_NAMES


def _node(text: str) -> SourceNode:
    node = read(text, "template.yaml", Diagnostics())
    assert node is not None  # noqa: S101 - each is proved by the tests
    return node
