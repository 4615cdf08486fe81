"""Arrays as nested lists of JSON: one array, or a mapping from names to arrays.

`NaN`, `Infinity` and `-Infinity` are read and written, as Python and JavaScript spell them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import Allowance, Handle, refuse_rank
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown

_WORDS: dict[type, str] = {
    str: "text",
    type(None): "null",
    dict: "a mapping",
    list: "a list",
    bool: "a boolean",
}


_OF_NUMBER: Final = 56
"""The bytes of a number, at most, while CPython parses: its object, and its place in a list, which
is there twice while the list grows."""
_OF_ARRAY: Final = 16
"""What it takes besides when all is parsed: its place in one flat list, and in the array."""
_OF_SIGN: Final = {b"[": 112, b"{": 216, b":": 1000, b'"': 40}
"""The bytes, at most, of a list, of a mapping, of one item of a mapping (which can be an array) and
of a text beside its characters, of which each quote counts half."""

_LONG: Final = re.compile(rb"\d{25}")
"""Digits of a whole number, perhaps, whose object is larger than that of others: it is counted as a
text, which has a byte for each digit."""


def parsing_bytes(text: bytes | bytearray) -> int:
    """The bytes that making arrays of a JSON text takes at most, from the signs in it.

    CPython holds the decoded text and the objects until all is parsed; then the text is let go, and
    the objects are held beside the arrays that are made of them.
    """
    decoded = len(text) * (1 if text.isascii() else 4)
    count = text.count(b",") + 1
    signs = sum(text.count(sign) * size for sign, size in _OF_SIGN.items())
    texts = decoded if b'"' in text or _LONG.search(text) else 0
    return max(decoded, _OF_ARRAY * count) + texts + _OF_NUMBER * count + signs


def read(
    text: bytes | bytearray, origin: str, name: str, allowance: Allowance
) -> dict[str, Handle]:
    """The arrays of a JSON text. Whole numbers give int64, others float64, booleans bool.

    Args:
        text: The JSON.
        origin: What to call it in messages.
        name: The name of an array that has none.
        allowance: What reading may take.

    Raises:
        Refusal: It is not JSON, or not rectangular lists of numbers or of booleans; or it is too
            large.
    """
    allowance.take(origin, 0, len(text) + parsing_bytes(text))
    handles = _handles(_parse(text, origin), origin, name)
    if any(np.isinf(handle.load()).any() for handle in handles.values()):
        _parse(text, origin, exact=True)
    for handle in handles.values():
        allowance.take(origin, handle.size)
    return handles


def _handles(value: object, origin: str, name: str) -> dict[str, Handle]:
    """The arrays of what was parsed, by name."""
    arrays = cast("dict[str, object]", value) if isinstance(value, dict) else {name: value}
    handles: dict[str, Handle] = {}
    for key, item in arrays.items():
        where = f"{origin}:{key}" if arrays is value else origin
        handles[key] = Handle.of(as_array(item, f"`{where}`"), key, where)
    return handles


def _parse(text: bytes | bytearray, origin: str, *, exact: bool = False) -> object:
    """What a JSON text says; `exact` refuses numbers that float64 could only hold as infinity."""

    def number(written: str) -> float:
        if math.isinf(value := float(written)):
            raise Refusal(
                "SPC0557",
                f"`{origin}` holds {shown(written)}, which is beyond `float64`",
                help="write `Infinity` for infinity",
            )
        return value

    def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in pairs:
            if key in mapping:
                raise _not_json(origin, f"it holds `{key}` twice", "keep one of them")
            mapping[key] = value
        return mapping

    try:
        return json.loads(
            text.decode("utf-8-sig"),
            object_pairs_hook=each_once,
            parse_float=number if exact else None,
        )
    except Refusal:
        raise
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}"
        raise _not_json(origin, f"{at}: {error.msg[0].lower()}{error.msg[1:]}", "") from error
    except UnicodeDecodeError as error:
        raise _not_json(origin, f"byte {error.start} is not UTF-8", "save it as UTF-8") from error
    except RecursionError as error:
        raise _not_json(origin, "its lists are nested too deeply", "") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise _not_json(origin, "it holds a number that is too long", "") from error


def _not_json(origin: str, why: str, help_text: str) -> Refusal:
    return Refusal(
        "SPC0556",
        f"`{origin}` is not JSON: {why}",
        help=help_text or "write nested lists of numbers, as in `[[1, 2], [3, 4]]`",
    )


def as_array(value: object, what: str) -> NDArray[Any]:
    """Nested lists as an array, of any depth and without recursion.

    Args:
        value: A number, a boolean, or lists of lists of them, as JSON gives them.
        what: What to call it in messages.

    Raises:
        Refusal: The lists are ragged, or hold something else.
    """
    level: list[Any] = [value]
    shape: list[int] = []
    while level and isinstance(level[0], list):
        first = cast("list[Any]", level[0])
        for index, item in enumerate(level):
            if not isinstance(item, list) or len(cast("list[Any]", item)) != len(first):
                raise _ragged(what, shape, index, cast("object", item), first)
        shape.append(len(first))
        refuse_rank(len(shape), what)
        level = list(chain.from_iterable(level))
    return _typed(level, what, shape).reshape(shape)


def _typed(values: list[object], what: str, shape: list[int]) -> NDArray[Any]:
    kinds = set(map(type, values))
    if kinds == {bool}:
        return np.array(values, np.bool_)
    if kinds <= {int, float}:
        try:
            return np.array(values, np.int64 if kinds == {int} else np.float64)
        except OverflowError as error:
            raise Refusal(
                "SPC0557",
                f"{what} holds a whole number that does not fit in 64 bits",
                help="write it with a decimal point, as a float",
            ) from error
    numbers = bool(kinds & {int, float})
    for index, item in enumerate(values):
        if isinstance(item, list):
            raise _ragged(what, shape, index, cast("object", item), values[0])
        if not isinstance(item, int | float) or (numbers and isinstance(item, bool)):
            help_text = "write `NaN` for a missing number" if item is None else "write numbers only"
            raise Refusal(
                "SPC0557",
                f"{what} holds {_word(item)} at {_place(shape, index)}, not a number",
                help=help_text,
            )
    raise AssertionError(kinds)


def _ragged(what: str, shape: list[int], index: int, item: object, first: object) -> Refusal:
    def content(value: object) -> str:
        if not isinstance(value, list):
            return _word(value)
        count = len(cast("list[object]", value))
        return f"a list of {count} value{'' if count == 1 else 's'}"

    start = _place(shape, 0)
    return Refusal(
        "SPC0554",
        f"{what} is ragged: {content(item)} at {_place(shape, index)}, {content(first)} at {start}",
        help="give every list at the same depth the same length; pad the shorter ones",
    )


def _word(value: object) -> str:
    return _WORDS.get(type(value), "a number")


def _place(shape: list[int], index: int) -> str:
    places: list[int] = []
    for size in reversed(shape):
        index, place = divmod(index, size)
        places.insert(0, place)
    return str(places) if places else "the top"


def encode_text(text: str) -> str:
    """A text as JSON."""
    return json.dumps(text, ensure_ascii=False)


def encode_rows(array: NDArray[Any]) -> Iterator[str]:
    """The JSON of each entry along the first axis, floats with as few digits as tell them apart."""
    for row in array:
        if array.dtype.kind == "f" and array.dtype.itemsize < 8:
            # Through text: 0.1 in float32 is 0.10000000149011612 in float64.
            row = np.asarray(row).astype(np.str_).astype(np.float64)
        yield json.dumps(np.asarray(row).tolist())
