"""`python -m spec_compiler.docs`: write the generated files into the repository at hand."""

from __future__ import annotations

import sys
from pathlib import Path

from spec_compiler.docs import pages


def main() -> None:
    """Write every page below the current folder, which must be the repository's."""
    if not Path("spec_compiler/docs").is_dir():
        sys.exit("run this in the root of the repository")
    generated = pages()
    for old in Path("docs/layers").glob("*.md"):
        if old.as_posix() not in generated:
            old.unlink()
    for name, text in generated.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


main()
