"""What Keras 3 writes into an `.h5` file: no modules, so that operations look like layers."""

from __future__ import annotations

from spec_compiler.keras.json_data import JsonPlace, class_of, too_deep
from spec_compiler.keras.older.walk import inside
from spec_compiler.keras.operations import OPERATIONS
from spec_compiler.keras.table import CLASSES

_MODULE = "keras.src.ops"


def renewed(place: JsonPlace, depth: int) -> JsonPlace:
    """A model or layer in which operations say that they are some.

    Args:
        place: An object with `class_name` and `config`; anything else stays.
        depth: How many may stand inside each other.

    Raises:
        Refusal: They nest too deep.
    """
    if depth < 0:
        raise too_deep(place)
    kind = class_of(place)
    if kind is None:
        return place
    if kind in OPERATIONS and place.get("module").value is None and _is_operation(place, kind):
        return place.with_(module=_MODULE)
    config = place.get("config")
    return place.with_(config=inside(config, lambda item: renewed(item, depth - 1)))


def _is_operation(place: JsonPlace, kind: str) -> bool:
    """Whether it has no settings of layers, and is called as layers are not."""
    config, nodes = place.get("config"), place.get("inbound_nodes")
    if not isinstance(config.value, dict) or config.has("trainable") or config.has("dtype"):
        return False
    if kind not in CLASSES:
        return True
    called = nodes.items() if isinstance(nodes.value, list) else ()
    args = [node.get("args") for node in called if isinstance(node.value, dict)]
    return any(isinstance(given.value, list) and len(given.items()) > 1 for given in args)
