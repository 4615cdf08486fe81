"""What may stand in an expression of Lambda, and how its text is read."""

from __future__ import annotations

from itertools import pairwise

from spec_compiler.expression.other_tools.advice import in_python
from spec_compiler.expression.other_tools.words import SYNONYMS
from spec_compiler.fixes import write
from spec_compiler.formula import parser
from spec_compiler.formula.dialect import ARITHMETIC, COMPARISONS, LIKE_SIGNS, Dialect, pieces
from spec_compiler.formula.syntax import Expression, Name, parts
from spec_compiler.formula.tokens import Columns, tokens
from spec_compiler.refusals import Refusal

_OTHER_SIGNS = ("**", "@", "=", "(", ")", "[", "]", ",", ":", "...")
EXPRESSION = Dialect(
    name="an expression",
    pieces=pieces((*ARITHMETIC, *COMPARISONS, *_OTHER_SIGNS), r"(?P<text>\"[^\"\n]*\"|'[^'\n]*')"),
    operators={
        "or": 1,
        "and": 2,
        **COMPARISONS,
        **ARITHMETIC,
        "@": ARITHMETIC["*"],
    },
    value="a value",
    end="an operator or the end",
    unreadable="SPC0120",
    too_long="SPC0121",
    too_large="SPC0122",
    longest=4000,
    shorter="split it into several Lambda layers",
    words={
        **dict.fromkeys(("True", "true"), True),
        **dict.fromkeys(("False", "false"), False),
        **dict.fromkeys(("None", "null")),
    },
    reserved=frozenset(
        {"and", "or", "not", "if", "else", "lambda", "for", "in", "is", "import", "return", "def"}
    ),
    tuples=True,
    instead={
        **LIKE_SIGNS,
        "return": "write only the value",
        "def": "write only the value",
        "if": "write `where(condition, a, b)`",
        "else": "write `where(condition, a, b)`",
        "lambda": "write only what comes after the colon",
        "is": "compare with `==`",
        "=": "equality is `==`; `=` stands only between a keyword and its value",
        ":": "a colon stands only in an index, as in `x[:, 1:]`",
        "&": write("and", safe=False),
        "|": write("or", safe=False),
        "!": write("not ", words="write `not`"),
        "~": write("not ", words="write `not`"),
        "^": write("**", words="a power is `**`", safe=False),
        ".": "there are no attributes: write `shape(x)`, `mean(x, axis=1)`",
        "{": "write a list in `[…]`",
        ";": "an expression is one value; write a mapping of several for several outputs",
        '"': "close the quotes",
        "'": "close the quotes",
    },
    advice=in_python,
)


def parse(text: str) -> Expression:
    """The expression that a text is.

    Raises:
        Refusal: it is none; `within` has the columns to blame.
    """
    return parser.parse(text, EXPRESSION)


def names_in(text: str) -> dict[str, Columns]:
    """Every name in an expression that stands for a value, and where it stands first.

    Raises:
        Refusal: it is no expression.
    """
    found: dict[str, Columns] = {}
    for node in parts(parse(text)):
        if isinstance(node, Name):
            found.setdefault(node.text, node.at)
    return found


def is_name(text: str) -> bool:
    """Whether a text is one name that an expression can use."""
    try:
        return isinstance(parse(text), Name)
    except Refusal:
        return False


def spelled(text: str) -> str:
    """An expression with each of its parts as everything that means the same is spelled."""
    words: list[str] = []
    for token, after in pairwise(tokens(text, EXPRESSION, bounded=False)):
        called = token.kind == "name" and after.text == "("
        words.append(SYNONYMS.get(token.text, token.text) if called else token.spelling)
    return " ".join(words)
