"""The words that an expression may use: what its names mean, and the functions that it can call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from spec_compiler.expression.function import Function
from spec_compiler.expression.operand import Operand, Tensor
from spec_compiler.expression.other_tools.words import (
    IN_OPERATORS,
    MEANT,
    NO_COUNTERPART,
    SYNONYMS,
    in_operators,
    in_quotes,
    named_where_fed,
    not_registered,
)
from spec_compiler.fixes import Fix, advise, rename, rewrite, write
from spec_compiler.formula.syntax import Expression, Index, Invocation, Literal, Name, Unary, parts
from spec_compiler.ir.types import DTYPES
from spec_compiler.records import record
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import Guess, listed, nearest, suggestion


@record
class Vocabulary:
    """What is known by name.

    Attributes:
        names: What names mean.
        functions: The table.
        later: Names of expressions of the same layer that are not made yet.
        in_scope: Names that the text could use and does not: for guesses.
    """

    names: Mapping[str, Operand]
    functions: Mapping[str, Function]
    later: Collection[str] = ()
    in_scope: Sequence[str] = ()

    def is_function(self, tree: Expression) -> bool:
        """Whether an expression is no more than the name of a function: `relu`.

        Raises:
            Refusal: it is no more than a name, which nothing has.
        """
        if not isinstance(tree, Name) or tree.text in self.names:
            return False
        if tree.text not in self.functions and tree.text not in SYNONYMS:
            raise self._unknown(tree, not_registered(tree.text))
        return True

    def meaning(self, node: Name) -> Operand:
        """What a name means.

        Raises:
            Refusal: nothing.
        """
        if node.text in self.names:
            return self.names[node.text]
        if node.text in self.functions:
            raise self._unknown(node, f"a function is called: `{node.text}(…)`")
        if node.text in DTYPES:
            fix = write(f"'{node.text}'", words=in_quotes(node.text))
            raise self._unknown(node, fix.help).mended(fix)
        known = ", ".join(f"`{name}`" for name in self._known()[:12])
        raise self._unknown(node, f"known are {known}; results of layers are fed by `from`")

    def function(self, node: Invocation) -> Function:
        """The function that is called.

        Raises:
            Refusal: there is none of that name.
        """
        name = node.function.text
        function = self.functions.get(name) or self.functions.get(SYNONYMS.get(name, ""))
        if function is not None:
            self._refuse_two_tensors(node)
            return function
        meant, guess = MEANT.get(name, ""), nearest(name, self.functions)
        if meant in self.functions and not (guess and guess.sure):
            guess = Guess(meant)
        guess = None if name in NO_COUNTERPART else guess
        words = f"write `{IN_OPERATORS[name]}`" if name in IN_OPERATORS else ""
        if name in self.names:
            words, guess = f"`{name}` is no function; a product is `{name} * (…)`", None
        raise Refusal(
            "SPC0124",
            f"there is no function `{name}`",
            within=node.function.at,
            fix=rename(guess, safe=guess.sure)
            if guess and not words
            else _in_operators(node, words),
            help=words or ("" if meant else not_registered(name)),
            allowed=listed(self.functions),
        )

    def _refuse_two_tensors(self, node: Invocation) -> None:
        """Refuse `max(0, x)` and `max(x, 0)`: of one tensor it is the largest element."""
        name, given = node.function.text, node.arguments
        if name not in {"min", "max"} or len(given) < 2 or given[1].keyword:
            return
        if len(given) > 2 and not given[2].keyword:
            raise Refusal(
                "SPC0126",
                f"`{name}` is about one tensor, and here are {len(given)}",
                within=given[1].at,
                fix=rewrite(
                    f"{name}imum({name}imum(@0, @1), @2)" if len(given) == 3 else "…",
                    node.at,
                    *(item.at for item in given),
                    of=given[1].at,
                    words=f"write `{name}imum({name}imum(a, b), c)`",
                ),
            )
        second = given[1].value
        number = second.operand if isinstance(second, Unary) else second
        which = "smaller" if name == "min" else "larger"
        if isinstance(second, Name) and isinstance(self.names.get(second.text), Tensor):
            other, safe = f"`{second.text}` is another", len(given) == 2
            words = f"write `{name}imum(a, b)` for the {which} of two"
        elif isinstance(number, Literal) and isinstance(number.value, int | float):
            written = f"-{number.value}" if isinstance(second, Unary) else f"{number.value}"
            other, safe = f"{written} would be its axis", False
            words = f"write `{name}imum(…, {written})` for the {which} of two, or `axis={written}`"
        else:
            return
        raise Refusal(
            "SPC0126",
            f"`{name}` is about one tensor, and {other}",
            within=second.at,
            fix=rewrite(f"{name}imum", node.function.at, of=second.at, words=words, safe=safe),
        )

    def check(self, tree: Expression) -> None:
        """Refuse the first word that means nothing, before anything has a type.

        Raises:
            Refusal: as in `meaning` and `function`.
        """
        if self.is_function(tree):
            return
        for node in parts(tree):
            if isinstance(node, Index):
                self.of_inputs(node)
            if isinstance(node, Name):
                self.meaning(node)
            elif isinstance(node, Invocation):
                self.function(node)

    def of_inputs(self, node: Index) -> None:
        """Refuse `inputs[0]`, where inputs are fed by name.

        Raises:
            Refusal: nothing is called so, and there is such an input.
        """
        target, fed = node.target, self._fed
        if not isinstance(target, Name) or target.text in self.names or len(fed) < 2:
            return
        first = node.entries[0] if len(node.entries) == 1 else None
        place = first.value if isinstance(first, Literal) else None
        if not isinstance(place, int) or not 0 <= place < len(fed):
            return
        words = f"write `{fed[place]}`: inputs have the names that `from` says"
        fix = rewrite(fed[place], node.at, of=target.at, words=words, safe=target.text == "inputs")
        refusal = self._unknown(target, words).mended(fix)
        shown = f"`{target.text}[{place}]`"  # of several each is said
        raise refusal.but(message=refusal.message.replace(f"`{target.text}`", shown, 1))

    @property
    def _fed(self) -> list[str]:
        """The tensors that an expression reads."""
        return [name for name, operand in self.names.items() if isinstance(operand, Tensor)]

    def _known(self) -> list[str]:
        return list(dict.fromkeys([*self.names, *self.in_scope]))

    def _unknown(self, node: Name, otherwise: str) -> Refusal:
        """The refusal of a name, with a guess or what is said otherwise."""
        if node.text in self.later:
            return Refusal(
                "SPC0123",
                f"`{node.text}` is not made yet: an expression can use those above it",
                within=node.at,
                help="write what an expression uses above it",
            )
        guess = None if node.text in self.functions else nearest(node.text, self._known())
        paths = [name for name in self.names if "." in name]
        if paths and (guess is None or guess in paths):
            guess, otherwise = None, named_where_fed(paths)
        return Refusal(
            "SPC0123",
            f"`{node.text}` is no input, argument, param or dim",
            within=node.at,
            **suggestion(
                guess,
                otherwise,
                self._known(),
                only=self._fed if node.text not in DTYPES else (),
            ),
        )


def _in_operators(call: Invocation, words: str) -> Fix | None:
    """A call that others write in the operators that say it, with what it is given; or words."""
    given = call.arguments
    simple = (isinstance(item.value, Name | Literal | Invocation | Index) for item in given)
    operands = [f"@{at}" if whole else f"(@{at})" for at, whole in enumerate(simple)]
    plain = not any(item.keyword for item in given)
    said = in_operators(call.function.text, operands) if plain else None
    if said is None:
        return advise(words)
    holes = (item.at for item in given)
    return rewrite(said.text, call.at, *holes, of=call.function.at, words=words, safe=said.safe)
