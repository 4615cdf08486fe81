"""From what authors wrote to a declaration, with every mistake in the language's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.nested import declaration_at, takes_null
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import Scope, described
from spec_compiler.fixes import Fix, write
from spec_compiler.refusals import MOST_KEPT, ItemPath, LeftOut, Refusal, Refusals
from spec_compiler.source.node import Incomplete
from spec_compiler.spelling import Guess, suggestion

Declared = TypeVar("Declared", bound=Declaration)
NOTHING: Mapping[str, object] = MappingProxyType({})


def validated(
    cls: type[Declared],
    written: object,
    scope: Scope,
    what: str,
    beside: Mapping[str, object] = NOTHING,
) -> Declared:
    """An instance of `cls` from plain data.

    Args:
        cls: The declaration.
        written: Plain data as authors wrote it.
        scope: What names mean.
        what: What messages call it: `Dense`, `input`.
        beside: Keys of the same mapping that another declaration reads, and what is there, if any.

    Raises:
        Refusals: a part for each mistake; a missing key and an unknown one that looks like it are
            one. None where something could not be read, which was said then.
    """
    try:
        found = cls.model_validate(written, context=scope)
    except ValidationError as error:
        found, refusals = None, translated(error, cls, what, written, beside)
    else:
        refusals = []
    # not while the other one is handled, whose frames would be kept with this one
    if isinstance(written, Incomplete):
        raise Refusals([refusal for refusal in refusals if refusal.code != "SPC0102"])
    if found is None:
        raise Refusals(refusals)
    return found


def translated(
    error: ValidationError,
    cls: type[Declaration],
    what: str,
    written: object,
    beside: Mapping[str, object],
) -> list[Refusal]:
    """Pydantic's findings in the language's own words."""
    details = error.errors(include_url=False)
    absent = [_path(item) for item in details if item["type"] == "missing"]
    strange: list[Refusal] = []
    for item in details:
        if item["type"] == "extra_forbidden":
            path = _path(item)
            others = beside if len(path) == 1 else NOTHING
            stated = _mapping_at(written, path[:-1])
            refusal, meant = _unknown(path, cls, what, absent, stated, others)
            absent = [path for path in absent if path != meant]
            strange.append(refusal)
    strange += _left_out(strange, cls, written)
    lacking = [_missing(path, what) for path in absent]
    wrong = [
        refusal
        for item in details
        if item["type"] not in {"missing", "extra_forbidden"}
        and not isinstance(item["input"], Incomplete)
        for refusal in _meant_by(item, cls, written)
    ]
    return [*one_each(strange, lacking), *wrong]


def _left_out(strange: list[Refusal], cls: type[Declaration], written: object) -> Iterator[LeftOut]:
    """The unknown keys that stand in a mapping beside as many as are reported."""
    counts = Counter(refusal.argument[:-1] for refusal in strange)
    for outer in (outer for outer, count in counts.items() if count >= MOST_KEPT):
        owner = declaration_at(cls, outer)
        known = key_names(owner) if owner else ()
        others = [key for key in _mapping_at(written, outer) if key not in known][counts[outer] :]
        if others:
            first = strange[-1]
            yield LeftOut(first.code, first.message, len(others), (*outer, others[0]))


def one_each(strange: list[Refusal], lacking: list[Refusal]) -> list[Refusal]:
    """Refusals of unknown and of missing keys, where one probably stands for the other as one."""
    found: list[Refusal] = []
    for refusal in strange:
        beside = [other for other in lacking if other.argument == refusal.argument[:-1]]
        if refusal.help and beside:
            needs = beside[0].message + "".join(f" and `{other.missing}`" for other in beside[1:])
            refusal = refusal.but(help=f"{needs}; {refusal.help}")
            lacking = [other for other in lacking if other not in beside]
        found.append(refusal)
    return [*found, *lacking]


@cache
def key_names(cls: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a declaration as authors write them, its own before what it inherits."""
    owners = [owner for owner in cls.__mro__ if issubclass(owner, BaseModel)]
    said = cls.in_order if issubclass(cls, Declaration) else ()

    def place(name: str) -> tuple[int, int]:
        inherited = sum(name in owner.model_fields for owner in owners)
        return said.index(name) if name in said else len(said), inherited

    fields = sorted(cls.model_fields.items(), key=lambda item: place(item[0]))
    return tuple(field.alias or name for name, field in fields)


def _unknown(
    path: ItemPath,
    cls: type[Declaration],
    what: str,
    absent: list[ItemPath],
    stated: Mapping[str, object],
    beside: Mapping[str, object],
) -> tuple[Refusal, ItemPath | None]:
    """The refusal, and the path of the missing key that was meant if there is one."""
    outer, key = path[:-1], str(path[-1])
    owner, owner_cls = _owner(outer, what), declaration_at(cls, outer)
    known = list(dict.fromkeys([*key_names(owner_cls), *beside])) if owner_cls else []
    # a required key that is missing is the likeliest to have been meant
    lacking = sorted(str(other[-1]) for other in absent if other[:-1] == outer)
    possible = [name for name in known if name not in stated and not beside.get(name)]
    meant = next((name for name in _named(key) if name in possible), None)
    guess = meant or _like(key, lacking) or _like(key, possible)
    takes = f"{owner} takes {', '.join(f'`{name}`' for name in known)}" if known else ""
    there = {**stated, **{name: item for name, item in beside.items() if item}}
    instead = owner_cls.belongs(key, there) if owner_cls else None
    if isinstance(instead, Fix) and instead.kind == "name" and instead.text in there:
        instead = instead.help and f"{instead.help}, which stands beside it"
    if instead:
        guess, takes = None, instead if isinstance(instead, str) else instead.help
    said = suggestion(guess, takes, possible)
    if isinstance(instead, Fix):
        said["fix"] = instead.under(outer)
        said["annotation"] = instead.annotation
        guess = {"name": instead.text, "entry": instead.key}.get(instead.kind)
    said["annotation"] = said["annotation"] or ("" if guess and not instead else "unknown")
    refusal = Refusal(
        "SPC0103",
        f"{owner} has no {owner_cls.entry if owner_cls else 'key'} `{key}`",
        argument=path,
        blame_key=True,
        **said,
    )
    return refusal, (*outer, guess) if guess else None


