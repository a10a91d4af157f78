"""What is left of n teachers' renewal, and how much of it each credential would fill.

The same account as `account`, for many teachers at once and in floating point: of one profile at a
time, from the records in the teachers' states.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recommender.axes import ABSENT
from recommender.renewal.profiles import Profile
from recommender.renewal.worth import UnitTable
from recommender.states.schema import Yearly
from recommender.teacher_state import DAY_MS, UNDATED_MS, Ragged
from recommender.vocabulary import RecordStatus

NOTHING: Final = 1e-9
"""Units below this are the rounding of the arithmetic."""

UNKNOWN_DAY: Final = np.iinfo(np.int64).max
"""Stands for the last day of a licence that is not known, and for a need that no day ends."""

Days = NDArray[np.int64]


@dataclass(frozen=True)
class Left:
    """What is left of the renewal of n teachers of one profile."""

    left: NDArray[np.float64]
    """Units still needed, 0 where nothing is or nothing is known; shape (n,)."""
    needed: float
    """Units needed in all."""
    due: Days
    """Day (since 1970) by which they are needed; shape (n,)."""
    fills: NDArray[np.float64]
    """Units of what is left that each credential would fill if earned today; shape (n, m)."""


def what_is_left(
    profile: Profile, table: UnitTable, records: Ragged, as_of: Days, ends: Days
) -> Left:
    """Return what is left of the renewal of teachers of one profile.

    Parameters
    ----------
    profile, table
        The rules, and what the m credentials give under them.
    records
        `RECORD` rows of the n teachers; those after `as_of` are not among them.
    as_of
        Each teacher's moment in ms.
    ends
        First moment of the last day of each licence, `UNDATED_MS` where unknown.
    """
    today = as_of // DAY_MS
    last = np.where(ends == UNDATED_MS, UNKNOWN_DAY, ends // DAY_MS)
    window = _window(profile, today, last)
    counted = _counted(table, records, window, profile.pack.renewal.yearly, today)
    due = _due(profile, today, last, yearly=table.yearly_need)
    open_ = (window[0] <= today) & (today <= window[1])
    short, room = _received(table, counted, len(today))
    left = _most(short, len(today))
    left = np.where(open_ & (left > NOTHING), left, 0.0)
    fills = np.zeros((len(today), len(table.units)))
    rows = np.flatnonzero(left > 0)
    after = _after(table, [one[rows] for one in short], [one[rows] for one in room])
    fills[rows] = np.maximum(left[rows, None] - after, 0.0)
    fills[fills <= NOTHING] = 0.0
    return Left(left, table.needed, due, fills)


def in_window(profile: Profile, as_of: Days, ends: Days) -> NDArray[np.bool_]:
    """Return for whom what is earned on the day falls outside of no renewal cycle; shape (n,).

    Where the end of a licence is not known nothing says that it does, as `credit` has it.
    """
    today = as_of // DAY_MS
    known = ends != UNDATED_MS
    first, last = _window(profile, today, np.where(known, ends // DAY_MS, UNKNOWN_DAY))
    inside: NDArray[np.bool_] = ~known | ((first <= today) & (today <= last))
    return inside


@dataclass(frozen=True)
class _Counted:
    """The records that give credit: owner, credential, school year, and whether it is this one."""

    owner: NDArray[np.int64]
    credential: NDArray[np.int32]
    year: NDArray[np.int64]
    now: NDArray[np.bool_]


def _counted(
    table: UnitTable, records: Ragged, window: tuple[Days, Days], yearly: Yearly | None, today: Days
) -> _Counted:
    """Return the records that count: earned in the window, not revoked, each credential once."""
    owner, rows = records.owner, records.rows
    pair = owner * (len(table.units) + 1) + rows["credential"]
    on = rows["on"]
    revoked = rows["status"] == RecordStatus.REVOKED.code
    until: dict[int, int] = {}
    for key, moment in zip(pair[revoked].tolist(), on[revoked].tolist(), strict=True):
        until[key] = max(
            until.get(key, UNDATED_MS), UNKNOWN_DAY if moment == UNDATED_MS else moment
        )
    good = (rows["status"] == RecordStatus.EARNED.code) & (on != UNDATED_MS)
    days = on // DAY_MS
    good &= (window[0][owner] <= days) & (days <= window[1][owner])
    good &= table.units[rows["credential"]] > 0
    if until:
        taken = np.array([until.get(key, UNDATED_MS) for key in pair.tolist()], dtype=np.int64)
        good &= taken // DAY_MS < days
    chosen = np.flatnonzero(good)
    order = chosen[np.lexsort((days[chosen], pair[chosen]))]
    first = order[np.diff(pair[order], prepend=-1) != 0]
    year = _school_year(yearly, days[first]) if yearly else np.zeros(len(first), dtype=np.int64)
    current = _school_year(yearly, today) if yearly else np.zeros(len(today), dtype=np.int64)
    owners = owner[first]
    return _Counted(owners, rows["credential"][first], year, year == current[owners])


def _received(
    table: UnitTable, counted: _Counted, n: int
) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
    """Return for every need what is short (may be below 0), and how much each cap still takes.

    Shapes (n,) and (n, caps) a need.
    """
    units, cap = table.units[counted.credential], table.cap[counted.credential]
    short, room = [], []
    for amount, answers in zip(table.amounts, table.answers, strict=True):
        own = answers[counted.credential]
        if table.yearly_need:
            own &= counted.now
        free = own & (cap == ABSENT)
        received = np.bincount(counted.owner[free], units[free], minlength=n)
        left = np.tile(table.caps, (n, 1))
        capped = np.flatnonzero(own & (cap != ABSENT))
        if len(capped):
            groups = np.stack([counted.owner[capped], cap[capped], counted.year[capped]])
            unique, inverse = np.unique(groups, axis=1, return_inverse=True)
            summed = np.bincount(inverse.ravel(), units[capped])
            most = np.minimum(summed, table.caps[unique[1]])
            np.add.at(received, unique[0], most)
            now = np.zeros(unique.shape[1], dtype=bool)
            now[inverse.ravel()[counted.now[capped]]] = True
            left[unique[0][now], unique[1][now]] -= most[now]
        short.append(amount - received)
        room.append(left)
    return short, room


def _most(short: list[NDArray[np.float64]], n: int) -> NDArray[np.float64]:
    most: NDArray[np.float64] = np.maximum.reduce([np.zeros(n), *short])
    return most


def _after(
    table: UnitTable, short: list[NDArray[np.float64]], room: list[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return what would be left after each credential; shape (n, m)."""
    n = len(short[0]) if short else 0
    after = np.zeros((n, len(table.units)))
    capped = table.cap != ABSENT
    for missing, takes, answers in zip(short, room, table.answers, strict=True):
        adds = np.broadcast_to(np.where(answers, table.units, 0.0), after.shape).copy()
        if capped.any():
            adds[:, capped] = np.minimum(adds[:, capped], takes[:, table.cap[capped]])
        np.maximum(after, missing[:, None] - adds, out=after)
    return after


