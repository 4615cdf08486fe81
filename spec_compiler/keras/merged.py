"""Low-rank adaptations as Keras's archives have them: already within what they adapt."""

from __future__ import annotations

from spec_compiler.keras.json_data import DEPTH, JsonPlace, class_of, too_deep
from spec_compiler.keras.older.walk import inside

_SETTINGS = ("lora_rank", "lora_alpha")


def without_adaptations(place: JsonPlace, names: list[str], depth: int = DEPTH) -> JsonPlace:
    """A model or layer in which no layer is adapted.

    Args:
        place: An object with `class_name` and `config`; anything else stays.
        names: Takes the names of layers that were.
        depth: How many may stand inside each other.
    """
    if depth < 0:
        raise too_deep(place)
    if class_of(place) is None or not isinstance(place.get("config").value, dict):
        return place
    config = place.get("config")
    if config.get("lora_rank").value is not None:
        names.append(str(config.get("name").value))
    config = config.with_(**{key: ... for key in _SETTINGS if config.has(key)})
    return place.with_(
        config=inside(config, lambda item: without_adaptations(item, names, depth - 1))
    )
