"""Finding a person in the roster by what the identity provider says of them, never by a guess."""

from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from recommender.errors import NotAllowed
from recommender.settings import IdentityMatch, Settings
from recommender.store.tables import Coach, Teacher
from recommender.vocabulary import Role
from serving.auth.tokens import Claims

MOST_CLAIM: int = 320
"""Longest value of a claim that is looked up: the longest e-mail address."""


class Person(NamedTuple):
    """A teacher or a coach of the roster; data staff and admins are none."""

    role: Role
    district_id: str
    teacher_id: int | None
    coach_id: int | None


def find_in_roster(session: Session, claims: Claims, chosen: Settings) -> Person | None:
    """Return the one person of the roster whom the settings' claim names, or None.

    Only tokens of the settings' own issuer count. An e-mail address that the provider says is not
    verified counts for nothing.

    Raises
    ------
    NotAllowed
        Several people of the roster are named so.
    """
    value = _value(claims, chosen)
    if value is None:
        return None
    teachers = session.exec(
        select(Teacher.district_id, Teacher.id)
        .where(col(Teacher.known).is_(True), *_named(Teacher, value, chosen))
        .limit(2)
    ).all()
    coaches = session.exec(
        select(Coach.district_id, Coach.id)
        .where(col(Coach.known).is_(True), *_named(Coach, value, chosen))
        .limit(2)
    ).all()
    if len(teachers) + len(coaches) > 1:
        raise NotAllowed(
            "Your account fits several people of the roster; "
            "ask your district's data staff to connect it to the right one."
        )
    for district, id_ in teachers:
        return Person(Role.TEACHER, district, id_, None)
    for district, id_ in coaches:
        return Person(Role.COACH, district, None, id_)
    return None


def _value(claims: Claims, chosen: Settings) -> str | None:
    if not chosen.identity_claim or claims.issuer != chosen.token_issuer:
        return None
    value = claims.others.get(chosen.identity_claim)
    by_email = chosen.identity_match is IdentityMatch.EMAIL
    if by_email and claims.others.get("email_verified") in {False, "false"}:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= MOST_CLAIM or not value.isprintable():
        return None
    return value


def _named(
    table: type[Teacher] | type[Coach], value: str, chosen: Settings
) -> list[ColumnElement[bool]]:
    """Return the conditions of being the one whom `value` names."""
    if chosen.identity_match is IdentityMatch.EMAIL:
        found = [func.lower(col(table.email)) == value.lower()]
    else:
        found = [col(table.source_id) == value]
    if chosen.identity_district:
        found.append(col(table.district_id) == chosen.identity_district)
    return found
