"""The command line."""

from __future__ import annotations

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command that the process's arguments name."""
    gc.disable()  # a command is short, and trees of places have no cycles worth looking for
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looks at every package, for none
    from spec_compiler.cli.exit_codes import run  # after both: they are about what it loads

    run()


__all__ = ["main"]
