"""Metadata of the distributions: links to where the repository is, and a README that uses them.

The project does not know where it is kept. Who publishes it says so: `make dist URL=https://…`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"\]\((?!\w+:|#)([^)]+)\)")
"""A link in Markdown to a file of the repository."""
_IMAGE = re.compile(r"(?<=!)\[([^]]*)\]\((?!\w+:|#)([^)]+)\)")
"""A picture of the repository, which a page shows as it is."""
_PAGES = {
    "Homepage": "",
    "Documentation": "/blob/HEAD/docs/language.md",
    "Changelog": "/blob/HEAD/CHANGELOG.md",
    "Source": "",
    "Issues": "/issues",
}


class Links(MetadataHookInterface):
    """`readme` and `urls`, which `pyproject.toml` calls dynamic."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set them; without `SPECC_URL` there are no links, and the README stays as it is."""
        readme = Path(self.root, "README.md").read_text(encoding="utf-8")
        url = os.environ.get("SPECC_URL", "").rstrip("/")
        if url:
            metadata["urls"] = {name: url + page for name, page in _PAGES.items()}
            readme = _IMAGE.sub(lambda image: f"[{image[1]}]({url}/raw/HEAD/{image[2]})", readme)
            readme = _LINK.sub(lambda link: f"]({url}/blob/HEAD/{link[1]})", readme)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}


def get_metadata_hook() -> type[MetadataHookInterface]:
    """What hatchling asks for."""
    return Links
