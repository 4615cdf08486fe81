"""What a folder of results holds already, so that a run that broke goes on.

Beside the results lies a file with a line for each: what they were made of, and their SHA-256. A
result is kept whose line says the same data, model and options, and whose bytes are those.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from spec_compiler.files import writing
from spec_compiler.formats import RUN_FORMATS
from spec_compiler.partitions.parts import Partition
from spec_compiler.partitions.score import Order, Scored, digest_of
from spec_compiler.refusals import Refusal

NAME: Final = ".specc.jsonl"
"""What the file is called. Readers of folders leave out what begins with a point."""


@dataclass(slots=True)
class Record:
    """The results in a folder.

    Attributes:
        order: What is done with all partitions.
        done: By partition: what it was made of, and the SHA-256 of what was written.
    """

    order: Order
    done: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])

    @property
    def file(self) -> Path:
        """Where it is written."""
        return Path(self.order.folder) / NAME

    @classmethod
    def begun(cls, order: Order, parts: list[Partition], inputs: Collection[Path]) -> Record:
        """The record of a folder, which is made where it is not there.

        Args:
            order: What is done.
            parts: All partitions.
            inputs: Files that must not be replaced.

        Raises:
            Refusal: The folder has results of another run, or a result would replace an input.
            OSError: It cannot be made or read.
        """
        record = cls(order)
        Path(order.folder).mkdir(exist_ok=True)
        record._require_own(parts)
        record._require_no_input(parts, inputs)
        lines = record._lines()
        run = next((line["run"] for line in lines if "run" in line), None)
        record.done = {
            line["part"]: (line["of"], line["sha256"]) for line in lines if "part" in line
        }
        if run is not None and run != order.key and record.done:
            raise Refusal(
                "SPC0553",
                f"`{order.folder}` holds results of another model, or of other options",
                help="name a new folder, or remove this one",
            )
        if run == order.key:
            record._end_line()
        else:
            record.done = {}
            record.file.write_text(json.dumps({"run": order.key}) + "\n")
        return record

    def kept(self, part: Partition) -> bool:
        """Whether the results of a partition are there, made of the same."""
        of, digest = self.done.get(part.name, ("", ""))
        target = self.order.target(part)
        return of == _key(part) and target.exists() and digest_of(target) == digest

    def add(self, scored: Scored) -> None:
        """Note that the results of a partition are there."""
        line = _line(scored.part.name, _key(scored.part), f"{scored.sha256}")
        with open(self.file, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def clear_up(self) -> None:
        """Remove what workers began that ended before they could remove it themselves."""
        for left in Path(self.order.folder).glob(".specc-*.tmp"):
            _remove(left)

    def take_away(self, parts: Iterable[Partition]) -> list[Partition]:
        """Remove what an earlier run wrote for partitions: it was made of other data.

        Returns:
            Those that had a result.
        """
        stale = [part for part in parts if part.name in self.done]
        stale = [part for part in stale if self.order.target(part).exists()]
        if stale:
            gone = {part.name for part in stale}
            self.done = {name: noted for name, noted in self.done.items() if name not in gone}
            lines = [{"run": self.order.key}]
            lines += [_line(name, *noted) for name, noted in self.done.items()]
            with writing(self.file) as file:
                file.writelines(json.dumps(line).encode() + b"\n" for line in lines)
        for part in stale:
            _remove(self.order.target(part))
        return stale

    def _end_line(self) -> None:
        """Let the next line be one of its own, where the last was broken off."""
        with open(self.file, "a", encoding="utf-8") as file:
            file.write("\n")

    def _lines(self) -> list[dict[str, Any]]:
        """The lines; one that was broken off is none."""
        if not self.file.exists():
            return []
        found: list[dict[str, Any]] = []
        for line in self.file.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found

    def _require_own(self, parts: list[Partition]) -> None:
        """Refuse a folder with data that is no result of this run: the two would be read as one."""
        own = {self.order.target(part).name for part in parts}
        for name in sorted(os.listdir(self.order.folder)):
            data = name.endswith(RUN_FORMATS) and not name.startswith(".")
            if data and name not in own:
                raise Refusal(
                    "SPC0553",
                    f"`{self.order.folder}` holds `{name}`, which is no result of this run",
                    help="name a new folder for the output",
                )

    def _require_no_input(self, parts: list[Partition], inputs: Collection[Path]) -> None:
        """Refuse results in the place of what they are made of, by whatever name that has."""
        known = {_identity(path) for path in inputs if path.exists()}
        for target in map(self.order.target, parts):
            if target.exists() and _identity(target) in known:
                raise Refusal(
                    "SPC0553",
                    f"`{target}` is also an input and would be overwritten",
                    help="name another folder for the output",
                )


def _line(part: str, of: str, sha256: str) -> dict[str, str]:
    return {"part": part, "of": of, "sha256": sha256}


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _key(part: Partition) -> str:
    """What a partition is made of: which rows of which files, dated as the run began."""
    said = [(name, *rows) for name, several in sorted(part.inputs.items()) for rows in several]
    return hashlib.sha256(repr(said).encode()).hexdigest()
