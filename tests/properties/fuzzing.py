"""Texts of the examples, the pages and the codes, changed at random.

What comes of a text is a model or a refusal with its findings, never another error.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from spec_compiler import SpecError
from spec_compiler.codes import CODES
from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import Diagnostics

ROOT = Path(__file__).parents[2]
LONGEST = 4000
SPLICES = (
    "{", "}", "[", "]", ":", ",", "-", "\n", "  ", "\t", "#", '"', "'", "&a", "*a", "!!str", "|",
    ">", "null", "true", "~", "0", "-1", "1e309", "9" * 30, ".nan", "0x1F", "\x00", "\ufeff",
    "\u2028", "é", "\U0001f600", "batch", "...", "$width", "$", "from", "x", "mask", "dtype",
    "repeat", "each", "with", "value", "// 0", "** 99", "((",
)  # fmt: skip


@cache
def corpus() -> tuple[str, ...]:
    """Every spec that stands in the repository."""
    texts = [path.read_text() for path in sorted(ROOT.glob("examples/**/*.yaml"))]
    for page in sorted(ROOT.glob("docs/**/*.md")):
        found = re.findall(r"```ya?ml[^\n]*\n(.*?)```", page.read_text(), re.DOTALL)
        texts += [text for text in found if "specc:" in text]
    for code in CODES.values():
        texts += [str(code.wrong), str(code.right)]
    return tuple(sorted({text for text in texts if len(text) <= LONGEST}))


def tokens(seed: int) -> str:
    """A text with tokens of it, and of others, in other places."""
    lot = random.Random(seed)  # noqa: S311 - not for secrets
    texts = corpus()
    parts = re.findall(r"\w+|\s+|.", lot.choice(texts))
    for _ in range(lot.randint(1, 4)):
        if not parts:
            break
        at = lot.randrange(len(parts))
        way = lot.randrange(6)
        if way == 0:
            del parts[at]
        elif way == 1:
            parts.insert(at, lot.choice(SPLICES))
        elif way == 2:
            parts[at] = lot.choice(SPLICES)
        elif way == 3:
            parts[at] = lot.choice(parts)
        elif way == 4:
            parts[at] = lot.choice(re.findall(r"\w+|.", lot.choice(texts)) or [" "])
        else:
            end = min(len(parts), at + lot.randint(1, 12))
            parts[at:end] = parts[at:end] * 2 if lot.random() < 0.5 else []
    return "".join(parts)


def bytes_(seed: int) -> bytes:
    """A text with other bytes."""
    lot = random.Random(seed)  # noqa: S311 - not for secrets
    data = bytearray(lot.choice(corpus()).encode(errors="surrogateescape"))
    for _ in range(lot.randint(1, 6)):
        if not data:
            break
        at = lot.randrange(len(data))
        way = lot.randrange(4)
        if way == 0:
            data[at] = lot.randrange(256)
        elif way == 1:
            del data[at : at + lot.randint(1, 8)]
        elif way == 2:
            data[at:at] = data[lot.randrange(len(data)) :][: lot.randint(1, 20)]
        else:
            data.insert(at, lot.choice(b" \n\t{}[]:,-#\"'&*!|>%@`0\x00\xff"))
    return bytes(data)


def demand(text: str | bytes) -> None:
    """It is a spec, or every reason why not is a finding with a place in it."""
    for file in ("fuzzed.yaml", "fuzzed.json"):
        found = Diagnostics()
        try:
            prove_text(text, str(Path(gettempdir(), file)), diagnostics=found)
        except SpecError as error:
            assert error.diagnostics.errors  # noqa: PT017 - most of these texts are refused
            for item in error.diagnostics.errors:
                assert item.code in CODES, item.code
                assert item.message, item.code
