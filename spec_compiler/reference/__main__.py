"""`python -m spec_compiler.reference`: write the generated files into the repository at hand."""

from __future__ import annotations

import sys
from pathlib import Path

from spec_compiler.reference import pages


def main() -> None:
    """Write every page below the current folder, the repository's; `--check` only compares."""
    if not Path("spec_compiler/reference").is_dir():
        sys.exit("run this in the root of the repository")
    if sys.flags.optimize > 1:
        sys.exit("the pages are made of docstrings, which this interpreter (-OO) has dropped")
    generated = pages()
    if "--check" in sys.argv[1:]:
        stale = [name for name, text in generated.items() if _read(Path(name)) != text]
        sys.exit(f"not fresh, run `make docs`: {', '.join(stale)}" if stale else 0)
    for old in Path("docs/layers").glob("*.md"):
        if old.as_posix() not in generated:
            old.unlink()
    for name, text in generated.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


main()