def _window(profile: Profile, today: Days, last: Days) -> tuple[Days, Days]:
    """Return the first and last day whose records count; an empty span where nobody can tell."""
    renewal = profile.pack.renewal
    known = last != UNKNOWN_DAY
    ends = np.where(known, last, today)
    first = _years_before(ends, renewal.cycle_years.value)
    if renewal.yearly is None:
        return np.where(known, first, UNKNOWN_DAY), np.where(known, ends, 0)
    start = _year_start(renewal.yearly, np.where(known, first, today))
    return start, _year_end(renewal.yearly, ends)


def _due(profile: Profile, today: Days, last: Days, *, yearly: bool) -> Days:
    rule = profile.pack.renewal.yearly
    if not yearly or rule is None:
        return last
    year_end = _year_end(rule, today)
    return np.where((last >= today) & (last < year_end), last, year_end)


def _years_before(last: Days, years: int) -> Days:
    """Return the first day of the `years` years that end on `last`; 29 February becomes 1 March."""
    after = (last + 1).astype("datetime64[D]")
    months = after.astype("datetime64[M]")
    into = (after - months.astype("datetime64[D]")).astype(np.int64)
    first: Days = (months - 12 * years).astype("datetime64[D]").astype(np.int64) + into
    return first


def _school_year(yearly: Yearly, days: Days) -> NDArray[np.int64]:
    """Return the calendar year in which each day's school year starts (since 1970)."""
    month, day = (int(part) for part in yearly.starts.value.split("-"))
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return np.where(days < _start(years, month, day), years - 1, years)


def _year_start(yearly: Yearly, days: Days) -> Days:
    month, day = (int(part) for part in yearly.starts.value.split("-"))
    return _start(_school_year(yearly, days), month, day)


def _year_end(yearly: Yearly, days: Days) -> Days:
    month, day = (int(part) for part in yearly.starts.value.split("-"))
    return _start(_school_year(yearly, days) + 1, month, day) - 1


def _start(years: NDArray[np.int64], month: int, day: int) -> Days:
    months = (years * 12 + month - 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + day - 1
