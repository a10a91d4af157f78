"""A portal's service account that acts for a teacher: by an explicit claim.

A district's portal may call with one account of its own instead of each teacher's token. Its
identity has the role `service`, and each of its tokens names the teacher in the claim `acts_for`,
by the id of the roster. It then may do what that teacher may, and nothing else; the account's
district is the only one in which the teacher is looked up.
"""

from typing import Final

from sqlmodel import Session, select

from recommender.errors import NotAllowed
from recommender.store.tables import Teacher
from serving.auth.tokens import Claims

CLAIM: Final = "acts_for"
LONGEST_ID: Final = 200


def named_teacher(claims: Claims) -> str:
    """Return the id of the teacher whom a token says it acts for, '' where it names none."""
    named = claims.others.get(CLAIM)
    return named if isinstance(named, str) and len(named) <= LONGEST_ID else ""


def acted_for(session: Session, claims: Claims, district_id: str) -> int:
    """Return the number of the teacher for whom a service account acts.

    Raises
    ------
    NotAllowed
        The token names nobody, or nobody of the account's district.
    """
    named = named_teacher(claims)
    if not named or not named.isprintable():
        raise NotAllowed(
            f"A service account acts for one teacher: its token must name them by '{CLAIM}'."
        )
    found = session.exec(
        select(Teacher.id).where(
            Teacher.district_id == district_id,
            Teacher.source_id == named,
        )
    ).one_or_none()
    if found is None:
        raise NotAllowed("The district of this service account has no such teacher.")
    return found
