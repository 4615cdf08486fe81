"""Keys of a section `train` that are arguments of something in it, and where they belong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from spec_compiler.declaring.choice import Registry
from spec_compiler.declaring.plain import is_list, is_mapping, written_plainly
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix, advise, entry, move, remove
from spec_compiler.training.losses import LOSSES
from spec_compiler.training.optimizers import OPTIMIZERS

_OTHER_NAMES = {"lr": "learning_rate", "wd": "weight_decay", "clip_norm": "clipnorm"}
_FIRST_TRIED = ("adam", "sgd", "rmsprop", "adamw")


def of_something_in_train(
    key: str, given: Mapping[str, object], stopping: Sequence[str]
) -> str | Fix | None:
    """Where a key belongs that `train` has not; None where nothing in it has such an argument.

    Args:
        key: What is written.
        given: All that stands in the section.
        stopping: What `early_stopping` takes.
    """
    if key == "callbacks":
        return _callbacks(given[key], stopping)
    own = _OTHER_NAMES.get(key, key)
    value = written_plainly(given.get(key))
    found = _argument(OPTIMIZERS, "optimizer", _FIRST_TRIED, own, value, given)
    found = found or _argument(LOSSES, "loss", (), own, value, given)
    if found is not None or own not in stopping:
        return found
    words = f"write it in `early_stopping`: `early_stopping: {{{own}: {value}}}`"
    return move("early_stopping", own, words, safe="early_stopping" in given)


_CALLBACKS = (
    "of Keras's callbacks there is `early_stopping`; `specc train` keeps what the others would"
)


def _callbacks(written: object, stopping: Sequence[str]) -> Fix | None:
    """The mend for Keras's list of callbacks: an EarlyStopping has a key of its own."""
    items = written if is_list(written) else [written]
    item = items[0] if len(items) == 1 else None
    if not is_mapping(item):
        return advise(_CALLBACKS)
    kind, held = next(iter(item), ""), dict(item)
    inner = item.get(kind)
    if len(item) == 1 and is_mapping(inner):
        held = {"type": kind, **inner}
    named = str(held.pop("type", held.pop("class_name", ""))).replace("_", "").casefold()
    entries = {key: written_plainly(value) for key, value in held.items()}
    if named.startswith("modelcheckpoint") or named == "tensorboard":
        return remove(_CALLBACKS)
    if named != "earlystopping" or "…" in entries.values() or not entries.keys() <= {*stopping}:
        return advise(_CALLBACKS)
    inside = ", ".join(f"{key}: {text}" for key, text in entries.items())
    return entry("early_stopping", f"{{{inside}}}", f"write `early_stopping: {{{inside}}}`")


def _argument(
    choices: Registry[Any],
    section: str,
    tried: Sequence[str],
    own: str,
    value: str,
    given: Mapping[str, object],
) -> Fix | None:
    """The mend for an argument of one of some choices, that of the section where it has it."""
    stated = given.get(section)
    kind = stated.get("type") if is_mapping(stated) else stated
    chosen = choices.by_name.get(kind) if isinstance(kind, str) else None
    if chosen is not None and own in key_names(chosen):
        words = f"write it in `{section}`: `{section}: {{type: {kind}, {own}: {value}}}`"
        there = is_mapping(stated) and own in stated
        return advise(words) if there else move(section, own, words, safe=True)
    named = [*tried, *choices.by_name]
    first = next((name for name in named if own in key_names(choices.by_name[name])), None)
    if first is None:
        return None
    shown = f"{{type: {first}, {own}: {value}}}"
    words = f"write it in `{section}`: `{section}: {shown}`"
    if stated is not None:
        return advise(f"it is an argument of `{first}`: `{section}: {shown}`")
    return entry(section, shown, words)
