"""A browser for all tests, and pages of specs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from browser import Browser

sys.path.insert(0, str(Path(__file__).parents[1] / "picture"))  # the specs that are drawn there


@pytest.fixture(scope="session")
def browser():
    started = Browser()
    yield started
    started.close()


@pytest.fixture
def shown(browser, specc, tmp_path):
    """The page of a spec, or of two; at its end it has complained of nothing, and asked nobody."""
    pages = []

    def show(*texts, **settings):
        paths = []
        for number, text in enumerate(texts):
            paths.append(tmp_path / f"model{number}.yaml")
            paths[-1].write_text(text, encoding="utf-8")
        out = tmp_path / f"page{len(pages)}.html"
        assert specc("view", *paths, "-o", out)[0] in {0, 1}
        pages.append(browser.open(out.as_uri(), **settings))
        return pages[-1]

    yield show
    for page in pages:
        assert page.complaints() == []
        assert page.requests() == []
        page.close()
