"""What may be typed at a place: keys, values and names that would be accepted there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.expressions_here import in_expression
from spec_compiler.authoring.files_here import files_here
from spec_compiler.authoring.forms import Field, Form, as_yaml
from spec_compiler.authoring.grammar import is_complete, names_of
from spec_compiler.authoring.names_here import (
    block_of_use,
    blocks,
    names_in_arithmetic,
    outputs,
    params_of_types,
    sources,
)
from spec_compiler.authoring.offers import Offer, said, shown
from spec_compiler.authoring.parser import Part
from spec_compiler.authoring.placing import Placing
from spec_compiler.authoring.standing import Standing, standing_at
from spec_compiler.authoring.written_names import Known
from spec_compiler.codes import CODES
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.interface import Roles
from spec_compiler.linting.table import LEVELS
from spec_compiler.refusals import Severity
from spec_compiler.spans import Span

_IGNORED = re.compile(r"#\s*specc:\s*ignore(?:-file)?\[(?:[^\]]*,)?\s*(\w*)$")
_ARITHMETIC = frozenset({"size", "batch size", "whole", "param"})
_EMPTY = Part("mapping", 0)


def completions(document: Document, position: Position) -> list[Offer]:
    """What may stand at a place, the likeliest first.

    Nothing is offered that would be refused there: no key that is there already, no layer that
    depends on this one. What has been typed is for the editor to compare.
    """
    position = document.clamped(position)
    standing = standing_at(document, position)
    if standing.spot.comment:
        return _codes_in_comment(document, position)
    placing = Placing(document, position, standing)
    if standing.is_key:
        found = [*_keys(document, standing, standing.around, placing)]
    else:
        found = [*_values(document, standing, placing)]
        if placing.begins_mapping:
            form = standing.form
            form = form.item() if placing.begins_item and form.item is not None else form
            form = form.of(_EMPTY)
            found += _keys(document, standing, form, placing)
    return [offer for _, offer in sorted(enumerate(found), key=lambda it: (it[1].rank, it[0]))]


# --- keys --------------------------------------------------------------------------------------


def _keys(document: Document, standing: Standing, form: Form, placing: Placing) -> Iterator[Offer]:
    given = _given(standing) if standing.is_key else set[str]()
    for at, field in enumerate(form.fields.values()):
        if field.name not in given and not _excluded(field, given):
            yield _key(field, at, placing)
    for known in _free_keys(document, standing, form):
        if known.name not in given:
            text = placing.key(known.name)
            yield Offer(known.name, known.kind, text, placing.span, shown(known.detail),
                        rank=known.far)  # fmt: skip


def _key(field: Field, at: int, placing: Placing) -> Offer:
    words = field.words.split("\n\n")[0] if field.name == "type" else field.words
    detail = "required" if field.required else f"= {field.default}" if field.default else ""
    late = 1000 if field.name == "doc" else 0
    return Offer(field.name, "key", placing.key(field.name), placing.span, shown(detail),
                 words, rank=at + late - (500 if field.required else 0))  # fmt: skip


def _given(standing: Standing) -> set[str]:
    """The keys that the mapping has beside the one that is typed."""
    spot, mapping = standing.spot, standing.mapping
    if mapping is None:
        return set()
    here = {key.text for key, _ in mapping.entries if not key.start <= _start(spot.span, key.line,
            key.start, key.column) <= key.end}  # fmt: skip
    return here | (set(spot.sections) - {spot.text} if not spot.path else set())


def _start(span: Span, line: int, start: int, column: int) -> int:
    """A span's beginning as an offset, by a key on its line; -1 on another line."""
    return start + (span.column - 1 - column) if span.line == line else -1


_ALONE = ({"type", "use", "reuse"}, {"shape", "batch_shape"}, {"value", "file"})


def _excluded(field: Field, given: set[str]) -> bool:
    """Whether a key beside it says the same."""
    return any(field.name in group and group & given for group in _ALONE)


def _free_keys(document: Document, standing: Standing, form: Form) -> list[Known]:
    """Names that keys of a mapping may be."""
    core = document.analysis.core
    match form.names:
        case "source":
            return sources(document, standing)
        case "output":
            return [Known(name, "output", said) for name, said in outputs(document).items()]
        case "input" if core is not None:
            masks = [f"{name}.mask" for name, item in core.inputs.items() if item and item.mask]
            return [Known(name, "input", far=at) for at, name in enumerate([*core.inputs, *masks])]
        case "dim" if core is not None:
            return [Known(name, "dim", far=at) for at, name in enumerate(core.scope.dims)]
        case "block param":
            block = block_of_use(document, standing.item())
            params = block.params.items() if block is not None else ()
            return [
                Known(name, "param", "required" if param.required else param.type, at)
                for at, (name, param) in enumerate(params)
                if param.value is None
            ]
        case "port":
            return _ports(document, standing)
        case "weight" if document.analysis.program is not None:
            weights = document.analysis.program.graph.weights
            return [Known(name, "weight", far=at) for at, name in enumerate(weights)]
        case _:
            return []


def _ports(document: Document, standing: Standing) -> list[Known]:
    """What a layer or a block calls what it takes."""
    item = standing.item()
    block = block_of_use(document, item)
    kind = item.said("type") if item is not None else ""
    ports = LAYERS[kind].ports if kind in LAYERS else None
    names = ports.names if isinstance(ports, Roles) else block.inputs if block is not None else ()
    return [Known(name, "port", far=at) for at, name in enumerate(names)]


# --- values ------------------------------------------------------------------------------------


