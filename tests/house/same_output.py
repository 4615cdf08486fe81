"""Whether two checkouts say the same: every command over all examples, documents, codes and slips.

    python tests/house/same_output.py OLD [NEW] [--more PATH] [--slips 40]

Run by hand before and after a change of the house that is not meant to be seen. What both print, on
either stream, with which exit code, and which files they write, is compared to the byte; each that
differs is shown. The material comes from NEW (default: this checkout): specs in `examples/` and in
the documents, the wrong and right examples of the codes, those of the layers, Keras's models in the
conformance cases, what lies under `--more`, and each spec again with slips in it.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from difflib import unified_diff
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```ya?ml(?: \S+)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPEC = re.compile(r"^\s*[\"{]*specc[\"']?\s*:", re.MULTILINE)
VALIDATE = (
    ("validate",),
    ("validate", "--format", "json"),
    ("validate", "--format", "concise"),
    ("validate", "--format", "github"),
)
SHOW = (
    *VALIDATE,
    ("summary",),
    ("expand",),
    ("expand", "--format", "json"),
    ("hash",),
    ("graph",),
    ("graph", "--format", "dot"),
    ("test",),
    ("init", "--output", "made.safetensors"),
)
BRIEFLY = (VALIDATE[0], VALIDATE[1], ("summary",), ("expand",), ("hash",))
SHOWN = 20


# --- material ------------------------------------------------------------------------------------


def gather(folder: Path, more: list[Path], slips: int) -> None:
    """Copy and write everything that commands are run over."""
    shutil.copytree(HERE / "examples", folder / "examples")
    for index, extra in enumerate(more):
        shutil.copytree(extra, folder / f"more{index}")
    for name, text in snippets():
        path = folder / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, errors="surrogateescape")
    keras = folder / "keras"
    keras.mkdir()
    for case in sorted((HERE / "tests" / "conformance" / "cases").iterdir()):
        shutil.copy(case / "config.json", keras / f"{case.name}.json")
    for spec in list(specs(folder)):
        for number, text in enumerate(slipped(spec.read_text(errors="surrogateescape"), slips)):
            spec.with_name(f"slip{number:03}-{spec.name}").write_text(
                text, errors="surrogateescape"
            )


def snippets() -> Iterator[tuple[str, str]]:
    """Specs in the documents, those of the layers among them, and in the codes."""
    from spec_compiler.codes import CODES

    for page in (HERE / "README.md", *sorted((HERE / "docs").rglob("*.md"))):
        for number, text in enumerate(FENCE.findall(page.read_text())):
            yield f"{page.parent.name}-{page.stem}-{number}.yaml", text
    for code, entry in CODES.items():
        for kind in ("wrong", "right"):
            files = {**entry.files, entry.varies: getattr(entry, kind)}
            yield from ((f"{code}-{kind}/{name}", text) for name, text in files.items())


def specs(folder: Path) -> Iterator[Path]:
    """The specs in a folder, without those that have slips."""
    for path in sorted(folder.rglob("*")):
        named = path.suffix in {".yaml", ".yml", ".json"} and path.is_file()
        if named and ("texts" in path.parts or SPEC.search(head(path))):
            yield path


def head(path: Path) -> str:
    """The first characters of a file."""
    return path.read_text(errors="surrogateescape")[:4000]


def slipped(text: str, count: int) -> Iterator[str]:
    """The text with one slip at a time: a line lost, doubled or moved, a word changed."""
    rng = random.Random(  # noqa: S311 - the same slips each time
        hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    )
    lines = text.splitlines(keepends=True)
    for _ in range(count if len(lines) > 1 else 0):
        at = rng.randrange(len(lines))
        line = lines[at]
        words = list(re.finditer(r"[\w$]+", line))
        kind = rng.choice(
            ("lost", "doubled", "swapped", "letter", "letter", "number", "word", "sign")
        )
        changed = list(lines)
        if kind == "lost":
            del changed[at]
        elif kind == "doubled":
            changed.insert(at, line)
        elif kind == "swapped" and at:
            changed[at - 1], changed[at] = line, lines[at - 1]
        elif kind == "sign":
            signs = [i for i, sign in enumerate(line) if sign in ":,[]{}->\"'"]
            if signs:
                i = rng.choice(signs)
                changed[at] = line[:i] + line[i + 1 :]
        elif words:
            word = rng.choice(words)
            new = {
                "number": str(rng.choice((-1, 0, 1, 3, 7, 999))),
                "word": rng.choice(("null", "true", "x", "batch", "8", "[]", "{}", "relu")),
            }.get(kind) or swap(word.group(), rng)
            changed[at] = line[: word.start()] + new + line[word.end() :]
        yield "".join(changed)


def swap(word: str, rng: random.Random) -> str:
    """A word with a letter more or less."""
    i = rng.randrange(len(word))
    return word[:i] + word[i + 1 :] if rng.random() < 0.5 else word[:i] + "e" + word[i:]


# --- recording -----------------------------------------------------------------------------------


def commands(folder: Path) -> Iterator[list[str]]:
    """Every command line that is tried."""
    yield from (["--help"], ["explain"], ["schema"], ["schema", "--draft", "draft-07"])
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.name.startswith("slip"):
            yield ["validate", "--format", "json", name]
        elif {"keras", "import"} & {*path.parts} and path.suffix in {".json", ".keras"}:
            yield ["import", name]
    before: str | None = None
    for path in [item for item in specs(folder) if not item.name.startswith("slip")]:
        name = str(path.relative_to(folder))
        for command in BRIEFLY if "texts" in path.parts else SHOW:
            yield [*command, name]
        if before is not None:
            yield ["diff", before, name]
            yield ["diff", "--format", "json", before, name]
        before = name
        yield ["run", name, "--random", "batch=3", "--masks", "--output", "made.npz"]


def record(folder: Path) -> None:
    """Run every command in this process, and print what came of it, a line of JSON each."""
    from spec_compiler.cli import main as command
    from spec_compiler.codes import CODES

    os.chdir(folder)
    for code in CODES:
        say(command, ["explain", code])
    for arguments in commands(folder):
        say(command, arguments)


def say(command: Callable[[], NoReturn], arguments: list[str]) -> None:
    """One command and its results."""
    out, err, code = io.StringIO(), io.StringIO(), None
    sys.argv = ["specc", *arguments]
    with redirect_stdout(out), redirect_stderr(err):
        try:
            command()
        except SystemExit as leave:
            code = leave.code
        gc.enable()
        gc.unfreeze()
    made = {
        name: hashlib.sha256(Path(name).read_bytes()).hexdigest()
        for name in ("made.npz", "made.safetensors")
        if os.path.exists(name)
    }
    for name in made:
        os.remove(name)
    said = re.sub(r"\.py:\d+", ".py", err.getvalue())  # where a bug is in the source may change
    result = {"code": code, "out": out.getvalue(), "err": said, "files": made}
    os.write(1, json.dumps([" ".join(arguments), result]).encode() + b"\n")


# --- comparing -----------------------------------------------------------------------------------


def recorded(checkout: Path, folder: Path) -> dict[str, dict[str, object]]:
    """What a checkout says about the material; each has a copy, in which commands may write."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(folder, Path(place) / "material")
        done = subprocess.run(
            [sys.executable, __file__, "--record", str(Path(place) / "material")],
            env={**os.environ, "PYTHONPATH": str(checkout), "COLUMNS": "100", "GITHUB_ACTIONS": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        lines = done.stdout.replace(place, "PLACE").splitlines()
    return dict(json.loads(line) for line in lines)


def differences(
    old: dict[str, dict[str, object]], new: dict[str, dict[str, object]]
) -> Iterator[list[str]]:
    """The commands that say something else, each with what."""
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) == new.get(name):
            continue
        texts = [
            "\n".join(
                f"[{key}] {line}" for key, item in run.items() for line in str(item).splitlines()
            )
            for run in (old.get(name, {}), new.get(name, {}))
        ]
        yield [
            f"$ specc {name}",
            *list(unified_diff(*map(str.splitlines, texts), lineterm="", n=1))[2:],
        ]


def main() -> int:
    """Compare two checkouts; 1 when they differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", type=Path, nargs="?")
    parser.add_argument("new", type=Path, nargs="?", default=HERE)
    parser.add_argument("--more", type=Path, action="append", default=[], help="more specs")
    parser.add_argument("--slips", type=int, default=40, help="mistakes made in each spec")
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.record is not None:
        record(given.record)
        return 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "material"
        folder.mkdir()
        gather(folder, given.more, given.slips)
        with ThreadPoolExecutor() as pool:  # a process each
            both = (given.old.resolve(), given.new.resolve())
            old, new = pool.map(recorded, both, (folder, folder))
    found = list(differences(old, new))
    for lines in found[:SHOWN]:
        sys.stdout.write("\n".join(lines[:40]) + "\n\n")
    sys.stdout.write(f"{len(new)} commands, {len(found)} differ\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
