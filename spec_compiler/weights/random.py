"""Random values for a weight: from the seed and the weight's name alone.

Raw draws come from Philox, whose stream NumPy guarantees. Everything after them uses only
operations that IEEE 754 rounds exactly (`+ - * /`, square roots, powers of two), since `log` and
`cos` differ in the last bit between processors: so every platform gives the same values.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

_CHUNK: Final = 2**15
"""Values made at a time: few enough for the intermediate results to stay in the cache."""

_BELOW_MINUS_TWO: Final = 0.02275013194817921
"""The part of a normal distribution that lies more than two deviations below its mean."""


class Stream:
    """A stream of random numbers that belongs to one weight and goes on with every call.

    Streams of different seeds or names are independent: adding or reordering weights leaves the
    values of the others as they were.
    """

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self._philox = np.random.Philox(key=int.from_bytes(digest[:16], "little"))

    def uniform(self, shape: Sequence[int], low: float = 0.0, high: float = 1.0) -> Floats:
        """Values between `low` and `high`, all equally likely, in steps of 2^-53 of the range."""

        def draw(raw: NDArray[np.uint64]) -> Floats:
            unit: Floats = (raw >> 11).astype(np.float64) * 2.0**-53
            return low + (high - low) * unit

        return self._fill(shape, draw)

    def normal(self, shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0) -> Floats:
        """Normally distributed values."""
        return self._fill(shape, lambda raw: mean + stddev * normal_quantile(_open_unit(raw)))

    def truncated_normal(
        self, shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0
    ) -> Floats:
        """Normally distributed values, given that they lie within two deviations of the mean."""
        kept = 1 - 2 * _BELOW_MINUS_TWO

        def draw(raw: NDArray[np.uint64]) -> Floats:
            quantile = normal_quantile(_BELOW_MINUS_TWO + kept * _open_unit(raw))
            return mean + stddev * np.clip(quantile, -2.0, 2.0)

        return self._fill(shape, draw)

    def orthogonal(self, shape: Sequence[int], gain: float = 1.0) -> Floats:
        """A random matrix with orthonormal rows or columns, whichever are fewer, times `gain`.

        The leading axes together are the rows, as in Keras. The factorisation is LAPACK's: here
        platforms may differ in the last bits.

        Raises:
            ValueError: The shape has fewer than two axes.
        """
        if len(shape) < 2:
            raise ValueError("an orthogonal weight has at least two axes")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        q, r = np.linalg.qr(self.normal((max(rows, columns), min(rows, columns))))
        # Without the signs of R's diagonal the result would not be uniformly distributed.
        q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return gain * (q if rows >= columns else q.T).reshape(shape)

    def _fill(self, shape: Sequence[int], draw: Callable[[NDArray[np.uint64]], Floats]) -> Floats:
        values = np.empty(math.prod(shape), np.float64)
        for start in range(0, values.size, _CHUNK):
            part = values[start : start + _CHUNK]
            part[:] = draw(self._philox.random_raw(part.size))
        return values.reshape(shape)


def _open_unit(raw: NDArray[np.uint64]) -> Floats:
    """Uniform values strictly between 0 and 1: the middles of 2^52 equal steps, which are exact."""
    return ((raw >> 12).astype(np.float64) + 0.5) * 2.0**-52


# Wichura's algorithm AS 241 (PPND16), accurate to about 1e-16: a rational function in the middle
# and two in the tails; coefficients from the highest power down.
_MIDDLE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_TAIL = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
     1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
     4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
     0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
     2.05319162663775882187, 1.0),
)  # fmt: skip
_FAR_TAIL = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
     0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
     5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
     0.59983220655588793769, 1.0),
)  # fmt: skip


def normal_quantile(p: Floats) -> Floats:
    """The value below which a standard normal variable lies with probability `p` (0 < p < 1)."""
    centred = p - 0.5
    result = centred * _rational(_MIDDLE, 0.180625 - centred * centred)
    (tails,) = np.nonzero(np.abs(centred) > 0.425)
    outside = np.where(centred[tails] < 0, p[tails], 1 - p[tails])
    r = np.sqrt(-logarithm(outside))
    size = np.where(r <= 5, _rational(_TAIL, r - 1.6), _rational(_FAR_TAIL, r - 5))
    result[tails] = np.where(centred[tails] < 0, -size, size)
    return result


def logarithm(x: Floats) -> Floats:
    """The natural logarithm of positive values, the same bits everywhere."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < math.sqrt(0.5)
    mantissa = np.where(low, 2 * mantissa, mantissa)
    exponent = exponent - low
    s = (mantissa - 1) / (mantissa + 1)  # at most 0.172: twelve terms of artanh's series suffice
    series = _horner(tuple(2 / (2 * k + 1) for k in reversed(range(12))), s * s)
    return exponent * math.log(2) + s * series


def _rational(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    return _horner(coefficients[0], x) / _horner(coefficients[1], x)


def _horner(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value
