"""Whom a development service introduces at its start: a teacher, a coach, a data-staff member."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from features.live import find_teacher
from recommender.clock import today
from recommender.errors import NotFound
from recommender.store.tables import (
    Caseload,
    Coach,
    CredentialRecord,
    District,
    EvaluationRating,
    GrowthGoal,
    Teacher,
)
from recommender.vocabulary import Role
from serving.auth.development import DevelopmentKey, identity_for, sign_in_link
from serving.portal.addresses import name_of

LINK_LIFETIME_SECONDS: Final = 12 * 3600


@dataclass(frozen=True)
class Guest:
    """A person to sign in as."""

    role: Role
    district_id: str
    person: Teacher | Coach | None = None


def guests(session: Session) -> list[Guest]:
    """Return a teacher with a story, that teacher's coach or any, and data staff."""
    teacher = _teacher_with_a_story(session)
    if teacher is None:
        return []
    found = [Guest(Role.TEACHER, teacher.district_id, teacher)]
    coach = _coach_of(session, teacher)
    if coach is not None:
        found.append(Guest(Role.COACH, coach.district_id, coach))
    return [*found, Guest(Role.DATA_STAFF, teacher.district_id)]


def introduce(
    session: Session, key: DevelopmentKey, invited: list[Guest], address: str
) -> Iterator[str]:
    """Yield the lines that say what to open, as whom, and how to ask the API."""
    if not invited:
        yield "There is no teacher yet: bring a district in by `recommender import`."
    for guest in invited:
        token = key.mint(subject_of(session, guest), LINK_LIFETIME_SECONDS)
        yield ""
        yield f"{_introduction(guest)}:"
        yield f"  {sign_in_link(address, token)}"
        if isinstance(guest.person, Teacher):
            where = f"{address}/v1/teachers/{quote(guest.person.source_id, safe='')}/suggestions"
            yield "  and the same list from the API:"
            yield f'  curl -H "Authorization: Bearer {token}" "{where}?k=5"'


def find_person(
    session: Session, district_id: str, *, teacher: str | None = None, coach: str | None = None
) -> Guest:
    """Return the person whom a token is asked for; data staff where neither id is given.

    Raises
    ------
    NotFound
        The district has no such person, or does not exist.
    """
    if teacher is not None:
        return Guest(Role.TEACHER, district_id, find_teacher(session, teacher, district_id))
    if coach is not None:
        found = session.exec(
            select(Coach).where(Coach.district_id == district_id, Coach.source_id == coach)
        ).one_or_none()
        if found is None:
            raise NotFound(f"There is no coach '{coach}' in the district '{district_id}'.")
        return Guest(Role.COACH, district_id, found)
    if session.get(District, district_id) is None:
        raise NotFound(f"There is no district '{district_id}'.")
    return Guest(Role.DATA_STAFF, district_id)


def subject_of(session: Session, guest: Guest) -> str:
    """Return the subject of a guest's tokens, known to the store from now on."""
    return identity_for(session, guest.role, guest.district_id, guest.person)


def _teacher_with_a_story(session: Session) -> Teacher | None:
    """Return a teacher of whom much is known, or as much as can be."""
    rated = exists().where(col(EvaluationRating.teacher_id) == Teacher.id)
    earned = exists().where(col(CredentialRecord.teacher_id) == Teacher.id)
    goal = exists().where(
        col(GrowthGoal.teacher_id) == Teacher.id, col(GrowthGoal.until) >= today()
    )
    coached = exists().where(col(Caseload.teacher_id) == Teacher.id, *_assigned_today())
    wishes: tuple[tuple[ColumnElement[bool], ...], ...] = (
        (rated, earned, goal, coached),
        (rated, earned, coached),
        (rated, earned),
        (earned,),
        (),
    )
    for wish in wishes:
        found = session.exec(select(Teacher).where(*wish).order_by(col(Teacher.id)).limit(1))
        teacher = found.first()
        if teacher is not None:
            return teacher
    return None


def _coach_of(session: Session, teacher: Teacher) -> Coach | None:
    assigned = (
        select(Coach)
        .join(Caseload, col(Caseload.coach_id) == Coach.id)
        .where(Caseload.teacher_id == teacher.id, *_assigned_today())
        .limit(1)
    )
    return (
        session.exec(assigned).first()
        or session.exec(
            select(Coach).where(Coach.district_id == teacher.district_id).limit(1)
        ).first()
    )


def _assigned_today() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    day = today()
    return col(Caseload.valid_from) <= day, col(Caseload.valid_to) >= day


def _introduction(guest: Guest) -> str:
    if isinstance(guest.person, Teacher):
        return f"Sign in as the teacher {name_of(guest.person)} ({guest.person.source_id})"
    if guest.person is not None:
        name = guest.person.name or guest.person.source_id
        return f"Sign in as the coach {name} ({guest.person.source_id})"
    return f"Sign in as data staff of the district '{guest.district_id}'"
