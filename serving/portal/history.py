"""What a teacher earned over time, as the bars of a small chart."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from recommender.clock import ms_to_date
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import RecordStatus

QUARTERS: Final = 12
"""So many are shown: three years."""

HEIGHT: Final = 60
_STEP: Final = 20
_MONTHS: Final = ("January", "April", "July", "October")


@dataclass(frozen=True)
class Bar:
    """One quarter: how many were earned, and the rectangle that says so."""

    label: str
    count: int
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars from left to right, the last one of today's quarter."""

    bars: tuple[Bar, ...]
    total: int
    undated: int
    """Earned on a day that is not known: in no bar."""

    @property
    def shown(self) -> int:
        """How many stand in a bar."""
        return sum(bar.count for bar in self.bars)

    @property
    def width(self) -> int:
        """Width of the drawing."""
        return len(self.bars) * _STEP


def chart_of(state: TeacherStates, on: date) -> Chart:
    """Return the chart of one teacher's earned micro-credentials."""
    rows = state.history.rows
    moments = rows["on"][rows["status"] == RecordStatus.EARNED.code]
    dated = [ms_to_date(int(moment)) for moment in moments if moment != UNDATED_MS]
    counts = dict.fromkeys(_quarters(on), 0)
    for day in dated:
        if _quarter(day) in counts:
            counts[_quarter(day)] += 1
    most = max(counts.values(), default=0) or 1
    bars = tuple(
        Bar(
            f"{_MONTHS[quarter]} {year}",
            count,
            place * _STEP,
            HEIGHT - HEIGHT * count / most,
            HEIGHT * count / most,
        )
        for place, ((year, quarter), count) in enumerate(counts.items())
    )
    return Chart(bars, len(moments), len(moments) - len(dated))


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month - 1) // 3


def _quarters(on: date) -> list[tuple[int, int]]:
    last = on.year * 4 + (on.month - 1) // 3
    return [divmod(number, 4) for number in range(last - QUARTERS + 1, last + 1)]
