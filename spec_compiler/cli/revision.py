"""Files as they were in a revision of git."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess

from spec_compiler.cli.typed import UsageError
from spec_compiler.records import record
from spec_compiler.source import Limits

PREFIX = "git:"
_SECONDS = 60
_SHORT = 10


def revisions(written: str) -> tuple[str, str]:
    """`REV`, or `REV..REV`, whose second is HEAD where it is left out; empty for what is now.

    Raises:
        UsageError: there are three dots.
    """
    first, dots, second = written.partition("..")
    if second.startswith("."):
        raise UsageError(f"--rev {written}: write two dots, FIRST..SECOND")
    return first, (second or "HEAD") if dots else ""


@record
class Revision:
    """A file of a revision.

    Attributes:
        rev: What git calls the revision: `HEAD~1`, a branch, a hash.
        path: The file, absolute or relative to the current folder.
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

    def commit(self) -> Commit:
        """The state that is meant, which stays the same when branches move.

        Raises:
            OSError: there is no git, no repository, or no such revision.
        """
        found = _git(self.path, f"{self}", "rev-parse", "--verify", "--quiet", f"{self.rev}^0")
        if found is None:
            raise _error("there is no such revision", f"{self}")
        return Commit(found.decode("ascii").strip())


@record
class Commit:
    """A state of a repository.

    Attributes:
        name: All digits of its hash.
    """

    name: str

    def read(self, path: str) -> tuple[bytes, str]:
        """A file as it was, and its name for messages, which is git's: `0123456789:models/a.yaml`.

        Args:
            path: Where the file is, or would be, absolute or relative to the current folder.

        Raises:
            OSError: the commit has no such file, or it is larger than a document may be.
        """
        inside = os.path.relpath(path, _folder(path)).replace(os.sep, "/")
        blob, asked = f"{self.name}:./{inside}", f"{PREFIX}{self.name[:_SHORT]}:{path}"
        size = _git(path, asked, "cat-file", "-s", blob)
        if size is None:
            raise _error("the revision has no such file; under another name: `git:REV:NAME`", asked)
        if int(size) > Limits().bytes:
            raise _error(f"the file is larger than {Limits().bytes:,} bytes", asked)
        content = _git(path, asked, "cat-file", "blob", blob)
        if content is None:
            raise _error("it is no file in the revision", asked)
        above = _git(path, asked, "rev-parse", "--show-prefix") or b""
        place = above.decode("utf-8", "surrogateescape").removesuffix("\n") + inside
        return content, f"{self.name[:_SHORT]}:{os.path.normpath(place).replace(os.sep, '/')}"

    def files(self, path: str) -> list[str]:
        """The files that a path was, or held, as the current folder names them, in order.

        Raises:
            OSError: there is no git, or no repository.
        """
        folder = _folder(path)
        inside = os.path.relpath(path, folder).replace(os.sep, "/")
        asked = f"{PREFIX}{self.name[:_SHORT]}:{path}"
        found = _git(path, asked, "ls-tree", "-r", "-z", "--name-only", self.name, f"./{inside}")
        names = (found or b"").decode("utf-8", "surrogateescape").split("\0")
        return sorted(os.path.normpath(os.path.join(folder, name)) for name in names if name)


def _folder(path: str) -> str:
    """The nearest folder that is there now; the file's own may be gone since."""
    folder = os.path.dirname(path) or "."
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder) or "."
    return folder


def _git(path: str, asked: str, *arguments: str) -> bytes | None:
    """What git prints, None where it finds nothing. It reads objects only: no hooks, no filters."""
    executable = shutil.which("git")
    if executable is None:
        raise _error("git is not installed", asked)
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed list; what is given cannot be an option
            [executable, "-C", _folder(path), "--no-pager", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, **quiet},
        )
    except subprocess.TimeoutExpired:
        raise _error(f"git did not answer in {_SECONDS} s", asked) from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if "not a git repository" in words:
            raise _error("the file is in no git repository", asked)
        if "dubious ownership" in words:
            raise _error(f"git refuses the repository ({words})", asked)
        return None
    return done.stdout


def _error(message: str, asked: str) -> OSError:
    return OSError(errno.EIO, message, asked)
