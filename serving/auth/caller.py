"""Who is calling: a verified token's subject, looked up in the identities table or the roster."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import structlog
from sqlalchemy import bindparam
from sqlmodel import Session, select

from recommender.errors import NotAllowed
from recommender.store.tables import Identity
from recommender.vocabulary import Role
from serving.auth.acting import acted_for, named_teacher
from serving.auth.roster import Person, RosterRule, find_in_roster
from serving.auth.tokens import Claims

_log = structlog.get_logger(__name__)

_UNKNOWN: Final = (
    "You are signed in, but this service does not know who you are; "
    "ask your district's data staff to connect your account."
)

_IDENTITY: Final = select(
    Identity.role, Identity.district_id, Identity.teacher_id, Identity.coach_id
).where(Identity.issuer == bindparam("issuer"), Identity.subject == bindparam("subject"))
"""Built once: to put a statement together takes longer than to run it."""


@dataclass(frozen=True)
class Caller:
    """A signed-in person: what they are, where, and which row of the store is theirs.

    `teacher_id` and `coach_id` are row ids of the store, set for those roles only.
    """

    role: Role
    district_id: str
    teacher_id: int | None = None
    coach_id: int | None = None
    subject: str = ""
    key: str = ""
    """Stands for the caller in tables and tells nothing of the person."""
    acting: bool = False
    """Whether a service account acts for the teacher."""
    account: str = ""
    """Stands for the account in the log, whomever it acts for."""


def caller_key(claims: Claims) -> str:
    """Return a name for whoever sends these claims that tells nothing of them.

    A service account is another caller for each teacher: what one sends twice, and how often, is
    nothing to do with what it sends for the next.
    """
    parts = [claims.issuer, claims.subject, *filter(None, [named_teacher(claims)])]
    return sha256("\0".join(parts).encode()).hexdigest()


def write_down(caller: Caller) -> None:
    """Log that an account acts for a teacher, by numbers that tell nothing of either."""
    if caller.acting:
        _log.info("acting", account=caller.account, teacher=caller.teacher_id)


def find_caller(session: Session, claims: Claims, rules: Mapping[str, RosterRule]) -> Caller:
    """Return the person whom verified claims stand for.

    The identities table goes first; where it has no row, and there is a rule for the claims'
    issuer, the roster is asked.

    Raises
    ------
    NotAllowed
        The subject is not known here, or its row does not name the person that its role needs.
    """
    who = {"issuer": claims.issuer, "subject": claims.subject}
    known = session.exec(_IDENTITY, params=who).one_or_none()
    rule = rules.get(claims.issuer)
    if known is not None:
        person: Person | None = Person(*known)
    else:
        person = find_in_roster(session, claims, rule) if rule else None
    if person is None:
        raise NotAllowed(_UNKNOWN)
    if person.role is Role.SERVICE:
        return Caller(
            role=Role.TEACHER,
            district_id=person.district_id,
            teacher_id=acted_for(session, claims, person.district_id),
            subject=claims.subject,
            key=caller_key(claims),
            acting=True,
            account=sha256(f"{claims.issuer}\0{claims.subject}".encode()).hexdigest()[:16],
        )
    if (person.role is Role.TEACHER and person.teacher_id is None) or (
        person.role is Role.COACH and person.coach_id is None
    ):
        raise NotAllowed("Your account is not connected to a person yet; ask your data staff.")
    return Caller(
        role=person.role,
        district_id=person.district_id,
        teacher_id=person.teacher_id,
        coach_id=person.coach_id,
        subject=claims.subject,
        key=caller_key(claims),
    )
