"""The site for language models: `llms.txt`, its list of pages, and `llms-full.txt`, all of them.

Both are made of the pages as they stand; the list has the order of the navigation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"^<!--.*?-->\n+", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_MOST = 200
"""Characters of a page's first sentence."""
_HEAD = """\
# specc

> specc compiles model specs, YAML or JSON, to executable graphs; shapes, dtypes and masks are
> proved before anything runs.

A spec is checked by `specc validate --format json model.yaml`. What has a name is documented
offline: `specc docs Dense --format markdown`, and `specc docs` lists all names. A JSON Schema for
prompts is `specc schema --flavor min`, one for structured output `specc schema --flavor strict`.
All pages in one text: llms-full.txt
"""


def listed(root: Path, nav: Sequence[Mapping[str, Any]]) -> str:
    """The text of `llms.txt`: a title, what it is about, and a link to each page.

    Args:
        root: The folder that the pages are relative to.
        nav: The navigation of mkdocs, with a page for each layer and decision.
    """
    parts = [_HEAD]
    for section, pages in _sections(nav):
        rows = [f"- [{_title(root / page)}]({page}){_about(root / page)}" for page in pages]
        # by the convention a reader in a hurry leaves out what is optional
        heading = "Optional" if section == "Design" else section
        parts.append(f"## {heading}\n\n" + "\n".join(rows))
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def whole(root: Path, nav: Sequence[Mapping[str, Any]]) -> str:
    """The text of `llms-full.txt`: every page behind a line that says where it stands."""
    pages = [page for _, of in _sections(nav) for page in of]
    texts = [f"<!-- {page} -->\n\n{_text(root / page)}" for page in pages]
    return "\n\n".join(text.rstrip("\n") for text in texts) + "\n"


def _sections(nav: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for entry in nav:
        for section, below in entry.items():
            yield section, list(_pages(below))


def _pages(below: Any) -> Iterator[str]:
    if isinstance(below, str):
        yield below
    elif isinstance(below, Mapping):
        for inner in below.values():
            yield from _pages(inner)
    else:
        for inner in below:
            yield from _pages(inner)


def _text(page: Path) -> str:
    return _COMMENT.sub("", page.read_text(encoding="utf-8"))


def _title(page: Path) -> str:
    found = _TITLE.search(_text(page))
    return found[1].replace("`", "") if found else page.stem


def _about(page: Path) -> str:
    """The first sentence below the title, where there is one."""
    below = re.split(r"\n\s*\n", _text(page))[1:2]
    if not below or below[0][0] in "#|`-<>":
        return ""
    sentence = re.split(r"(?<=[.:;])\s", _LINK.sub(r"\1", " ".join(below[0].split())))[0]
    return f": {sentence.rstrip('.:;')}" if len(sentence) <= _MOST else ""
