"""Whether a district's facts have moved since the model that serves learned: read from the store.

For the API and the pages of data staff alike; figures over many teachers alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, SQLColumnExpression
from sqlmodel import Session, case, col, func, select

from recommender.clock import today
from recommender.drift import NOBODY, Counted, Drift, Verdict, drift_of
from recommender.store.facts import Fact
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    EvaluationRating,
    FeedbackEvent,
    SelfAssessment,
    Teacher,
    TeacherContext,
)
from recommender.vocabulary import EventKind, RecordStatus
from serving.names import EVENT_NAMES

BEFORE: Final = timedelta(days=365)
"""A school year of facts before the model's date stands for what it learned from."""
TAKEN_MOST: Final = 9
"""So many micro-credentials are told apart, those that most took up; the others are one cell."""

QUARTERS: Final = (
    "in the lowest quarter of the scale",
    "in the second quarter",
    "in the third quarter",
    "in the highest quarter",
)
OTHERS: Final = "all others"
NOT_RATED: Final = "not rated"
NOT_KNOWN: Final = "not known"

SAID: Final = (EventKind.SAVED, EventKind.STARTED, EventKind.DISMISSED, EventKind.KNOWN)
TAKEN_UP: Final = (RecordStatus.ENROLLED, RecordStatus.SUBMITTED, RecordStatus.EARNED)

_STATUSES: Final = {status.value: status.value for status in RecordStatus}
_LEVELS: Final = {words: words for words in (*QUARTERS, NOT_RATED)}
_WORDS: Final = {kind.value: EVENT_NAMES[kind] for kind in SAID}

VERDICTS: Final = {
    Verdict.TOO_FEW: "too few to tell",
    Verdict.STEADY: "steady",
    Verdict.MOVED: "moved",
    Verdict.MOVED_MUCH: "moved much",
}


class Facts(StrEnum):
    """Which facts are compared."""

    RECORD_STATUSES = "record_statuses"
    TAKEN_UP = "taken_up"
    SELF_ASSESSMENTS = "self_assessments"
    EVALUATION_RATINGS = "evaluation_ratings"
    FEEDBACK = "feedback"
    ROLES = "roles"


NAMES: Final = {
    Facts.RECORD_STATUSES: "Status of records",
    Facts.TAKEN_UP: "Micro-credentials taken up",
    Facts.SELF_ASSESSMENTS: "Self-assessments",
    Facts.EVALUATION_RATINGS: "Evaluation ratings",
    Facts.FEEDBACK: "What teachers say of suggestions",
    Facts.ROLES: "Roles in the roster",
}

Counts = Mapping[str, Counted]


@dataclass(frozen=True)
class Moved:
    """How one kind of fact has moved."""

    facts: Facts
    drift: Drift

    @property
    def name(self) -> str:
        """Which facts, as data staff call them."""
        return NAMES[self.facts]

    @property
    def verdict(self) -> str:
        """What is said of it."""
        return VERDICTS[self.drift.verdict]


def read_drift(session: Session, district: str, as_of: date) -> list[Moved]:
    """Return how a district's facts have moved since a model's date; a query or two for each kind.

    Parameters
    ----------
    session
        Of the store.
    district
        Whose teachers are looked at.
    as_of
        Last day of the facts that the model learned from.
    """
    window = _Window(session, district, as_of)
    return [Moved(facts, drift_of(*sides)) for facts, sides in _kinds(window)]


def _kinds(window: "_Window") -> Iterator[tuple[Facts, tuple[Counts, Counts]]]:
    record, said = CredentialRecord, FeedbackEvent
    statuses = window.counts(record, col(record.on), col(record.status), window.moments)
    yield Facts.RECORD_STATUSES, _in_words(statuses, _STATUSES)
    taken = col(record.status).in_(TAKEN_UP)
    by_credential = window.counts(
        record, col(record.on), col(record.credential_id), window.moments, taken
    )
    yield Facts.TAKEN_UP, _most_taken(window, by_credential)
    for facts, table, day in (
        (Facts.SELF_ASSESSMENTS, SelfAssessment, col(SelfAssessment.taken_on)),
        (Facts.EVALUATION_RATINGS, EvaluationRating, col(EvaluationRating.rated_on)),
    ):
        yield facts, _in_words(window.counts(table, day, _quarter(table), window.days), _LEVELS)
    words = window.counts(
        said, col(said.at), col(said.kind), window.moments, col(said.kind).in_(SAID)
    )
    yield Facts.FEEDBACK, _in_words(words, _WORDS)
    yield Facts.ROLES, (window.roles(window.as_of), window.roles(today()))


