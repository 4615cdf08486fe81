"""Curves as SVG: their points are where the numbers say, and they can be read."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from spec_compiler.report.curves import curves, nice_ticks

SVG = "{http://www.w3.org/2000/svg}"
HISTORY = {
    "loss": [1.0, 0.5, 0.25],
    "val_loss": [1.0, 0.75, 0.8],
    "accuracy": [0.2, 0.6, 0.9],
    "learning_rate": [0.1, 0.1, 0.1],
}


def drawn(history, title="digits"):
    return ElementTree.fromstring(curves(history, title))  # noqa: S314 - it was just made


def test_each_series_is_a_curve_with_a_name_in_the_legend():
    root = drawn(HISTORY)
    words = [item.text for item in root.iter(f"{SVG}text")]
    assert {"digits", "loss", "val_loss", "accuracy", "epoch", "metrics"} <= set(words)
    assert "learning_rate" not in words
    assert len(list(root.iter(f"{SVG}polyline"))) == 3


def test_points_lie_where_the_ticks_say():
    root = drawn({"loss": [1.0, 0.5, 0.0]})
    ticks = {
        float(item.text): float(item.get("y")) - 4
        for item in root.iter(f"{SVG}text")
        if item.get("text-anchor") == "end"
    }
    (line,) = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    low, high = min(ticks), max(ticks)
    for (_, y), value in zip(points, (1.0, 0.5, 0.0), strict=True):
        share = (value - low) / (high - low)
        assert y == pytest.approx(ticks[low] + share * (ticks[high] - ticks[low]), abs=0.2)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_validation_is_dashed_in_the_colour_of_its_twin():
    lines = list(drawn(HISTORY).iter(f"{SVG}polyline"))
    (train, twin, *_) = lines
    assert train.get("stroke") == twin.get("stroke")
    assert (train.get("stroke-dasharray"), twin.get("stroke-dasharray")) == (None, "5 3")


@pytest.mark.parametrize(
    "history",
    [{}, {"loss": [1.0]}, {"loss": [2.0, 2.0]}, {"loss": [float("nan"), 1.0]}, {"loss": [0, -1e9]}],
)
def test_odd_histories_are_drawn(history):
    assert drawn(history).tag == f"{SVG}svg"


def test_names_are_data():
    text = curves({"loss": [1, 2]}, "<script>&")
    assert "<script>" not in text
    assert drawn({"loss": [1, 2]}, "<script>&") is not None


def test_a_long_training_is_a_short_file():
    assert len(curves({"loss": [1 / at for at in range(1, 20_000)]}, "long")) < 20_000


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.13, 2.1, [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]),
        (3.0, 3.0, None),
    ],
)
def test_ticks_are_round_and_hold_all(low, high, ticks):
    found = nice_ticks(low, high)
    assert ticks is None or found == ticks
    assert found[0] <= low <= high <= found[-1]
    steps = {round(b - a, 9) for a, b in pairwise(found)}
    assert len(steps) == 1
    assert re.fullmatch(r"[125](\.0*)?e[+-]\d+", f"{steps.pop():.3e}")
