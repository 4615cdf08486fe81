"""Makes the site of the pages as they stand in the repository: `make site`.

The pages keep their places, so that a link means the same in the repository and on the site. What
they link to comes along. A broken link ends it, also one to a heading, or to a foreign host that
a reader's browser would ask by itself.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml
from llms import listed, whole

ROOT = Path(__file__).parents[1]
MADE = ROOT / "build" / "site"
SOURCE = MADE / "source"
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**/*.md")
LINK = re.compile(r"(\]\()(?!\w+:|#)([^)#\s]+)((?:#[^)]*)?\))")
"""A link to a file of the repository, and where in it."""
COMMENT = re.compile(r"^<!--.*?-->\n+")


def main() -> int:
    """Copy the pages and what they link to, and let mkdocs make HTML of them."""
    shutil.rmtree(MADE, ignore_errors=True)
    wanted = [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    taken: set[Path] = set()
    while wanted:
        path = wanted.pop()
        if path in taken:
            continue
        taken.add(path)
        place = SOURCE / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix != ".md":
            shutil.copy(path, place)
            continue
        text, linked = page(path)
        place.write_text(text, encoding="utf-8")
        wanted += linked
    for path in (ROOT / "docs").rglob("*"):
        if path.suffix in {".svg", ".png", ".txt"}:
            shutil.copy(path, SOURCE / path.relative_to(ROOT))
    config = MADE / "mkdocs.yml"
    config.write_text(yaml.safe_dump(configuration(), sort_keys=False))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file"]
    done = subprocess.run([*command, str(config)], check=False)
    if not done.returncode:
        for_models(MADE / "html")
    return done.returncode or judged(MADE / "html")


def for_models(html: Path) -> None:
    """Put beside the site what language models read: the pages as they are written, and lists."""
    for path in SOURCE.rglob("*.md"):
        place = html / path.relative_to(SOURCE)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    nav = configuration()["nav"]
    (html / "llms.txt").write_text(listed(SOURCE, nav), encoding="utf-8")
    (html / "llms-full.txt").write_text(whole(SOURCE, nav), encoding="utf-8")


def page(path: Path) -> tuple[str, list[Path]]:
    """A page of the site, and the files that it links to.

    Raises:
        SystemExit: a link leads nowhere.
    """
    linked: list[Path] = []

    def placed(match: re.Match[str]) -> str:
        target = (path.parent / match[2]).resolve()
        if not target.exists():
            raise SystemExit(f"{path.relative_to(ROOT)}: {match[2]} is not there")
        link = match[2]
        if target.is_dir():  # the page of a folder, or else the first spec in it
            found = sorted(one for one in target.iterdir() if one.is_file())
            found.sort(
                key=lambda one: (one.name != "README.md", one.suffix not in {".md", ".yaml"})
            )
            target = found[0]
            link = f"{link.rstrip('/')}/{target.name}"
        linked.append(target)
        return f"{match[1]}{link}{match[3]}"

    text = path.read_text(encoding="utf-8")
    return LINK.sub(placed, COMMENT.sub("", text)), linked


def configuration() -> dict[str, Any]:
    """The settings of mkdocs, with a page for each layer and each decision."""
    found = yaml.safe_load((ROOT / "site" / "mkdocs.yml").read_text())
    found |= {"docs_dir": str(SOURCE), "site_dir": str(MADE / "html")}
    for entry in found["nav"]:
        if "Layers" in entry:
            entry["Layers"] += names("docs/layers/*.md")
        if "Design" in entry:
            entry["Design"][-1]["Decisions"] = names("docs/decisions/*.md")
    return found


def names(pattern: str) -> list[str]:
    """The pages that match, but the first page of their folder."""
    found = sorted(path for path in ROOT.glob(pattern) if path.name != "README.md")
    return [path.relative_to(ROOT).as_posix() for path in found]


class Asked(HTMLParser):
    """What a browser asks for by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a page loads; what a reader clicks on is no business of a browser's."""
        given = dict(attrs)
        loads = given.get("rel") in {"stylesheet", "preload", "preconnect", "icon"}
        if tag == "link" and loads:
            self.found.append(given.get("href") or "")
        elif tag in {"script", "img", "iframe", "source"}:
            self.found.append(given.get("src") or "")


def judged(html: Path) -> int:
    """Ask of every page that it loads nothing from elsewhere; 0 when it is so."""
    pages = sorted(html.rglob("*.html"))
    for path in pages:
        asked = Asked()
        asked.feed(path.read_text(encoding="utf-8"))
        foreign = [one for one in asked.found if one.startswith(("http:", "https:", "//"))]
        if foreign:
            print(f"{path.relative_to(html)} loads {foreign[0]}")
            return 1
    print(f"{len(pages)} pages in {html.relative_to(ROOT)}, all links checked")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
