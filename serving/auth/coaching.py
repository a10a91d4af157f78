"""Who may plan for a teacher, and who may see and accept a plan."""

from sqlmodel import Session

from models.plans.keeping import KeptPlan, read_plan
from recommender.clock import today
from recommender.errors import NotAllowed, NotFound, RecommenderError
from recommender.store.tables import Coach, Teacher
from recommender.vocabulary import Role
from serving.auth.access import readable_teacher
from serving.auth.caller import Caller


def require_coach(session: Session, caller: Caller) -> Coach:
    """Return the coach who calls.

    Raises
    ------
    NotAllowed
        The caller is somebody else.
    """
    if caller.role is not Role.COACH:
        raise NotAllowed("This is for coaches, of the teachers who are assigned to them today.")
    return session.get_one(Coach, caller.coach_id)


def coached_teacher(session: Session, caller: Caller, source_id: str) -> tuple[Teacher, Coach]:
    """Return a teacher for whom the caller may plan: one who is assigned to them today.

    Raises
    ------
    NotAllowed
        The caller is no coach, or the teacher is not assigned to them today.
    NotFound
        The caller's district has no such teacher.
    """
    coach = require_coach(session, caller)
    return readable_teacher(session, caller, source_id, today()), coach


def readable_plan(
    session: Session, caller: Caller, plan_id: int, *, lock: bool = False
) -> KeptPlan:
    """Return a plan of a teacher of whom the caller may read today.

    Of any other nothing is told, not even that it exists.

    Raises
    ------
    NotFound
        There is no such plan, or not for the caller.
    NotAllowed
        The caller is data staff.
    """
    if caller.role is Role.DATA_STAFF:
        raise NotAllowed("Growth plans are for the teacher and the coach.")
    kept = read_plan(session, plan_id, lock=lock)
    try:
        found = readable_teacher(session, caller, kept.teacher.source_id, today())
    except RecommenderError:
        found = None
    if found is None or found.id != kept.teacher.id:
        raise NotFound(f"There is no growth plan {plan_id}.")
    return kept


def changeable_plan(
    session: Session, caller: Caller, plan_id: int, *, lock: bool = False
) -> KeptPlan:
    """Return a plan that the caller may change: that of a teacher whom they coach today."""
    kept = readable_plan(session, caller, plan_id, lock=lock)
    require_coach(session, caller)
    return kept


def acceptable_plan(
    session: Session, caller: Caller, plan_id: int, *, lock: bool = False
) -> KeptPlan:
    """Return a plan that the caller may accept: the teacher's own or one of whom they coach."""
    kept = readable_plan(session, caller, plan_id, lock=lock)
    if caller.role not in {Role.TEACHER, Role.COACH}:
        raise NotAllowed("A growth plan is accepted by the teacher and the coach.")
    return kept
