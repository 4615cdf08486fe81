"""How a model is trained, read from its section of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.reading.authored import mapping
from spec_compiler.source.node import SourceNode

if TYPE_CHECKING:
    from spec_compiler.language.train import Train


def read_train(document: SourceNode, scope: Scope, diagnostics: Diagnostics) -> Train | None:
    """The section `train`; None where there is none, or it was refused.

    Args:
        document: The spec.
        scope: What names mean.
        diagnostics: Collects what is wrong.
    """
    node = document.get("train")
    if node is None:
        return None
    # losses and optimisers are loaded only where a spec is trained
    from spec_compiler.language.train import Train

    with diagnostics.at(node):
        plain = mapping(node, scope, "`train` is a mapping with `loss`")
        return validated(Train, plain, scope, "`train`")
    return None
