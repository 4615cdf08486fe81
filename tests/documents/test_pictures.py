"""The pictures of the pages are what specc draws now, and are shown."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("pictures", ROOT / "site" / "pictures.py")
MAKING = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(MAKING)


@pytest.mark.parametrize("name", MAKING.PICTURES)
def test_a_picture_is_what_is_drawn_now(name):
    there = (MAKING.FOLDER / f"{name}.svg").read_bytes()
    assert there == MAKING.made(name), "make pictures draws them again"


def test_every_picture_is_shown_with_words_for_those_who_do_not_see_it():
    shown = {}
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for words, path in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", page.read_text("utf-8")):
            shown[(page.parent / path).resolve()] = words
    there = {path for path in MAKING.FOLDER.iterdir() if path.suffix in {".svg", ".png"}}
    assert there == set(shown) & there
    assert all(len(words.split()) > 3 for words in shown.values())
