"""Which tests judge a mutant: those that execute its lines, the quickest first.

Once, all tests run under coverage and it is kept under `build/mutants` who executed which line and
how long each took. A mutant is then shown a few of them, from some files; where none turns red,
the others; where a fixture executes it, the whole file. Each time a process begins anew where
pytest and NumPy are loaded already, and nothing of ours.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import accumulate, chain, zip_longest
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import mkdtemp

import hypothesis  # noqa: F401 - loaded once for all
import numpy  # noqa: F401 - loaded once for all
import pytest
from coverage import CoverageData

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "mutants"
LINES, TIMES = KEPT / "lines", KEPT / "times.json"
TESTS, FILES = 60, 8
"""How many tests are asked first, and of how many files."""
SECONDS, LONGEST = 100, 120
"""What the others may take, and how much longer than usual."""
NOT_FOUND = 4
"""What pytest ends with where there is no such test."""

# hypothesis is a plugin, and loaded before pytest could rewrite what it asserts
_QUIETLY = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
_FORK = multiprocessing.get_context("fork")


def copied() -> Path:
    """A copy of the repository as it stands, to be changed."""
    folder = Path(mkdtemp(prefix="mutants-"))
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.check_output(listed, cwd=ROOT, text=True).split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    # by their text, not by their time: a mutant can be as long as what it was, and as old
    compiled = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"]
    subprocess.run([*compiled, "spec_compiler"], cwd=folder, check=True)
    return folder


class _Heard:
    """What happened to each test: a plugin of pytest."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.red: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if report.failed:
            self.red.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.red.append(report.nodeid)


def _run(folder: Path, words: Sequence[str], answer: Connection) -> None:
    """In a process of its own: pytest on a copy."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(quiet, stream)
    os.setsid()
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    sys.path[:] = [str(folder), *(path for path in sys.path if path != str(Path(__file__).parent))]
    heard = _Heard()
    status = pytest.main([*_QUIETLY, *words], plugins=[heard])
    answer.send((int(status), heard.red, dict(heard.seconds)))
    os._exit(0)


def ask(
    folder: Path, words: Sequence[str], longest: float
) -> tuple[int, list[str], dict[str, float]]:
    """What pytest says: its status, what is red, how long each took; 1 where it does not end."""
    hears, answers = _FORK.Pipe(duplex=False)
    asked = _FORK.Process(target=_run, args=(folder, words, answers))
    asked.start()
    pid = asked.pid
    assert pid is not None
    answers.close()
    try:
        return hears.recv() if hears.poll(longest) else (1, ["does not end"], {})
    except EOFError:
        return 1, ["the process died"], {}
    finally:
        asked.kill()
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # with what it started
        asked.join()
        hears.close()


def record(rooms: Sequence[str]) -> None:
    """Run all tests once, and keep who executed which line of the rooms."""
    shutil.rmtree(KEPT, ignore_errors=True)
    KEPT.mkdir(parents=True)
    listed = "".join(f"    spec_compiler/{room}/*\n    spec_compiler/{room}.py\n" for room in rooms)
    (KEPT / "coveragerc").write_text(f"[run]\ninclude =\n{listed}")
    os.environ["COVERAGE_FILE"] = str(LINES)
    folder = copied()
    words = ["-n", "2", "--cov", f"--cov-config={KEPT / 'coveragerc'}", "--cov-context=test"]
    _, red, seconds = ask(folder, [*words, "--cov-report="], 3600)
    shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write("".join(f"red without a change: {name}\n" for name in red))
    green = {name: taken for name, taken in seconds.items() if name not in red}
    TIMES.write_text(json.dumps(green, indent=0))


class Record:
    """What was kept; `stale` where the code is no longer the one that was run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = json.loads(TIMES.read_text()) if TIMES.exists() else {}
        self.data = CoverageData(str(LINES))
        self.data.read()
        self.files = {
            name.rpartition("/spec_compiler/")[2]: name for name in self.data.measured_files()
        }
        self.of_file: dict[str, float] = defaultdict(float)
        for name, taken in self.seconds.items():
            self.of_file[file_of(name)] += taken

    @property
    def stale(self) -> bool:
        """Whether a file of the package was written since."""
        return not TIMES.exists() or any(
            path.stat().st_mtime > TIMES.stat().st_mtime
            for path in (ROOT / "spec_compiler").rglob("*.py")
        )

    def written_since(self, folder: Path) -> list[str]:
        """Files of tests, in a copy, that nobody has seen running as they are."""
        return [
            str(path.relative_to(folder))
            for path in (folder / "tests").rglob("test_*.py")
            if path.stat().st_mtime > TIMES.stat().st_mtime
        ]

    def executing(self, path: str, lines: range, own: str) -> set[str]:
        """The tests that execute one of the lines, and the files where a fixture does.

        What runs only while files are loaded is an example: all files of its own folder see it.
        """
        if path not in self.files:
            return set()
        found = self.data.contexts_by_lineno(self.files[path])
        contexts = {context for line in lines for context in found.get(line, ())}
        named = (context.rpartition("|") for context in contexts)
        tests = {
            file_of(test) if when == "setup" else test
            for test, _, when in named
            if test in self.seconds
        }
        loading = {name for name in self.of_file if name.startswith(own)}
        return tests or (loading if "" in contexts else set())

    def rounds(self, folder: Path, path: str, lines: range) -> Iterator[list[str]]:
        """What to ask, one after the other: a few tests of a few files, then more."""
        own = f"tests/{path.partition('/')[0]}/"
        by_file: dict[str, list[str]] = defaultdict(list)
        for test in sorted(self.executing(path, lines, own), key=self.taking):
            by_file[file_of(test)].append(test)
        files = sorted(by_file, key=lambda name: (not name.startswith(own), self.taking(name)))
        some = zip_longest(*(by_file[name] for name in files[:FILES]))
        first = [test for test in chain.from_iterable(some) if test is not None][:TESTS]
        yield first
        since = self.written_since(folder)
        rest = [test for name in files for test in by_file[name] if test not in first]
        taken = list(accumulate(map(self.taking, rest)))
        yield [*since, *rest[: bisect_right(taken, SECONDS)]]

    def taking(self, name: str) -> float:
        """The seconds of a test or a file."""
        return self.seconds.get(name) or self.of_file.get(name, 10)


def require_green(folder: Path) -> None:
    """Stop where a new test is red before anything is changed."""
    since = Record().written_since(folder)
    red = ask(folder, since, LONGEST)[1] if since else []
    if red:
        sys.exit(f"red without a change: {', '.join(red)}")


def file_of(test: str) -> str:
    """Where a test stands."""
    return test.partition("::")[0]


def seen(record: Record, folder: Path, path: str, lines: range, text: str) -> str:
    """The test that turns red when the file has this text; "" where none does."""
    target = folder / "spec_compiler" / path
    old = target.read_text()
    target.write_text(text)
    try:
        for tests in filter(None, record.rounds(folder, path, lines)):
            longest = LONGEST + 5 * sum(map(record.taking, tests))
            status, red, _ = ask(folder, ["-x", *tests], longest)
            if status == NOT_FOUND:  # the examples of a table have other names now
                files = list(dict.fromkeys(map(file_of, tests)))
                status, red, _ = ask(folder, ["-x", *files], LONGEST)
            if status:
                return red[0] if red else f"pytest ends with {status}"
    finally:
        target.write_text(old)
    return ""
