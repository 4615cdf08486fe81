"""Named sizes from sizes that are written in them: what `seq` is where `2*seq` is 8."""

from __future__ import annotations

from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Dim, Size, Symbol, symbols


def solve(written: Size, unknown: Symbol, value: Size) -> Size | None:
    """What `unknown` is if `written` is `value`; None where it stands in no linear term alone.

    A division that is not exact is rounded down: `written` is then another size than `value`.
    """
    if not isinstance(written, Dim):
        return None
    factor = dict(written.terms).get((unknown,), 0)
    rest = written - Dim((((unknown,), factor),)) if factor else written
    if not factor or unknown in symbols(rest):
        return None
    return floor_divide(value - rest, factor) if factor > 0 else floor_divide(rest - value, -factor)
