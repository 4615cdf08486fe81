"""The files that hold a spec's weights: one safetensors file, or the shards of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from spec_compiler.declaring.scope import described
from spec_compiler.diagnostics import Diagnostics, Severity
from spec_compiler.expanding.core import Core
from spec_compiler.files import Origin
from spec_compiler.language.weights import WeightsDeclaration
from spec_compiler.places import Outside, Placed
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.shortening import shown, shown_some
from spec_compiler.source import SourceNode, load
from spec_compiler.spans import Label
from spec_compiler.spelling import Suggestion, suggestion
from spec_compiler.weights.safetensors import TensorEntry, read_header

FILE = ("weights", "file")


class Checkpoint(NamedTuple):
    """What the headers of weights files say.

    Attributes:
        tensors: By name, of all files.
        files: Where they lie, by the names that the spec or the index gives them.
    """

    tensors: Mapping[str, TensorEntry]
    files: Mapping[str, Path]


class WeightsPlace(NamedTuple):
    """Where the weights of a spec are.

    Attributes:
        declared: What the spec says of them.
        origin: What the file is named by, and where everything must lie.
        place: What names the file,
        at: and where in it.
        trained: Whether the spec says how it is trained: then the file is yet to come.
    """

    declared: WeightsDeclaration
    origin: Origin
    place: Placed
    at: ItemPath
    trained: bool = False

    @property
    def label(self) -> tuple[Label, ...]:
        """Where an index is named."""
        span = self.place.span_of(self.at)
        return () if span is None else (Label(span, "its index"),)


def weights_place(core: Core) -> WeightsPlace | None:
    """The file that is given, else the one that the spec names, else None.

    Of a file that is given, the spec's checksum says nothing, nor how to get it. Whoever gives it
    may do so through a link to anywhere.
    """
    declared, given = core.header.weights, core.given_weights
    if given is None:
        if declared is None:
            return None
        return WeightsPlace(declared, core.origin, core.node, FILE, core.train is not None)
    own = {"file": Path(given).name, "get": None, "sha256": None}
    stated = WeightsDeclaration(file="") if declared is None else declared
    anywhere = Origin(given, Path(Path(given).absolute().anchor))
    return WeightsPlace(stated.model_copy(update=own), anywhere, Outside(given), ())


def read_checkpoint(
    where: WeightsPlace, found: Diagnostics, severity: Severity
) -> Checkpoint | None:
    """The headers of weights files; a name that ends with `.json` is an index's.

    Args:
        where: Where the weights are.
        found: Collects what is wrong.
        severity: Of a file that is not there.

    Returns:
        None when anything is wrong.
    """
    declared, origin = where.declared, where.origin
    file = declared.file
    if (declared.get or where.trained) and severity is Severity.WARNING:
        severity = Severity.NOTE  # as the author meant it to be
    absent = found.at(where.place, where.at, severity=severity)
    with found.at(where.place, where.at):
        try:
            path = origin.locate(file)
            if file.endswith(".json"):
                return _Shards(origin.beside(file), file, where.label, found).read(severity)
            return Checkpoint(read_header(path), {file: path})
        except FileNotFoundError:
            message = f"the weights file `{file}` does not exist"
            absent.add(Refusal("SPC0610", message, **_advice(where)))
        except OSError as error:
            absent.add(Refusal("SPC0610", f"{error.strerror or error}"))
    return None


def is_absent(core: Core) -> bool:
    """Whether the weights are where the author says how to get them, and nowhere else."""
    where = weights_place(core)
    if where is None or not where.declared.get:
        return False
    return not where.origin.locate(where.declared.file).exists()


def _advice(where: WeightsPlace) -> Suggestion:
    declared, origin = where.declared, where.origin
    if declared.get:
        return suggestion(None, f"to get it: `{declared.get}`")
    index = declared.file.endswith(".json")  # `init` writes one file
    spec = "SPEC" if origin.file.startswith("<") else origin.file  # a text without a file
    if where.trained:
        return suggestion(None, f"`specc train {spec} --data FILE` writes it")
    command = f"specc init {spec} -o {origin.beside(declared.file).file}"
    instead = "" if index else f"`{command}` writes one with initial weights"
    return suggestion(origin.meant(declared.file), instead)


@dataclass(slots=True, eq=False, repr=False)
class _Shards:
    """Reads an index, `{"weight_map": {tensor: shard}}`, and the headers of its shards.

    What is wrong is blamed on the index where it names the tensor or the shard.
    """

    origin: Origin
    index: str
    named: tuple[Label, ...]
    found: Diagnostics
    node: SourceNode = field(init=False)
    sound: bool = True

    def read(self, severity: Severity) -> Checkpoint | None:
        """The shards together; the index and they must say the same."""
        text = Diagnostics()
        node = load(self.origin.file, text)
        if any(item.code == "SPC0004" for item in text):
            raise Refusal("SPC0616", f"`{self.index}` is empty, and not an index of weights")
        self.found.extend(text)
        if node is None or text.errors:
            return None
        self.node = node
        listed = self._listed()
        headers, files = self._headers(listed, severity)
        if not self.sound:
            return None
        self._compare(listed, headers)
        tensors = {name: entry for header in headers.values() for name, entry in header.items()}
        return Checkpoint(tensors, files) if self.sound else None

    def _listed(self) -> dict[str, list[str]]:
        """The tensors that the index promises, by shard."""
        written = self.node.get("weight_map")
        if written is None or not isinstance(written.value, dict):
            says = "has no `weight_map`" if written is None else "is no mapping there"
            help = 'an index is `{"weight_map": {"a tensor": "a file.safetensors"}}`'
            message = f"`{self.index}` is not an index of weights: it {says}"
            self._refuse(Refusal("SPC0616", message, help=help))
            return {}
        listed: dict[str, list[str]] = {}
        for name, entry in written.value.items():
            shard = entry.node.value
            if isinstance(shard, str):
                listed.setdefault(shard, []).append(name)
            else:
                words = f"{shown(name)} must have the name of a file, not "
                self._refuse(Refusal("SPC0616", words + described(entry.node.plain())), name)
        return listed

    def _headers(
        self, listed: Mapping[str, list[str]], severity: Severity
    ) -> tuple[dict[str, dict[str, TensorEntry]], dict[str, Path]]:
        """The header of each shard, and where it lies."""
        headers: dict[str, dict[str, TensorEntry]] = {}
        files: dict[str, Path] = {}
        absent: list[str] = []
        for shard, names in listed.items():
            try:
                files[shard] = self.origin.locate(shard)
                headers[shard] = read_header(files[shard])
            except Refusal as refusal:
                self._refuse(refusal, names[0])
            except FileNotFoundError:
                absent.append(shard)
            except OSError as error:
                message = f"{shown(shard)}: {error.strerror or error}"
                self._refuse(Refusal("SPC0610", message), names[0], severity)
        if absent:
            s, do = ("", "does") if len(absent) == 1 else ("s", "do")
            message = f"the shard{s} {shown_some(absent)} {do} not exist"
            count = f"{len(absent)} of {len(listed)} are not there"
            help = f"put them beside the index; {count}"
            self._refuse(Refusal("SPC0610", message, help=help), listed[absent[0]][0], severity)
        return headers, files

    def _compare(
        self, listed: Mapping[str, list[str]], headers: Mapping[str, Mapping[str, TensorEntry]]
    ) -> None:
        """Refuse what the index and the shards do not agree on."""
        promised = {name: shard for shard, names in listed.items() for name in names}
        held: dict[str, list[str]] = {}
        for shard, header in headers.items():
            for name in header:
                held.setdefault(name, []).append(shard)
        for name, shards in held.items():
            if len(shards) > 1:
                message = f"{shown(name)} is a tensor of {shown_some(shards)}"
                help = "write the files again, each tensor into one of them"
                at = name if name in promised else listed[shards[1]][0]
                self._refuse(Refusal("SPC0619", message, help=help), at)
        for shard, names in listed.items():
            lacking = [name for name in names if name not in headers[shard]]
            # one that lies in two files is said to do so, and is not said to be unlisted, too
            unlisted = [
                name for name in headers[shard] if name not in promised and len(held[name]) == 1
            ]
            if lacking:
                elsewhere = held.get(lacking[0])
                help = f"{shown(lacking[0])} is in {shown(elsewhere[0])}" if elsewhere else ""
                message = f"{shown(shard)} has no {shown_some(lacking)}"
                self._refuse(Refusal("SPC0617", message, help=help), lacking[0])
            if unlisted:
                message = f"{shown(shard)} has {shown_some(unlisted)}, which the index lacks"
                help = "the index and the file belong to different models, or one was changed"
                self._refuse(Refusal("SPC0618", message, help=help), names[0])

    def _refuse(
        self, refusal: Refusal, tensor: str | None = None, severity: Severity = Severity.ERROR
    ) -> None:
        self.sound = False
        path = () if tensor is None else ("weight_map", tensor)
        self.found.at(self.node, path, severity=severity, labels=self.named).add(refusal)
