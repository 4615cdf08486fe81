"""The page's own scripts, run where there is no browser: they lay out, and make the elements."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeAlias

import quickjs

from spec_compiler.picture.picture import Picture
from spec_compiler.picture.plain import plain

SCRIPTS = (
    "still/stage.js",
    "page/dagre.min.js",
    "page/state.js",
    "page/elements.js",
    "page/facts.js",
    "page/worker.js",
    "page/parts.js",
    "still/still.js",
)
SECONDS = 120
"""Of computing, for one picture."""
BYTES = 2**30
"""Of memory for it."""
ENDS = {
    "interrupted": f"they are not laid out in {SECONDS} seconds",
    "out of memory": f"they need more than {BYTES >> 20} MiB",
    "null": f"they need more than {BYTES >> 20} MiB",  # there is no memory for an error, either
    "stack": "they lie too deep in each other",
}
"""What ends a script, by words of the engine."""

_ENGINES: Any = quickjs  # which has no types

Element: TypeAlias = tuple[str, dict[str, str], "list[Element | str]"]
"""A tag, attributes, and elements or text in it."""


class Drawn(NamedTuple):
    """Elements of SVG as data.

    Attributes:
        width: In the units of the drawing; type has 11 and 13.
        height: The same.
        inside: What is drawn, the undermost first.
    """

    width: int
    height: int
    inside: list[Element]


class TooMuch(Exception):
    """What is drawn takes more time or memory than there is for a picture."""


def drawn(picture: Picture) -> Drawn:
    """Let the scripts draw all of a picture, with nothing closed in it.

    Raises:
        TooMuch: it is too large, or has too many edges.
    """
    # signs that are not ASCII are escapes, so that no text is cut where it ends for C
    sent = json.dumps({**plain(picture), "text": "", "counted": picture.counted})
    engine = _ENGINES.Context()
    engine.set_memory_limit(BYTES)
    engine.set_time_limit(SECONDS)
    engine.set("sent", sent)
    try:
        made: Any = json.loads(engine.eval(_script()))
    except _ENGINES.JSException as error:
        words = next((ENDS[word] for word in ENDS if word in f"{error}"), "")
        if not words:
            raise  # a mistake in the scripts
        raise TooMuch(words) from None
    return Drawn(made["width"], made["height"], made["inside"])


@cache
def _script() -> str:
    folder = files("spec_compiler.picture")
    parts = (folder.joinpath(*name.split("/")).read_text("utf-8") for name in SCRIPTS)
    # a function of its own, so that what the parts declare hides nothing of the engine
    return "".join(("(() => {\n", *parts, "return drawnStill();\n})();"))
