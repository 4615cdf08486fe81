"""How a command ends: every way has its exit code, and none is a traceback."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from types import FrameType
from typing import NoReturn

import typer

from spec_compiler.cli.commands import app
from spec_compiler.cli.typed import Interrupted, Unread, UsageError

OK, FINDINGS, USAGE, INPUT_OUTPUT, BUG = 0, 1, 2, 3, 70
INTERRUPTED, BROKEN_PIPE = 130, 141


class Terminated(SystemExit):
    """SIGTERM or SIGHUP arrived; an exception, so that half-written files are removed."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    # raised inside a callback of a library it can be lost, so the clock raises it again
    signal.signal(signal.SIGALRM, lambda _, frame: _terminate(number, frame))
    signal.setitimer(signal.ITIMER_REAL, 1.0)
    raise Terminated(128 + number)


def run() -> NoReturn:
    """Run the command that the arguments name, and end the process."""
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
        with _asked_by_shell():
            result = typer.main.get_command(app).main(prog_name="specc", standalone_mode=False)
        sys.stdout.flush()
    except typer.Exit as leave:
        return leave.exit_code
    except UsageError as error:
        return _say(f"{error}", USAGE)
    except typer.TyperException as error:
        if not sys.argv[1:]:  # what it says is the help
            typer.echo(f"{error}", err=True)
            return USAGE
        from spec_compiler.cli.slips import misused  # only where something is wrong

        return _say(misused(error), USAGE)
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
    except Interrupted as stopped:
        return _say(f"interrupted: {stopped}", INTERRUPTED)
    except BrokenPipeError:
        # nobody reads any more: leave quietly, and keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        return _unread(error)
    except Unread as several:
        return max(_unread(error) for error in several.errors)
    except MemoryError:
        return _say("out of memory", FINDINGS)
    except Exception as error:
        return _unimported(error) or _bug(error)
    if result == INTERRUPTED:  # what typer makes of Ctrl-C, without a word
        return _say("interrupted", INTERRUPTED)
    return result if isinstance(result, int) else OK


def _asked_by_shell() -> AbstractContextManager[None]:
    """Typer completes for bash without asking whether the shell has said what, and as it parts."""
    words, at = os.environ.get("COMP_WORDS"), os.environ.get("COMP_CWORD", "")
    if os.environ.get("_SPECC_COMPLETE") != "complete_bash":
        return nullcontext()
    if words is None or not (at.isascii() and at.isdigit()):
        raise UsageError("completion needs COMP_WORDS and COMP_CWORD, which bash sets")
    if "\n" not in words:  # there is one, or who asks is not bash
        return nullcontext()
    from spec_compiler.cli.words_in_bash import whole_words  # only when it asks

    return whole_words()


def _unread(error: OSError) -> int:
    from spec_compiler.cli.slips import beside  # only where something is wrong

    if isinstance(error, FileNotFoundError) and error.filename is None:  # as `os.getcwd` says it
        return _say("the folder that specc runs in is not there any more", INPUT_OUTPUT)
    name = f"{error.filename}: " if error.filename else ""
    return _say(f"{name}{error.strerror or error}{beside(error)}", INPUT_OUTPUT)


def _say(message: str, code: int) -> int:
    from spec_compiler.report.escape import terminal  # only an end that went wrong says something

    with suppress(OSError):  # there is no better place to say that it is full
        typer.echo(f"error: {terminal(message)}", err=True)
    return code


def _unimported(error: Exception) -> int:
    """A library that is broken, or gone: nothing that we could mend; 0 where it is none."""
    from spec_compiler.cli.importing import not_imported  # only where something is wrong

    library = not_imported(error)
    if not library:
        return OK
    why = next(iter(f"{error}".strip().splitlines()), "")
    reason = f"{type(error).__name__}: {why}"
    return _say(f"{library} cannot be imported ({reason}): run `specc doctor`", INPUT_OUTPUT)


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
    with suppress(OSError):
        typer.echo("set SPECC_DEBUG=1 for the full trace, and please report it", err=True)
    return BUG
