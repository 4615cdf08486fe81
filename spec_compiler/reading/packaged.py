"""The libraries that come with specc: files of blocks in the package, by a name that is no path."""

from __future__ import annotations

import re
from functools import cache

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.refusals import Refusal
from spec_compiler.source import SourceNode, read
from spec_compiler.spelling import nearest, suggestion

SCHEME = "specc:"
"""What the name of such a library begins with, under `imports` and in messages."""
LIBRARIES = (f"{SCHEME}std",)


def is_packaged(name: str) -> bool:
    """Whether an import, or the file of a place, is such a library."""
    return name.startswith(SCHEME)


def meant(written: str) -> str | None:
    """The library that was probably meant: `std`, `specc.std`, `specc:sdt`."""
    name = nearest(re.sub(r"^specc\W*", "", written), [it[len(SCHEME) :] for it in LIBRARIES])
    return f"{SCHEME}{name}" if name else None


def read_packaged(name: str, diagnostics: Diagnostics) -> SourceNode | None:
    """The document of a library.

    Raises:
        Refusal: there is none of that name.
    """
    if name not in LIBRARIES:
        listed = ", ".join(f"`{library}`" for library in LIBRARIES)
        raise Refusal(
            "SPC0217",
            f"there is no library `{name}` in specc",
            **suggestion(
                meant(name), f"it has {listed}; other imports are paths of files", LIBRARIES
            ),
        )
    text, node = _read(name)
    diagnostics.sources[name] = text
    return node


def place_of(name: str) -> str:
    """The path of a library in the package; what is none stays what it is."""
    # only editors ask where it is
    from importlib.resources import files

    if name not in LIBRARIES:
        return name
    return str(files("spec_compiler") / "libraries" / f"{name.removeprefix(SCHEME)}.yaml")


@cache
def _read(name: str) -> tuple[str, SourceNode | None]:
    """The text of a library and what it says, which stay what they are."""
    # only a spec that names a library reads it
    from importlib.resources import files

    path = files("spec_compiler") / "libraries" / f"{name.removeprefix(SCHEME)}.yaml"
    found = Diagnostics()
    node = read(path.read_bytes(), name, found)
    return found.sources[name], node
