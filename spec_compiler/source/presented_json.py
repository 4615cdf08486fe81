"""JSON to its presentation: its signs, one after the other."""

from __future__ import annotations

import json
import re

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source.json_text import read_json
from spec_compiler.source.limits import Limits
from spec_compiler.source.presentation import Entry, Group, Part, Presentation, Text

_JSON = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]++')


def present_json(
    text: str, file: str, diagnostics: Diagnostics, limits: Limits
) -> Presentation | None:
    """The presentation of one JSON document; arguments as in `read_json`."""
    data = read_json(text, file, diagnostics, limits)
    if data is None or diagnostics.errors:
        return None
    open_: list[tuple[bool, Text | None, list[Entry]]] = [(False, None, [])]
    key: Text | None = None
    for sign in _JSON.findall(text):
        part: Part | None = None
        if sign in "{[":
            open_.append((sign == "{", key, []))
            key = None
        elif sign in "}]":
            is_mapping, key, entries = open_.pop()
            part = Group(is_mapping, tuple(entries))
        elif open_[-1][0] and key is None and sign[0] == '"':
            value: str = json.loads(sign)
            key = Text(value, '"', sign)
        elif sign not in ":,":
            part = Text(json.loads(sign) if sign[0] == '"' else sign, sign[0], sign)
        if part is not None:
            open_[-1][2].append(Entry(key, part))
            key = None
    return Presentation(data, open_[0][2][0].value, [])