def _values(document: Document, standing: Standing, placing: Placing) -> Iterator[Offer]:
    form = _of_block_param(document, standing) or standing.form
    kinds = form.kinds
    if kinds & {"expression", "transform"}:
        yield from in_expression(document, standing, placing, transform="transform" in kinds)
        return
    default = standing.field.default if standing.field is not None else ""
    if form.chosen and (form.decided is None or form.chosen != "layer"):
        yield from _chosen(document, form, placing, default)
    for value in form.literals:
        if value is not None or default:
            text = as_yaml(value)
            detail = "default" if text == default else ""
            yield Offer(text.strip('"'), "value", placing.value(value), placing.span, detail)
    if kinds & _ARITHMETIC and placing.is_operand:
        for known in names_in_arithmetic(document, standing, kinds):
            yield _offer(known, placing.word(known.name), placing.word_span)
    if "$param" in kinds and not kinds & _ARITHMETIC:
        types = _param_types(form)
        yield from _named(params_of_types(document, standing, types), placing)
    yield from _named(_of_kinds(document, standing, kinds), placing)
    if kinds & {"file", "spec file"}:
        yield from files_here(document, standing, placing, specs="spec file" in kinds)
    if "code" in kinds:
        yield from _codes(CODES, placing.span, placing)


def _of_kinds(document: Document, standing: Standing, kinds: frozenset[str]) -> list[Known]:
    """Names of what is meant."""
    found: list[Known] = []
    if kinds & {"source", "mask"}:
        found += sources(document, standing, standing.spot.typed)
    if "block" in kinds:
        found += blocks(document, standing)
    if "output" in kinds:
        found += [Known(name, "output", words) for name, words in outputs(document).items()]
    if "layer name" in kinds:
        found += _above(document, standing)
    return found


def _above(document: Document, standing: Standing) -> list[Known]:
    """Layers and uses above, which can be run again."""
    nearest: dict[str, Known] = {}
    for known in sources(document, standing):
        name = known.name.partition(".")[0]
        if known.kind in {"layer", "use"} and known.far < 10_000:
            nearest.setdefault(name, known._replace(name=name))
    return list(nearest.values())


def _of_block_param(document: Document, standing: Standing) -> Form | None:
    """What may be the value of a block's param, under `with`."""
    path = standing.spot.path
    if path[-2:-1] != ("with",) or standing.is_key:
        return None
    block = block_of_use(document, standing.item())
    param = block.params.get(str(path[-1])) if block is not None else None
    if param is None:
        return None
    match param.type:
        case "int":
            return Form(kinds=frozenset({"size", "number"}))
        case "float":
            return Form(kinds=frozenset({"param", "number"}))
        case "bool":
            return Form(literals=(True, False), kinds=frozenset({"$param"}))
        case "activation" | "initializer" | "regularizer" | "constraint":
            return Form(chosen=param.type, kinds=frozenset({"$param"}))
        case _:
            return Form(kinds=frozenset({"$param"}))


def _param_types(form: Form) -> frozenset[str]:
    if form.chosen:
        return frozenset({form.chosen})
    if True in form.literals:
        return frozenset({"bool"})
    return frozenset({"text", "dtype"}) if form.literals else frozenset()


def _chosen(document: Document, form: Form, placing: Placing, default: str) -> Iterator[Offer]:
    """Things by name: all under `type`, else those that need nothing but their name."""
    used = _used(document) if form.chosen == "layer" else set[str]()
    for name in names_of(form.chosen):
        if form.decided is None or is_complete(form.chosen, name):
            rank = -1 if name == default or name in used else 0
            detail = "default" if name == default else ""
            yield Offer(name, "type", placing.value(name), placing.span, detail,
                        about=form.chosen, rank=rank)  # fmt: skip


def _used(document: Document) -> set[str]:
    """The types of the layers that there are."""
    core = document.analysis.core
    return set() if core is None else {item.kind.__name__ for item in core.items}


def _named(known: Iterable[Known], placing: Placing) -> Iterator[Offer]:
    for item in known:
        yield _offer(item, placing.value(item.name), placing.span)


def _offer(known: Known, text: str, span: Span) -> Offer:
    return Offer(known.name, known.kind, text, span, shown(known.detail), rank=known.far)


# --- codes -------------------------------------------------------------------------------------


def _codes_in_comment(document: Document, position: Position) -> list[Offer]:
    """Codes, where a comment names those that it suppresses."""
    before = document.line(position.line)[: position.column - 1]
    found = _IGNORED.search(before)
    if found is None:
        return []
    rest = re.match(r"\w*", document.line(position.line)[position.column - 1 :])
    end = position.column + (rest.end() if rest else 0)
    span = Span(document.path, position.line, found.start(1) + 1, position.line, end)
    warned = [it for it in document.analysis.found if it.severity is not Severity.ERROR]
    here = {
        finding.code
        for finding in warned
        if finding.span is not None and finding.span.line in {position.line, position.line + 1}
    }
    told = set(re.findall(r"\w+", found[0][: found.start(1) - found.start()].partition("[")[2]))
    known = {*LEVELS, *(finding.code for finding in warned)} - told
    offers = [*_codes(sorted(known), span, None)]
    return sorted(offers, key=lambda offer: (offer.label not in here, offer.label))


def _codes(codes: Iterable[str], span: Span, placing: Placing | None) -> Iterator[Offer]:
    for code in codes:
        entry = CODES[code]
        text = code if placing is None else placing.value(code)
        yield Offer(code, "code", text, span, shown(entry.title), said(entry.title))
