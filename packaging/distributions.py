"""Makes the distributions of specc and tries them, as somebody does who has nothing else.

It builds them twice and compares the bytes, asks twine whether an index would take them, installs
the wheel into a clean environment of every Python that is found and uses it there, and runs the
tests of the unpacked sdist with what the sdist says it needs.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
SPEC = """\
specc: 1
inputs:
  x: {shape: [null, 4]}
layers:
  - {type: Dense, name: hidden, units: 8, activation: relu}
  - {type: Dense, name: y, units: 2}
tests:
  - name: numbers
    expect: {y: {finite: true}}
"""


def main() -> int:
    """Build, compare, check, install and try; 0 when all of it went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--url", default="", help="where the repository is kept")
    parser.add_argument("--no-tests", action="store_true", help="leave out the tests of the sdist")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        first, second = (built(work / name, given.url) for name in ("one", "two"))
        if first != second:
            raise SystemExit(f"two builds differ: {first} and {second}")
        say(f"built twice, the same bytes: {', '.join(first)}")
        made = sorted((work / "one").iterdir())
        run([sys.executable, "-m", "twine", "check", "--strict", *map(str, made)])
        say("an index would take them (twine check --strict)")
        (wheel,) = (path for path in made if path.suffix == ".whl")
        (sdist,) = (path for path in made if path.name.endswith(".tar.gz"))
        for python in filter(None, map(found, PYTHONS)):
            tried(wheel, python, work / Path(python).name)
        if not given.no_tests:
            tested(sdist, work / "source")
        given.out.mkdir(exist_ok=True)
        for path in made:
            shutil.copy(path, given.out)
    return 0


def built(out: Path, url: str) -> dict[str, str]:
    """The sdist, and the wheel that is made of it: the digest of each."""
    stamp = run(["git", "log", "-1", "--format=%ct"], folder=ROOT).strip()
    command = [sys.executable, "-m", "build", "--outdir", str(out), str(ROOT)]
    run(command, env={**os.environ, "SOURCE_DATE_EPOCH": stamp, "SPECC_URL": url})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}


def found(name: str) -> str | None:
    """A Python by its name, also one that pyenv has and does not show."""
    named = [shutil.which(name)]
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named += [str(path) for path in sorted(versions.glob(f"*/bin/{name}"))]
    for path in filter(None, named):
        if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            return path
    say(f"{name} is not here: not tried")
    return None


def environment(python: str, folder: Path, *what: str) -> Path:
    """A clean environment with what is named; the folder of its commands."""
    run([python, "-m", "venv", str(folder)])
    quiet = ["--quiet", "--disable-pip-version-check"]
    run([str(folder / "bin" / "python"), "-m", "pip", "install", *quiet, *what])
    return folder / "bin"


def tried(wheel: Path, python: str, folder: Path) -> None:
    """Install a wheel where nothing else is, and do with it what a user does first."""
    commands = environment(python, folder / "environment", str(wheel))
    place = folder / "elsewhere"
    place.mkdir()
    (place / "model.yaml").write_text(SPEC)
    specc = str(commands / "specc")
    for words in (
        ["--version"],
        ["validate", "model.yaml"],
        ["test", "model.yaml"],
        ["fmt", "--check", "model.yaml"],
        ["summary", "model.yaml"],
        ["explain", "Dense"],
        ["explain", "SPC0410"],
        ["schema"],
        ["run", "model.yaml", "--random", "batch=2,x.1=3", "--output", "y.npz"],
    ):
        run([specc, *words], folder=place)
    code = "import spec_compiler as sc; m = sc.compile_file('model.yaml'); print(m)"
    run([str(commands / "python"), "-c", code], folder=place)
    version = run([python, "--version"]).strip()
    say(f"installed and used on {version}")


def tested(sdist: Path, folder: Path) -> None:
    """Run the tests of an unpacked sdist, in an environment made from it alone."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    run(["make", "test", "PYTHON=" + sys.executable], folder=source, shown=True)
    say("the sdist passes its own tests")


def run(
    command: list[str],
    *,
    folder: Path | None = None,
    env: dict[str, str] | None = None,
    shown: bool = False,
) -> str:
    """What a command prints; ends with its output where it fails."""
    env = {key: value for key, value in (env or os.environ).items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=not shown, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout or ''}{done.stderr or ''}")
    return done.stdout or ""


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
