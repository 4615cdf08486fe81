"""The command line: a thin file for each command, loaded only when it is asked for."""

from __future__ import annotations

import gc
import importlib
import inspect
import io
import os
import signal
import sys
from types import FrameType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from spec_compiler.cli.options import UsageError

COMMANDS = (
    "validate",
    "run",
    "test",
    "summary",
    "init",
    "expand",
    "graph",
    "diff",
    "hash",
    "import",
    "schema",
    "explain",
)

OK, FINDINGS, USAGE, INPUT_OUTPUT, BUG = 0, 1, 2, 3, 70
INTERRUPTED, BROKEN_PIPE = 130, 141


class LazyGroup(TyperGroup):
    """Imports a command's module when the command is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"spec_compiler.cli.{_module(cmd_name)}")
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        app.command(cmd_name, help=_paragraphs(module.command.__doc__))(module.command)
        command: Any = typer.main.get_command(app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Suggest the command that a slip most probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from spec_compiler.spelling import nearest  # only when there is something to suggest

            guess = nearest(args[0], list(COMMANDS))
            hint = f" did you mean `{guess}`?" if guess else f" one of {', '.join(COMMANDS)}"
            raise UsageError(f"there is no command `{args[0]}`;{hint}")
        return super().resolve_command(ctx, args)


def _paragraphs(doc: str) -> str:
    """A docstring with one line a paragraph, so that the terminal wraps it."""
    parts = inspect.cleandoc(doc).split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _module(command: str) -> str:
    return {"import": "import_"}.get(command, command)


app = typer.Typer(
    cls=LazyGroup,
    name="specc",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version  # slow, and needed only here

        typer.echo(f"specc {version('spec-compiler')}")
        raise typer.Exit


@app.callback()
def specc(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Compile declarative model specs: prove shapes, dtypes and masks, and run them with NumPy."""


class Terminated(SystemExit):
    """SIGTERM or SIGHUP arrived; an exception, so that half-written files are removed."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    # raised inside a callback of a library it can be lost, so the clock raises it again
    signal.signal(signal.SIGALRM, lambda _, frame: _terminate(number, frame))
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    raise Terminated(128 + number)


def main() -> NoReturn:
    """Run the command line; every way to end has its exit code, and none is a traceback."""
    gc.disable()  # a command is short, and trees of places have no cycles worth looking for
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looks at every package, for none
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _terminate)
    sys.exit(_guarded())


def _guarded() -> int:
    if sys.__stderr__ is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it stays until the end
    if sys.__stdout__ is None:
        return _say("standard output is closed", INPUT_OUTPUT)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal lacks is escaped, no failure
            stream.reconfigure(errors="backslashreplace")
    try:
        result = typer.main.get_command(app).main(standalone_mode=False)
        sys.stdout.flush()
    except typer.Exit as leave:
        return leave.exit_code
    except UsageError as error:
        return _say(f"{error}", USAGE)
    except typer.TyperException as error:
        if not sys.argv[1:]:  # what it says is the help
            typer.echo(f"{error}", err=True)
            return USAGE
        return _say(f"{error}", USAGE)
    except Terminated:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # `timeout` sends two; the way out is short
        raise
    except SystemExit as leave:
        if isinstance(leave.__context__, BrokenPipeError):  # typer's way to end then
            return BROKEN_PIPE
        raise
    except (typer.Abort, KeyboardInterrupt):
        return _say("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # nobody reads any more: leave quietly, and keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        return _say(f"{name}{error.strerror or error}", INPUT_OUTPUT)
    except MemoryError:
        return _say("out of memory", FINDINGS)
    except Exception as error:
        return _bug(error)
    return result if isinstance(result, int) else OK


def _say(message: str, code: int) -> int:
    from spec_compiler.report.escape import terminal  # only an end that went wrong says something

    typer.echo(f"error: {terminal(message)}", err=True)
    return code


def _bug(error: Exception) -> int:
    """A mistake of ours: what it was and where, so that it can be reported."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = ""
    if trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {os.path.basename(code.co_filename)}:{trace.tb_lineno} ({code.co_name})"
    if os.environ.get("SPECC_DEBUG"):
        # only when asked for
        import traceback

        traceback.print_exc()
    _say(f"a bug in specc: {type(error).__name__}: {error}{where}", BUG)
    typer.echo("set SPECC_DEBUG=1 for the full trace, and please report it", err=True)
    return BUG


__all__ = ["COMMANDS", "app", "main"]
