"""Makes the pictures of the pages, by specc itself: `make pictures`."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
PICTURES = {
    "match": "README.md",
    "names": "examples/sequence/model.yaml",
    "messages": "examples/text/model.yaml",
    "residual": "examples/residual/model.yaml",
}
"""The specs that are drawn, by the names of the pictures; in a page, the spec of that name."""


def main() -> None:
    """Write all of them."""
    for name in PICTURES:
        FOLDER.joinpath(f"{name}.svg").write_bytes(made(name))


def made(name: str) -> bytes:
    """What specc draws now."""
    spec = ROOT / PICTURES[name]
    with tempfile.TemporaryDirectory() as folder:
        if spec.suffix == ".md":
            text = spec.read_text("utf-8")
            spec = Path(folder, f"{name}.yaml")
            fence = rf"^```yaml {spec.name}\n(.*?)^```"
            spec.write_text(re.findall(fence, text, re.M | re.S)[0], encoding="utf-8")
        picture = Path(folder, f"{name}.svg")
        command = [sys.executable, "-m", "spec_compiler", "graph", str(spec), "-o", str(picture)]
        subprocess.run(command, cwd=ROOT, check=True)
        return picture.read_bytes()


if __name__ == "__main__":
    main()
