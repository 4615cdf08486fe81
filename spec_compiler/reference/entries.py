"""Everything that has a name of its own in specc, each as an entry: for `specc docs`.

An entry is what the generated pages say of it, and the same facts as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from spec_compiler.codes import CODES
from spec_compiler.codes.code import Code
from spec_compiler.expression.other_tools.words import SYNONYMS
from spec_compiler.language.blocks import BlockDeclaration
from spec_compiler.language.document import DimDeclaration, Header, Param
from spec_compiler.language.inputs import Input
from spec_compiler.language.items import Reuse
from spec_compiler.language.json_schema import sections
from spec_compiler.language.outputs import Output
from spec_compiler.language.settings import Around
from spec_compiler.language.tests import Expectation, SpecTest
from spec_compiler.language.train import Train
from spec_compiler.language.use import Use
from spec_compiler.language.weights import WeightsDeclaration
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices import CHOICES
from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS
from spec_compiler.records import record
from spec_compiler.reference.explained import STD, explained, listed
from spec_compiler.reference.field_words import arguments, field_table
from spec_compiler.reference.layer_page import mask_rule
from spec_compiler.reference.markdown import docstring
from spec_compiler.reference.primitives_page import KINDS
from spec_compiler.report.explain import explain_markdown
from spec_compiler.training import TRAINING

_SECTIONS: Mapping[str, tuple[type[BaseModel], str]] = {
    "inputs": (Input, "a mapping; for each name"),
    "outputs": (Output, "a name, a list of names, or a mapping; for each name"),
    "params": (Param, "a mapping of names to numbers, types, or"),
    "dims": (DimDeclaration, "a mapping of names to nothing, a size, or"),
    "blocks": (BlockDeclaration, "a mapping; for each name"),
    "tests": (SpecTest, "a list; each item"),
    "expect": (Expectation, "in a test, a mapping of outputs to"),
    "train": (Train, "a mapping"),
    "weights": (WeightsDeclaration, "the name of a file, or a mapping"),
    "use": (Use, "an item of `layers` that stands for the layers of a block"),
    "reuse": (Reuse, "an item of `layers` that calls another layer again, with its weights"),
    "around": (Around, "what may stand beside the arguments of each layer"),
}
"""Sections whose values are declarations, and how those stand in them."""
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
Facts: TypeAlias = "dict[str, Any]"


@record
class Entry:
    """What specc knows of a name.

    Attributes:
        kind: layer, activation and other choices, function, block, code, primitive, section.
        name: As authors write it.
        markdown: All that is said of it.
        facts: The same as data; which there are depends on the kind.
    """

    kind: str
    name: str
    markdown: str
    facts: Facts

    def as_data(self) -> Facts:
        """For JSON."""
        return {"kind": self.kind, "name": self.name, **self.facts, "markdown": self.markdown}


def names() -> dict[str, list[str]]:
    """Everything that has an entry, by the plural of its kind."""
    return {
        **{kind: list(of) for kind, of in listed()},
        "sections": _section_names(),
        "primitives": [primitive.name for of in KINDS.values() for primitive in of],
        "codes": sorted(CODES),
    }


def entries(name: str) -> list[Entry]:
    """What stands under a name, in any case where nothing has the very name; may be empty."""
    known = {one for of in names().values() for one in of} | SYNONYMS.keys()
    code = re.fullmatch(r"(?:SPC\W?)?(\d{1,4})", name, re.IGNORECASE)
    wanted = [f"SPC{code[1]:0>4}"] if code else [name]
    if not known & {*wanted}:
        wanted = sorted(one for one in known if one.casefold() == name.casefold())
    meant = dict.fromkeys(same for one in wanted for same in (one, SYNONYMS.get(one, one)))
    return [entry for one in meant for entry in _of(one)]


def _of(name: str) -> Iterator[Entry]:
    if name in LAYERS:
        yield _layer(LAYERS[name])
    for kind, registry in (*CHOICES.items(), *TRAINING.items()):
        if name in registry.by_name:
            choice = registry.by_name[name]
            facts = {"names": list(choice.names), **_declared(choice)}
            yield Entry(kind, name, _part(name, kind), facts)
    if name in LAMBDA_FUNCTIONS:
        function = LAMBDA_FUNCTIONS[name]
        told = {"signature": str(function), "does": function.does, "gives": function.gives}
        yield Entry("function", name, _part(name, "function"), told)
    if name.startswith(STD) and (text := explained(name)):
        yield Entry("block", name, _plain(text), {})
    if name in _section_names():
        yield _section(name)
    for kind, primitives in KINDS.items():
        for primitive in primitives:
            if primitive.name == name:
                facts = {"of": kind, "flops": str(primitive.flops), "does": docstring(primitive)}
                costs = f"It is {kind}; an element of the result costs {primitive.flops} FLOPs."
                text = [f"# {name}: a primitive", facts["does"], costs]
                yield Entry("primitive", name, "\n\n".join(filter(None, text)) + "\n", facts)
    if name in CODES:
        yield _code(CODES[name])


def _layer(cls: type[Layer]) -> Entry:
    weights = {"masks": mask_rule(cls), "examples": _examples(cls)}
    return Entry("layer", cls.__name__, _part(cls.__name__, "layer"), _declared(cls) | weights)


def _examples(cls: type[Layer]) -> list[Facts]:
    # a spec for each, of those that are accepted
    from spec_compiler.reference.example_spec import example_spec

    accepted = [example for example in cls.examples if not example.refuses]
    return [
        {
            "spec": example_spec(cls, example),
            "gives": [example.gives] if isinstance(example.gives, str) else list(example.gives),
        }
        for example in accepted
    ]


def _declared(cls: type[BaseModel]) -> Facts:
    """What a declaration says of itself."""
    taken = [
        {
            "name": one.name,
            "takes": _LINK.sub(r"\1", one.takes).replace("`", ""),
            "required": one.default == "required",
            "default": None if one.default in ("", "required") else one.default,
            "meaning": one.meaning,
        }
        for one in arguments(cls)
    ]
    return {"does": docstring(cls), "arguments": taken}


def _code(code: Code) -> Entry:
    facts = {
        "title": code.title,
        "explanation": " ".join(code.explanation.split()),
        "file": code.varies,
        "wrong": code.wrong,
        "right": code.right,
        "beside": dict(code.files),
        "command": f"specc {code.command}",
    }
    return Entry("code", code.code, explain_markdown(code)[1:], facts)


def _section_names() -> list[str]:
    header = [field.alias or name for name, field in Header.model_fields.items()]
    return list(dict.fromkeys([*header, *sections(), *_SECTIONS]))


def _section(name: str) -> Entry:
    header = {one.name: one.meaning for one in arguments(Header)}
    does = header.get(name) or sections().get(name, {}).get("description", "")
    if name not in _SECTIONS:
        return Entry("section", name, f"# {name}: a section\n\n{does}\n", {"does": does})
    cls, stands = _SECTIONS[name]
    facts = _declared(cls)
    facts["does"] = does = does or facts["does"]
    text = [f"# {name}: a section", does, f"It is {stands}:", _plain(field_table(cls, {"doc"}))]
    return Entry("section", name, "\n\n".join(text) + "\n", facts | {"stands": stands})


def _part(name: str, kind: str) -> str:
    """Of what is explained under a name, the part about this kind."""
    parts = re.split(r"^(?=# )", _plain(explained(name)), flags=re.MULTILINE)
    return next(part for part in parts if re.match(rf"# .*: an? {kind}\b", part)).strip() + "\n"


def _plain(markdown: str) -> str:
    """Without the notice that a page is made, and without links between pages."""
    return _LINK.sub(r"\1", re.sub(r"^<!--.*?-->\n+", "", markdown))
