"""The calls of a Keras model: their order, and what each is given."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping

from spec_compiler.keras.json_data import flatten
from spec_compiler.keras.model import KerasModel, Part
from spec_compiler.keras.nodes import History, KerasCall, Nest
from spec_compiler.keras.steps import Ports, Ref
from spec_compiler.keras.table import MODEL
from spec_compiler.layers import LAYERS
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Plain


def histories(nest: object) -> Iterator[History]:
    """The tensors of a nest, in Keras's order."""
    return (leaf for leaf in flatten(nest) if isinstance(leaf, History))


def order(model: KerasModel) -> Iterator[tuple[Part, int]]:
    """The calls of a model so that each comes after what it needs, else in the file's order.

    Raises:
        Refusal: Some calls wait for each other.
    """
    parts = [part for part in model.parts.values() if part.kind != "InputLayer"]
    waiting: dict[tuple[int, int], int] = {}
    users: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for position, part in enumerate(parts):
        for number, call in enumerate(part.calls):
            needs = {(item.layer, item.node) for item in histories([call.args, call.kwargs])}
            waiting[position, number] = 0
            for need in needs:
                source = model.parts.get(need[0])
                # An input, or a call that is not there, which `find` refuses.
                if source and source.kind != "InputLayer" and 0 <= need[1] < len(source.calls):
                    users.setdefault(need, []).append((position, number))
                    waiting[position, number] += 1
    ready = [key for key, count in waiting.items() if count == 0]
    done = 0
    heapq.heapify(ready)
    while ready:
        position, number = heapq.heappop(ready)
        done += 1
        yield parts[position], number
        for user in users.get((parts[position].name, number), ()):
            waiting[user] -= 1
            if waiting[user] == 0:
                heapq.heappush(ready, user)
    if done < len(waiting):
        stuck = [f"`{parts[key[0]].name}`" for key, count in waiting.items() if count]
        raise Refusal(
            "SPC0806",
            f"{', '.join(stuck[:5])}{' and others' if len(stuck) > 5 else ''} wait for each other",
            argument=parts[next(key for key, count in waiting.items() if count)[0]].path,
        )


def bind(part: Part, call: KerasCall) -> tuple[dict[str, Nest], dict[str, Plain]]:
    """A call's tensors by parameter, and what it sets to true of the spec's layer.

    Nulls and `training: false` are left out.

    Raises:
        Refusal: An argument that a spec's layer cannot be given.
    """
    row = part.row or MODEL
    parameters = row.call
    if len(call.args) > len(parameters):
        raise Refusal(
            "SPC0805", f"`{part.name}` is called with too many arguments", argument=call.path
        )
    bound = dict(zip(parameters, call.args, strict=False)) | call.kwargs
    training = bound.pop("training", None)
    if training not in (None, False, row.training):
        raise Refusal(
            "SPC0805",
            f"`{part.name}` is called with `training`, and a spec describes inference",
            argument=call.path,
            help="build the model without `training=True`",
        )
    settings: dict[str, Plain] = {}
    for name in row.settings:
        value = bound.pop(name, None)
        if value not in (None, False, True):
            raise Refusal(
                "SPC0805",
                f"`{part.name}` is called with a `{name}` that is neither true nor false",
                argument=call.path,
            )
        if value:
            settings[name] = True
    for name, value in bound.items():
        if name not in parameters and value is not None:
            raise Refusal(
                "SPC0805",
                f"`{part.name}` is called with `{name}`, which has no counterpart",
                argument=(*call.path, "kwargs", name),
            )
        if name not in row.masks and not all(isinstance(leaf, History) for leaf in flatten(value)):
            raise Refusal(
                "SPC0805",
                f"`{part.name}` is called with a constant, and a spec's layers take tensors",
                argument=call.path,
            )
    return {name: bound[name] for name in parameters if bound.get(name) is not None}, settings


def ports_of(part: Part, feeds: Mapping[str, list[Ref]], *, listed: bool) -> Ports:
    """What feeds a layer: a tensor, a list of them, or a mapping of roles.

    Args:
        part: The layer.
        feeds: The tensors that a call gives for each parameter.
        listed: Whether the first parameter is given a list.

    Raises:
        Refusal: There are more tensors, or fewer, than roles.
    """
    assert part.row is not None  # noqa: S101 - it is a layer
    main = part.row.call[0]
    ports = part.row.ports(LAYERS[part.layer], part.arguments)
    if not ports:
        return tuple(feeds[main]) if listed else feeds[main][0]
    # a list without those at the end that may be left out
    given = {**ports, main: ports[main][: len(feeds[main])]}
    roles = [role for name in feeds for role in given.get(name, ())]
    refs = [ref for name in feeds for ref in feeds[name]]
    if len(feeds) == 1 and len(refs) > len(roles):
        # The older form: every role in one list.
        roles = [role for names in ports.values() for role in names]
    if len(roles) != len(refs):
        raise Refusal(
            "SPC0806",
            f"`{part.name}` is called with {len(refs)} tensors where {len(roles)} have a role",
            argument=part.path,
        )
    return refs[0] if len(refs) == 1 else dict(zip(roles, refs, strict=True))


def check_conversion(model: KerasModel, given: list[History], steps: int) -> None:
    """Refuse what Keras would convert on its way into a nested model, since a spec does not.

    Args:
        model: The nested model.
        given: What it is called with, as the model around it sees it.
        steps: How many axes of steps there are that this one does not see.
    """
    for inner, outer in zip(histories(model.inputs), given, strict=False):
        part = model.parts.get(inner.layer)
        if not part or part.shape is None or outer.dtype is None or outer.rank is None:
            continue
        cut = "float" in outer.dtype and "float" not in (part.dtype or "")
        if cut or outer.rank + steps != len(part.shape):
            raise Refusal(
                "SPC0805",
                f"model `{model.name}` converts {outer.dtype} of rank {outer.rank} to {part.dtype} "
                f"of rank {len(part.shape)} for its input `{part.name}`",
                argument=outer.path,
                help="give it a tensor of its input's dtype and rank",
            )
