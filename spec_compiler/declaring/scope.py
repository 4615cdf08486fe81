"""What names mean while a spec is read: params have values, dims are sizes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from spec_compiler.declaring.plain import is_list
from spec_compiler.fixes import Fix, write
from spec_compiler.formula import arithmetic
from spec_compiler.ir.dims import Dim, Size
from spec_compiler.refusals import Refusal
from spec_compiler.source.python_forms import tuple_of


class Scope(NamedTuple):
    """The context that pydantic validates with.

    Attributes:
        params: The value of each param.
        dims: The size of each dim: a symbol, or a number once it is fixed.
        untold: Names that mean nothing here, each with what to say of it.
        fed: What the layer at hand calls its inputs, where its own text names them.
        source: What its only input is called by others; empty where it gives that a name itself.
    """

    params: Mapping[str, object] = MappingProxyType({})
    dims: Mapping[str, Size] = MappingProxyType({})
    untold: Mapping[str, arithmetic.NoMeaning] = MappingProxyType({})
    fed: tuple[str, ...] = ("x",)
    source: str = ""

    @property
    def names(self) -> dict[str, object]:
        """Everything that may stand in arithmetic."""
        return {**self.params, **self.dims, **self.untold}

    @property
    def values(self) -> dict[str, bool | int | float | str]:
        """What is known before any data: numbers and texts."""
        return {
            name: item
            for name, item in self.names.items()
            if isinstance(item, bool | int | float | str)
        }

    def size(self, written: object) -> Size:
        """A size from a number or an expression.

        Raises:
            Refusal: it is neither, or its value is no size.
        """
        if type(written) is int:
            return written
        if isinstance(written, float) and written.is_integer():
            raise _not_whole(written, write(int(written)))
        if isinstance(written, Dim):  # what a block's param stands for
            return written
        if is_list(written) and len(written) == 1:
            raise _not_whole(written, write(written[0]))
        if isinstance(written, str) and (parts := tuple_of(written)):
            raise _not_whole(written, write(parts[0]) if len(parts) == 1 else None)
        if isinstance(written, str) and not written.strip().lstrip("+-").isdigit():
            return arithmetic.size(written, self.names)
        raise _not_whole(written)

    def number(self, written: object) -> float:
        """A number that is not a size, from a literal or an expression over params."""
        if isinstance(written, int | float) and not isinstance(written, bool):
            return float(written)
        if isinstance(written, str) and not _is_literal(written):
            value = arithmetic.number(written, self.names)
            if isinstance(value, Dim):
                raise Refusal(
                    "SPC0104",
                    f"must be a number, and `{written}` is known only from the data",
                    about_field="subject",
                )
            return float(value)
        raise Refusal(
            "SPC0104", f"must be a number, not {described(written)}", about_field="subject"
        )


def _not_whole(written: object, fix: Fix | None = None) -> Refusal:
    message = f"must be a whole number, not {described(written)}"
    return Refusal("SPC0104", message, about_field="subject", fix=fix)


def described(written: object) -> str:
    """What an author wrote, in the words of the language."""
    if written is None:
        return "null"
    if isinstance(written, bool):
        return f"the boolean `{str(written).lower()}`"
    if isinstance(written, str):
        return f"the text `{written}`" if len(written) <= 40 else "a text"
    if isinstance(written, list):
        return "a list"
    if isinstance(written, dict):
        return "a mapping"
    return f"`{written}`"


def _is_literal(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
