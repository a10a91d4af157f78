"""Earning together: the coach asks, a teacher agrees or not, and nobody sees who declined."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from features.earning_together import answer_invitation, close_group, groups_of
from recommender.clock import today
from recommender.errors import InvalidInput
from recommender.planning.together import LEAST, MOST
from recommender.store.engine import unit_of_work
from recommender.vocabulary import InvitationAnswer
from serving.api.coaches.queries import assigned_teachers
from serving.api.paging import cursor_of, read_cursor
from serving.api.together.endpoints import MOST_CASELOAD, ask
from serving.api.together.schemas import TogetherIn
from serving.auth.caller import Caller
from serving.auth.coaching import require_coach
from serving.deps import ChampionDep, ServiceDep, SessionDep, VisitorDep, WritingSessionDep
from serving.live.grouping import PossibleGroups, possible_groups
from serving.portal.addresses import address_of, name_of
from serving.portal.forms import (
    ActingTeacherDep,
    Form,
    FormDep,
    SenderDep,
    csrf_token,
    read_as,
    see,
)
from serving.portal.rendering import render_frame_first

router = APIRouter(include_in_schema=False)

_ANSWERS: Final = (InvitationAnswer.AGREED, InvitationAnswer.DECLINED)


@router.get("/earn-together")
def open_together(
    request: Request,
    visitor: VisitorDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    did: Annotated[str | None, Query(pattern="^(asked|closed)$")] = None,
) -> Response:
    """Show the coach who could earn the same, and what became of those who were asked."""
    coach = require_coach(session, visitor)
    assigned = assigned_teachers(session, coach, today(), limit=MOST_CASELOAD)
    teachers = [teacher for teacher, _ in assigned]

    def seek() -> PossibleGroups:
        return possible_groups(session, service, champion, teachers)

    return render_frame_first(
        "together.html",
        role=visitor.role,
        csrf=csrf_token(request, service.settings, visitor),
        seek=seek,
        value_of=lambda group: cursor_of(*group.key),
        id_of=lambda person: cursor_of(person.source_id),
        name_of=name_of,
        groups=[
            (
                group,
                group.credential.title or group.credential.source_id,
                [name_of(person) for person in group.agreed],
                [name_of(person) for person in group.waiting],
            )
            for group in groups_of(session, coach)
        ],
        least=LEAST,
        most=MOST,
        did=did,
    )


@router.post("/earn-together")
def change_together(
    sender: SenderDep, session: SessionDep, service: ServiceDep, form: FormDep
) -> Response:
    """Ask those who are ticked, or close a group."""
    require_coach(session, sender)
    with unit_of_work(service.engine) as writing:
        if "close" in form:
            close_group(writing, require_coach(writing, sender), _number(form["close"]))
            return see("/earn-together?did=closed#done")
        _ask(writing, sender, form)
    return see("/earn-together?did=asked#done")


@router.post("/teachers/{teacher_id:path}/together")  # noqa: FAST003 - ActingTeacherDep reads it
def answer(teacher: ActingTeacherDep, form: FormDep, session: WritingSessionDep) -> Response:
    """Agree to earn together, or decline."""
    said = form.get("answer", "")
    if said not in set(_ANSWERS):
        raise InvalidInput("Choose one of the two buttons.")
    answer_invitation(session, teacher, _number(form.get("group", "")), InvitationAnswer(said))
    return see(f"{address_of(teacher)}#from-coach")


def _ask(writing: Session, sender: Caller, form: Form) -> None:
    people = [
        read_cursor(name.removeprefix("who:"), 1)[0] for name in form if name.startswith("who:")
    ]
    if not LEAST <= len(people) <= MOST:
        raise InvalidInput(f"Tick {LEAST} to {MOST} teachers: so many make a group.")
    _, credential_id = read_cursor(form.get("credential", ""), 2)
    asked = {"credential_id": credential_id, "teacher_ids": people, "note": form.get("note", "")}
    ask(writing, sender, read_as(TogetherIn, asked))


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) > 2**31 - 1:
        raise InvalidInput("The form holds something that this page does not offer.")
    return int(text)
