"""How a model is trained, read from its section of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.reading.authored import mapping
from spec_compiler.refusals import Refusals
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
        if isinstance(plain.get("loss"), list) or isinstance(plain.get("loss_weights"), list):
            _refuse_lists(plain, document)
        return validated(Train, plain, scope, "`train`")
    return None


def _refuse_lists(plain: Mapping[str, object], document: SourceNode) -> None:
    """Say what stands in the order of outputs, and leave it for no other rule to say.

    Raises:
        Refusals: there is such a list.
    """
    # only where one stands there
    from spec_compiler.language.other_tools.lists_by_output import lists_by_output

    outputs = document.get("outputs")
    written = outputs.plain() if outputs is not None else None
    names = [written] if isinstance(written, str) else []
    if isinstance(written, dict | list):
        names = [name for name in written if isinstance(name, str)]
    found = [refusal for _, refusal in lists_by_output(plain, names)]
    raise Refusals(found)
