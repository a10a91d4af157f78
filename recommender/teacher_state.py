"""What is known of teachers, as arrays: the one form in which evidence sees a teacher.

`features.state.teacher_states` is the only function that makes these from facts, for everybody in a
snapshot and for one teacher in a request. Moments are int64 milliseconds since 1970 in UTC.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recommender.careers.ways import PathwayRule
from recommender.once import Once
from recommender.renewal.profiles import Licences
from recommender.vocabulary import SEGMENT_STARTS, RecordStatus

DAY_MS: Final = 86_400_000

UNDATED_MS: Final = np.iinfo(np.int64).min
"""Moment of a record whose date is not known; sorts before every other."""

RECORD: Final = np.dtype([("credential", "<i4"), ("status", "i1"), ("on", "<i8")])
"""A record: column of the credential, code of `RecordStatus`, moment or `UNDATED_MS`."""

RATING: Final = np.dtype(
    [("standard", "<i4"), ("level", "<f4"), ("low", "<f4"), ("high", "<f4"), ("on", "<i8")]
)
"""An evaluation rating: `level` is the share of the scale above its lowest level (0..1), NaN where
not rated; `low` and `high` are the ends of the scale it was given on."""

ASSESSMENT: Final = np.dtype([*RATING.descr, ("wants", "?")])
"""A self-assessment: as a rating, and whether the teacher wants to grow there."""

GOAL: Final = np.dtype([("standard", "<i4"), ("set_by", "i1"), ("on", "<i8"), ("until", "<i8")])
"""A growth goal on a standard; `set_by` is the code of `SetBy`."""

EVENT: Final = np.dtype([("credential", "<i4"), ("kind", "i1"), ("on", "<i8")])
"""A feedback event; `kind` is the code of `EventKind`."""

PATHWAY: Final = np.dtype([("pathway", "<i4"), ("set_by", "i1"), ("on", "<i8"), ("until", "<i8")])
"""A goal on a pathway: its place among the rules, and as in `GOAL`."""

ACT: Final = np.dtype([("credential", "<i4"), ("kind", "i1"), ("on", "<i8")])
"""What a coach did with a credential of the list; `kind` is the code of `ActKind`."""

_REVOKED = RecordStatus.REVOKED.code


def starts_of(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where the rows of each of n teachers start, and the last end; shape (n + 1,)."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


@dataclass(frozen=True)
class Ragged:
    """Rows of n teachers, any number each: those of i are `rows[start[i]:start[i+1]]`."""

    start: NDArray[np.int64]
    rows: NDArray[Any]

    def __len__(self) -> int:
        return len(self.start) - 1

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """Teacher of each row; shape (len(rows),)."""
        if len(self) == 1:
            return np.zeros(len(self.rows), dtype=np.int64)
        return np.repeat(np.arange(len(self)), self.counts)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Number of rows of each teacher; shape (n,)."""
        return self.start[1:] - self.start[:-1]

    def of(self, teacher: int) -> NDArray[Any]:
        """Rows of one teacher."""
        return self.rows[self.start[teacher] : self.start[teacher + 1]]

    def take(self, teachers: NDArray[np.int64]) -> "Ragged":
        """Rows of some teachers, in the order given."""
        counts = self.counts[teachers]
        start = starts_of(counts)
        offset = np.repeat(self.start[teachers] - start[:-1], counts)
        return Ragged(start, self.rows[np.arange(start[-1]) + offset])

    def keep(self, rows: NDArray[np.bool_]) -> "Ragged":
        """Only the rows where the mask of shape (len(rows),) is true, in the same order."""
        if rows.all():
            return self
        counts = np.bincount(self.owner[rows], minlength=len(self))
        return Ragged(starts_of(counts), self.rows[rows])

    @classmethod
    def group(cls, owner: NDArray[np.int64], rows: NDArray[Any], teachers: int) -> "Ragged":
        """Group rows by owner (each in [0, teachers)); rows of one owner keep their order."""
        if teachers == 1:
            return cls(np.array([0, len(rows)], dtype=np.int64), rows)
        order = np.argsort(owner, kind="stable")
        counts = np.bincount(owner, minlength=teachers)
        start = starts_of(counts)
        return cls(start, rows[order])


