"""Why a result has more axes than its author claims, or fewer: the layer that makes it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.declaring.plain import in_braces
from spec_compiler.fixes import before, put, remove
from spec_compiler.ir.facts import Facts
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.claim import OtherClaim
from spec_compiler.refusals import Refusal
from spec_compiler.spans import Label
from spec_compiler.wiring import Call

_EACH_ENTRY = frozenset(
    {"Activation", "Dropout", "Softmax", "ReLU", "LeakyReLU", "ELU", "PReLU", "Identity"}
)
"""Layers behind a Dense whose results have the axes of what they are given."""


def with_cause(
    refusal: Refusal, source: str, calls: Mapping[str, Call], settings: Mapping[str, Settings]
) -> Refusal:
    """The refusal of a claim about a result, with the argument or layer that was forgotten.

    Args:
        refusal: What is wrong with the claim.
        source: The layer that makes the result.
        calls: All of them, by name.
        settings: Of each.
    """
    if not isinstance(refusal, OtherClaim):
        return refusal
    more = len(refusal.found) - len(refusal.claimed)
    path = [*_way_up(source, calls)]
    if more == 1 and path and (found := _one_too_many(refusal, path[0])):
        return found
    if more == -1:
        return _last_step_only(refusal, path, settings)
    if refusal.help.endswith("is too many") and (found := _each_step(refusal, path, settings)):
        return found
    if more > 0 and len(refusal.claimed) == 2:
        return _not_flat(refusal, path)
    return refusal


def _way_up(source: str, calls: Mapping[str, Call]) -> Iterator[Call]:
    """The layers that a result comes from, along the first input of each."""
    while source in calls:
        yield calls[source]
        source = next((feed.source for feed in calls[source].feeds.inputs), "")


def _steps_of(call: Call, settings: Mapping[str, Settings]) -> tuple[bool | None, bool]:
    """Whether a layer gives each step, None where it has none, and whether an inner one tells."""
    layer = settings[call.name].layer
    inner = getattr(layer, "layer", None)
    return getattr(inner or layer, "return_sequences", None), bool(inner)


def _one_too_many(refusal: OtherClaim, last: Call) -> Refusal | None:
    """The claim of one axis less behind a Reshape that makes one of size 1."""
    target = last.place.node.get("target_shape")
    sizes = target.value if target is not None else None
    if last.kind.__name__ != "Reshape" or not isinstance(sizes, list):
        return None
    found, claimed = refusal.found, refusal.claimed
    for at in range(1, len(found)):
        rest = (*found[:at], *found[at + 1 :])
        pairs = zip(rest, claimed, strict=True)
        same = (other is None or Facts().equal(one, other) is True for one, other in pairs)
        if found[at] == 1 and all(same):
            kept = [size.plain() for i, size in enumerate(sizes) if i != at - 1]
            fix = put("target_shape", in_braces(kept), f" in `{last.name}`")
            return refusal.mended(fix._replace(at=last.place))
    return None


def _last_step_only(
    refusal: OtherClaim, path: list[Call], settings: Mapping[str, Settings]
) -> Refusal:
    """The claim of steps behind a layer that gives its last one."""
    for call in path:
        each, inner = _steps_of(call, settings)
        if each is None:
            continue
        node = call.place.node
        where = f"in the `layer` of `{call.name}`" if inner else f"on `{call.name}`"
        fix = put("return_sequences", "true", f" {where}")
        fix = fix._replace(at=node.get("layer") if inner else call.place)
        label = Label(node.headline, f"`{call.name}` gives its last step only")
        if each or fix.at is None:
            return refusal
        return refusal.but(labels=(*refusal.labels, label)).mended(fix)
    return refusal


def _each_step(
    refusal: OtherClaim, path: list[Call], settings: Mapping[str, Settings]
) -> Refusal | None:
    """The claim of one axis less, behind a layer that gives each of its steps."""
    call = next((call for call in path if _steps_of(call, settings)[0]), None)
    if call is None:
        return None
    words = (
        f"{refusal.help}: `{call.name}` gives each step by its `return_sequences: true`; "
        "leave that out, or put GlobalAveragePooling1D behind it"
    )
    inner = _steps_of(call, settings)[1]
    place = call.place.node.get("layer") if inner else call.place
    if place is None:
        return refusal.but(help=words)
    return refusal.mended(remove(words)._replace(at=place, path=("return_sequences",)))


def _not_flat(refusal: OtherClaim, path: list[Call]) -> Refusal:
    """The claim of one row for each example, behind a Dense that is given images or steps."""
    wide: Call | None = None
    for call in path:
        if call.kind.__name__ == "Dense":
            wide = call
        elif call.kind.__name__ not in _EACH_ENTRY:
            break
    last, found = refusal.claimed[-1], refusal.found
    if wide is None or (last is not None and Facts().equal(last, found[-1]) is False):
        return refusal
    flat = "Flatten" if len(found) > 3 and all(isinstance(size, int) for size in found[1:]) else ""
    layer = f"{{type: {flat or f'GlobalAveragePooling{len(found) - 2}D'}}}"
    if len(found) > 5 and not flat:
        return refusal
    ahead = f"{refusal.help}: " if refusal.help.endswith("is too many") else ""
    words = f"{ahead}Dense works along the last axis; put `{layer}` before `{wide.name}`"
    return refusal.mended(before(layer, words)._replace(at=wide.place, path=()))
