"""Reading a teacher's facts in force, one query a kind."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from recommender.codes import natural
from recommender.store.facts import Fact
from recommender.store.tables import (
    Credential,
    CredentialRecord,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    TeacherContext,
)

MOST_EVENTS: Final = 500

F = TypeVar("F", bound=Fact)


def roster_entry(session: Session, teacher_id: int, on: date) -> TeacherContext | None:
    """Return the latest roster entry that holds on a day."""
    return session.exec(
        select(TeacherContext)
        .where(
            TeacherContext.teacher_id == teacher_id,
            col(TeacherContext.valid_from) <= on,
            col(TeacherContext.valid_to) >= on,
        )
        .order_by(col(TeacherContext.valid_from).desc())
        .limit(1)
    ).first()


def ratings(
    session: Session, teacher_id: int, on: date
) -> Sequence[tuple[EvaluationRating, Standard]]:
    """Return evaluation ratings, the latest first."""
    rated_on = col(EvaluationRating.rated_on)
    return _about_standards(session, EvaluationRating, teacher_id, rated_on, on)


def assessments(
    session: Session, teacher_id: int, on: date
) -> Sequence[tuple[SelfAssessment, Standard]]:
    """Return self-assessments, the latest first."""
    taken_on = col(SelfAssessment.taken_on)
    return _about_standards(session, SelfAssessment, teacher_id, taken_on, on)


def goals(
    session: Session, teacher_id: int, on: date
) -> Sequence[tuple[GrowthGoal, Standard | None]]:
    """Return goals that have not ended, the latest first; a pathway's has no standard."""
    statement = (
        select(GrowthGoal, Standard)
        .outerjoin(Standard, col(Standard.id) == GrowthGoal.standard_id)
        .where(
            *_in_force(GrowthGoal, teacher_id),
            col(GrowthGoal.set_on) <= on,
            col(GrowthGoal.until) >= on,
        )
        .order_by(col(GrowthGoal.set_on).desc(), col(GrowthGoal.id))
    )
    return [(goal, standard) for goal, standard in session.exec(statement)]


def records(
    session: Session, teacher_id: int, on: date
) -> Sequence[tuple[CredentialRecord, Credential]]:
    """Return credential records, the latest first."""
    return _about_credentials(session, CredentialRecord, teacher_id, col(CredentialRecord.on), on)


def events(
    session: Session, teacher_id: int, on: date
) -> Sequence[tuple[FeedbackEvent, Credential]]:
    """Return the latest feedback events, the latest first."""
    at = col(FeedbackEvent.at)
    return _about_credentials(session, FeedbackEvent, teacher_id, at, on, limit=MOST_EVENTS)


def _about_standards(
    session: Session,
    table: type[F],
    teacher_id: int,
    when: Any,  # noqa: ANN401 - a column
    on: date,
) -> list[tuple[F, Standard]]:
    statement = (
        select(table, Standard)
        .join_from(table, Standard)
        .where(*_in_force(table, teacher_id), when <= on)
        .order_by(when.desc())
    )
    found = ((fact, standard) for fact, standard in session.exec(statement))
    by_day = groupby(found, key=lambda pair: getattr(pair[0], when.key))
    return [pair for _, of_day in by_day for pair in sorted(of_day, key=_by_code)]


def _by_code(pair: tuple[Fact, Standard]) -> tuple[str, list[tuple[bool, int, str]]]:
    _, standard = pair
    return standard.framework, natural(standard.code)


def _about_credentials(
    session: Session,
    table: type[F],
    teacher_id: int,
    when: Any,  # noqa: ANN401 - a column
    on: date,
    limit: int | None = None,
) -> list[tuple[F, Credential]]:
    end = datetime.combine(on + timedelta(days=1), time(), UTC)
    statement = (
        select(table, Credential)
        .join_from(table, Credential)
        .where(*_in_force(table, teacher_id), when < end)
        .order_by(when.desc(), col(table.id).desc())
        .limit(limit)
    )
    return [(fact, credential) for fact, credential in session.exec(statement)]


def _in_force(table: type[Fact], teacher_id: int) -> tuple[ColumnElement[bool], ...]:
    return col(table.teacher_id) == teacher_id, col(table.superseded_at).is_(None)
