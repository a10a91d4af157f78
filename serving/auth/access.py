"""Who may see what of a teacher: in one place, for the API and the pages alike."""

from datetime import date

from sqlmodel import Session, col, select

from features.live import find_teacher
from recommender.errors import NotAllowed
from recommender.store.tables import Caseload, Teacher
from recommender.vocabulary import Role
from serving.auth.caller import Caller


def readable_teacher(session: Session, caller: Caller, source_id: str, on: date) -> Teacher:
    """Return a teacher whose suggestions the caller may see on a day.

    A teacher of another district is not found, whoever asks: nothing tells that they exist.

    Raises
    ------
    NotFound
        The caller's district has no such teacher.
    NotAllowed
        The caller is data staff, another teacher, or a coach to whom the teacher is not assigned
        on this day.
    """
    if caller.role is Role.DATA_STAFF:
        raise NotAllowed("Data staff see figures over many teachers, never one teacher's list.")
    teacher = find_teacher(session, source_id, caller.district_id)
    if not _may_read(session, caller, teacher, on):
        raise NotAllowed("You may see your own suggestions, or those of your assigned teachers.")
    return teacher


def _may_read(session: Session, caller: Caller, teacher: Teacher, on: date) -> bool:
    if caller.role is Role.TEACHER:
        return caller.teacher_id == teacher.id
    if caller.role is Role.COACH:
        assigned = select(Caseload.id).where(
            Caseload.coach_id == caller.coach_id,
            Caseload.teacher_id == teacher.id,
            col(Caseload.valid_from) <= on,
            col(Caseload.valid_to) >= on,
        )
        return session.exec(assigned.limit(1)).first() is not None
    return caller.role is Role.ADMIN
