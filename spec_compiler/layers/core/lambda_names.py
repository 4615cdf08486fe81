"""What the names in the expressions of a Lambda mean: each has one meaning, or is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from spec_compiler.declaring.scope import Scope
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.formula.arithmetic import NoMeaning
from spec_compiler.formula.tokens import Columns
from spec_compiler.refusals import Refusal


def names_source(name: str, source: str, text: str) -> bool:
    """Whether a name in an expression is that of what feeds the layer.

    Args:
        name: Stands for a value in the expression.
        source: What feeds the layer, where that may be named.
        text: The whole expression; `tanh` alone is the function, whatever feeds the layer.
    """
    if name != source or not source:
        return False
    if text.strip() != name:
        return True
    # the table is loaded only where it is asked
    from spec_compiler.layers.core.lambda_functions import LAMBDA_FUNCTIONS

    return name not in LAMBDA_FUNCTIONS


def from_scope(
    name: str,
    within: Columns,
    scope: Scope,
    arguments: Collection[str],
    made: Collection[str],
    *,
    fed: bool,
) -> object:
    """What a name means in the file or the block; None where the layer gives it a meaning.

    Args:
        name: Stands for a value in an expression.
        within: Where.
        scope: What is known around the layer, and what it calls its inputs.
        arguments: The names of its arguments.
        made: The names of the expressions above.
        fed: Whether it is the name of what feeds the layer.

    Raises:
        Refusal: it has two meanings, or none that can be told.
    """
    own = "an input" if name in scope.fed else "an argument" if name in arguments else ""
    told = [own] if own else []
    told += ["an expression above"] if name in made else []
    told += ["what feeds the layer"] if fed else []
    found = scope.names.get(name)
    # inputs and arguments hide what is around them. So does an expression a dim: the core form
    # brings the layers of a block among all dims of the file
    if found is not None and told and not own and (fed or name in scope.params):
        told.append("a param" if name in scope.params else "a dim")
    if len(told) > 1:
        x = "write `x` for the input, or " if fed else ""
        raise Refusal(
            "SPC0135",
            f"`{name}` is {told[0]} and {told[1]}",
            within=within,
            help=f"{x}give one of them another name",
        )
    if isinstance(found, NoMeaning) and not told:
        raise found.refusal(name, within)
    return None if told else found


def behind_lambda(text: str, fed: Sequence[str]) -> Fix | None:
    """What is to be written for a function of Python's, whose names are those of the inputs."""
    if not text.lstrip().startswith("lambda"):
        return None
    # only where Python's word stands; it loads Python's parser
    from spec_compiler.expression.other_tools.translating import translated

    found = translated(text, fed)
    if found is not None and found.text == text.partition(":")[2].strip():
        return None  # no name has another one
    words = "write only what comes after the colon, with the names of what feeds the layer"
    if found is None or not found.text:
        return advise(words)
    return write(found.text, words=f"{words}: `{found.text}`", safe=False)._replace(whole=True)
