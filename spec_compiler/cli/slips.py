"""Wrong words on the command line, and names of files that are not there: what was meant."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Sequence
from typing import Any

from spec_compiler.files import file_meant
from spec_compiler.shortening import shown
from spec_compiler.spelling import nearest

_COMMANDS = {
    **dict.fromkeys(("check", "lint", "compile", "verify"), "validate"),
    **dict.fromkeys(("predict", "infer", "eval", "evaluate", "forward", "call"), "run"),
    **dict.fromkeys(("show", "info", "describe", "print"), "summary"),
    **dict.fromkeys(("plot", "draw", "dot", "mermaid"), "graph"),
    **dict.fromkeys(("convert", "load"), "import"),
    "compare": "diff",
}
"""What other programs call a command."""
_EXAMPLES = {
    "--random": "--random batch=2",
    "--set": "--set width=64",
    "--dim": "--dim batch=1",
    "--input": "--input x=FILE",
}
"""What an option may be given."""
_OPTIONS = {
    "--data": "--input",
    "--x": "--input",
    "--out": "--output",
    "--batch": "--random batch=8",
    "--param": "--set",
    "--size": "--dim",
    **dict.fromkeys(("--strict", "--fail-on", "--werror", "--error"), "--deny-warnings"),
    **dict.fromkeys(("--filter", "--keyword", "--only"), "-k"),
    **dict.fromkeys(("--fix-unsafe", "--unsafe-fixes"), "--unsafe"),
}
"""What other programs call an option."""
_OF_SIZES = frozenset({"run", "profile", "trace", "summary"})
"""Commands with an option whose sizes are joined by commas."""
_EXTRA = re.compile(r"unexpected extra argument(?:s|\(s\))? \((.+)\)")


def no_command(word: str, commands: Sequence[str]) -> str:
    """What to say of a first word that is no command."""
    if word == "help":
        return "there is no command `help`; write `specc --help`, or `specc validate --help`"
    if word.endswith((".yaml", ".yml", ".json")):
        return f"a command stands before a file: `specc validate {shlex.quote(word)}`"
    guess = _COMMANDS.get(word) or nearest(word, list(commands))
    hint = f"did you mean `{guess}`?" if guess else f"one of {', '.join(commands)}"
    return f"there is no command `{word}`; {hint}"


def misused(error: Any) -> str:
    """What to say of wrong options and arguments: what Typer says, and what may be meant."""
    context, option = getattr(error, "ctx", None), getattr(error, "option_name", "")
    if option in _EXAMPLES and getattr(error, "possibilities", None) is None:  # it has no value
        return f"{f'{error}'.rstrip('.')}; write `{_EXAMPLES[option]}`"
    if context is None:
        return f"{error}"
    command = f"specc {context.info_name}" if context.parent is not None else "specc"
    help_ = f"`{command} --help` shows what there is"
    if type(error).__name__ == "MissingParameter" and error.param is not None:
        return f"{_missing(error.param)}; {help_}"
    extra = _EXTRA.search(f"{error}")
    if extra and "=" in extra[1] and context.info_name in _OF_SIZES:
        return f"{error}; sizes are joined by commas: `--random batch=2,{extra[1].split()[0]}`"
    if extra and context.info_name == "new":
        word = extra[1].split()[0].removesuffix(".yaml")
        return f"{_of_option(error)}; write `-o {word}.yaml` for a file of this name"
    if not option or getattr(error, "possibilities", None) is None:
        return f"{_of_option(error)}; {help_}"
    if option == "--weights":
        where = "weights are named in the spec: `weights: {file: model.safetensors}`"
        return f"{error}; {where}, or given to `specc run` and `specc test`"
    known = [name for parameter in context.command.params for name in parameter.opts]
    known += [name for parameter in context.command.params for name in parameter.secondary_opts]
    meant = _OPTIONS.get(option, "")
    guess = meant if meant.partition(" ")[0] in known else nearest(option, [*known, "--help"])
    return f"{error}; did you mean `{guess}`?" if guess else f"{error}; {help_}"


def _missing(parameter: Any) -> str:
    """What to say of an argument, or an option, that has to be given."""
    name, value = parameter.opts[0], parameter.metavar or parameter.name.upper()
    return f"{name} {value} is missing" if name.startswith("-") else f"{value} is missing"


def _of_option(error: Any) -> str:
    """What is said of a value, with the option that it was given to in place of `Input`."""
    named = getattr(getattr(error, "param", None), "opts", None)
    said = f"{error}"
    return said.replace("Input should", f"{named[0]} should", 1) if named else said


def beside(error: OSError) -> str:
    """The name in the same folder that was meant by one of which there is no file."""
    written = error.filename
    if error.errno != errno.ENOENT or not isinstance(written, str):
        return ""
    folder = os.path.dirname(written)
    if folder and not os.path.isdir(folder):
        return f"; there is no folder {shown(folder)}"
    guess = file_meant(written)
    return f"; did you mean `{guess}`?" if guess else ""
