"""Who is calling: a verified token's subject, looked up in the identities table."""

from dataclasses import dataclass

from sqlmodel import Session, select

from recommender.errors import NotAllowed
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.auth.tokens import Claims


@dataclass(frozen=True)
class Caller:
    """A signed-in person: what they are, where, and which row of the store is theirs.

    `teacher_id` and `coach_id` are row ids of the store, set for those roles only.
    """

    role: Role
    district_id: str
    teacher_id: int | None = None
    coach_id: int | None = None


def find_caller(session: Session, claims: Claims) -> Caller:
    """Return the person whom verified claims stand for.

    Raises
    ------
    NotAllowed
        The subject is not known here, or its row does not name the person that its role needs.
    """
    identity = session.exec(
        select(Identity).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    ).one_or_none()
    if identity is None:
        raise NotAllowed(
            "You are signed in, but this service does not know who you are; "
            "ask your district's data staff to connect your account."
        )
    caller = Caller(identity.role, identity.district_id, identity.teacher_id, identity.coach_id)
    if (caller.role is Role.TEACHER and caller.teacher_id is None) or (
        caller.role is Role.COACH and caller.coach_id is None
    ):
        raise NotAllowed("Your account is not connected to a person yet; ask your data staff.")
    return caller
