"""Files named by strangers: where a path may lead, and writing that is never half done."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO, NamedTuple

from spec_compiler.fixes import write
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import barely_another, nearest

_MOST_FILES = 10_000
"""Names in a folder that a guess looks at."""
_PIECE = 2**20
"""The bytes of a stream that are asked for at a time: what is asked for is allocated."""


class Origin(NamedTuple):
    """Where a document was read from, and what the paths in it may lead to.

    Attributes:
        file: Its name, as messages say it.
        root: The folder that nothing named in it may leave; default: that of the file.
        stands_at: Its path, where messages call it otherwise.
    """

    file: str
    root: Path | None = None
    stands_at: str | None = None

    @property
    def path(self) -> str:
        """Where it is, or was."""
        return self.file if self.stands_at is None else self.stands_at

    def locate(self, relative: str) -> Path:
        """The file that a path in the document means; see `under`.

        Raises:
            Refusal: as `under`.
        """
        folder = Path(self.path).parent
        return under(self.root or folder, relative, folder)

    def beside(self, relative: str) -> Origin:
        """A document that this one names."""
        folder = Path(self.path).parent
        return Origin(os.path.normpath(folder / relative), self.root or folder)

    def meant(self, relative: str) -> str | None:
        """The path, written like `relative`, of a file that is there and has a name like its."""
        folder = os.path.dirname(self.path)
        found = file_meant(os.path.join(folder, relative))
        name = os.path.basename(found) if found else ""
        return os.path.join(os.path.dirname(relative), name) if name else None

    def relative(self, other: Origin, written: str) -> str:
        """A path in another document, as this one would write it."""
        path = os.path.join(os.path.dirname(other.path), written)
        return Path(os.path.relpath(path, os.path.dirname(self.path) or ".")).as_posix()


def under(
    root: str | os.PathLike[str], relative: str, folder: str | os.PathLike[str] | None = None
) -> Path:
    """The file that a spec names, which must lie in its folder. It need not exist.

    Links are followed, and only where they lead counts.

    Args:
        root: The folder that nothing may leave.
        relative: The path as written in the spec, with `/` between its parts.
        folder: What the path is relative to; default: the root.

    Returns:
        The resolved absolute path.

    Raises:
        Refusal: The path is absolute or empty, leaves the root, cannot be looked up, or is a
            device, socket or pipe.
    """
    help_text = "write a path relative to the file that names it, without leaving the spec's folder"
    if not relative or not relative.isprintable():
        message = f"`{ascii(relative)[1:-1]}` is not a path of a file"
        raise Refusal("SPC0551", message, help=help_text)
    if PurePosixPath(relative).is_absolute() or PureWindowsPath(relative).anchor:
        raise Refusal("SPC0551", f"the path `{relative}` is absolute", help=help_text)
    base = Path(root).resolve()
    circle = Refusal("SPC0551", f"the links of `{relative}` lead in a circle")
    try:
        target = (base if folder is None else Path(folder)).joinpath(relative).resolve()
        has_content = _has_content(target)
    except RuntimeError:  # what Python before 3.13 says of a circle
        raise circle from None
    except OSError as error:  # a name that is too long, a folder that is closed
        if error.errno == errno.ELOOP:
            raise circle from None
        raise Refusal("SPC0551", f"`{relative}` cannot be looked up: {error.strerror}") from error
    if not target.is_relative_to(base):
        fix = write(PurePosixPath(relative).name, words=help_text, safe=False)
        raise Refusal("SPC0551", f"`{relative}` leaves the folder of the spec", fix=fix)
    if has_content:
        regular(target)
    return target


def _has_content(path: Path) -> bool:
    """Whether something is there that is no folder.

    Raises:
        OSError: It cannot be looked up.
    """
    try:
        return not stat.S_ISDIR(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def regular(path: str | os.PathLike[str]) -> os.stat_result:
    """The status of a file with content of its own, links followed.

    Raises:
        Refusal: It is a folder, device, socket or pipe; reading one may never end.
        OSError: There is no such file.
    """
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device, socket or pipe"
        raise Refusal(
            "SPC0552", f"`{os.fspath(path)}` is {kind}, not a file", help="name an ordinary file"
        )
    return status


def dated(path: str | os.PathLike[str]) -> tuple[int, int]:
    """The size of a file, or of all in a folder, and when it was last written, in nanoseconds.

    Raises:
        OSError: It is not there.
    """
    if not os.path.isdir(path):
        status = os.stat(path)
        return status.st_size, status.st_mtime_ns
    inside = [dated(entry.path) for entry in os.scandir(path)]
    return sum(size for size, _ in inside), max((time for _, time in inside), default=0)


def standard_input(limit: int) -> bytearray:
    """What standard input holds, up to a number of bytes.

    Raises:
        OSError: It is closed, or cannot be read.
    """
    if sys.__stdin__ is None:
        raise OSError(errno.EBADF, "standard input is closed")
    content = bytearray()
    while len(content) < limit:
        piece = sys.stdin.buffer.read(min(limit - len(content), _PIECE))
        if not piece:
            break
        content += piece
    return content


def sha256(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    import hashlib  # only a file with a stated sum needs it

    regular(path)
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def writing(
    path: str | os.PathLike[str], inputs: Collection[str | os.PathLike[str]] = ()
) -> Generator[BinaryIO, None, None]:
    """A binary file that takes the place of `path` when the block ends without an exception.

    The bytes go to a temporary file in the same folder, which an exception (Ctrl-C among them)
    removes: `path` has either its old content or all of the new one.

    Args:
        path: The file to make or to replace.
        inputs: Files that the content was made from, which must not be replaced.

    Raises:
        Refusal: The target is a link, not a regular file, or one of the inputs.
        OSError: The folder does not exist, the disk is full, …
    """
    target = Path(path)
    require_writable(target, inputs)
    temporary = target.with_name(f".specc-{os.urandom(8).hex()}.tmp")
    try:
        # `x` refuses a file or link that is already there; the mode follows the umask.
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        _name(error, temporary, target)
        raise


@contextmanager
def writing_folder(
    path: str | os.PathLike[str],
    inputs: Collection[str | os.PathLike[str]],
    replaceable: Callable[[str], bool],
) -> Generator[Path, None, None]:
    """A folder that takes the place of `path` when the block ends without an exception.

    Args:
        path: The folder to make or to replace.
        inputs: What the content was made from, which must not be replaced.
        replaceable: Whether a folder that is there is of the kind that is made.

    Raises:
        Refusal: The target is a link, a file, a folder of another kind, or one of the inputs.
        OSError: The folder that it is to be in does not exist, the disk is full, …
    """
    target = Path(path)
    if target.is_dir() and not target.is_symlink() and replaceable(str(target)):
        _require_no_input(target, inputs)
    else:
        require_writable(target, inputs, replace=False)
    made, old = (target.with_name(f".specc-{os.urandom(8).hex()}.tmp") for _ in range(2))
    try:
        made.mkdir()
        yield made
        if target.exists():
            os.replace(target, old)
        os.replace(made, target)
    except OSError as error:
        _name(error, made, target)
        raise
    finally:
        for left in (made, old):
            shutil.rmtree(left, ignore_errors=True)


def _name(error: BaseException, made: Path, target: Path) -> None:
    """Let an error of the system name the file that is asked for, where it came of writing it."""
    full = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if isinstance(error, OSError) and (
        error.filename == str(made) or (error.filename is None and error.errno in full)
    ):
        error.filename = str(target)


def _require_folder(target: Path) -> None:
    """What opening a new file would raise, before the work that is to fill it."""
    code = None if os.access(target.parent, os.W_OK) else errno.EACCES
    code = code if target.parent.is_dir() else errno.ENOENT
    if code is not None:
        raise OSError(code, os.strerror(code), str(target))


def require_writable(
    target: Path, inputs: Collection[str | os.PathLike[str]] = (), *, replace: bool = True
) -> None:
    """Ask before the work whether a file may be made.

    Args:
        target: The file.
        inputs: Files that the content is made from, which must not be replaced.
        replace: Whether any other file that is there may be.

    Raises:
        Refusal: It is a link, not a regular file, one of the inputs, or there against `replace`.
        OSError: Its folder is not there, or takes no file.
    """
    if target.is_symlink():
        raise Refusal(
            "SPC0553", f"`{target}` is a link and is not written through", help="name a new file"
        )
    if not target.exists():
        _require_folder(target)
        return
    regular(target)
    _require_no_input(target, inputs)
    if not replace:
        raise Refusal(
            "SPC0553",
            f"`{target}` is there already",
            help="name a new file, or write `--force` to replace it",
        )


def _require_no_input(target: Path, inputs: Collection[str | os.PathLike[str]]) -> None:
    for source in map(Path, inputs):
        if source.exists() and target.samefile(source):
            message = f"`{target}` is also an input and would be overwritten"
            raise Refusal("SPC0553", message, help="name another file for the output")


def file_meant(written: str) -> str | None:
    """A file that is there and has a name like one that is not, whatever both end in."""
    folder, name = os.path.split(written)
    try:
        with os.scandir(folder or ".") as found:
            names = sorted(entry.name for entry in islice(found, _MOST_FILES))
    except OSError:
        return None
    # none for a link that leads nowhere
    stem = {} if name in names else {other: os.path.splitext(other)[0] for other in names}
    near = barely_another(os.path.splitext(name)[0], stem.values())
    guess = nearest(name, [other for other in names if near and stem[other] == near])
    return os.path.join(folder, guess) if guess else None
