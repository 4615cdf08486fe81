"""`specc doctor`: what is installed and works, what is missing, and what to do about it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

from spec_compiler import __version__
from spec_compiler.cli.importing import failures
from spec_compiler.cli.specs import find_specs
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.linting.settings_files import SettingsFiles
from spec_compiler.shortening import counted

PACKAGE = "spec-compiler"
OK, NOTE, WRONG = "ok", "note", "wrong"
"""How a state is: good; something that is missing for some commands; to be mended."""
EXTRAS = {
    "sparse": "inputs with `sparse: true`",
    "h5": "specc import of .h5 and .keras files",
    "threads": "specc run --threads",
    "keras": "specc train, specc export keras, specc import --check",
    "arrow": "Parquet and Arrow files",
    "zarr": "Zarr stores",
    "pictures": "specc graph -o model.svg, and .png",
    "lsp": "specc lsp, for editors",
    "mcp": "specc mcp, for language models",
    "dask": "specc run --workers and --scheduler, sc.map_partitions",
}
"""What an extra of the package is for."""
_MODULES = {"pyyaml": "yaml", "quickjs-ng": "quickjs", "resvg-py": "resvg_py"}
"""What is imported of packages whose modules have another name."""
_BACKENDS = ("jax", "torch", "tensorflow")
_THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_OLDEST = (3, 11)
_REQUIRED = re.compile(r"""([\w-]+)(?:\[[^\]]*\])?(?:>=([\d.]+))?(?:.*extra == ["'](\w+)["'])?""")
_SCHEMA = re.compile(r"#\s*yaml-language-server:\s*\$schema=(\S+)")
_COMPLETIONS = (
    ".bash_completions/specc.sh",
    ".zfunc/_specc",
    ".config/fish/completions/specc.fish",
)


class State(NamedTuple):
    """Something that was looked at.

    Attributes:
        how: `OK`, `NOTE` or `WRONG`.
        what: What was found.
        do: What to do about it; empty where there is nothing to do.
    """

    how: str
    what: str
    do: str = ""


def command() -> int:
    """Look at the installation and this folder, and say what is missing, for what, and what to do.

    Nothing is downloaded. What is installed is imported, too, in a process of its own. Exit code 1
    where something is wrong; what only some commands need is a note.
    """
    states = [*_python(), *_libraries(), *_threads(), *_shell(), *_here(), *_settings()]
    for state in states:
        say(f"{state.how:<6} {state.what}")
        if state.do:
            say(f"       {state.do}")
    return int(any(state.how == WRONG for state in states))


def _python() -> Iterator[State]:
    found = platform.python_version()
    how = OK if tuple(map(int, found.split(".")[:2])) >= _OLDEST else WRONG
    do = "" if how == OK else "install Python 3.11 or newer"
    yield State(how, f"specc {__version__}, Python {found}, {platform.machine()}", do)


def _libraries() -> Iterator[State]:
    """Those that the package asks for, and those of its extras."""
    try:
        listed = requires(PACKAGE) or []
    except PackageNotFoundError:
        yield State(WRONG, f"the package {PACKAGE} is not installed", "run `pip install .`")
        return
    asked: dict[str, dict[str, str]] = {}
    for line in listed:
        found = _REQUIRED.match(line)
        if found is not None:
            asked.setdefault(found[3] or "", {})[found[1]] = found[2] or ""
    backend = _backend() if installed("keras") is not None else None
    names = {name for extra in ("", *EXTRAS) for name in asked.get(extra, {}) if installed(name)}
    if backend is not None and backend.how != OK:
        names.remove("keras")  # which says the same once more
    broken = unimportable(sorted(names))
    yield from _needed(asked.get("", {}), broken)
    for extra, purpose in EXTRAS.items():
        yield _extra(extra, purpose, asked.get(extra, {}), broken)
    if backend is not None:
        yield backend


def unimportable(names: list[str]) -> dict[str, str]:
    """Why some packages cannot be imported."""
    modules = {_MODULES.get(name, name): name for name in names}
    return {modules[module]: why for module, why in failures(modules).items()}


def _needed(asked: dict[str, str], broken: dict[str, str]) -> Iterator[State]:
    for name, least in asked.items():
        found = installed(name)
        if name in broken:
            yield _broken(f"{name} {found}", broken[name], f"{name}>={least}")
            continue
        how = OK if found is not None and at_least(found, least) else WRONG
        do = "" if how == OK else f'install it: `pip install "{name}>={least}"`'
        yield State(how, f"{name} {found or 'is not installed'}", do)


def _broken(name: str, why: str, package: str) -> State:
    do = f'install it again: `pip install --force-reinstall "{package}"`'
    return State(WRONG, f"{name} cannot be imported: {why}", do)


def _extra(extra: str, purpose: str, asked: dict[str, str], broken: dict[str, str]) -> State:
    have = {name: installed(name) for name in asked}
    missing = [name for name, found in have.items() if found is None]
    old = [name for name, found in have.items() if found and not at_least(found, asked[name])]
    do = f'for {purpose}: `pip install "{PACKAGE}[{extra}]"`'
    if old:
        return State(WRONG, f"{extra}: {', '.join(old)} is too old", do)
    for name in asked:
        if name in broken:
            return _broken(f"{extra}: {name} {have[name]}", broken[name], f"{name}>={asked[name]}")
    if missing or not asked:
        return State(NOTE, f"{extra}: missing: {', '.join(missing) or 'its libraries'}", do)
    listed = ", ".join(f"{name} {found}" for name, found in have.items())
    return State(OK, f"{extra}: {listed} ({purpose})")


def _backend() -> State:
    """Whether Keras has something to compute with."""
    named = os.environ.get("KERAS_BACKEND")
    have = [name for name in _BACKENDS if installed(name) is not None]
    if named is not None and named not in have and named != "numpy":
        do = f"install it, or set KERAS_BACKEND to one of {', '.join(have) or 'those installed'}"
        return State(WRONG, f"keras: KERAS_BACKEND is {named}, which is not installed", do)
    if not have:
        return State(WRONG, "keras has no backend", "install one: `pip install jax`, or torch")
    return State(OK, f"keras: its backend is {named or 'chosen by Keras'}, of {', '.join(have)}")


def installed(name: str) -> str | None:
    """The version of a package; None where there is none."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def at_least(found: str, least: str) -> bool:
    """Whether a version is another one or newer, by the numbers that it begins with."""
    have, need = ([int(part) for part in re.findall(r"\d+", text)] for text in (found, least))
    return have[: len(need)] + [0] * (len(need) - len(have)) >= need


def _threads() -> Iterator[State]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    given = {name: os.environ[name] for name in _THREADS if name in os.environ}
    said = ", ".join(f"{name}={value}" for name, value in given.items()) or "as many for BLAS"
    yield State(OK, f"{counted(cores or 1, 'core')}; {said}")
    for name, value in given.items():
        if not value.isdigit() or not 1 <= int(value) <= (cores or 1):
            yield State(WRONG, f"{name} is {value}", f"set it to a number from 1 to {cores}")


def _shell() -> Iterator[State]:
    if any((Path.home() / path).exists() for path in _COMPLETIONS):
        yield State(OK, "the shell completes")
    else:
        yield State(NOTE, "the shell does not complete", "run `specc --install-completion`")


def _here() -> Iterator[State]:
    """The specs in this folder, and whether the schema that they name is there."""
    try:
        specs = find_specs(["."])
    except UsageError:
        yield State(NOTE, "no spec in this folder", "begin with one: `specc new mlp`")
        return
    skipped = f", {counted(specs.skipped, 'other YAML or JSON file')}" if specs.skipped else ""
    yield State(OK, f"{counted(len(specs.paths), 'spec')} in this folder{skipped}")
    for error in specs.unread:
        yield _unread(error)
    named = {path: schema for path in specs.paths if (schema := _schema(path))}
    lost = {path: schema for path, schema in named.items() if not _is_there(path, schema)}
    for path, schema in lost.items():
        do = "write one: `specc schema > specc.schema.json`, and name it in the first line"
        yield State(WRONG, f"{path}: the schema {schema} is not there", do)
    if len(named) > len(lost):
        yield State(OK, f"{counted(len(named) - len(lost), 'spec')} with a schema for editors")


def _settings() -> Iterator[State]:
    """The file of settings that holds in this folder, and what is wrong with it."""
    found = Diagnostics()
    try:
        SettingsFiles(found).of("here")
    except OSError as error:
        yield _unread(error)
        return
    for wrong in found:
        file, line, column = wrong.where
        yield State(
            WRONG, f"{file}:{line}:{column}: {wrong.message}", wrong.help or wrong.annotation
        )
    if not found.sources:
        yield State(OK, "no settings (specc.toml) for this folder: lints are as they come")
    elif not found:
        yield State(OK, f"settings of {', '.join(found.sources)}")


def _unread(error: OSError) -> State:
    what = error.filename or "this folder"
    return State(WRONG, f"{what}: {error.strerror}", "let it be read, or remove it")


def _schema(path: str) -> str:
    """What the first line names as the schema."""
    with Path(path).open("rb") as file:
        found = _SCHEMA.match(file.readline(4096).decode("utf-8", "replace"))
    return found[1] if found else ""


def _is_there(path: str, schema: str) -> bool:
    return "://" in schema or (Path(path).parent / schema).exists()
