"""The exponential function inside of kernels: a power of two, which NumPy does in half the time.

In float32 the exponent is rounded, so the result is within `1.5e-7 + 1.2e-7 |x|` of its size; it is
kept between the ends of what a power of two is fast for, so it is at least 1.2e-38.
"""

from __future__ import annotations

from math import log, prod

from spec_compiler.ir.arrays import np
from spec_compiler.plan.kernels.clipping import clipped
from spec_compiler.plan.recorder import Operand, Recorder

_FAST = 126
_FEW = 2**10
"""Numbers up to which more calls cost more than they save."""


def exponential(recorder: Recorder, x: Operand, out: Operand, sign: int = 1) -> None:
    """Record `exp(x)` or, with a sign of -1, `exp(-x)`."""
    if out.dtype == np.float32 and prod(out.shape) > _FEW:
        recorder.do(np.multiply, x, np.asarray(sign / log(2), "f"), out)
        clipped(recorder, out, -_FAST, _FAST, out)
        recorder.do(np.exp2, out, out)
        return
    if sign < 0:
        recorder.do(np.multiply, x, np.asarray(-1, x.dtype), out)
        x = out
    recorder.do(np.exp, x, out)
