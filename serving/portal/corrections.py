"""A teacher's word that a fact is wrong, what data staff make of it, and leaving evaluations out.

Data staff see which fact is meant (what, of whom, of which day), never the level of a rating.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from sqlmodel import Session, col, select
from starlette.responses import Response

from recommender.errors import InvalidInput, NotFound
from recommender.store.columns import utc_now
from recommender.store.corrections import MOST_WORDS, CorrectionState
from recommender.store.tables import Correction, Teacher, TeacherChoice
from recommender.vocabulary import Role
from serving.api.profile.endpoints import get_profile
from serving.api.profile.schemas import GoalOut, ProfileOut
from serving.api.suggestions.schemas import StandardRef
from serving.auth.access import own_teacher
from serving.deps import ServiceDep, SessionDep, TeacherIdPath, VisitorDep, WritingSessionDep
from serving.portal.addresses import address_of, name_of
from serving.portal.forms import ActingTeacherDep, FormDep, SenderDep, csrf_token, see
from serving.portal.rendering import day, render
from serving.portal.staff import for_staff

ROSTER: Final = "What the roster says of your work"
MOST_OPEN: Final = 50
"""So many may stand open for one teacher."""

LATEST: Final = 100

router = APIRouter(include_in_schema=False)


def names_of_facts(profile: ProfileOut) -> Mapping[str, Sequence[str]]:
    """Return the facts of each kind by a name that tells no level, in the profile's order."""
    return {
        "roster": [ROSTER] if profile.roster else [],
        "records": [
            f"Record: {one.credential.title}, {one.status}{_on(one.on)}" for one in profile.records
        ],
        "goals": [f"Goal: {_goal(one)}{_on(one.on)}" for one in profile.goals],
        "assessments": [
            f"Self-assessment: {_standard(one.standard)}{_on(one.on)}"
            for one in profile.self_assessments
        ],
        "ratings": [
            f"Evaluation rating: {_standard(one.standard)}{_on(one.on)}" for one in profile.ratings
        ],
    }


def _on(moment: date | None) -> str:
    return f", {day(moment)}" if moment else ", day not known"


def _standard(of: StandardRef) -> str:
    return f"{of.framework} {of.code}" + (f", {of.title}" if of.title else "")


def _goal(goal: GoalOut) -> str:
    return _standard(goal.standard) if goal.standard else f"pathway {goal.pathway}"


def corrections_of(session: Session, teacher: Teacher) -> Sequence[Correction]:
    """Return what a teacher called wrong, the latest first."""
    return session.exec(
        select(Correction)
        .where(Correction.teacher_id == teacher.id)
        .order_by(col(Correction.id).desc())
        .limit(LATEST)
    ).all()


def uses_evaluations(session: Session, teacher: Teacher) -> bool:
    """Return whether a teacher lets evaluations into their suggestions."""
    choice = session.get(TeacherChoice, teacher.id)
    return choice is None or choice.use_evaluations


@router.get("/teachers/{teacher_id:path}/wrong")
def open_wrong(
    request: Request,
    visitor: VisitorDep,
    teacher_id: TeacherIdPath,
    session: SessionDep,
    service: ServiceDep,
    kind: Annotated[str, Query(max_length=20)] = "roster",
    number: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """Ask what is wrong with one fact."""
    teacher = own_teacher(session, visitor, teacher_id)
    named = names_of_facts(get_profile(teacher, session)).get(kind, ())
    if number >= len(named):
        raise NotFound("That fact is not there any more; look at the page again.")
    return render(
        "wrong.html",
        role=visitor.role,
        own=True,
        name=name_of(teacher),
        address=address_of(teacher),
        about=named[number],
        most=MOST_WORDS,
        csrf=csrf_token(request, service.settings, visitor),
    )


@router.post("/teachers/{teacher_id:path}/wrong")  # noqa: FAST003 - ActingTeacherDep reads it
def call_wrong(teacher: ActingTeacherDep, form: FormDep, session: WritingSessionDep) -> Response:
    """Keep the teacher's word for data staff."""
    about, note = form.get("about", ""), form.get("note", "").strip()
    named = names_of_facts(get_profile(teacher, session))
    if about not in {name for names in named.values() for name in names}:
        raise InvalidInput("That fact is not there any more; look at the page again.")
    if len(note) > MOST_WORDS:
        raise InvalidInput(f"Say it in at most {MOST_WORDS} characters.")
    waiting = [one for one in corrections_of(session, teacher) if one.state is CorrectionState.OPEN]
    if len(waiting) >= MOST_OPEN:
        raise InvalidInput("Wait until your data staff have answered what you sent before.")
    if about not in {one.about for one in waiting}:
        session.add(Correction(teacher_id=teacher.id or 0, about=about, note=_printable(note)))
    return see(f"{address_of(teacher)}/known#corrections")


@router.post("/teachers/{teacher_id:path}/evaluations")  # noqa: FAST003 - ActingTeacherDep reads it
def choose_evaluations(
    teacher: ActingTeacherDep, form: FormDep, session: WritingSessionDep
) -> Response:
    """Leave the teacher's evaluations out of their suggestions, or let them in again."""
    uses = {"in": True, "out": False}.get(form.get("evaluations", ""))
    if uses is None:
        raise InvalidInput("Say whether evaluations count in your suggestions.")
    session.merge(TeacherChoice(teacher_id=teacher.id or 0, use_evaluations=uses))
    return see(f"{address_of(teacher)}/known#ratings")


@router.get("/corrections")
def open_corrections(
    request: Request, visitor: VisitorDep, session: SessionDep, service: ServiceDep
) -> Response:
    """Show data staff what teachers of their district called wrong."""
    for_staff(visitor)
    rows = session.exec(
        select(Correction, Teacher)
        .join(Teacher, col(Teacher.id) == col(Correction.teacher_id))
        .where(Teacher.district_id == visitor.district_id)
        .order_by(col(Correction.state) != CorrectionState.OPEN, col(Correction.id).desc())
        .limit(LATEST)
    ).all()
    return render(
        "corrections.html",
        role=visitor.role,
        rows=[(one, name_of(teacher), teacher.source_id) for one, teacher in rows],
        csrf=csrf_token(request, service.settings, visitor),
        most=MOST_WORDS,
    )


@router.post("/corrections/{number}")
def answer_correction(
    sender: SenderDep,
    form: FormDep,
    session: WritingSessionDep,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Say what became of a fact that was called wrong."""
    for_staff(sender)
    found = session.exec(
        select(Correction)
        .join(Teacher, col(Teacher.id) == col(Correction.teacher_id))
        .where(Correction.id == number, Teacher.district_id == sender.district_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such message in your district.")
    state = form.get("state", "")
    answer = form.get("answer", "").strip()
    if state not in {CorrectionState.MENDED, CorrectionState.STANDS}:
        raise InvalidInput("Say whether it was mended or stands.")
    if len(answer) > MOST_WORDS:
        raise InvalidInput(f"Answer in at most {MOST_WORDS} characters.")
    found.state = CorrectionState(state)
    found.answer = _printable(answer)
    found.answered_by = "an administrator" if sender.role is Role.ADMIN else "data staff"
    found.answered_at = utc_now()
    return see("/corrections")


def _printable(text: str) -> str:
    """Return a text without control characters, which PostgreSQL and pages do without."""
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")
