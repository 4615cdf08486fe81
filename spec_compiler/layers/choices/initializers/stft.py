"""Kernels of a short-time Fourier transform, as an initialiser."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, StrictBool, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import number_of, refuse
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.declaring.scope import described
from spec_compiler.ir.arrays import Array, np
from spec_compiler.layers.choices.initializers.initializer import Draws, Initializer, WeightShape
from spec_compiler.spelling import nearest, suggestion

# Coefficients of the cosines of 0, 1, 2, … turns, with alternating signs.
_COSINE_SUMS: dict[str, tuple[float, ...]] = {
    "boxcar": (1.0,),
    "hann": (0.5, 0.5),
    "hamming": (0.54, 0.46),
    "blackman": (0.42, 0.5, 0.08),
    "nuttall": (0.3635819, 0.4891775, 0.1365995, 0.0106411),
    "blackmanharris": (0.35875, 0.48829, 0.14128, 0.01168),
    "flattop": (0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
}
WINDOWS: tuple[str, ...] = (*_COSINE_SUMS, "bartlett", "triang", "cosine")
"""The names of windows; they mean what they mean in `scipy.signal.windows`."""


def _window(written: object, info: ValidationInfo) -> str | tuple[float, ...] | None:
    if written is None or (isinstance(written, str) and written in WINDOWS):
        return written
    if isinstance(written, str):
        raise refuse(
            f"there is no window `{written}`",
            "SPC0106",
            about_field="topic",
            **suggestion(
                nearest(written, WINDOWS), f"one of {', '.join(WINDOWS)}, or a list of numbers"
            ),
        )
    if not is_sequence(written):
        raise refuse(
            f"must be the name of a window, a list of numbers or null, not {described(written)}"
        )
    values = tuple(number_of(value, info) for value in written)
    if not all(map(math.isfinite, values)) or not any(values):
        raise refuse("must have finite numbers, not all of them 0")
    return values


WindowField = Annotated[
    str | tuple[float, ...] | None,
    BeforeValidator(_window),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*WINDOWS, None]},
                {"type": "array", "items": {"type": "number"}},
            ]
        }
    ),
]


class STFT(Initializer):
    """Cosines (`real`) or sines (`imag`) of `-2 pi t f / (2 (F - 1))`, times the window.

    For a kernel `[T, 1, F]`: `T` steps `t`, and the `F` frequencies `f` from 0 to half the sampling
    rate. Source: Keras's STFT initializer.
    """

    copies: ClassVar[int] = 5
    names: ClassVar[tuple[str, ...]] = ("stft", "STFT", "STFTInitializer")

    side: Literal["real", "imag"] = "real"
    """Which part of the complex transform."""
    window: WindowField = "hann"
    """A window by name, its `T` values, or null for none."""
    scaling: Literal["density", "spectrum"] | None = "density"
    """Divide the window by the root of the sum of its squares, by the sum of its sizes, or not."""
    periodic: StrictBool = False
    """Whether a named window is one period of a longer one, rather than symmetric."""

    def check(self, shape: WeightShape) -> None:
        """Refuse what is not `[T, 1, F]`, or not as long as the window."""
        if len(shape) != 3 or shape[1] != 1 or shape[2] < 2:
            raise self.misfit(shape, "kernels [steps, 1, frequencies] of at least 2 frequencies")
        if isinstance(self.window, tuple) and len(self.window) != shape[0]:
            raise self.misfit(shape, f"kernels of {len(self.window)} steps, as its window has")
        if not np.any(self._window(shape[0])):
            raise self.misfit(shape, f"kernels of 3 steps or more with the window `{self.window}`")

    def reach(self, shape: WeightShape, fans: tuple[int, int] | None) -> float:
        """What the window has, unless it is divided."""
        own = self.window if isinstance(self.window, tuple) and self.scaling is None else ()
        return max([1.0, *map(abs, own)])

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        self.check(shape)
        steps, _, frequencies = shape
        turns = 2 * (frequencies - 1)
        # the angle is a multiple of a full turn's part: reduced as whole numbers, it stays exact
        parts = np.outer(np.arange(steps), np.arange(frequencies)) % turns
        angle = -2 * np.pi * parts / turns
        waves = np.cos(angle) if self.side == "real" else np.sin(angle)
        window = self._window(steps)
        if self.window is None or self.scaling is None:
            scale = 1.0
        elif self.scaling == "density":
            scale = np.sqrt(np.sum(window**2))
        else:
            scale = np.sum(np.abs(window))
        return (waves * window[:, None] / scale)[:, None, :]

    def _window(self, steps: int) -> Array:
        if self.window is None:
            return np.ones(steps)
        if isinstance(self.window, tuple):
            return np.array(self.window)
        return window_values(self.window, steps, self.periodic)


def window_values(name: str, length: int, periodic: bool) -> Array:
    """The values of a window.

    Args:
        name: One of `WINDOWS`.
        length: The number of values.
        periodic: Whether they are all but the last of a symmetric window with one value more.
    """
    if length <= 1:
        return np.ones(length)
    n: Any = np.arange(length)
    whole = length + periodic
    if name in _COSINE_SUMS:
        turn = 2 * np.pi * n / (whole - 1)
        factors = np.array(_COSINE_SUMS[name])
        k = np.arange(len(factors))[:, None]
        return (-1) ** k[:, 0] * factors @ np.cos(k * turn)
    if name == "bartlett":
        return 1 - np.abs(2 * n / (whole - 1) - 1)
    if name == "triang":
        return 1 - np.abs(2 * n - (whole - 1)) / (whole + whole % 2)
    return np.sin(np.pi * (n + 0.5) / whole)
