"""The command line."""

from __future__ import annotations

import gc
import os
import signal
from types import FrameType
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that the process's arguments name."""
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if interruptible:
        signal.signal(signal.SIGINT, _leave)
    gc.disable()  # a command is short, and trees of places have no cycles worth looking for
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looks at every package, for none
    from spec_compiler.cli.exit_codes import run  # after all: they are about what it loads

    try:
        if interruptible:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:  # on the way in or out
        _leave(signal.SIGINT, None)
    finally:
        gc.freeze()  # it all ends with the process: not looked through for cycles once more


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    """Ctrl-C before anything is done: there is nothing to clean up, nor to do it with."""
    os.write(2, b"error: interrupted\n")
    os._exit(128 + number)


__all__ = ["main"]
