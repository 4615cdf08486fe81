"""How a model is trained, read from its section of a document."""

from __future__ import annotations

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.language.train import Train
from spec_compiler.reading.authored import mapping
from spec_compiler.source.node import SourceNode


def read_train(node: SourceNode, scope: Scope, diagnostics: Diagnostics) -> Train | None:
    """The section; None where it was refused.

    Args:
        node: The section.
        scope: What names mean.
        diagnostics: Collects what is wrong.
    """
    with diagnostics.at(node):
        plain = mapping(node, scope, "`train` is a mapping with `loss`")
        return validated(Train, plain, scope, "`train`")
    return None
