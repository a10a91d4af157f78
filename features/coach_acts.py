"""What coaches do with a teacher's list: pin, veto with a note, set as a goal; and taking it back.

At most one act about a credential is in force, whichever coach it was. A goal comes with a growth
goal on the standard that the credential develops most, which ends with it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from recommender.axes import CredentialKey
from recommender.clock import today
from recommender.errors import NotFound
from recommender.store.columns import FOREVER, utc_now
from recommender.store.tables import (
    Alignment,
    Coach,
    CoachAct,
    Credential,
    GrowthGoal,
    Standard,
    Teacher,
)
from recommender.vocabulary import ActKind, SetBy


@dataclass(frozen=True)
class ToldAct:
    """An act in force, as the teacher and the coach read it."""

    kind: ActKind
    key: CredentialKey
    title: str
    by: str
    note: str
    at: datetime
    until: date | None


def read_acts(session: Session, teachers: Sequence[Teacher]) -> dict[int, list[ToldAct]]:
    """Return the acts in force of some teachers, by `teacher.id`, the latest first; one query."""
    rows = session.exec(
        select(CoachAct, Credential, Coach)
        .join_from(CoachAct, Credential)
        .join(Coach)
        .where(
            col(CoachAct.teacher_id).in_([teacher.id for teacher in teachers]),
            col(CoachAct.superseded_at).is_(None),
        )
        .order_by(col(CoachAct.recorded_at).desc(), col(CoachAct.id).desc())
    )
    found: defaultdict[int, list[ToldAct]] = defaultdict(list)
    for act, credential, coach in rows:
        found[act.teacher_id].append(_told(act, credential, coach))
    return found


def put_act(
    session: Session,
    teacher: Teacher,
    coach: Coach,
    credential: Credential,
    kind: ActKind,
    *,
    note: str = "",
    until: date | None = None,
) -> ToldAct:
    """Let an act hold from now on, in the place of any earlier one about the credential.

    The same act again changes nothing. The teacher's row must be locked.
    """
    standing = _in_force(session, teacher, credential)
    same = (coach.id, kind, note, until)
    if standing is not None:
        if (standing.coach_id, standing.kind, standing.note, standing.until) == same:
            return _told(standing, credential, coach)
        _end(session, standing)
    act = CoachAct(
        teacher_id=teacher.id or 0,
        coach_id=coach.id or 0,
        credential_id=credential.id or 0,
        kind=kind,
        note=note,
        until=until,
    )
    if kind is ActKind.GOAL:
        act.standard_id = _set_goal(session, teacher, credential, until)
    session.add(act)
    session.flush()
    return _told(act, credential, coach)


def end_act(session: Session, teacher: Teacher, credential: Credential) -> None:
    """Let the act about a credential hold no longer; the teacher's row must be locked.

    Raises
    ------
    NotFound
        There is none.
    """
    standing = _in_force(session, teacher, credential)
    if standing is None:
        raise NotFound("No coach has pinned or vetoed this micro-credential or set it as a goal.")
    _end(session, standing)


def _in_force(session: Session, teacher: Teacher, credential: Credential) -> CoachAct | None:
    return session.exec(
        select(CoachAct).where(
            CoachAct.teacher_id == teacher.id,
            CoachAct.credential_id == credential.id,
            col(CoachAct.superseded_at).is_(None),
        )
    ).one_or_none()


def _end(session: Session, act: CoachAct) -> None:
    act.superseded_at = utc_now()
    if act.standard_id is not None:
        goals = session.exec(
            select(GrowthGoal).where(
                GrowthGoal.teacher_id == act.teacher_id,
                GrowthGoal.standard_id == act.standard_id,
                GrowthGoal.set_by == SetBy.COACH,
                GrowthGoal.set_on == act.recorded_at.date(),
                col(GrowthGoal.superseded_at).is_(None),
            )
        )
        for goal in goals:
            goal.superseded_at = act.superseded_at
    session.flush()


def _set_goal(
    session: Session, teacher: Teacher, credential: Credential, until: date | None
) -> int | None:
    """Add the growth goal of a goal; None where there is nothing to add or it is set already."""
    standard = _developed_most(session, credential)
    if standard is None:
        return None
    key = f"standard:{standard.framework}:{standard.code}"
    standing = session.exec(
        select(GrowthGoal).where(
            GrowthGoal.teacher_id == teacher.id,
            GrowthGoal.goal_key == key,
            GrowthGoal.set_on == today(),
            col(GrowthGoal.superseded_at).is_(None),
        )
    ).first()
    if standing is not None:
        return None
    session.add(
        GrowthGoal(
            teacher_id=teacher.id or 0,
            goal_key=key,
            standard_id=standard.id,
            set_on=today(),
            until=until or FOREVER,
            set_by=SetBy.COACH,
        )
    )
    return standard.id


def _developed_most(session: Session, credential: Credential) -> Standard | None:
    return session.exec(
        select(Standard)
        .join(Alignment)
        .where(
            Alignment.credential_id == credential.id,
            col(Alignment.valid_from) <= today(),
            col(Alignment.valid_to) >= today(),
            Standard.parent != "",
        )
        .order_by(col(Alignment.strength).desc(), col(Standard.framework), col(Standard.code))
        .limit(1)
    ).first()


def _told(act: CoachAct, credential: Credential, coach: Coach) -> ToldAct:
    return ToldAct(
        act.kind,
        (credential.district_id, credential.source_id),
        credential.title or credential.source_id,
        coach.name or coach.source_id,
        act.note,
        act.recorded_at,
        act.until,
    )
