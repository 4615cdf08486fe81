"""What an author meant by what cannot stand where it stands in a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spec_compiler.fixes import Fix, advise, rewrite, write
from spec_compiler.formula.dialect import Dialect
from spec_compiler.formula.tokens import Token


def meant_instead(
    found: Sequence[Token], at: int, wanted: str, dialect: Dialect, several: bool
) -> Fix | None:
    """What to write where something else is ahead than is wanted.

    Args:
        found: The pieces of the formula.
        at: The index of the one that is blamed.
        wanted: What is expected in its place, in words.
        dialect: What may stand in the formula.
        several: Whether its text has several lines.
    """
    ahead, before = found[at], found[at - 1] if at else None
    if ahead.text == "=" and at == 1:
        if several:
            words = "an expression is one value: write what the name stands for where it is used"
            return advise(words)
        return _behind(found, at, at, "write only what stands behind the `=`", safe=True)
    if known := dialect.meant(ahead.text):
        return _statement(found, at, known.help) or known
    if wanted in {"`)`", "`]`"} and ahead.kind == "end":
        fix = write(wanted[1], words=f"close what is open with {wanted}", safe=False)
        return fix._replace(part=(0, 0))
    if wanted != dialect.end or before is None:
        return None
    if ahead.text in {")", "]"}:
        return write("", words=f"remove `{ahead.text}`: nothing is open here", safe=False)
    if crossed := _crossed(found, ahead):
        return crossed
    if before.kind == ahead.kind == "number" and before.text[-1:] == "." == ahead.text[:1]:
        return advise("a range of sizes is no size: `[1, 4]` is a list of them")
    if ahead.kind in {"name", "number"} or ahead.text == "(":
        product = f"{before.text} * {ahead.text}"
        words = f"a sign is missing before `{ahead.text}`: a product is `{product}`"
        between = (before.at[1], ahead.at[0])
        return rewrite(" * ", between, of=ahead.at, words=words)
    return None


def _crossed(found: Sequence[Token], ahead: Token) -> Fix | None:
    """The product for `7 x 7 x 64` and `64x64`."""
    pieces = [token for token in found if token.kind != "end"]
    whole = "".join(token.text for token in pieces)
    if _CROSSED.fullmatch(whole):
        parts = whole.split("x")
    elif len(pieces) % 2 and all(token.text == "x" for token in pieces[1::2]):
        parts = [token.text for token in pieces[::2]]
    else:
        return None
    product = " * ".join(parts)
    sure = all(part.isdecimal() for part in parts)
    words = f"a product is `{product}`: `x` is a name"
    part = pieces[0].at[0], pieces[-1].at[1]
    return rewrite(product, part, of=ahead.at, words=words, safe=sure)


_CROSSED = re.compile(r"[1-9]\d*(?:x\d+)+")


def _statement(found: Sequence[Token], at: int, words: str) -> Fix | None:
    """The value of what Python writes with a word: `return x`, `lambda x: x`, `a if b else c`."""
    word = found[at].text
    if word == "return" and not at:
        return _behind(found, at, at, words, safe=True)
    colon = next((index for index, token in enumerate(found) if token.text == ":"), None)
    back = next((index for index, token in enumerate(found) if token.text == "return"), None)
    if word == "def" and not at and back:
        return _behind(found, at, back, words, safe=False)
    if word == "lambda" and not at and colon:
        return _behind(found, at, colon, words, safe=False)
    return _chosen(found, at, words) if word == "if" else None


def _behind(found: Sequence[Token], at: int, last: int, words: str, *, safe: bool) -> Fix:
    """Only what stands behind a piece."""
    return rewrite("", (0, found[last + 1].at[0]), of=found[at].at, words=words, safe=safe)


def _chosen(found: Sequence[Token], at: int, words: str) -> Fix | None:
    """`where(b, a, c)` for `a if b else c`; its brackets, if it has some, stay."""
    first = _end(found, at, -1)
    last = _end(found, at, 1)
    depth, other = 0, None
    for index in range(at + 1, last + 1):
        depth += (found[index].text in "([") - (found[index].text in ")]")
        if found[index].text == "else" and not depth:
            other = index
            break
    if other is None or first == at or other in {at + 1, last}:
        return None
    pieces = [(found[a].at[0], found[b].at[1]) for a, b in ((at + 1, other - 1), (first, at - 1))]
    pieces.append((found[other + 1].at[0], found[last].at[1]))
    part = found[first].at[0], found[last].at[1]
    return rewrite("where(@0, @1, @2)", part, *pieces, of=found[at].at, words=words, safe=True)


def _end(found: Sequence[Token], at: int, step: int) -> int:
    """The last piece in a direction that is in the same brackets and no other entry."""
    opening, closing = ("([", ")]") if step > 0 else (")]", "([")
    depth = 0
    while 0 <= at + step < len(found) and found[at + step].kind != "end":
        sign = found[at + step].text
        depth += (sign in opening) - (sign in closing)
        if depth < 0 or (not depth and sign == ","):
            break
        at += step
    return at
