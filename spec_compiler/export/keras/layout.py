"""Lines of Python that are too long, broken at their brackets."""

from __future__ import annotations

from collections.abc import Iterator

WIDTH = 88
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def laid_out(line: str, before: int = 0) -> str:
    """A statement in lines that fit, where its brackets allow it.

    Args:
        line: The statement, in one line.
        before: How far it will be indented.
    """
    if before + len(line) <= WIDTH:
        return line
    pair = _longest(line)
    if pair is None:
        return line
    start, stop = pair
    head, inside, tail = line[: start + 1], line[start + 1 : stop], line[stop:]
    if before + 4 + len(inside) <= WIDTH and "for " not in inside:
        return f"{head}\n    {inside}\n{tail}"
    parts = [laid_out(part, before + 4) for part in _parts(inside)]
    inner = "".join(f"    {part},\n".replace("\n", "\n    ").rstrip(" ") for part in parts)
    return f"{head}\n{inner}{laid_out(tail, before)}"


def _pairs(line: str) -> Iterator[tuple[int, int, int]]:
    """The brackets outside of texts: where they open and close, and how deep they stand."""
    open_: list[int] = []
    quote, at = "", 0
    while at < len(line):
        sign = line[at]
        if quote:
            at += sign == "\\"
            quote = "" if line[at] == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in _CLOSES:
            open_.append(at)
        elif sign in _CLOSES.values() and open_:
            yield open_.pop(), at, len(open_)
        at += 1


def _longest(line: str) -> tuple[int, int] | None:
    outer = [(stop - start, start, stop) for start, stop, depth in _pairs(line) if not depth]
    longest = max(outer, default=None)
    return None if longest is None or longest[0] <= 2 else longest[1:]


def _parts(inside: str) -> list[str]:
    """What commas divide."""
    held = [(start, stop) for start, stop, depth in _pairs(inside) if not depth]
    texts: list[str] = []
    start, quote = 0, ""
    for at, sign in enumerate(inside):
        if quote:
            quote = "" if sign == quote and inside[at - 1] != "\\" else quote
        elif sign in "\"'":
            quote = sign
        elif sign == "," and not any(first < at < last for first, last in held):
            texts.append(inside[start:at].strip())
            start = at + 1
    return [*texts, *([last] if (last := inside[start:].strip()) else [])]