def _quarter(table: type[SelfAssessment] | type[EvaluationRating]) -> ColumnElement[str]:
    """Return in which quarter of its scale a level lies."""
    width = col(table.scale_max) - col(table.scale_min)
    above = col(table.level) - col(table.scale_min)
    bounds = [(above < width * (part + 1) / 4, words) for part, words in enumerate(QUARTERS[:-1])]
    return case((col(table.level).is_(None), NOT_RATED), *bounds, else_=QUARTERS[-1])


def _in_words(sides: tuple[Counts, Counts], names: Mapping[str, str]) -> tuple[Counts, Counts]:
    before, now = (
        {words: side.get(cell, NOBODY) for cell, words in names.items()} for side in sides
    )
    return before, now


def _most_taken(window: "_Window", sides: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
    """Tell apart what most teachers took up before; the rest is one cell."""
    most = sorted(sides[0], key=lambda id_: (-sides[0][id_].teachers, int(id_)))[:TAKEN_MOST]
    names = window.titles([int(id_) for id_ in most])
    before, now = _in_words(sides, names)
    return {**before, OTHERS: _rest(sides[0], names)}, {**now, OTHERS: _rest(sides[1], names)}


def _rest(side: Counts, named: Collection[str]) -> Counted:
    rest = [counted for cell, counted in side.items() if cell not in named]
    # One teacher may have taken up several of them: at least so many stand behind the sum.
    fewest = max((one.teachers for one in rest), default=0)
    return Counted(sum(one.facts for one in rest), fewest)


@dataclass(frozen=True)
class _Window:
    """One district's facts of a year before a model's date, and since."""

    session: Session
    district: str
    as_of: date

    @property
    def days(self) -> tuple[date, date]:
        """The first day of what the model learned from, and of what came since."""
        turn = self.as_of + timedelta(days=1)
        return turn - BEFORE, turn

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The same as moments."""
        begin, turn = (datetime.combine(day, time.min, UTC) for day in self.days)
        return begin, turn

    def counts(
        self,
        table: type[Fact],
        moment: SQLColumnExpression[Any],
        cell: SQLColumnExpression[Any],
        bounds: tuple[Any, Any],
        only: ColumnElement[bool] | None = None,
    ) -> tuple[Counts, Counts]:
        """Count facts in force, and teachers behind them, by cell: before, and since.

        `bounds` are where both begin, `days` or `moments` as the column has it.
        """
        begin, turn = bounds
        newer = case((moment >= turn, 1), else_=0)
        statement: Any = (
            select(
                cell.label("cell"),
                newer.label("newer"),
                func.count(),
                func.count(func.distinct(table.teacher_id)),
            )
            .join(Teacher, col(Teacher.id) == col(table.teacher_id))
            .where(
                Teacher.district_id == self.district,
                col(table.superseded_at).is_(None),
                moment >= begin,
            )
            .group_by("cell", "newer")
        )
        if only is not None:
            statement = statement.where(only)
        sides: tuple[dict[str, Counted], dict[str, Counted]] = ({}, {})
        for value, is_newer, facts, teachers in self.session.exec(statement):
            sides[is_newer][str(value)] = Counted(facts, teachers)
        return sides

    def roles(self, day: date) -> Counts:
        """Count the teachers of a day's roster by role."""
        statement = (
            select(TeacherContext.role, func.count())
            .join(Teacher, col(Teacher.id) == col(TeacherContext.teacher_id))
            .where(
                Teacher.district_id == self.district,
                col(Teacher.known).is_(True),
                col(TeacherContext.valid_from) <= day,
                col(TeacherContext.valid_to) >= day,
            )
            .group_by(col(TeacherContext.role))
            .order_by(col(TeacherContext.role))
        )
        # The roster has one entry for a teacher on a day
        return {
            role or NOT_KNOWN: Counted(teachers, teachers)
            for role, teachers in self.session.exec(statement)
        }

    def titles(self, ids: list[int]) -> dict[str, str]:
        """Return what micro-credentials are called, by number in the order given; no two alike."""
        rows = self.session.exec(select(Credential).where(col(Credential.id).in_(ids))).all()
        ids_of = {one.id: one.source_id for one in rows}
        titles = {one.id: one.title or one.source_id for one in rows}
        often = Counter(titles.values())
        return {
            str(id_): titles[id_] if often[titles[id_]] == 1 else f"{titles[id_]} ({ids_of[id_]})"
            for id_ in ids
        }
