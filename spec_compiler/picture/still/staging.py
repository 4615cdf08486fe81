"""The page's own scripts, run where there is no browser: they lay out, and make the elements."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from threading import Thread
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
    "page/aside.js",
    "page/worker.js",
    "page/parts.js",
    "still/still.js",
)
SECONDS = 30
"""Of computing, for one picture."""
BYTES = 2**30
"""Of memory for it."""
STACK = 2**26
"""Of these, for calls within calls."""
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
    """What is drawn takes more time or memory than there is for a picture.

    Args:
        why: What of it is too much.
        instead: What may do.
    """

    def __init__(self, why: str, instead: str = "close blocks with --depth, or write .dot") -> None:
        super().__init__(why)
        self.instead = instead


def drawn(picture: Picture) -> Drawn:
    """Let the scripts draw all of a picture, with nothing closed in it.

    Raises:
        TooMuch: it is too large, or has too many edges.
    """
    # signs that are not ASCII are escapes, so that no text is cut where it ends for C
    sent = json.dumps({**plain(picture), "text": "", "counted": picture.counted})
    given: list[str] = []
    with _stack(STACK):
        worker = Thread(target=_run, args=(sent, given), daemon=True)
        worker.start()
    while worker.is_alive():
        worker.join(0.1)  # in parts, so that Ctrl-C is heard
    if not given:
        raise RuntimeError("the engine ended without an answer")
    answer, *why = given
    if why:
        words = next((ENDS[word] for word in ENDS if word in answer), "")
        if not words:
            raise RuntimeError(f"a mistake in the scripts: {answer}")
        raise TooMuch(words)
    made: Any = json.loads(answer)
    return Drawn(made["width"], made["height"], made["inside"])


def _run(sent: str, given: list[str]) -> None:
    """Put what the scripts give into a list; or why they ended, and an empty text behind it."""
    engine = _ENGINES.Context()
    engine.set_memory_limit(BYTES)
    engine.set_time_limit(SECONDS)
    engine.set_max_stack_size(STACK * 3 // 4)
    engine.set("sent", sent)
    try:
        given.append(engine.eval(_script()))
    except _ENGINES.JSException as error:
        given.extend((f"{error}", ""))


@contextmanager
def _stack(size: int) -> Generator[None]:
    """Threads that begin here have a stack of so many bytes: dagre walks chains by recursion."""
    before = threading.stack_size(size)
    try:
        yield
    finally:
        threading.stack_size(before)


@cache
def _script() -> str:
    folder = files("spec_compiler.picture")
    parts = (folder.joinpath(*name.split("/")).read_text("utf-8") for name in SCRIPTS)
    # a function of its own, so that what the parts declare hides nothing of the engine
    return "".join(("(() => {\n", *parts, "return drawnStill();\n})();"))
