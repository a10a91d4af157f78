"""Coaches of a district, and who is assigned to them."""

from datetime import date

from sqlmodel import Session, col, select, tuple_

from recommender.errors import NotAllowed, NotFound
from recommender.store.tables import Caseload, Coach, Teacher, TeacherContext
from recommender.vocabulary import Role
from serving.auth.caller import Caller


def readable_coach(session: Session, caller: Caller, source_id: str) -> Coach:
    """Return a coach whose caseload the caller may see: their own, or any for an admin.

    Raises
    ------
    NotFound
        The caller's district has no such coach.
    NotAllowed
        The caller is a teacher, data staff or another coach.
    """
    if caller.role not in {Role.COACH, Role.ADMIN}:
        raise NotAllowed("A caseload is for its coach.")
    coach = session.exec(
        select(Coach).where(Coach.district_id == caller.district_id, Coach.source_id == source_id)
    ).one_or_none()
    if coach is None:
        raise NotFound(f"There is no coach '{source_id}' in the district '{caller.district_id}'.")
    if caller.role is Role.COACH and caller.coach_id != coach.id:
        raise NotAllowed("A caseload is for its coach.")
    return coach


def assigned_teachers(
    session: Session,
    coach: Coach,
    on: date,
    *,
    after: tuple[str, str, str] | None = None,
    limit: int | None = None,
) -> list[tuple[Teacher, str]]:
    """Return the teachers assigned to a coach on a day, by name, each with the school or ''.

    `after` is the family name, given name and id behind which the list goes on.
    """
    order = (col(Teacher.family_name), col(Teacher.given_name), col(Teacher.source_id))
    assigned = select(Caseload.teacher_id).where(
        Caseload.coach_id == coach.id,
        col(Caseload.valid_from) <= on,
        col(Caseload.valid_to) >= on,
    )
    statement = select(Teacher).where(col(Teacher.id).in_(assigned)).order_by(*order)
    if after is not None:
        statement = statement.where(tuple_(*order) > after)
    teachers = session.exec(statement.limit(limit)).all()
    schools = dict(
        session.exec(
            select(TeacherContext.teacher_id, TeacherContext.school_id)
            .where(
                col(TeacherContext.teacher_id).in_([teacher.id for teacher in teachers]),
                col(TeacherContext.valid_from) <= on,
                col(TeacherContext.valid_to) >= on,
            )
            .order_by(col(TeacherContext.valid_from))
        ).all()
    )
    return [(teacher, schools.get(teacher.id or 0, "")) for teacher in teachers]
