"""From facts to arrays: the one function that says what was known of teachers at a moment.

A snapshot of everybody and a request of one teacher both end here, so that training and serving
cannot come to differ. Needs numpy alone.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.axes import ABSENT, NO_SCHOOL
from recommender.careers.ways import PathwayRule
from recommender.renewal.facts import TeacherFacts
from recommender.renewal.profiles import Licences, licences_of
from recommender.states.shelf import Shelf
from recommender.teacher_state import (
    ASSESSMENT,
    EVENT,
    GOAL,
    RATING,
    RECORD,
    UNDATED_MS,
    PathwayGoals,
    Ragged,
    TeacherStates,
)

CONTEXT: Final = np.dtype([("valid_from", "<i8"), ("valid_to", "<i8"), ("years", "<f4")])
"""A roster entry: its first and last moment, and years of experience (NaN where unknown)."""


@dataclass(frozen=True)
class FactRows:
    """Facts of one kind: `rows[i]` is about the teacher in row `owner[i]`; in any order."""

    owner: NDArray[np.int64]
    rows: NDArray[Any]

    @classmethod
    def empty(cls, dtype: np.dtype[Any]) -> "FactRows":
        """No facts of this kind."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=dtype))

    @classmethod
    def of(
        cls, dtype: np.dtype[Any], owner: NDArray[Any], columns: dict[str, NDArray[Any]]
    ) -> "FactRows":
        """Put columns of equal length together into rows of `dtype`."""
        rows = np.zeros(len(owner), dtype=dtype)
        for name, column in columns.items():
            rows[name] = column
        return cls(owner.astype(np.int64), rows)

    def keep(self, mask: NDArray[np.bool_]) -> "FactRows":
        """Only the rows where the mask is true."""
        return self if mask.all() else FactRows(self.owner[mask], self.rows[mask])


@dataclass(frozen=True)
class LicenceRows:
    """What r roster entries tell of licences."""

    kinds: tuple[TeacherFacts, ...]
    """Different entries, without the day on which the licence ends."""
    kind: NDArray[np.int32]
    """Place in `kinds`; shape (r,)."""
    ends: NDArray[np.int64]
    """First moment of the licence's last day, `UNDATED_MS` where unknown; shape (r,)."""


@dataclass(frozen=True)
class Contexts:
    """Roster entries (`CONTEXT`), with bool[r, g] grade bands and bool[r, u] subjects."""

    entries: FactRows
    grade_bands: NDArray[np.bool_]
    subjects: NDArray[np.bool_]
    licences: LicenceRows | None = None
    schools: NDArray[np.int64] | None = None
    """Keys of school and district of each entry; int64[r, 2]."""


@dataclass(frozen=True)
class Facts:
    """Dated facts of some teachers, keyed by columns of one `Axes`.

    A credential or standard that is not on the axes is `ABSENT`; such a row never reaches a state.
    """

    records: FactRows
    ratings: FactRows
    assessments: FactRows
    goals: FactRows
    events: FactRows
    contexts: Contexts
    pathways: FactRows | None = None
    """Goals on pathways (`PATHWAY`); `pathway` is a place in `rules`, or `ABSENT`."""
    rules: tuple[PathwayRule, ...] = ()
    shelf: Shelf | None = None
    """The packs in force; without them no renewal rules are known."""

    @classmethod
    def empty(cls, grade_bands: int = 0, subjects: int = 0) -> "Facts":
        """No facts at all, on axes of so many grade bands and subjects."""
        bands = np.zeros((0, grade_bands), dtype=bool)
        return cls(
            records=FactRows.empty(RECORD),
            ratings=FactRows.empty(RATING),
            assessments=FactRows.empty(ASSESSMENT),
            goals=FactRows.empty(GOAL),
            events=FactRows.empty(EVENT),
            contexts=Contexts(FactRows.empty(CONTEXT), bands, np.zeros((0, subjects), dtype=bool)),
        )


def share_of_scale(level: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float32]:
    """Return `(level - low) / (high - low)`, cut to 0..1; NaN where not rated or no scale."""
    levels = np.asarray(level, dtype=np.float64)
    lows = np.asarray(low, dtype=np.float64)
    width = np.asarray(high, dtype=np.float64) - lows
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(width > 0, (levels - lows) / width, np.nan)
    return np.clip(share + 0.0, 0.0, 1.0).astype(np.float32)  # + 0.0: no negative zero


def teacher_states(facts: Facts, teachers: int, as_of: int | NDArray[np.int64]) -> TeacherStates:
    """Return what was known of n teachers at `as_of`.

    Parameters
    ----------
    facts
        Facts of these teachers; those later than `as_of` are left out, undated ones never are.
    teachers
        Number of teachers n; each owner is in [0, n).
    as_of
        Moment in ms for all, or one a teacher, shape (n,).
    """
    moments = np.broadcast_to(np.asarray(as_of, dtype=np.int64), (teachers,)).copy()
    goals = facts.goals
    live_goals = goals.keep(goals.rows["until"] >= moments[goals.owner])
    owner, entry = _entries_in_force(facts.contexts, moments)
    bands, subjects, years = _contexts(facts.contexts, teachers, owner, entry)
    return TeacherStates(
        as_of=moments,
        records=known_facts(facts.records, teachers, moments),
        ratings=known_facts(facts.ratings, teachers, moments),
        assessments=known_facts(facts.assessments, teachers, moments),
        goals=known_facts(live_goals, teachers, moments),
        events=known_facts(facts.events, teachers, moments),
        grade_bands=bands,
        subjects=subjects,
        years_experience=years,
        licences=_licences(facts, owner, entry, moments),
        pathways=_pathways(facts, teachers, moments),
        schools=_schools(facts.contexts, teachers, owner, entry),
    )


