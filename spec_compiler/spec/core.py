"""The core form, which the compiler works on: no params, no defaults left open, all placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spec_compiler.layers.layer import Layer
from spec_compiler.notation.arithmetic import Relation
from spec_compiler.notation.scope import Scope
from spec_compiler.source.node import Node
from spec_compiler.spec.document import Header
from spec_compiler.spec.inputs import Input
from spec_compiler.spec.outputs import Output
from spec_compiler.spec.tests_section import SpecTest


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a layer.

    Attributes:
        name: Unique.
        layer: The settings; for a `reuse`, those of the first call with this call's own `expect`
            and `mask`. None when they were refused: what depends on it is not checked.
        sources: What the author wrote under `from`; None for the item directly above.
        node: Where it is written.
        reuse: The first call, whose weights are used again.
        explicit_name: Whether the author wrote the name.
    """

    name: str
    layer: Layer | None
    sources: str | list[str] | dict[str, str] | None
    node: Node
    reuse: str | None = None
    explicit_name: bool = True


@dataclass(frozen=True, slots=True)
class Core:
    """A whole spec, expanded.

    Attributes:
        header: What is said once.
        scope: The params' values and the dims' sizes.
        relations: The constraints, with their index in the file.
        inputs: By name, in the order of the file; None for a declaration that was refused.
        calls: The layers in the order of the file.
        outputs: By name; None stands for the last layer.
        node: The whole document.
        file: Where it was read from.
        tests: With their index in the file.
    """

    header: Header
    scope: Scope
    relations: tuple[tuple[int, Relation], ...]
    inputs: Mapping[str, Input | None]
    calls: tuple[Call, ...]
    outputs: Mapping[str, Output] | None
    node: Node
    file: str
    tests: tuple[tuple[int, SpecTest], ...] = ()
