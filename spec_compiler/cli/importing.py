"""Libraries that are installed and cannot be imported: which, and what they say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from types import FrameType

_OURS = __name__.partition(".")[0]
_BEGUN, _FAILED = "specc imports ", "specc cannot import: "
_PROGRAM = f"""\
import importlib, sys
for name in sys.argv[1:]:
    print("\\n{_BEGUN}" + name, flush=True)
    try:
        importlib.import_module(name)
    except BaseException as error:
        said = (str(error).strip().splitlines() or [""])[0]
        print("\\n{_FAILED}" + type(error).__name__ + ": " + said, flush=True)
"""
_SECONDS = 300


def failures(modules: Iterable[str]) -> dict[str, str]:
    """Why some modules cannot be imported; each is, in a process beside this one.

    Args:
        modules: Their names; those that can be imported are not in the result.
    """
    left, found = list(modules), dict[str, str]()
    while left:
        said, ended = _imported(left)
        begun = ""
        for line in said.splitlines():
            if line.startswith(_BEGUN):
                begun = line.removeprefix(_BEGUN)
                left.remove(begun)
            elif line.startswith(_FAILED):
                found[begun] = line.removeprefix(_FAILED)
        if not ended:
            break
        found[begun or left.pop(0)] = ended
    return found


def _imported(modules: list[str]) -> tuple[str, str]:
    """What a process that imports them says, and how it ended, where that was not as it should."""
    words = [sys.executable, "-P", "-c", _PROGRAM, *modules]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and names of ours
            words, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"").decode("utf-8", "replace"), f"it takes more than {_SECONDS} s"
    ended = f"the process ends with {done.returncode}" if done.returncode else ""
    return done.stdout.decode("utf-8", "replace"), ended


def not_imported(error: Exception) -> str:
    """The library that was being imported when something was raised; empty where none was.

    That is one whose own text, not a function of it, was run by ours, or one that is not there.
    """
    beyond: list[FrameType] = []
    trace = error.__traceback__
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
        beyond = [] if _of(frame) == _OURS else [*beyond, frame]
    foreign = [frame for frame in beyond if _of(frame) != "importlib"]
    if foreign:
        return _of(foreign[0]) if foreign[0].f_code.co_name == "<module>" else ""
    missing = (error.name or "") if isinstance(error, ImportError) else ""
    return "" if missing.partition(".")[0] == _OURS else missing.partition(".")[0]


def _of(frame: FrameType) -> str:
    """The package that a frame runs."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
