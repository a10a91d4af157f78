"""Plots of the report, drawn here as SVG: a point and an interval for each system."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any, Final

from training.judging import BLEND
from training.quality.ours import PREFIX

WIDTH: Final = 760
LABEL: Final = 220
VALUE: Final = 64
ROW: Final = 24
FOOT: Final = 28
_STEPS: Final = (1, 2, 2.5, 5, 10)
_TICKS: Final = 6

_NO_SPAN: Final = 1e-12
"""A shorter axis shows one number."""


@dataclass(frozen=True)
class Point:
    """One line of a plot."""

    label: str
    value: float
    low: float
    high: float

    @property
    def side(self) -> str:
        """Whose it is: the class that the style sheet colours."""
        if self.label == BLEND:
            return "blend"
        return "evidence" if self.label.startswith(PREFIX) else "peer"


def points_of(rows: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Return the NDCG@10 of some result rows, best first."""
    points = [
        Point(row["system"], row["ndcg@10"], row["ndcg@10_low"], row["ndcg@10_high"])
        for row in rows
    ]
    return sorted(points, key=lambda point: -point.value)


def dot_plot(points: Sequence[Point], title: str, *, signed: bool = False) -> str:
    """Return an SVG with a row for each point.

    Parameters
    ----------
    signed
        The values are differences: the axis shows both sides of 0, with a line there.
    """
    ends = [value for point in points for value in (point.low, point.high, point.value)] + [0.0]
    ticks = axis(min(ends), max(ends))
    height = len(points) * ROW + FOOT
    first, last = ticks[0], ticks[-1]

    def x(value: float) -> float:
        return LABEL + (WIDTH - LABEL - VALUE) * (value - first) / (last - first)

    parts = [
        _open(height, title),
        *(_tick(x(tick), tick, height) for tick in ticks),
        *(_row(point, place, x, signed=signed) for place, point in enumerate(points)),
        "</svg>",
    ]
    return "".join(parts)


def _open(height: int, title: str) -> str:
    told = escape(title)
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{told}">'


def axis(low: float, high: float) -> list[float]:
    """Return round numbers that reach from `low` or below to `high` or above."""
    span = high - low if high - low > _NO_SPAN else 1.0
    rough = span / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _tick(x: float, value: float, height: int) -> str:
    foot = height - FOOT + 4
    kind = "zero" if abs(value) < 1e-12 else "grid"  # noqa: PLR2004 - a multiple of a step may miss 0 by rounding
    return (
        f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{foot}"/>'
        f'<text class="tick" x="{x:.1f}" y="{height - 8}">{value:.3g}</text>'
    )


def _row(point: Point, place: int, x: Callable[[float], float], *, signed: bool) -> str:
    y = place * ROW + ROW / 2
    number = f"{point.value:+.4f}" if signed else f"{point.value:.4f}"
    told = f"{point.label}: {number} ({point.low:.4f} to {point.high:.4f})"
    return (
        f'<g class="{point.side}"><title>{escape(told)}</title>'
        f'<text class="label" x="{LABEL - 12}" y="{y + 4:.1f}">{escape(point.label)}</text>'
        f'<line class="range" x1="{x(point.low):.1f}" x2="{x(point.high):.1f}" y1="{y}" y2="{y}"/>'
        f'<circle cx="{x(point.value):.1f}" cy="{y}" r="4.5"/>'
        f'<text class="value" x="{WIDTH - 4}" y="{y + 4:.1f}">{number}</text></g>'
    )


@dataclass(frozen=True)
class Line:
    """One system over the numbers of records revealed."""

    label: str
    points: tuple[tuple[float, float], ...]


def line_plot(lines: Sequence[Line], title: str, unit: str) -> str:
    """Return an SVG with a line for each system, over evenly spaced numbers."""
    numbers = sorted({x for line in lines for x, _ in line.points})
    values = [y for line in lines for _, y in line.points]
    ticks = axis(min(values), max(values))
    height, left, right = 320, 56, WIDTH - LABEL

    def place(number: float, value: float) -> tuple[float, float]:
        across = numbers.index(number) / max(len(numbers) - 1, 1)
        up = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return left + (right - left) * across, (height - FOOT) - (height - FOOT - 12) * up

    parts = [_open(height, title)]
    for tick in ticks:
        _, y = place(numbers[0], tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="label" x="{left - 8}" y="{y + 4:.1f}">{tick:.3g}</text>')
    for number in numbers:
        x, _ = place(number, ticks[0])
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 8}">{number:g} {unit}</text>')
    ends = _apart([place(*line.points[-1])[1] for line in lines], 15.0)
    for line, end in zip(lines, ends, strict=True):
        parts.append(_line(line, [place(*point) for point in line.points], end, right))
    return "".join([*parts, "</svg>"])


def _line(line: Line, places: Sequence[tuple[float, float]], end: float, right: int) -> str:
    side = Point(line.label, 0, 0, 0).side
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return (
        f'<g class="{side}"><title>{escape(line.label)}</title>'
        f'<polyline class="course" points="{path}"/>'
        f'<text class="end" x="{right + 10}" y="{end + 4:.1f}">{escape(line.label)}</text></g>'
    )


def _apart(heights: Sequence[float], least: float) -> list[float]:
    """Return the heights moved so that neighbours are at least so far apart."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    moved = list(heights)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + least)
    return moved
