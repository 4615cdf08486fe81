"""The reference is what the compiler is: fresh, and every example in it is read by the compiler."""

import re
from pathlib import Path

import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.reference import pages
from spec_compiler.source import read
from spec_compiler.writing.yaml_text import to_yaml

ROOT = Path(__file__).parents[2]
BASE = {
    "specc": 1,
    "inputs": {"x": {"shape": [8]}},
    "layers": [
        {"type": "Dense", "name": "dense_0", "units": 2},
        {"type": "Dense", "units": 2},
    ],
}
WRITTEN = ("docs/language.md", "docs/choices.md", "docs/functions.md", "docs/std.md", "README.md")


def listings(path):
    text = (ROOT / path).read_text() if (ROOT / path).exists() else ""
    # files with a name are run with the commands below them
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("docs/*.md"), *ROOT.glob("docs/layers/*.md"))
]
LISTINGS = [
    pytest.param(text, id=f"{path}-{index}")
    for path in WRITTEN
    for index, text in enumerate(listings(path))
]


def test_generated_files_are_fresh_and_do_not_show_how_they_are_made():
    made = pages()
    stale = [path for path, text in made.items() if (ROOT / path).read_text() != text]
    assert stale == [], "run `python -m spec_compiler.reference`"
    told = re.compile("pydantic|<class|object at", re.IGNORECASE)
    assert [path for path, text in made.items() if told.search(text)] == []
    of_layers = {path for path in made if path.startswith("docs/layers/")}
    assert {path for path in PAGES if path.startswith("docs/layers/")} == of_layers


@pytest.mark.parametrize("text", LISTINGS)
def test_examples_for_readers_are_valid(text):
    """A whole spec stands for itself; a fragment takes the place of these keys in a small spec."""
    if text.startswith("# fragment"):
        text = to_yaml(BASE | read(text, "fragment.yaml", Diagnostics()).plain())
    found = Diagnostics()
    program_of_text(text, "example.yaml", diagnostics=found)
    # the weights file of an example is not there
    assert [item.code for item in found if item.code != "SPC0610"] == []


@pytest.mark.parametrize("path", [*PAGES, "README.md"])
def test_links_between_pages_lead_somewhere(path):
    page = ROOT / path
    for target, anchor in re.findall(
        r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text() if page.exists() else ""
    ):
        linked = page if not target else page.parent / target
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", linked.read_text(), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-")) for heading in headings
            }
            assert anchor in slugs, f"{target}#{anchor}"
