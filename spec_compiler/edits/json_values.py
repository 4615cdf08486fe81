"""A value as fixes write it, YAML in braces, as JSON has it."""

from __future__ import annotations

import json
import re

_TOKENS = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[\[\]{}]|,[ ]*|:[ ]+|[^\[\]{},:]+(?::\S+)?"""
)


def as_json(text: str) -> str | None:
    """A value of YAML, in braces where it has parts, as JSON; None where it is not so simple."""

    def token(found: re.Match[str]) -> str:
        part = found.group()
        if part[0] in "[]{},:" or part[0] == '"' or not part.strip():
            return part
        bare = part[1:-1].replace("''", "'") if part[0] == "'" else part.strip()
        try:
            value = json.loads(bare) if part[0] != "'" else bare
        except ValueError:
            value = bare
        return json.dumps(value, ensure_ascii=False)

    made = re.sub(r"([{,] *)(true|false|null|-?[\d.]+):", r'\1"\2":', _TOKENS.sub(token, text))
    for document in (made, f"[{made}]"):  # names side by side stand in a list
        try:
            json.loads(document)
        except ValueError:
            continue
        return made
    return None
