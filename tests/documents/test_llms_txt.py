"""The lists of the site for language models are made of the pages, and of all of them."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def llms():
    spec = importlib.util.spec_from_file_location("llms", ROOT / "site" / "llms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def nav():
    found = yaml.safe_load((ROOT / "site" / "mkdocs.yml").read_text())["nav"]
    for entry in found:
        if "Layers" in entry:
            layers = sorted(ROOT.glob("docs/layers/[!R]*.md"))
            entry["Layers"] += [path.relative_to(ROOT).as_posix() for path in layers]
    return found


def test_the_list_leads_to_every_page_of_the_navigation_once(llms, nav):
    text = llms.listed(ROOT, nav)
    links = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", text, re.MULTILINE)
    assert len(links) == len(set(links))
    assert {"docs/language.md", "docs/layers/Dense.md", "docs/codes.md", "README.md"} < set(links)
    assert all((ROOT / link).is_file() for link in links)
    written = set(re.findall(r"[\w/]+\.md", (ROOT / "site" / "mkdocs.yml").read_text()))
    assert written <= set(links)


def test_it_has_the_form_of_the_convention(llms, nav):
    title, quoted, *_ = llms.listed(ROOT, nav).split("\n\n")
    assert title == "# specc"
    assert quoted.startswith("> ")
    headings = re.findall(r"^## (.+)$", llms.listed(ROOT, nav), re.MULTILINE)
    assert headings == ["Home", "Learn", "Recipes", "Reference", "Layers", "Optional"]


def test_titles_and_words_are_those_of_the_pages(llms, nav):
    text = llms.listed(ROOT, nav)
    line = next(line for line in text.splitlines() if "(docs/layers/Dense.md)" in line)
    assert line.startswith("- [Dense](docs/layers/Dense.md): Multiply the last axis by a learned")
    assert max(map(len, text.splitlines())) < 400


def test_the_whole_has_every_page_as_it_is(llms, nav):
    text = llms.whole(ROOT, nav)
    for page in ("docs/language.md", "docs/layers/LSTM.md", "docs/codes.md"):
        assert f"<!-- {page} -->" in text
        assert (ROOT / page).read_text().split("-->\n\n")[-1].strip() in text
    assert "made by `python" not in text
