"""Finding a person in the roster by what whoever signed them in says, never by a guess."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from recommender.errors import NotAllowed
from recommender.settings import IdentityMatch, Settings
from recommender.store.tables import Coach, Teacher
from recommender.vocabulary import Role
from serving.auth.tokens import Claims

MOST_CLAIM: int = 320
"""Longest value of a claim that is looked up: the longest e-mail address."""

_TABLES: tuple[tuple[Role, type[Teacher] | type[Coach]], ...] = (
    (Role.TEACHER, Teacher),
    (Role.COACH, Coach),
)


class Person(NamedTuple):
    """A teacher or a coach of the roster; data staff and admins are none."""

    role: Role
    district_id: str
    teacher_id: int | None
    coach_id: int | None


@dataclass(frozen=True)
class RosterRule:
    """How people whom one issuer signs in are found in the roster."""

    issuer: str
    claim: str
    """Claim that names a person; nobody is looked up when empty."""
    match: IdentityMatch
    district_id: str = ""
    """Only people of this district; of any when empty."""
    role_claim: str = ""
    """Claim that lists as what the person comes (roles of ours); as either when empty."""

    @classmethod
    def of(cls, chosen: Settings) -> Self:
        """Return the rule of the settings' own issuer."""
        return cls(
            chosen.token_issuer,
            chosen.identity_claim,
            chosen.identity_match,
            chosen.identity_district,
        )

    def kept(self, claims: Claims) -> dict[str, object]:
        """Return those of the claims that this rule reads."""
        wanted = {self.claim, self.role_claim, "email_verified"}
        return {name: value for name, value in claims.others.items() if name in wanted}


def find_in_roster(session: Session, claims: Claims, rule: RosterRule) -> Person | None:
    """Return the one person of the roster whom the rule's claim names, or None.

    Only the word of the rule's own issuer counts. An e-mail address that it says is not verified
    counts for nothing.

    Raises
    ------
    NotAllowed
        Several people of the roster are named so.
    """
    value = _value(claims, rule)
    if value is None:
        return None
    roles = claims.others.get(rule.role_claim) if rule.role_claim else None
    people = [
        (role, *row)
        for role, table in _TABLES
        if roles is None or role in roles
        for row in session.exec(
            select(table.district_id, table.id)
            .where(col(table.known).is_(True), *_named(table, value, rule))
            .limit(2)
        )
    ]
    if len(people) > 1:
        raise NotAllowed(
            "Your account fits several people of the roster; "
            "ask your district's data staff to connect it to the right one."
        )
    for role, district, id_ in people:
        teacher = role is Role.TEACHER
        return Person(role, district, id_ if teacher else None, None if teacher else id_)
    return None


def _value(claims: Claims, rule: RosterRule) -> str | None:
    if not rule.claim or claims.issuer != rule.issuer:
        return None
    value = claims.others.get(rule.claim)
    by_email = rule.match is IdentityMatch.EMAIL
    if by_email and claims.others.get("email_verified") in {False, "false"}:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= MOST_CLAIM or not value.isprintable():
        return None
    return value


def _named(
    table: type[Teacher] | type[Coach], value: str, rule: RosterRule
) -> list[ColumnElement[bool]]:
    """Return the conditions of being the one whom `value` names."""
    if rule.match is IdentityMatch.EMAIL:
        found = [func.lower(col(table.email)) == value.lower()]
    else:
        found = [col(table.source_id) == value]
    if rule.district_id:
        found.append(col(table.district_id) == rule.district_id)
    return found
