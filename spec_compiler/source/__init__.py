"""Text to data with places: the only way in, for YAML and for JSON."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from spec_compiler.catalogue import Catalogue
from spec_compiler.collecting import uncollected
from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.source.build import UnreadableError, too_large
from spec_compiler.source.characters import check_characters, not_utf8, tidy
from spec_compiler.source.limits import Limits
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Edit, Span

if TYPE_CHECKING:
    from spec_compiler.source.presentation import Presentation

__all__ = ["Limits", "SourceNode", "bytes_in", "load", "present", "read"]

Result = TypeVar("Result")
Reader: TypeAlias = Callable[[str, str, Diagnostics, Limits], Result | None]

_DEFAULT = Limits()
_READERS = Catalogue[Reader[SourceNode]](
    __name__,
    {
        "json": "json_text.read_json",
        "python": "json_text.read_json_of_python",
        "yaml": "yaml_text.read_yaml",
    },
)
_PRESENTERS = Catalogue["Reader[Presentation]"](
    __name__, {"json": "presented_json.present_json", "yaml": "presented.present_yaml"}
)


def read(
    text: str | bytes,
    file: str,
    diagnostics: Diagnostics,
    limits: Limits = _DEFAULT,
    *,
    by_python: bool = False,
) -> SourceNode | None:
    """Read one document. A name that ends with `.json` makes it strict JSON, others YAML.

    Args:
        text: The document; bytes must be UTF-8.
        file: Its name, as spans and messages say it.
        diagnostics: Collects what is wrong, and the text for the frames.
        limits: What the text may ask for.
        by_python: Whether it is what Python writes as JSON, with `NaN` and `Infinity`, whatever
            its name.

    Returns:
        The tree of what could be read: a refused number stands as what it most probably means, of
        two equal keys the first is kept. None where reading had to stop.
    """
    is_json = by_python or file.endswith(".json")
    reader = _READERS["python" if by_python else "json" if is_json else "yaml"]
    known = len(diagnostics.errors)
    root = _read(reader, text, file, diagnostics, limits, is_json=is_json)
    if len(diagnostics.errors) > known and not by_python:
        _say_causes(file, diagnostics, is_json=is_json)
    if root is not None and root.value is None and root.span[1:3] == root.span[3:]:
        diagnostics.add(_empty(file, diagnostics.sources[file]))
        return None
    if root is not None:
        diagnostics.documents[file] = root
    return root


def _say_causes(file: str, diagnostics: Diagnostics, *, is_json: bool) -> None:
    """Say of errors in a text what is their cause, where other programs write so."""
    # only for a text that is broken
    from spec_compiler.source.other_tools import cause_of, fence_around

    text = diagnostics.sources.get(file)
    if text is None:  # it is too large to be read
        return

    def cause(finding: Diagnostic) -> Diagnostic:
        broken = finding.severity is Severity.ERROR and finding.code < _BEHIND_THE_TEXT
        own = finding.span is not None and finding.span.file == file
        if not broken or not own:
            return finding
        return fence_around(finding, text) if is_json else cause_of(finding, text)

    diagnostics.revise(cause)


_BEHIND_THE_TEXT = "SPC01"
"""Codes before it are of texts."""


def present(
    text: str | bytes, file: str, diagnostics: Diagnostics, limits: Limits = _DEFAULT
) -> Presentation | None:
    """Read one document with all that its meaning leaves out; arguments as in `read`.

    Returns:
        What it looks like. None where it cannot be read; with errors, it lacks something.
    """
    is_json = file.endswith(".json")
    presenter = _PRESENTERS["json" if is_json else "yaml"]
    return _read(presenter, text, file, diagnostics, limits, is_json=is_json)


def _read(
    reader: Reader[Result],
    text: str | bytes,
    file: str,
    diagnostics: Diagnostics,
    limits: Limits,
    *,
    is_json: bool,
) -> Result | None:
    """What a reader makes of a document whose size and characters are as they may be."""
    if len(text) > limits.bytes:
        diagnostics.add(_file_too_large(len(text), file, limits))
        return None
    if isinstance(text, bytes):
        try:
            decoded = text.decode("utf-8")
        except UnicodeDecodeError as error:
            diagnostics.sources[file] = tidy(text.decode("utf-8", "replace"))
            diagnostics.add(not_utf8(text, error, file))
            return None
    else:
        decoded = text
    decoded = diagnostics.sources[file] = tidy(decoded)
    try:
        check_characters(decoded, file, is_json=is_json)
        with uncollected():
            found = reader(decoded, file, diagnostics, limits)
    except UnreadableError as stop:
        diagnostics.add(stop.diagnostic)
        return None
    if found is None and not diagnostics.errors:
        diagnostics.add(_empty(file, decoded))
    return found


def load(
    path: str | os.PathLike[str],
    diagnostics: Diagnostics,
    limits: Limits = _DEFAULT,
    *,
    by_python: bool = False,
) -> SourceNode | None:
    """Read a file.

    Args:
        path: A regular file; its text is the name in spans and messages.
        diagnostics: As for `read`.
        limits: As for `read`; the size is checked before anything is read.
        by_python: As for `read`.

    Raises:
        OSError: when it cannot be read, or is a folder, a pipe or a device.
    """
    name = os.fspath(path)
    return read(bytes_in(name, limits), name, diagnostics, limits, by_python=by_python)


def bytes_in(name: str, limits: Limits = _DEFAULT) -> bytes:
    """What stands in a regular file; of one that is too large, enough to be refused for it.

    Raises:
        OSError: when it cannot be read, or is a folder, a pipe or a device.
    """
    with open(name, "rb", opener=_open_without_waiting) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, "Not a regular file", name)
        return stream.read(limits.bytes + 1)


def _open_without_waiting(name: str, flags: int) -> int:
    """Open a pipe without waiting for its other end; where there are no pipes, just open."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _file_too_large(size: int, file: str, limits: Limits) -> Diagnostic:
    finding = too_large("file", size, limits.bytes, "bytes", None)
    return replace(finding, file=file)


def _empty(file: str, text: str) -> Diagnostic:
    last = text.count("\n") + 1
    return Diagnostic(
        "SPC0004",
        "the file is empty",
        Span(file, 1, 1, 1, 1),
        help="begin with `specc: 1`, `inputs:` and `layers:`",
        edits=(Edit(Span(file, last, 1, last, 1), _BEGIN[file.endswith(".json")]),),
        safe=False,
    )


_BEGIN = (
    """\
specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: y, units: 2}
""",
    """\
{
  "specc": 1,
  "inputs": {"x": {"shape": [8]}},
  "layers": [{"type": "Dense", "name": "y", "units": 2}]
}
""",
)
"""What an empty file may begin with: YAML, and JSON."""
