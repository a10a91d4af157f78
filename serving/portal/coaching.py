"""One teacher, for the coach: suggestions to pin, veto or set as goals, and the history."""

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from features.coach_acts import end_act, put_act, read_acts
from models.plans.keeping import read_plans
from recommender.clock import today
from recommender.errors import InvalidInput
from recommender.sentences import standard_title
from recommender.store.engine import unit_of_work
from recommender.store.tables import Teacher
from serving.api.coach_acts.schemas import CoachActIn
from serving.api.credentials.queries import find_any_credential
from serving.api.writing import lock_teacher
from serving.auth.coaching import coached_teacher, require_coach
from serving.deps import (
    ChampionDep,
    ServiceDep,
    SessionDep,
    TeacherIdPath,
    VisitedTeacherDep,
    VisitorDep,
    voice_to,
)
from serving.live.suggestions import Suggested, suggest_to
from serving.portal.addresses import address_of, name_of
from serving.portal.firsts import needs_of
from serving.portal.forms import Form, FormDep, SenderDep, csrf_token, read_as, see
from serving.portal.history import chart_of
from serving.portal.rendering import render

SHOWN: Final = 8
"""So many suggestions are shown to act on."""

TAKE_BACK: Final = "take_back"
VETO_WITHOUT_WORDS: Final = "Say why you take it out: the teacher reads it."

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}/coaching")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_coaching(
    request: Request,
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
) -> Response:
    """Show a teacher's suggestions with what the coach may do with them."""
    require_coach(session, visitor)
    policy = service.policy(session, teacher.district_id)
    (suggested,) = suggest_to(
        session,
        champion,
        service.catalog,
        policy,
        [teacher],
        SHOWN,
        voice=voice_to(visitor),
    )
    return render(
        "coaching.html",
        role=visitor.role,
        own=False,
        name=name_of(teacher),
        address=address_of(teacher),
        csrf=csrf_token(request, service.settings, visitor),
        items=suggested.as_dict()["items"],
        acts=read_acts(session, [teacher]).get(teacher.id or 0, []),
        plans=read_plans(session, [teacher]),
        chart=chart_of(suggested.state, today()),
        areas=_areas(suggested),
        model_version=champion.version.version,
        trained_on=champion.version.as_of,
    )


@router.post("/teachers/{teacher_id:path}/coaching")
def act(
    teacher_id: TeacherIdPath,
    sender: SenderDep,
    session: SessionDep,
    service: ServiceDep,
    form: FormDep,
) -> Response:
    """Pin, veto, set as a goal, or take one of these back."""
    teacher, _ = coached_teacher(session, sender, teacher_id)
    with unit_of_work(service.engine) as writing:
        locked = lock_teacher(writing, teacher.id or 0)
        credential = find_any_credential(writing, form.get("credential_id", ""), locked.district_id)
        if form.get("kind") == TAKE_BACK:
            end_act(writing, locked, credential)
        else:
            asked = _asked(form)
            coach = require_coach(writing, sender)
            put_act(
                writing, locked, coach, credential, asked.kind, note=asked.note, until=asked.until
            )
    return see(f"{_page(teacher)}#acts")


def _asked(form: Form) -> CoachActIn:
    note = form.get("note", "").strip()
    if form.get("kind") == "veto" and not note:
        raise InvalidInput(VETO_WITHOUT_WORDS)
    values: dict[str, Any] = {name: form.get(name) for name in ("credential_id", "kind")}
    return read_as(CoachActIn, values | {"note": note})


def _areas(suggested: Suggested) -> list[tuple[str, float]]:
    return [
        (standard_title(column, suggested.catalog), level)
        for column, level in needs_of(suggested.state, suggested.catalog).items()
    ][:SHOWN]


def _page(teacher: Teacher) -> str:
    return f"{address_of(teacher)}/coaching"
