"""Earning the same micro-credential together: who is asked, who agreed, and who may know what.

The coach asks; a teacher agrees or not. Those who agreed see each other's names. That somebody
declined is told to nobody, the coach included: it looks as if no answer had come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from recommender.errors import InvalidInput, NotFound
from recommender.planning.together import LEAST, MOST
from recommender.store.columns import utc_now
from recommender.store.tables import (
    Coach,
    Credential,
    EarnTogetherGroup,
    EarnTogetherInvitation,
    Teacher,
)
from recommender.vocabulary import InvitationAnswer


@dataclass(frozen=True)
class CoachsGroup:
    """A group as its coach sees it."""

    id: int
    credential: Credential
    note: str
    asked_at: datetime
    agreed: tuple[Teacher, ...]
    waiting: tuple[Teacher, ...]
    """Asked, and not agreed so far: without an answer, or declined."""


@dataclass(frozen=True)
class TeachersInvitation:
    """An invitation as the invited teacher sees it."""

    id: int
    credential: Credential
    coach: Coach
    note: str
    asked_at: datetime
    answer: InvitationAnswer
    others: tuple[Teacher, ...]
    """Others who agreed; nobody unless the teacher agreed as well."""


def ask_together(
    session: Session,
    coach: Coach,
    credential: Credential,
    teachers: Sequence[Teacher],
    note: str = "",
) -> CoachsGroup:
    """Ask some teachers; asking the very same people for the same again changes nothing.

    Raises
    ------
    InvalidInput
        They are fewer or more than make a group.
    """
    people = {teacher.id or 0: teacher for teacher in teachers}
    if not LEAST <= len(people) <= MOST:
        raise InvalidInput(f"A group has {LEAST} to {MOST} teachers.")
    for group in groups_of(session, coach):
        asked = {teacher.id for teacher in (*group.agreed, *group.waiting)}
        if group.credential.id == credential.id and asked == set(people):
            return group
    row = EarnTogetherGroup(coach_id=coach.id or 0, credential_id=credential.id or 0, note=note)
    session.add(row)
    session.flush()
    session.add_all(
        EarnTogetherInvitation(group_id=row.id or 0, teacher_id=id_) for id_ in sorted(people)
    )
    session.flush()
    return next(group for group in groups_of(session, coach) if group.id == row.id)


def groups_of(session: Session, coach: Coach) -> list[CoachsGroup]:
    """Return a coach's open groups, the latest first; two queries."""
    groups = session.exec(
        select(EarnTogetherGroup, Credential)
        .join_from(EarnTogetherGroup, Credential)
        .where(EarnTogetherGroup.coach_id == coach.id, col(EarnTogetherGroup.closed_at).is_(None))
        .order_by(col(EarnTogetherGroup.id).desc())
    ).all()
    asked = _asked(session, [group.id or 0 for group, _ in groups])
    return [
        CoachsGroup(
            group.id or 0,
            credential,
            group.note,
            group.asked_at,
            tuple(teacher for answer, teacher in asked.get(group.id or 0, []) if _agreed(answer)),
            tuple(
                teacher for answer, teacher in asked.get(group.id or 0, []) if not _agreed(answer)
            ),
        )
        for group, credential in groups
    ]


def invitations_of(session: Session, teacher: Teacher) -> list[TeachersInvitation]:
    """Return a teacher's open invitations, the latest first; two queries."""
    rows = session.exec(
        select(EarnTogetherInvitation, EarnTogetherGroup, Credential, Coach)
        .join_from(EarnTogetherInvitation, EarnTogetherGroup)
        .join(Credential, col(EarnTogetherGroup.credential_id) == col(Credential.id))
        .join(Coach, col(EarnTogetherGroup.coach_id) == col(Coach.id))
        .where(
            EarnTogetherInvitation.teacher_id == teacher.id,
            col(EarnTogetherGroup.closed_at).is_(None),
        )
        .order_by(col(EarnTogetherGroup.id).desc())
    ).all()
    asked = _asked(session, [group.id or 0 for _, group, _, _ in rows])
    return [
        TeachersInvitation(
            group.id or 0,
            credential,
            coach,
            group.note,
            group.asked_at,
            invitation.answer,
            tuple(
                other
                for answer, other in asked[group.id or 0]
                if _agreed(answer) and _agreed(invitation.answer) and other.id != teacher.id
            ),
        )
        for invitation, group, credential, coach in rows
    ]


def answer_invitation(
    session: Session, teacher: Teacher, group_id: int, answer: InvitationAnswer
) -> TeachersInvitation:
    """Let a teacher agree or decline; the latest answer counts, until the group is closed.

    Raises
    ------
    NotFound
        The teacher was not asked, or the group is closed.
    """
    row = session.exec(
        select(EarnTogetherInvitation)
        .join(EarnTogetherGroup)
        .where(
            EarnTogetherInvitation.group_id == group_id,
            EarnTogetherInvitation.teacher_id == teacher.id,
            col(EarnTogetherGroup.closed_at).is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no open invitation {group_id} for you.")
    if row.answer is not answer:
        row.answer, row.answered_at = answer, utc_now()
        session.flush()
    return next(one for one in invitations_of(session, teacher) if one.id == group_id)


def close_group(session: Session, coach: Coach, group_id: int) -> None:
    """Close a group: nobody sees it any more.

    Raises
    ------
    NotFound
        The coach has no such open group.
    """
    row = session.exec(
        select(EarnTogetherGroup).where(
            EarnTogetherGroup.id == group_id,
            EarnTogetherGroup.coach_id == coach.id,
            col(EarnTogetherGroup.closed_at).is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no open group {group_id} of yours.")
    row.closed_at = utc_now()
    invitations = session.exec(
        select(EarnTogetherInvitation).where(EarnTogetherInvitation.group_id == group_id)
    )
    for invitation in invitations:
        # Moves the versions of the teachers whose pages showed it.
        invitation.answered_at = invitation.answered_at or row.closed_at
    session.flush()


def _asked(
    session: Session, groups: Sequence[int]
) -> dict[int, list[tuple[InvitationAnswer, Teacher]]]:
    rows = session.exec(
        select(EarnTogetherInvitation, Teacher)
        .join_from(EarnTogetherInvitation, Teacher)
        .where(col(EarnTogetherInvitation.group_id).in_(groups))
        .order_by(col(Teacher.family_name), col(Teacher.given_name), col(Teacher.source_id))
    )
    found: dict[int, list[tuple[InvitationAnswer, Teacher]]] = {}
    for invitation, teacher in rows:
        found.setdefault(invitation.group_id, []).append((invitation.answer, teacher))
    return found


def _agreed(answer: InvitationAnswer) -> bool:
    return answer is InvitationAnswer.AGREED