def _like(key: str, known: Sequence[str]) -> Guess | None:
    # only where a key is not known
    from spec_compiler.likeness import key_meant

    return key_meant(key, known)


def _named(key: str) -> tuple[str, ...]:
    # only where a key is not known
    from spec_compiler.declaring.other_tools.names import ANYWHERE

    return ANYWHERE.get(key, ())


def _mapping_at(written: object, path: ItemPath) -> Mapping[str, object]:
    """The mapping at `path` of the plain data."""
    for part in path:
        if is_list(written) and isinstance(part, int):
            written = written[part]
        elif is_mapping(written) and isinstance(part, str):
            written = written.get(part)
    return written if is_mapping(written) else {}


def _missing(path: ItemPath, what: str) -> Refusal:
    key = str(path[-1])
    return Refusal(
        "SPC0102",
        f"{_owner(path[:-1], what)} needs `{key}`",
        argument=path[:-1],
        help=f"add `{key}: …`",
        missing=key,
    )


def _owner(path: ItemPath, what: str) -> str:
    """What messages call the mapping at a path: by its key, the outermost as the driver says."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    return f"`{name}`" if name else what


def _meant_by(item: ErrorDetails, cls: type[Declaration], written: object) -> list[Refusal]:
    """What is wrong with a value, with the mend that all that stands beside it tells."""
    path = _path(item)
    found = _wrong(item, nullable=takes_null(cls, path))
    if len(path) == 1 and item["type"] == "literal_error" and len(found) == 1:
        fix = cls.instead_of(str(path[0]), _mapping_at(written, ()))
        return found if fix is None else [found[0].but(fix=fix, help=fix.help, annotation="")]
    return found


def _wrong(item: ErrorDetails, *, nullable: bool) -> list[Refusal]:
    path = _path(item)
    cause = item.get("ctx", {}).get("error")
    if nullable and isinstance(item["input"], str) and item["input"] in {"None", "none"}:
        wrong = f"is the text `{item['input']}`, which means nothing here"
        refusal = Refusal("SPC0104", wrong, about_field="subject", fix=write("null"))
        return [refusal.under(path)]
    if isinstance(cause, Refusal):
        return [part.under(path) for part in cause.parts]
    wanted = _WANTED.get(item["type"])
    if wanted is None:
        context = item.get("ctx", {})
        options, least = context.get("expected"), context.get("ge")
        wanted = f"one of {options}" if options else item["msg"]
        wanted = f"at least {least}" if least is not None else wanted
    refusal = Refusal(
        "SPC0104",
        f"must be {wanted}, not {described(item['input'])}",
        fix=_mend_of(item),
        about_field="subject",
        allowed=tuple(_IN_QUOTES.findall(item.get("ctx", {}).get("expected", ""))),
    )
    return [refusal.under(path)]


_IN_QUOTES = re.compile("'([^']*)'")
_WANTED = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "mapping_type": "a mapping",
    "none_required": "null",
}


def _mend_of(item: ErrorDetails) -> Fix | None:
    options = _IN_QUOTES.findall(item.get("ctx", {}).get("expected", ""))
    if item["type"] == "literal_error" and options:
        # only where such a word is wrong
        from spec_compiler.declaring.other_tools.values import one_of

        return one_of(item["input"], options)
    if item["type"] in {"dict_type", "list_type", "string_type", "model_type"}:
        # only where something else stands
        from spec_compiler.declaring.other_tools.forms import form_meant

        holder, key = ("", "", *item["loc"])[-2:]
        return form_meant(item["type"], f"{key}", item["input"], f"{holder}")
    return _boolean_meant(item) or _whole_meant(item)


def _whole_meant(item: ErrorDetails) -> Fix | None:
    written = item["input"]
    whole = item["type"] == "int_type" and isinstance(written, float) and written.is_integer()
    return write(int(written)) if whole else None


def _boolean_meant(item: ErrorDetails) -> Fix | None:
    if item["type"] == "bool_type" and isinstance(item["input"], str):
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        word = meant.get(item["input"].lower(), item["input"].lower())
        if word in {"true", "false"}:
            return write(word, " without quotes")
    elif item["type"] == "bool_type" and item["input"] in (0, 1):
        return write("true" if item["input"] else "false")
    return None


def _path(item: ErrorDetails) -> ItemPath:
    """Where it is, without the names that pydantic adds for union members.

    The end of the way to an unknown key is what an author wrote, whatever it looks like.
    """
    way, own = item["loc"], ()
    if item["type"] == "extra_forbidden":
        way, own = way[:-1], way[-1:]
    return (*(part for part in way if not (isinstance(part, str) and _is_tag(part))), *own)


def _is_tag(part: str) -> bool:
    return any(sign in part for sign in "[(") or part in {"str", "int", "bool", "float"}
