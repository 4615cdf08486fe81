"""The same data as YAML in a layout that nobody chooses: any style, comments anywhere."""

from __future__ import annotations

import json
import random
import re
from typing import Any

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "none"}
_WORDS = ("why", "so it is", "`x`: y", "{a: 1}", "- b", "'", '"', "#", "")


class Layout:
    """Writes data; `comments` are those that it wrote."""

    def __init__(self, lot: random.Random) -> None:
        self.lot = lot
        self.comments: list[str] = []
        self.anchors: dict[str, str] = {}

    def document(self, data: dict[str, Any]) -> str:
        """The whole text."""
        lot = self.lot
        begin = lot.choice(("", "", "", "---\n", "%YAML 1.2\n---\n", "--- # begins\n"))
        self.comments += ["# begins"] if "#" in begin else []
        end = self.lines() if lot.random() < 0.3 else ""
        if lot.random() < 0.15:
            body = self.flow(data, " ") + self.ending()
        else:
            body = self.block(data, lot.choice((0, 0, 2)))
        text = begin + self.own_lines() + body + end
        return text.replace("\n", "\r\n") if lot.random() < 0.1 else text

    def comment(self) -> str:
        """A comment that no other is equal to."""
        words = f"# {self.lot.choice(_WORDS)} {len(self.comments)}"
        self.comments.append(words)
        return words

    def ending(self) -> str:
        """The end of a line: blanks, a comment, or neither."""
        lot = self.lot
        if lot.random() < 0.12:
            return f"{lot.choice((' ', '   '))}{self.comment()}{self.lines()}\n"
        return f"{lot.choice(('', '', '', '  '))}{self.lines()}\n"

    def lines(self) -> str:
        """Blank lines and comments in any column; ends where another line can."""
        lot, found = self.lot, ""
        while lot.random() < 0.12:
            line = " " * lot.randrange(9) + self.comment() if lot.random() < 0.6 else ""
            found += f"\n{line}"
        return found

    def own_lines(self) -> str:
        """The same, before a line."""
        lines = self.lines()
        return lines[1:] + "\n" if lines else ""

    def block(self, data: Any, indent: int) -> str:
        """The lines of a list or a mapping that is not empty."""
        lot, blanks = self.lot, " " * indent
        found = ""
        items = list(data.items()) if isinstance(data, dict) else [(None, item) for item in data]
        for key, value in items:
            head = blanks + ("-" if key is None else f"{self.word(key, flow=False, key=True)}:")
            if isinstance(value, dict | list) and value and lot.random() < 0.6:
                deeper = indent + lot.choice((1, 2, 4))
                if key is None and lot.random() < 0.7:
                    inner = self.block(value, indent + 2)
                    found += f"{head} {inner[indent + 2 :]}"
                    continue
                if key is not None and isinstance(value, list) and lot.random() < 0.3:
                    deeper = indent
                head = f"{head} {self.anchor(value)}".rstrip()
                found += head + self.ending() + self.own_lines() + self.block(value, deeper)
            elif isinstance(value, str) and lot.random() < 0.2:
                found += self.scalar_block(head, value, indent + lot.choice((1, 2, 4)))
            else:
                between = " "
                if lot.random() < 0.1:
                    between = self.ending() + " " * (indent + 3)
                found += head + between + self.flow(value, " " * (indent + 1)) + self.ending()
        return found

    def scalar_block(self, head: str, value: str, indent: int) -> str:
        """A literal or folded text, where it can be one."""
        lines = value.split("\n")
        plain = re.fullmatch(r"[ -~\n]+", value) and value.strip(" \n") and value[0] not in " \n"
        if not plain or any(line.endswith(" ") for line in lines) or not lines[-1]:
            return f"{head} {json.dumps(value)}{self.ending()}"
        comment = f" {self.comment()}" if self.lot.random() < 0.3 else ""
        style = self.lot.choice("|>") if len(lines) == 1 else "|"
        body = "".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines)
        if style == ">" and "  " not in value:
            body = re.sub(
                r"(?<=\S) (?=\S)", lambda _: self.lot.choice((" ", "\n" + " " * indent)), body
            )
        return f"{head} {style}-{comment}\n{body}"

    def anchor(self, data: Any) -> str:
        """The anchor of a value, for the most part none."""
        if self.lot.random() > 0.03 or json.dumps(data) in self.anchors:
            return ""
        name = f"a{len(self.anchors)}"
        self.anchors[json.dumps(data)] = name
        return f"&{name} "

    def flow(self, data: Any, indent: str) -> str:
        """In brackets, or a scalar; what follows a line feed is indented."""
        known = self.anchors.get(json.dumps(data)) if self.anchors else None
        if known and self.lot.random() < 0.7:
            return f"*{known} "
        anchor = self.anchor(data) if data else ""
        written = self.without_anchor(data, indent)
        return written if written.startswith("*") else anchor + written

    def without_anchor(self, data: Any, indent: str) -> str:
        """In brackets, or a scalar, whose parts may have anchors."""
        lot = self.lot
        if not isinstance(data, dict | list):
            return self.scalar(data)
        broken = lot.random() < 0.3

        def gap() -> str:
            if broken and lot.random() < 0.6:
                return self.ending() + indent + " " * lot.randrange(5)
            return lot.choice(("", " "))

        parts = []
        for item in data.items() if isinstance(data, dict) else data:
            if isinstance(data, dict):
                key, value = item
                written = self.word(key, flow=True, key=True) + ": " + self.flow(value, indent)
            else:
                written = self.flow(item, indent)
            parts.append(gap() + written + gap())
        inside = ",".join(f"{part}" for part in parts)
        inside = re.sub(r",(?=\S)", ", ", inside) if not broken else inside
        more = lot.choice(("", ",")) if parts else gap()
        begin, end = "{}" if isinstance(data, dict) else "[]"
        return f"{begin}{inside}{more}{end}"

    def scalar(self, value: Any) -> str:
        """A value."""
        if isinstance(value, str):
            return self.word(value, flow=True, key=False)
        return "~" if value is None and self.lot.random() < 0.5 else json.dumps(value)

    def word(self, text: str, *, flow: bool, key: bool) -> str:
        """A text in some quotes, or none."""
        lot = self.lot
        if _NAME.fullmatch(text) and text.lower() not in _RESERVED and lot.random() < 0.7:
            return text
        if re.fullmatch(r"[ -~]*", text) and lot.random() < 0.4:
            return "'" + text.replace("'", "''") + "'"
        return json.dumps(text, ensure_ascii=lot.random() < 0.5)
