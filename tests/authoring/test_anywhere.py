"""Wherever the cursor stands, also in text that is cut or mixed up: an answer, and a right one."""

import random
from pathlib import Path

import pytest

from spec_compiler.authoring.completion import completions
from spec_compiler.authoring.document import read_document
from spec_compiler.authoring.formulas import KINDS
from spec_compiler.authoring.hints import hints
from spec_compiler.authoring.hover import hover
from spec_compiler.authoring.semantic_tokens import semantic_tokens
from spec_compiler.authoring.signatures import signature
from spec_compiler.refusals import Severity

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/*.yaml"))
NAMES = [f"{path.parent.name}/{path.name}" for path in EXAMPLES]
ANSWERS = (completions, hover, signature)
EVERY = 23
"""Of so many places of an example one is asked; which one differs from example to example."""


def read(text, path):
    return read_document(text, str(path), weights=False)


def answered(document, offset):
    """What is offered at a place; everything that is told there lies in the text."""
    position = document.position(offset)
    found = hover(document, position)
    spans = [found.span] if found else []
    signature(document, position)
    offers = completions(document, position)
    spans += {offer.span for offer in offers}
    for span in spans:
        assert span.line == span.end_line == position.line
        assert 1 <= span.column <= position.column <= span.end_column
        assert span.end_column <= len(document.line(span.line)) + 1
    labels = [(offer.label, offer.kind) for offer in offers]
    assert len({*labels}) == len(labels), (labels, document.text[:offset])
    return offers


def coloured(document):
    at = (1, 1)
    for span, kind in semantic_tokens(document):
        assert kind in KINDS
        assert at <= span[1:3] < span[3:]
        assert span.line == span.end_line <= len(document.lines)
        assert span.end_column <= len(document.line(span.line)) + 1
        at = span[3:]
    for hint in hints(document):
        assert document.clamped(hint.at) == hint.at


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_there_is_an_answer_everywhere(path):
    text = path.read_text()
    document = read(text, path)
    coloured(document)
    for offset in range(EXAMPLES.index(path) % EVERY, len(text) + 1, EVERY):
        answered(document, offset)


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_there_is_an_answer_in_text_that_is_cut(path):
    text, chance = path.read_text(), random.Random(path.parent.name)  # noqa: S311
    for _ in range(6):
        start, end = sorted(chance.randrange(len(text)) for _ in range(2))
        for cut in (text[:end], text[start:], text[:start] + text[end:]):
            document = read(cut, path)
            coloured(document)
            for offset in {0, start, len(cut), chance.randrange(len(cut) + 1)}:
                answered(document, min(offset, len(cut)))


SIGNS = ["{", "}", "[", "]", ",", ":", "- ", "\n", "  ", '"', "'", "#", "|", ">", "x", "type", "$",
         "layers", "from", "🙂", "\t", "&a", "*a", "!t", "%", "?", "\u2028", "\x00"]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_there_is_an_answer_in_anything(seed):
    chance = random.Random(seed)  # noqa: S311
    text = "".join(chance.choice(SIGNS) for _ in range(60))
    for path in ("model.yaml", "model.json"):
        document = read(text, path)
        coloured(document)
        for offset in range(0, len(document.text) + 1, 3):
            answered(document, offset)


# --- what is offered is accepted -----------------------------------------------------------------

FAMILIES = ("SPC00", "SPC01", "SPC02")
"""Codes of what is no text, no key, no value, and no name: sizes and types that are taken may not
fit their neighbours."""
UNSURE = {"SPC0105", "SPC0107", "SPC0108", "SPC0130", "SPC0204", "SPC0206", "SPC0207", "SPC0214"}
"""Of what does not fit what is around it: too small, said twice, without a mask or a value, with
other inputs."""
OF_VALUES = {"param", "dim"}
"""Kinds of offers whose number may be out of range, which is `SPC0104`."""


def wrong(document, offer):
    """What is wrong with the key, the value or the name that was taken."""
    _, line, start, _, _ = offer.span
    end = start + len(offer.text)
    unsure = UNSURE | ({"SPC0104"} if offer.kind in OF_VALUES else set())
    return {
        (finding.code, finding.message)
        for finding in document.analysis.found
        if finding.severity is Severity.ERROR
        and finding.code.startswith(FAMILIES)
        and finding.code not in unsure
        and (span := finding.span) is not None
        and (span.line, span.column) <= (line, end)
        and (line, start) <= (span.end_line, span.end_column)
        # of another type are other arguments
        and not (offer.kind in {"type", "block"} and finding.code in {"SPC0102", "SPC0103"})
    }


def with_offer(document, offer):
    _, line, column, _, end = offer.span
    lines = list(document.lines)
    written = lines[line - 1]
    lines[line - 1] = written[: column - 1] + offer.text + written[end - 1 :]
    return "\n".join(lines)


def values_in(node, keys=()):
    """The scalars under keys of a document."""
    if isinstance(node.value, dict):
        for key, entry in node.value.items():
            if key not in {"doc", "name", "metadata"}:
                yield from values_in(entry.node, (*keys, key))
    elif isinstance(node.value, list):
        for index, item in enumerate(node.value):
            yield from values_in(item, (*keys, index))
    else:
        yield node


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_a_value_that_is_offered_is_accepted(path):
    """Each value is replaced by some of what is offered in its place."""
    document, chance = read(path.read_text(), path), random.Random(path.parent.name)  # noqa: S311
    values = [*values_in(document.analysis.node)]
    for node in chance.sample(values, min(len(values), 10)):
        offset = sum(len(line) + 1 for line in document.lines[: node.span.line - 1])
        offers = answered(document, offset + node.span.column - 1 + (node.text_offset == 1))
        offers = [it for it in offers if it.kind not in {"function", "argument", "folder", "file"}]
        for offer in chance.sample(offers, min(len(offers), 3)):
            if offer.kind in {"param", "dim", "input", "layer"} and "(" in str(node.value):
                continue  # a word in an expression
            text = with_offer(document, offer)
            found = wrong(read(text, path), offer)
            assert not found, (document.line(offer.span.line), offer.label, found)


@pytest.mark.parametrize("path", EXAMPLES, ids=NAMES)
def test_a_key_that_is_offered_is_accepted(path):
    """A key is added to each of some mappings: it is known there."""
    document, chance = read(path.read_text(), path), random.Random(path.parent.name)  # noqa: S311
    braces = [at for at, sign in enumerate(document.text) if sign == "{"]
    for offset in chance.sample(braces, min(len(braces), 8)):
        text = f"{document.text[: offset + 1]}, {document.text[offset + 1 :]}"
        if "{,  }" in text:
            continue
        broken = read(text, path)
        offers = [it for it in answered(broken, offset + 1) if it.kind == "key"]
        for offer in chance.sample(offers, min(len(offers), 3)):
            found = {code for code, _ in wrong(read(with_offer(broken, offer), path), offer)}
            assert "SPC0103" not in found, (broken.line(offer.span.line), offer.label)
