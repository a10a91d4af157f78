"""Growth plans: the coach makes and changes them, the teacher and the coach accept them."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from models.plans.asking import Asked
from models.plans.keeping import KeptPlan, read_plans
from models.plans.telling import quality_in_words
from recommender.errors import HasChanged, InvalidInput, NoPlan
from recommender.store.engine import unit_of_work
from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from serving.api.plans import service as plans
from serving.api.plans.endpoints import calendar_answer
from serving.api.writing import lock_teacher
from serving.auth.caller import Caller
from serving.auth.coaching import coached_teacher, readable_plan
from serving.deps import (
    ChampionDep,
    Service,
    ServiceDep,
    SessionDep,
    TeacherIdPath,
    VisitedTeacherDep,
    VisitorDep,
)
from serving.live.champion import Serving
from serving.live.planning import ground_of
from serving.portal.addresses import address_of, name_of
from serving.portal.forms import FormDep, SenderDep, csrf_token, see
from serving.portal.plan_form import asked_by, choices, cursor, form_values, titles_of
from serving.portal.rendering import render

PlanId = Annotated[int, Path(ge=1, le=2**31 - 1)]
Did = Annotated[str | None, Query(pattern="^(made|changed|accepted)$")]

router = APIRouter(include_in_schema=False)


@router.get("/teachers/{teacher_id:path}/plans")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_plans(
    request: Request,
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
) -> Response:
    """Show a teacher's plans; to the coach, the form of a new one as well."""
    csrf = csrf_token(request, service.settings, visitor)
    return _plans_page(session, service, champion, visitor, teacher, csrf)


@router.post("/teachers/{teacher_id:path}/plans")
def make_plan(
    teacher_id: TeacherIdPath,
    sender: SenderDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    form: FormDep,
) -> Response:
    """Make a plan and keep it; where there is none, say which limit stands in the way."""
    teacher, _ = coached_teacher(session, sender, teacher_id)
    asked = None
    try:
        asked = asked_by(form)
        made = plans.propose(session, service, champion, teacher, asked)
    except (InvalidInput, NoPlan) as error:
        return _plans_page(
            session, service, champion, sender, teacher, form["csrf"], asked, error.detail
        )
    with unit_of_work(service.engine) as writing:
        locked = lock_teacher(writing, teacher.id or 0)
        kept = plans.keep(writing, locked, sender, made)
    return see(f"/plans/{kept.row.id}?did=made#done")


@router.get("/plans/{plan_id}")
def open_plan(
    plan_id: PlanId,
    request: Request,
    visitor: VisitorDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    did: Did = None,
) -> Response:
    """Show one plan; to the coach, with all there is to change in it."""
    kept = readable_plan(session, visitor, plan_id)
    csrf = csrf_token(request, service.settings, visitor)
    return _plan_page(session, service, champion, visitor, kept, csrf, did=did)


@router.post("/plans/{plan_id}")
def change_plan(
    plan_id: PlanId,
    sender: SenderDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    form: FormDep,
) -> Response:
    """Accept a plan, plan again, swap or leave out an item, or delete the plan."""
    kept = readable_plan(session, sender, plan_id)
    seen = int(form.get("version", "")) if form.get("version", "").isdecimal() else 0
    asked = None
    try:
        if form.get("do") == "accept":
            plans.accept(service, sender, plan_id, seen)
            return see(f"/plans/{plan_id}?did=accepted#done")
        if form.get("do") == "delete":
            plans.remove(service, sender, plan_id, seen)
            return see(f"{address_of(kept.teacher)}/plans")
        asked = asked_by(form, kept.keys)
        plans.change(session, service, champion, sender, plan_id, asked, seen)
    except (InvalidInput, NoPlan, HasChanged) as error:
        return _plan_page(
            session, service, champion, sender, kept, form["csrf"], asked, error.detail
        )
    return see(f"/plans/{plan_id}?did=changed#done")


@router.get("/plans/{plan_id}/calendar")
def open_calendar(plan_id: PlanId, visitor: VisitorDep, session: SessionDep) -> Response:
    """Give a plan as a calendar file."""
    return calendar_answer(readable_plan(session, visitor, plan_id).calendar(), plan_id)


def _plans_page(
    session: Session,
    service: Service,
    champion: Serving,
    visitor: Caller,
    teacher: Teacher,
    csrf: str,
    asked: Asked | None = None,
    error: str = "",
) -> Response:
    coach = visitor.role is Role.COACH
    values: dict[str, Any] = {}
    if coach:
        ground = ground_of(session, service, champion, teacher)
        values = form_values(ground, asked)
    return render(
        "plans.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        role=visitor.role,
        own=visitor.role is Role.TEACHER,
        coach=coach,
        name=name_of(teacher),
        address=address_of(teacher),
        csrf=csrf,
        plans=read_plans(session, [teacher]),
        error=error,
        form=values,
    )


def _plan_page(
    session: Session,
    service: Service,
    champion: Serving,
    visitor: Caller,
    kept: KeptPlan,
    csrf: str,
    asked: Asked | None = None,
    error: str = "",
    did: str | None = None,
) -> Response:
    coach = visitor.role is Role.COACH
    values: dict[str, Any] = {"form": {}, "add": [], "left_out": []}
    if coach:
        ground = ground_of(session, service, champion, kept.teacher)
        shown = asked or kept.asked
        values = {
            "form": form_values(ground, shown),
            "add": choices(ground, kept.keys),
            "left_out": titles_of(ground, shown.left_out),
        }
    return render(
        "plan.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        role=visitor.role,
        own=visitor.role is Role.TEACHER,
        coach=coach,
        name=name_of(kept.teacher),
        address=address_of(kept.teacher),
        csrf=csrf,
        plan=kept,
        items=[
            (item, credential, cursor((credential.district_id, credential.source_id)))
            for item, credential in kept.items
        ],
        outcome=kept.row.outcome,
        asked=kept.asked,
        quality=quality_in_words(kept.row.outcome),
        error=error,
        did=did,
        **values,
    )
