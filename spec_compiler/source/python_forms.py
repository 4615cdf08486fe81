"""What people write as Python, or another program, has it, and how it is said in YAML."""

from __future__ import annotations

import re
from typing import NamedTuple

from spec_compiler.fixes import Fix, write

_TUPLE = re.compile(r"\(([^()]*,[^()]*)\)")
_COMMAS = re.compile(r"[^,:()\[\]{}\"']+(?:,[^,:()\[\]{}\"']+)+,?")
_PARAM = re.compile(r"\$\{ *([A-Za-z_]\w*) *\}|\{\{ *([A-Za-z_]\w*) *\}\}")
_DOLLAR = re.compile(r"\$(?:\{ *([A-Za-z_]\w*) *\}|([A-Za-z_]\w*))")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) *%")
_CALL = re.compile(r"(?:\w+\.)*([A-Za-z_]\w*) *\((.*)\)", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_PARTS = re.compile(r"""(?:[^,"'()\[\]]|"[^"]*"|'[^']*'|\([^()]*\)|\[[^\[\]]*\])+""")
_NOT_FINITE = {"inf": ".inf", "infinity": ".inf", "nan": ".nan"}


def tuple_of(text: str) -> list[str] | None:
    """The parts of `(28, 28)`; None where the text is no tuple."""
    found = _TUPLE.fullmatch(text.strip())
    return _parts(found[1]) if found else None


def as_list(parts: list[str]) -> str:
    """What to write for a tuple or for values with commas between them."""
    written = f"`[{', '.join(parts)}]`"
    return written if len(parts) > 1 else f"`{parts[0]}`, or {written} where a list is meant"


class PythonCall(NamedTuple):
    """`l2(0.01)` or `keras.layers.Dense(4, activation="relu")`: the name, and its arguments."""

    name: str
    values: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]

    def arguments(self, parameters: list[str]) -> dict[str, str]:
        """The values by name, where those without a keyword are `parameters`."""
        return {**dict(zip(parameters, self.values, strict=False)), **dict(self.keywords)}

    def mapping(self, parameters: list[str], **first: str) -> str:
        """The mapping that says the same, where values without a keyword are `parameters`.

        Args:
            parameters: The arguments of what is called, in the order that Python has them.
            first: What stands before them.
        """
        given = {**first, **self.arguments(parameters)}
        return f"{{{', '.join(f'{key}: {value}' for key, value in given.items())}}}"


def call_of(text: str) -> PythonCall | None:
    """The call that a text is; None where it is none."""
    found = _CALL.fullmatch(text.strip())
    if not found:
        return None
    values: list[str] = []
    keywords: list[tuple[str, str]] = []
    for part in _parts(found[2]):
        key, sign, value = part.partition("=")
        if sign and key.strip().isidentifier():
            keywords.append((key.strip(), _as_yaml(value.strip())))
        else:
            values.append(_as_yaml(part))
    return PythonCall(found[1], tuple(values), tuple(keywords))


def meant_by(text: str, *, quoted: bool) -> Fix | None:
    """What to write for a text that stands where something else is asked for; None if unknown."""
    if quoted:
        plain = _NUMBER.fullmatch(text) or text in {"true", "false", "null"}
        return write(text, " without quotes") if plain else None
    if (parts := tuple_of(text)) is not None:
        return _listed(parts)
    if param := _PARAM.fullmatch(text):
        return write(f"${param[1] or param[2]}")
    if "$" in text and not (text[:1] == "$" and text[1:].isidentifier()):
        bare = _DOLLAR.sub(lambda found: found[1] or found[2], text)
        return write(bare, words=f"a param stands in arithmetic by its name alone: `{bare}`")
    sign, word = ("-", text[1:]) if text[:1] == "-" else ("", text)
    if not_finite := _NOT_FINITE.get(word.removeprefix("np.").removeprefix("math.").casefold()):
        return write(f"{sign}{not_finite}")
    if percent := _PERCENT.fullmatch(text):
        return write(f"{float(percent[1]) / 100:g}")
    if text.endswith(",") and "," not in text[:-1]:
        return write(text[:-1].rstrip(), ", without the comma")
    if _COMMAS.fullmatch(text):
        return _listed(_parts(text))
    return None


def _listed(parts: list[str]) -> Fix:
    one = len(parts) == 1
    return write(parts[0] if one else f"[{', '.join(parts)}]", words=f"write {as_list(parts)}")


def quoted(text: str) -> str:
    """Text as it should be quoted, for a help line."""
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return f"`'{short}'`" if '"' in short else f'`"{short}"`'


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.findall(text) if part.strip()]


def _as_yaml(value: str) -> str:
    """A value of Python as YAML has it."""
    if (parts := tuple_of(value)) is not None:
        return f"[{', '.join(parts)}]"
    words = {"None": "null", "True": "true", "False": "false"}
    bare = value[1:-1] if value[:1] in "\"'" and value else value
    return words.get(value, bare)
