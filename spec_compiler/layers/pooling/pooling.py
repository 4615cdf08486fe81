"""What pooling layers share: the windows over each axis."""

from __future__ import annotations

from typing import Literal

from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.windows import Window
from spec_compiler.layers.base.spatial import Windowed
from spec_compiler.layers.signal import Signal


class Pooling(Windowed):
    """One number of each window, for each channel."""

    strides: PerAxis | None = None
    """Entries from one window to the next: one number, or one an axis. Absent: `pool_size`, so that
    windows lie side by side."""
    padding: Literal["valid", "same"] = "valid"
    """`valid`: windows lie within the input. `same`: a window for each `strides` entries, which has
    fewer entries at the ends."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The entries of a window along each axis."""
        raise NotImplementedError

    @property
    def windows(self) -> tuple[Window, ...]:
        """Those over each axis."""
        steps = self.strides or self.sizes
        return tuple(
            Window(size, step, 1, self.padding)
            for size, step in zip(self.sizes, steps, strict=True)
        )

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        self.demand_rank(x)
        self.demand_room(b, x, "pool_size")
        pooled = self.pooled(b, self.with_channels_last(b, b.kept(x.value)), self.windows)
        return Signal(self.in_its_format(b, pooled))

    def pooled(self, b: Builder, x: Value, windows: tuple[Window, ...]) -> Value:
        """The numbers of the windows of what has its channels last."""
        raise NotImplementedError
