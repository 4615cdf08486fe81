"""Keys in the language's order, and which parts of a spec have a line for each entry.

Only keys that the language declares are put in order; where authors choose the names, as of params,
inputs and blocks, their order is theirs, and so is that of a layer's arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.validated import key_names
from spec_compiler.language.document import Param
from spec_compiler.language.inputs import Input
from spec_compiler.language.outputs import Output
from spec_compiler.language.tests import SpecTest
from spec_compiler.language.train import Train
from spec_compiler.language.weights import WeightsDeclaration
from spec_compiler.source.presentation import Entry, Group, Part, Text

SECTIONS = (
    "specc", "name", "doc", "metadata", "seed", "dtype", "mask_policy", "imports", "params", "dims",
    "constraints", "inputs", "defaults", "blocks", "layers", "outputs", "weights", "train", "tests",
)  # fmt: skip


class Kind(NamedTuple):
    """What a place in a spec holds.

    Attributes:
        places: Where keys stand: below 0 those that are first, above 0 those that are last.
        opens: Whether each entry has a line of its own; a list of names never has.
        below: What stands under a key.
        each: What any other entry is.
    """

    places: Mapping[str, int] = {}
    opens: bool = False
    below: Mapping[str, Kind] = {}
    each: Kind | None = None

    def under(self, key: str | None) -> Kind | None:
        """What an entry is."""
        return self.each if key is None else self.below.get(key, self.each)


def _places(keys: Sequence[str], last: Sequence[str] = ()) -> Mapping[str, int]:
    """The places of keys; one that is named twice stands where it is named first."""
    ends = {key: place for place, key in enumerate(last, 1)}
    return ends | {key: place - len(keys) for place, key in reversed([*enumerate(keys)])}


def _declared(cls: type[Declaration]) -> Kind:
    return Kind(_places(key_names(cls)))


# A layer, or what is chosen by its `type`. Arguments stand as their author has them, who puts first
# what matters; `with`, the longest, behind how often a block runs. A wrapper of a wrapper of a
# layer is as deep as anybody writes.
_LAST = ("repeat", "each", "share", "residual", "with", "mask", "expect", "doc")
_CHOSEN = Kind(_places(("type", "use", "reuse", "name", "from"), _LAST))
_WRAPPED = _CHOSEN._replace(each=_CHOSEN._replace(each=_CHOSEN))
_CALL = _CHOSEN._replace(each=_WRAPPED)
_CALLS = Kind(opens=True, each=_CALL)
_PARAMS = Kind(each=_declared(Param))
_OUTPUTS = Kind(each=_declared(Output))
_BLOCK = Kind(
    _places(("doc", *SECTIONS[1:])),
    opens=True,
    below={
        "params": _PARAMS,
        "inputs": Kind(each=_declared(Input)),
        "layers": _CALLS,
        "outputs": _OUTPUTS,
    },
)
_TEST = Kind(_places(("name", "doc", *key_names(SpecTest))), opens=True)
_WEIGHTS = Kind(_places(key_names(WeightsDeclaration)), below={"map": Kind(opens=True)})
FILE = Kind(
    _places(SECTIONS),
    opens=True,
    below={
        "params": _PARAMS,
        "defaults": Kind(opens=True),
        "blocks": Kind(opens=True, each=_BLOCK),
        "inputs": Kind(opens=True, each=_declared(Input)),
        "layers": _CALLS,
        "outputs": _OUTPUTS._replace(opens=True),
        "weights": _WEIGHTS,
        "train": Kind(_places(key_names(Train)), opens=True, each=_CALL),
        "tests": Kind(opens=True, each=_TEST),
    },
)


def arranged(root: Group) -> Group:
    """A document with its keys in order, and what opens marked.

    An alias stands for what was named above it, so where there is one, keys keep their order.
    """
    if _has_alias(root):
        return _arranged(root, FILE, in_order=False)
    first = root.entries[:1]
    made = _arranged(root, FILE, in_order=True)
    if made.entries[:1] == first or not first or not any(first[0].above):
        return made
    # what stands at the top of a file is about the file
    entries = [
        entry._replace(above=()) if entry.key == first[0].key else entry for entry in made.entries
    ]
    entries[0] = entries[0]._replace(above=(*first[0].above, *entries[0].above))
    return made._replace(entries=tuple(entries))


def _arranged(group: Group, kind: Kind, *, in_order: bool) -> Group:
    entries: Sequence[Entry] = group.entries
    if group.is_mapping and in_order:
        entries = _in_order(entries, kind)
    if kind.below or kind.each:
        entries = [_below(entry, kind, in_order=in_order) for entry in entries]
    opens = kind.opens and (
        group.is_mapping or any(isinstance(entry.value, Group) for entry in entries)
    )
    return group._replace(entries=tuple(entries), opens=opens)


def _below(entry: Entry, kind: Kind, *, in_order: bool) -> Entry:
    value = entry.value
    below = kind.under(entry.key.value if entry.key else None)
    if below is None or isinstance(value, Text):
        return entry
    return entry._replace(value=_arranged(value, below, in_order=in_order))


def _in_order(entries: Sequence[Entry], kind: Kind) -> Sequence[Entry]:
    """The entries of a mapping in the order of its keys."""
    places = kind.places
    if not places:
        return entries
    return sorted(entries, key=lambda entry: places.get(_name(entry), 0))


def _name(entry: Entry) -> str:
    return entry.key.value if entry.key else ""


def _has_alias(part: Part) -> bool:
    if isinstance(part, Text):
        return part.style == "*"
    return any(_has_alias(entry.value) for entry in part.entries)
