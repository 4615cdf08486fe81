"""A file as it was in a revision of git."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from spec_compiler.cli.options import UsageError

PREFIX = "git:"
_SECONDS = 60
_SHORT = 10


@dataclass(frozen=True, slots=True)
class Revision:
    """A file of a revision.

    Attributes:
        rev: What git calls the revision: `HEAD~1`, a branch, a hash.
        path: The file, relative to the current folder.
    """

    rev: str
    path: str

    def __post_init__(self) -> None:
        if not self.rev or self.rev.startswith("-") or ":" in self.rev or not self.path:
            raise UsageError(f"{self}: write git:REV:PATH, as in git:HEAD~1:model.yaml")
        if not self.rev.isprintable() or not self.path.isprintable():
            raise UsageError(f"{self}: there are control characters in it")

    @classmethod
    def parse(cls, written: str) -> Revision:
        """`git:REV:PATH` as what it means.

        Raises:
            UsageError: it is malformed, or the revision could be an option of git.
        """
        rev, _, path = written.removeprefix(PREFIX).partition(":")
        return cls(rev, path)

    def __str__(self) -> str:
        return f"{PREFIX}{self.rev}:{self.path}"

    def read(self) -> tuple[bytes, str]:
        """The content, and a name for messages: in the file's folder, with the commit before it.

        Raises:
            OSError: there is no git, no such revision, or no such file in it.
        """
        path = Path(self.path)
        os.stat(path.parent)
        found = self._git("there is no such revision", "rev-parse", "--verify", f"{self.rev}^0")
        name = found.decode("ascii").strip()
        wanted = f"{name}:./{path.name}"
        content = self._git("the revision has no such file", "cat-file", "blob", wanted)
        return content, str(path.with_name(f"{name[:_SHORT]}:{path.name}"))

    def _git(self, otherwise: str, *arguments: str) -> bytes:
        """What git prints, or else that error. It reads objects only: no hooks, no filters."""
        executable = shutil.which("git")
        if executable is None:
            raise self._error("git is not installed")
        folder = os.path.dirname(self.path) or "."
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
        try:
            done = subprocess.run(  # noqa: S603 - a fixed list; what is given cannot be an option
                [executable, "-C", folder, "--no-pager", *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
                env={**os.environ, **quiet},
            )
        except subprocess.TimeoutExpired:
            raise self._error(f"git did not answer in {_SECONDS} s") from None
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise self._error(f"{otherwise} ({words})")
        return done.stdout

    def _error(self, message: str) -> OSError:
        return OSError(errno.EIO, message, str(self))