_THINGS: Final = ("credential", "standard", "pathway")
"""What a fact is about, by the name of its column."""


def known_facts(facts: FactRows, teachers: int, as_of: NDArray[np.int64]) -> Ragged:
    """Return the facts of n teachers up to `as_of` that are on the axes, in canonical order.

    That is: a teacher's by their moment, those of one moment by the other fields.
    """
    thing = next(name for name in _THINGS if name in (facts.rows.dtype.names or ()))
    if not len(facts.rows):
        return Ragged.group(facts.owner, facts.rows, teachers)
    kept = facts.keep((facts.rows["on"] <= as_of[facts.owner]) & (facts.rows[thing] != ABSENT))
    keys = _order_keys(kept)
    if _in_order(keys):
        return Ragged.group(kept.owner, kept.rows, teachers)
    order = np.lexsort(keys[::-1])
    return Ragged.group(kept.owner[order], kept.rows[order], teachers)


def _order_keys(facts: FactRows) -> list[NDArray[Any]]:
    """Return the sort keys, the first counting most: owner, moment, then the other fields.

    Levels are compared by their bits (they are not negative, so the order is theirs), which gives
    NaN a place: after every number.
    """
    names = [name for name in facts.rows.dtype.names or () if name != "on"]
    keys = [facts.owner, facts.rows["on"], *(facts.rows[name] for name in names)]
    return [np.ascontiguousarray(k).view("<i4") if k.dtype == np.float32 else k for k in keys]


def _in_order(keys: list[NDArray[Any]]) -> bool:
    """Tell whether rows are in the order of their keys already, as those of a snapshot are."""
    tied = np.ones(max(len(keys[0]) - 1, 0), dtype=bool)
    for key in keys:
        if np.any(tied & (key[1:] < key[:-1])):
            return False
        tied &= key[1:] == key[:-1]
    return True


def _entries_in_force(
    contexts: Contexts, as_of: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the teachers who have a roster entry valid at `as_of`, and their latest such."""
    owner, rows = contexts.entries.owner, contexts.entries.rows
    valid = (rows["valid_from"] <= as_of[owner]) & (as_of[owner] <= rows["valid_to"])
    chosen = np.flatnonzero(valid)
    order = np.lexsort((rows["valid_to"][chosen], rows["valid_from"][chosen], owner[chosen]))
    chosen = chosen[order]
    last = chosen[np.append(np.diff(owner[chosen]) != 0, True)] if len(chosen) else chosen
    return owner[last], last


def _contexts(
    contexts: Contexts, teachers: int, owner: NDArray[np.int64], entry: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float32]]:
    """Return grade bands, subjects and years of n teachers by their roster entries."""
    bands = np.zeros((teachers, contexts.grade_bands.shape[1]), dtype=bool)
    subjects = np.zeros((teachers, contexts.subjects.shape[1]), dtype=bool)
    years = np.full(teachers, np.nan, dtype=np.float32)
    bands[owner] = contexts.grade_bands[entry]
    subjects[owner] = contexts.subjects[entry]
    years[owner] = contexts.entries.rows["years"][entry]
    return bands, subjects, years


def _schools(
    contexts: Contexts, teachers: int, owner: NDArray[np.int64], entry: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """Return the keys of n teachers' schools and districts by their roster entries."""
    if contexts.schools is None:
        return None
    schools = np.full((teachers, 2), NO_SCHOOL, dtype=np.int64)
    schools[owner] = contexts.schools[entry]
    return schools


def _licences(
    facts: Facts, owner: NDArray[np.int64], entry: NDArray[np.int64], as_of: NDArray[np.int64]
) -> Licences | None:
    """Return the licences of n teachers by their roster entries, under each one's own day."""
    told = facts.contexts.licences
    if told is None or facts.shelf is None:
        return None
    kind = np.full(len(as_of), ABSENT, dtype=np.int32)
    ends = np.full(len(as_of), UNDATED_MS, dtype=np.int64)
    kind[owner], ends[owner] = told.kind[entry], told.ends[entry]
    return licences_of(told.kinds, kind, ends, as_of, facts.shelf)


def _pathways(facts: Facts, teachers: int, as_of: NDArray[np.int64]) -> PathwayGoals | None:
    """Return the goals on pathways that hold at `as_of`."""
    goals = facts.pathways
    if goals is None:
        return None
    live = goals.keep(goals.rows["until"] >= as_of[goals.owner])
    return PathwayGoals(known_facts(live, teachers, as_of), facts.rules)
