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
    short, room = _received(table, counted, len(today))
    left = short.max(axis=1, initial=0.0)
    left[(today < window[0]) | (window[1] < today) | (left <= NOTHING)] = 0.0
    due = _due(profile, today, last, yearly=table.yearly_need)
    return Left(left, table.needed, due, _fills(table, left, short, room))


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
    """Return the records that count, by owner and credential.

    They are earned in the window (nothing undated is), not revoked, each credential once, and where
    the need is yearly of this school year.
    """
    owner, credential = records.owner, records.rows["credential"]
    status, on = records.rows["status"], records.rows["on"]
    days = on // DAY_MS
    good = (status == RecordStatus.EARNED.code) & (table.units[credential] > 0)
    good &= (window[0][owner] <= days) & (days <= window[1][owner])
    pair = owner * len(table.units) + credential
    revoked = status == RecordStatus.REVOKED.code
    if revoked.any():
        taken = np.where(on == UNDATED_MS, UNKNOWN_DAY, days)
        good &= _last_of_pair(pair, np.where(revoked, taken, UNDATED_MS)) < days
    chosen = np.flatnonzero(good)
    order = chosen[np.lexsort((days[chosen], pair[chosen]))]
    first = order[np.unique(pair[order], return_index=True)[1]]
    owner = owner[first]
    if yearly is None:
        return _Counted(owner, credential[first], np.zeros_like(owner), np.ones_like(owner, bool))
    year = _school_year(yearly, days[first])
    now = year == _school_year(yearly, today)[owner]
    kept = now if table.yearly_need else slice(None)
    return _Counted(owner[kept], credential[first][kept], year[kept], now[kept])


def _last_of_pair(pair: NDArray[np.int64], days: Days) -> Days:
    """Return the last day of each record's teacher and credential; shape (r,)."""
    _, place = np.unique(pair, return_inverse=True)
    last = np.full(len(pair), UNDATED_MS)
    np.maximum.at(last, place, days)
    return last[place]


def _received(
    table: UnitTable, counted: _Counted, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is short of every need (may be below 0), and how much each cap still takes of it.

    Shapes (n, K) and (n, caps + 1, K); the last stands for what falls under no cap.
    """
    short = np.repeat(table.amounts[None], n, axis=0)
    room = np.empty((n, len(table.caps) + 1, len(table.amounts)))
    room[:] = _limits(table)
    owner, given = counted.owner, table.gives[:, counted.credential].T
    if len(table.caps) and len(owner):
        owner, given = _up_to_caps(table, counted, given, room)
    np.subtract.at(short, owner, given)
    return short, room


def _limits(table: UnitTable) -> NDArray[np.float64]:
    """Return the most that each cap takes, the last for no cap; shape (caps + 1, 1)."""
    return np.append(table.caps, np.inf)[:, None]


def _up_to_caps(
    table: UnitTable, counted: _Counted, given: NDArray[np.float64], room: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return owners, and the units that count of all that falls under one cap in one year.

    What of it is of this year is taken from the room, shape (n, caps + 1, K).
    """
    caps = table.cap[counted.credential]
    order = np.lexsort((counted.year, caps, counted.owner))
    groups = np.stack([counted.owner, caps, counted.year])[:, order]
    first = np.flatnonzero((np.diff(groups, prepend=ABSENT - 1) != 0).any(axis=0))
    owner, cap, _ = groups[:, first]
    units = np.minimum(np.add.reduceat(given[order], first), _limits(table)[cap])
    now = counted.now[order][first]
    room[owner[now], cap[now]] -= units[now]
    return owner, units


def _fills(
    table: UnitTable,
    left: NDArray[np.float64],
    short: NDArray[np.float64],
    room: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how much less would be left after each credential; shape (n, m)."""
    rows = np.flatnonzero(left)
    after = np.zeros((len(rows), len(table.units)))
    for need, gives in enumerate(table.gives):
        adds = np.minimum(gives, room[rows, :, need][:, table.cap]) if len(table.caps) else gives
        np.maximum(after, short[rows, need, None] - adds, out=after)
    filled = left[rows, None] - after
    filled[filled <= NOTHING] = 0.0
    fills = np.zeros((len(left), len(table.units)))
    fills[rows] = filled
    return fills


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