def last_of_each(owner: NDArray[np.int64], thing: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return which rows are the last ones of their teacher about what they are about; shape (r,).

    Parameters
    ----------
    owner, thing
        Teacher of each row, and what it is about: a column, or `ABSENT`.
    """
    pair = owner * np.int64(1 << 32) + thing
    order = pair.argsort(kind="stable")
    in_order = pair[order]
    last = np.ones(len(pair), dtype=bool)
    last[order[:-1]] = in_order[1:] != in_order[:-1]
    return last


@dataclass(frozen=True)
class PathwayGoals:
    """The pathways that n teachers chose, as `PATHWAY` rows, and what each pathway asks for."""

    rows: Ragged
    rules: tuple[PathwayRule, ...]

    def take(self, teachers: NDArray[np.int64]) -> "PathwayGoals":
        """Return those of some teachers, in the order given."""
        return PathwayGoals(self.rows.take(teachers), self.rules)


@dataclass(frozen=True)
class TeacherStates(Once):
    """What is known of n teachers at `as_of`; nothing in it is later.

    Rows of one teacher are in order of their moment (undated first), ties by the other fields.
    `grade_bands` is bool[n, g] and `subjects` bool[n, u]; a row without any is unknown.
    """

    as_of: NDArray[np.int64]
    records: Ragged
    ratings: Ragged
    assessments: Ragged
    goals: Ragged
    events: Ragged
    grade_bands: NDArray[np.bool_]
    subjects: NDArray[np.bool_]
    years_experience: NDArray[np.float32]
    """NaN where unknown; shape (n,)."""
    licences: Licences | None = None
    """None where nothing is known of anybody's licence."""
    pathways: PathwayGoals | None = None
    """None where nobody chose a pathway."""
    acts: Ragged | None = None
    schools: NDArray[np.int64] | None = None
    """Keys of school and district (`school_key`), `NO_SCHOOL` where not known; shape (n, 2)."""
    """What coaches pinned, vetoed or set as a goal; None where nobody was asked for it."""

    def __len__(self) -> int:
        return len(self.as_of)

    def take(self, teachers: Sequence[int] | NDArray[np.int64]) -> "TeacherStates":
        """Return the states of some teachers, in the order given."""
        chosen = np.asarray(teachers, dtype=np.int64)
        return TeacherStates(
            as_of=self.as_of[chosen],
            records=self.records.take(chosen),
            ratings=self.ratings.take(chosen),
            assessments=self.assessments.take(chosen),
            goals=self.goals.take(chosen),
            events=self.events.take(chosen),
            grade_bands=self.grade_bands[chosen],
            subjects=self.subjects[chosen],
            years_experience=self.years_experience[chosen],
            licences=self.licences.take(chosen) if self.licences else None,
            pathways=self.pathways.take(chosen) if self.pathways else None,
            acts=self.acts.take(chosen) if self.acts else None,
            schools=None if self.schools is None else self.schools[chosen],
        )

    def one(self, teacher: int) -> "TeacherStates":
        """Return the state of one teacher; asked again, the same one."""
        if len(self) == 1:
            return self
        if teacher not in self._ones:
            self._ones[teacher] = self.take([teacher])
        return self._ones[teacher]

    def remember(self, ones: Sequence["TeacherStates"]) -> None:
        """Take the states that this was put together of as those of each teacher."""
        self._ones.update(enumerate(ones))

    def once_by_teacher(self, what: Hashable, work_out: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return an array of a row for each teacher, as `once` does; each `one` has its own then.

        Parameters
        ----------
        what, work_out
            As for `once`; of one teacher it works out the row that it works out of several.
        """
        made = self.once(what, work_out)
        if len(self) > 1:
            for row, one in self._ones.items():
                one.keep(what, made[row : row + 1])
        return made

    @cached_property
    def _ones(self) -> dict[int, "TeacherStates"]:
        return {}

    @cached_property
    def history(self) -> Ragged:
        """Where each teacher stands now: one `RECORD` row a credential, its latest status.

        Rows are in order of moment, and a revoked credential is left out. Of records of the same
        moment the one furthest along (the higher status code) counts.
        """
        owner, rows = self.records.owner, self.records.rows
        if not len(rows):
            return self.records
        latest = last_of_each(owner, rows["credential"])
        return self.records.keep(latest & (rows["status"] != _REVOKED))

    @cached_property
    def segments(self) -> NDArray[np.int8]:
        """Code of each teacher's `Segment`; shape (n,)."""
        return np.searchsorted(SEGMENT_STARTS, self.history.counts, side="right").astype(np.int8)
