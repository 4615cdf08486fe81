"""Wrong words on the command line, and names of files that are not there: what was meant."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence
from typing import Any

from spec_compiler.files import file_meant
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
}
"""What other programs call an option."""
_EXTRA = re.compile(r"unexpected extra argument(?:s|\(s\))? \((.+)\)")


def no_command(word: str, commands: Sequence[str]) -> str:
    """What to say of a first word that is no command."""
    if word == "help":
        return "there is no command `help`; write `specc --help`"
    if word.endswith((".yaml", ".yml", ".json")):
        return f"a command stands before a file: `specc validate {word}`"
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
    extra = _EXTRA.search(f"{error}")
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
    guess = file_meant(written)
    return f"; did you mean `{guess}`?" if guess else ""
