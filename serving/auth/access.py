"""Who may see what of a teacher: in one place, for the API and the pages alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from features.live import find_teacher, unknown_teacher
from recommender.clock import today
from recommender.errors import NotAllowed, RecommenderError
from recommender.store.tables import Caseload, Teacher
from recommender.vocabulary import Role
from serving.auth.caller import Caller

_NOT_FOR_DATA_STAFF: Final = "Data staff see figures over many teachers, never one teacher's list."
_NOT_YOURS: Final = "You may see your own suggestions, or those of your assigned teachers."


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
        raise NotAllowed(_NOT_FOR_DATA_STAFF)
    teacher = find_teacher(session, source_id, caller.district_id)
    if teacher.id not in _readable_ids(session, caller, [teacher], on):
        raise NotAllowed(_NOT_YOURS)
    return teacher


@dataclass(frozen=True)
class Readable:
    """Those of some teachers whom a caller may read of, and why the others not, by id."""

    teachers: list[Teacher]
    refused: dict[str, RecommenderError]


def readable_teachers(session: Session, caller: Caller, source_ids: Sequence[str]) -> Readable:
    """Return several teachers by the rules of `readable_teacher`, in two queries at most.

    Raises
    ------
    NotAllowed
        The caller is data staff.
    """
    if caller.role is Role.DATA_STAFF:
        raise NotAllowed(_NOT_FOR_DATA_STAFF)
    ids = list(dict.fromkeys(source_ids))
    rows = session.exec(
        select(Teacher).where(
            Teacher.district_id == caller.district_id, col(Teacher.source_id).in_(ids)
        )
    )
    found = {teacher.source_id: teacher for teacher in rows}
    allowed = _readable_ids(session, caller, list(found.values()), today())
    refused: dict[str, RecommenderError] = {}
    for id_ in ids:
        if id_ not in found:
            refused[id_] = unknown_teacher(id_, caller.district_id)
        elif found[id_].id not in allowed:
            refused[id_] = NotAllowed(_NOT_YOURS)
    return Readable([found[id_] for id_ in ids if id_ not in refused], refused)


def require_staff(caller: Caller, what: str = "This") -> None:
    """Let data staff and admins pass.

    Raises
    ------
    NotAllowed
        The caller is somebody else.
    """
    if caller.role not in {Role.DATA_STAFF, Role.ADMIN}:
        raise NotAllowed(f"{what} is for data staff.")


def own_teacher(session: Session, caller: Caller, source_id: str) -> Teacher:
    """Return a teacher of whom the caller may write facts: the very same person.

    Raises
    ------
    NotFound
        The caller's district has no such teacher.
    NotAllowed
        The caller is somebody else.
    """
    if caller.role is not Role.TEACHER:
        raise NotAllowed("Only teachers say this, of themselves.")
    teacher = find_teacher(session, source_id, caller.district_id)
    if caller.teacher_id != teacher.id:
        raise NotAllowed("You may say this of yourself alone.")
    return teacher


def _readable_ids(
    session: Session, caller: Caller, teachers: Sequence[Teacher], on: date
) -> set[int | None]:
    ids = {teacher.id for teacher in teachers}
    if caller.role is Role.TEACHER:
        return ids & {caller.teacher_id}
    if caller.role is Role.COACH:
        assigned = select(Caseload.teacher_id).where(
            Caseload.coach_id == caller.coach_id,
            col(Caseload.teacher_id).in_(ids),
            col(Caseload.valid_from) <= on,
            col(Caseload.valid_to) >= on,
        )
        return ids.intersection(session.exec(assigned).all())
    return ids if caller.role is Role.ADMIN else set()
