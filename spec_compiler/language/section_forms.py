"""Sections that are written in a form that other tools have: what to write instead."""

from __future__ import annotations

import re

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import write

_PATHS = ("path", "from", "file", "source", "url", "module", "package")
_NAMES = ("as", "name", "alias", "id")


def imports_or_hint(written: object) -> object:
    """What `imports` says, as it is; paths without names are refused with their names to be."""
    paths = [written] if isinstance(written, str) else written
    if named_ones := _named_paths(paths):
        raise refuse(
            f"must be a mapping, not {described(written)}",
            fix=write(f"{{{', '.join(named_ones)}}}", safe=False),
        )
    if not is_list(paths) or not paths or not all(isinstance(path, str) for path in paths):
        return written
    names = [
        re.sub(r"\W+", "_", re.split("[/:]", str(path))[-1].partition(".")[0]) for path in paths
    ]
    if not all(name.isidentifier() for name in names) or len({*names}) < len(names):
        return written
    entries = ", ".join(f"{name}: {path}" for name, path in zip(names, paths, strict=True))
    raise refuse(
        f"must be a mapping, not {described(written)}",
        fix=write(f"{{{entries}}}", ": a file has a name here", safe=False),
    )


def _named_paths(items: object) -> list[str]:
    """Entries for `[{path: specc:std, as: std}]` or `[{std: specc:std}]`; none for others."""
    entries: list[str] = []
    for item in items if is_list(items) else []:
        if not is_mapping(item) or not all(isinstance(text, str) for text in item.values()):
            return []
        if len(item) == 1:
            entries += [f"{name}: {path}" for name, path in item.items()]
            continue
        path = next((str(item[key]) for key in _PATHS if key in item), "")
        name = next((str(item[key]) for key in _NAMES if key in item), "")
        if len(item) != 2 or not path or not name.isidentifier():
            return []
        entries.append(f"{name}: {path}")
    return entries


def relations_or_hint(written: object) -> object:
    """What `constraints` says, as it is; a mapping is refused with the list to write."""
    if is_mapping(written):
        message = f"must be a list, not {described(written)}"
        raise refuse(message, help="write relations between sizes: `[width % heads == 0]`")
    return written
