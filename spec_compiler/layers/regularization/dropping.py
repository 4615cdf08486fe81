"""What Dropout and AlphaDropout share: entries that are drawn for together."""

from __future__ import annotations

from spec_compiler.declaring.fields import ShapeField
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Dropping(Inert):
    """A layer that training lets drop entries, by noise of a shape that fits the input's."""

    rate: Fraction
    """Fraction of the entries that training drops, from 0 to 1; no effect on inference."""
    noise_shape: ShapeField | None = None
    """For each axis, how many entries are drawn for: 1 for all of it together, null for each."""
    seed: WholeNumber | None = None
    """Seed of what is dropped; no effect on inference."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if self.noise_shape is not None and not _fits(b, self.noise_shape, x.shape):
            raise Refusal(
                "SPC0355",
                f"`noise_shape` {_text(self.noise_shape)} does not fit the input {x.value.type}",
                argument=("noise_shape",),
                fix=_with_batch(b, self.noise_shape, x.shape),
            )
        return super().lower(b, x)


def _fits(b: Builder, noise: tuple[Size | None, ...], shape: Shape) -> bool:
    """Whether noise can be broadcast; no run draws any, so what the data decides is let pass."""
    return len(noise) == len(shape) and all(
        drawn is None or drawn == 1 or b.facts.equal(drawn, size) is not False
        for drawn, size in zip(noise, shape, strict=True)
    )


def _with_batch(b: Builder, noise: tuple[Size | None, ...], shape: Shape) -> Fix | None:
    """The noise with an entry for the batch, where that is what it lacks."""
    words = "write for each axis its size, 1 or null; the batch is the first axis"
    longer = (None, *noise)
    fits = _fits(b, longer, shape)
    return write(_text(longer), words=words, safe=False) if fits else advise(words)


def _text(noise: tuple[Size | None, ...]) -> str:
    return f"[{', '.join('null' if drawn is None else str(drawn) for drawn in noise)}]"
