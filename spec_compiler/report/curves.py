"""Curves of a training as SVG: what was measured in each epoch, losses above, metrics below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 168, 36, 36
"""The size of a panel, and what lies around its axes."""
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, told apart by everybody."""
_MOST_POINTS = 400


def curves(history: Mapping[str, Sequence[float]], title: str) -> str:
    """The drawing; a curve of the validation data is dashed, in the colour of its twin.

    Args:
        history: By name, a number for each epoch.
        title: What was trained.
    """
    known = {name: of for name, of in history.items() if name != "learning_rate" and of}
    losses = {name: of for name, of in known.items() if name.endswith("loss")}
    others = {name: of for name, of in known.items() if name not in losses}
    panels = [panel for panel in (("loss", losses), ("metrics", others)) if panel[1]]
    height = 28 + _HEIGHT * max(len(panels), 1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for number, (what, series) in enumerate(panels):
        lines += _panel(what, series, 28 + number * _HEIGHT)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(what: str, series: Mapping[str, Sequence[float]], top: int) -> Iterator[str]:
    """Axes with ticks, a legend, and a curve for each series."""
    epochs = max(map(len, series.values()))
    finite = [x for of in series.values() for x in of if math.isfinite(x)]
    ticks = nice_ticks(min(finite, default=0.0), max(finite, default=1.0))
    low, high = ticks[0], ticks[-1]
    left, right = _LEFT, _WIDTH - _RIGHT
    above, below = top + _TOP - 16, top + _HEIGHT - _BOTTOM

    def x(epoch: float) -> float:
        share = (epoch - 1) / (epochs - 1) if epochs > 1 else 0.5
        return left + share * (right - left)

    def y(value: float) -> float:
        return below - (value - low) / (high - low) * (below - above)

    for tick in ticks:
        yield (
            f'<line x1="{left}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" '
            'stroke="#dddddd"/>'
        )
        yield f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.6g}</text>'
    for tick in _epoch_ticks(epochs):
        at = f"{x(tick):.1f}"
        yield f'<line x1="{at}" x2="{at}" y1="{below}" y2="{below + 4}" stroke="#333333"/>'
        yield f'<text x="{at}" y="{below + 17}" text-anchor="middle">{tick}</text>'
    yield f'<path d="M{left} {above}V{below}H{right}" fill="none" stroke="#333333"/>'
    yield f'<text x="{(left + right) / 2:.0f}" y="{below + 32}" text-anchor="middle">epoch</text>'
    yield (
        f'<text transform="translate(14 {(above + below) / 2:.0f}) rotate(-90)" '
        f'text-anchor="middle">{escape(what)}</text>'
    )
    twins = list(dict.fromkeys(name.removeprefix("val_") for name in series))
    for row, (name, values) in enumerate(series.items()):
        color = _COLORS[twins.index(name.removeprefix("val_")) % len(_COLORS)]
        dash = ' stroke-dasharray="5 3"' if name.startswith("val_") else ""
        style = f'stroke="{color}" stroke-width="1.8"{dash}'
        yield from _curve(
            [(x(at), y(v)) for at, v in enumerate(values, 1) if math.isfinite(v)], style
        )
        at = above + 8 + row * 17
        yield f'<line x1="{right + 14}" x2="{right + 38}" y1="{at}" y2="{at}" {style}/>'
        yield f'<text x="{right + 44}" y="{at + 4}">{escape(_short(name))}</text>'


def _curve(points: list[tuple[float, float]], style: str) -> Iterator[str]:
    """A line through points; one point alone is a dot."""
    step = max(1, math.ceil(len(points) / _MOST_POINTS))
    kept = points[:-1:step] + points[-1:]
    if len(kept) == 1:
        ((x, y),) = kept
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="none" {style}/>'
    elif kept:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in kept)
        yield f'<polyline points="{path}" fill="none" {style}/>'


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers from at most `low` to at least `high`, about as many as wanted."""
    if not high > low:
        pad = abs(low) / 2 or 0.5
        low, high = low - pad, high + pad
    rough = (high - low) / wanted
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(at * step, 12) for at in range(first, last + 1)]


def _epoch_ticks(epochs: int) -> list[int]:
    """Whole numbers of epochs."""
    if epochs <= 8:
        return list(range(1, epochs + 1))
    ticks = [int(tick) for tick in nice_ticks(1, epochs, 6) if tick == int(tick)]
    return [tick for tick in dict.fromkeys(ticks) if 1 <= tick <= epochs]


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"
