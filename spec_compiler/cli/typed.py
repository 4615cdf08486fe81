"""What is typed: `name=value` items, and what ends a command that cannot go on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

_DIGITS = 18
"""Of a number of bytes, or of a size."""
_BYTES = re.compile(r"([0-9]+) ?(?:([KMGT]?)(B?)|([KMGT])iB)", re.IGNORECASE | re.ASCII)
"""A number of bytes: `500M` and `500MiB` are 500·2²⁰, `500MB` is 500·10⁶."""


class UsageError(Exception):
    """The command line makes no sense; leaves with exit code 2."""


class Interrupted(Exception):
    """Ctrl-C, and what is left of what was done until then; leaves with exit code 130."""


class Unread(Exception):
    """Files could not be read or written, and the rest is reported; leaves with exit code 3."""

    def __init__(self, errors: Sequence[OSError]) -> None:
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Spread:
    """What is typed of a run that gives a folder of results.

    Attributes:
        output: `scores/`, or `scores/*.npy`.
        workers: How many processes run it, or None.
        scheduler: The address of Dask's scheduler whose workers run it, or None.
    """

    output: str
    workers: int | None
    scheduler: str | None

    @classmethod
    def typed(
        cls, output: str, workers: int | None, scheduler: str | None, others: Mapping[str, bool]
    ) -> Spread | None:
        """What was typed; None where the output is one file.

        Args:
            output: Where results go.
            workers: How many processes run it.
            scheduler: The address of Dask's.
            others: Options that have results of one kind, and whether they are given.

        Raises:
            UsageError: it makes no sense.
        """
        found = cls(output, workers, scheduler)
        exclude_each_other({"--workers": workers is not None, "--scheduler": scheduler is not None})
        if output.endswith("/") or found.names_format:
            for option, given in others.items():
                exclude_each_other({option: given, "a folder of results": True})
            return found
        if found.on_dask:
            raise UsageError("workers write into a folder: --output scores/, or 'scores/*.npy'")
        return None

    @property
    def names_format(self) -> bool:
        """Whether the output says how the files in the folder are written."""
        return PurePath(self.output).name.startswith("*.")

    @property
    def on_dask(self) -> bool:
        """Whether others run it than this process."""
        return self.workers is not None or self.scheduler is not None


class Looking(NamedTuple):
    """What is asked for of results inside a model.

    Attributes:
        show: Names and patterns of what is shown, with commas between them.
        save: The folder for all results, or None.
        rows: How many rows run at a time; None for what their size says.
        limit: The bytes that may be used.
    """

    show: list[str]
    save: str | None
    rows: int | None
    limit: int | None

    @property
    def options(self) -> dict[str, bool]:
        """The options, and whether they are given."""
        return {"--show": bool(self.show), "--save-all": self.save is not None}


class Options(NamedTuple):
    """How a run is done.

    Attributes:
        rows: How many run at a time; None for what their size says.
        masks: Whether masks of outputs are written.
        engine: What computes.
        initial: Whether the weights are those of the seed, whatever file the spec names.
        limit: The bytes that a process may use.
    """

    rows: int | None
    masks: bool
    engine: str
    initial: bool
    limit: int | None


def exclude_each_other(given: Mapping[str, bool]) -> None:
    """Ask that not all of some options are given.

    Raises:
        UsageError: they are.
    """
    if all(given.values()):
        raise UsageError(f"{' and '.join(given)} exclude each other")


def pairs(option: str, items: list[str] | None) -> dict[str, str]:
    """`name=value` items as a mapping.

    Raises:
        UsageError: an item has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for item in items or ():
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} {item}: write {option} NAME=VALUE")
        if name in found:
            raise UsageError(f"{option} {name}: given twice")
        found[name] = value
    return found


def sizes_of(option: str, items: list[str] | None) -> dict[str, int]:
    """The sizes that an option names, as `batch=8`."""
    found: dict[str, int] = {}
    for name, value in pairs(option, items).items():
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"{option} {name}={value}: a size is a whole number")
        if len(value) > _DIGITS:
            raise UsageError(f"{option} {name}={value}: a size is below 10^18")
        found[name] = int(value)
    return found


def fixed_sizes(items: list[str] | None) -> dict[str, tuple[int, str]]:
    """The sizes that `--dim` fixes, each with what messages call the giver."""
    several = [item for listed in items or () for item in listed.split(",") if item]
    found = sizes_of("--dim", several)
    return {name: (size, f"--dim {name}={size}") for name, size in found.items()}


def bytes_of(memory: str | None) -> int | None:
    """What `--max-memory` allows: `500M`, `4GB` or a number of bytes; None where it is not given.

    Raises:
        UsageError: it is something else.
    """
    if memory is None:
        return None
    found = _BYTES.fullmatch(memory)
    if found is None or len(found[1]) > _DIGITS:
        raise UsageError(f"--max-memory {memory}: write 500M or 4G, 500MB or 4GiB")
    power = " KMGT".index((found[2] or found[4] or " ").upper())
    return int(found[1]) * (1000 if found[3] else 1024) ** power
