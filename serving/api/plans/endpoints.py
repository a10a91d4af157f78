"""`/v1/teachers/{teacher_id}/plans` and `/v1/plans/{plan_id}`."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from models.plans.keeping import read_plans
from models.plans.telling import plan_to_dict
from recommender.errors import (
    BundleRefused,
    HasChanged,
    NoChampion,
    NoPlan,
    NotConditional,
    NotFound,
    NotJson,
    TooLarge,
)
from recommender.store.engine import unit_of_work
from serving.api.plans import service as plans
from serving.api.plans.schemas import (
    AcceptanceIn,
    PlanAsked,
    PlanOut,
    PlanProposalOut,
    PlansOut,
)
from serving.api.plans.versions import IfMatch, seen_version, with_tag
from serving.api.writing import PROBLEMS, IdempotencyKeyHeader, lock_teacher, once
from serving.auth.coaching import (
    acceptable_plan,
    changeable_plan,
    coached_teacher,
    readable_plan,
)
from serving.deps import (
    CallerDep,
    ChampionDep,
    ServiceDep,
    SessionDep,
    TeacherDep,
    TeacherIdPath,
    require_json,
)
from serving.problems import READING_ONE, documented

SEEKING: Final = (NoChampion, BundleRefused, NoPlan)
CHANGING: Final = (HasChanged, NotConditional)

PlanId = Annotated[int, Path(ge=1, le=2**31 - 1, description="The plan's number.", examples=[7])]

router = APIRouter(prefix="/v1", tags=["plans"])


@router.post(
    "/teachers/{teacher_id:path}/plans/proposal",
    response_model=PlanProposalOut,
    summary="Propose a growth plan",
    dependencies=[Depends(require_json)],
    responses=documented(NotFound, NotJson, TooLarge, *READING_ONE, *SEEKING),
)
def propose_plan(
    teacher_id: TeacherIdPath,
    asked: PlanAsked,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
) -> dict[str, Any]:
    """Propose what to earn, in which order and when; nothing is kept.

    For a coach to whom the teacher is assigned today. Where the limits cannot all be met, the
    problem `no-plan` says which, and what would do.
    """
    teacher, _ = coached_teacher(session, caller, teacher_id)
    return plan_to_dict(plans.propose(session, service, champion, teacher, asked.asked()))


@router.post(
    "/teachers/{teacher_id:path}/plans",
    status_code=HTTPStatus.CREATED,
    response_model=PlanOut,
    summary="Make a growth plan and keep it",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS, *SEEKING),
)
def save_plan(
    teacher_id: TeacherIdPath,
    asked: PlanAsked,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    response: Response,
    key: IdempotencyKeyHeader = None,
) -> dict[str, Any]:
    """Make a plan as a proposal is made, and keep it: the teacher sees it at once."""
    teacher, _ = coached_teacher(session, caller, teacher_id)
    made = plans.propose(session, service, champion, teacher, asked.asked())
    with unit_of_work(service.engine) as writing:
        locked = lock_teacher(writing, teacher.id or 0)
        answer = once(
            writing,
            caller,
            key,
            (f"save_plan {teacher_id}", asked),
            lambda: plans.keep(writing, locked, caller, made).to_dict(),
        )
    response.headers["ETag"] = f'"{answer["plan_id"]}.{answer["version"]}"'
    return answer


@router.get(
    "/teachers/{teacher_id:path}/plans",  # noqa: FAST003 - TeacherDep reads it
    response_model=PlansOut,
    summary="A teacher's growth plans",
    responses=documented(*READING_ONE),
)
def list_plans(teacher: TeacherDep, session: SessionDep) -> dict[str, Any]:
    """List the plans, the latest first: for the teacher, the coach and admins."""
    return {"plans": [kept.to_dict() for kept in read_plans(session, [teacher])]}


@router.get(
    "/plans/{plan_id}",
    response_model=PlanOut,
    summary="One growth plan",
    responses=documented(*READING_ONE),
)
def get_plan(
    plan_id: PlanId, caller: CallerDep, session: SessionDep, response: Response
) -> dict[str, Any]:
    """Return a plan with its version as `ETag`."""
    kept = readable_plan(session, caller, plan_id)
    with_tag(response, kept)
    return kept.to_dict()


@router.put(
    "/plans/{plan_id}",
    response_model=PlanOut,
    summary="Plan again",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS, *SEEKING, *CHANGING),
)
def change_plan(
    plan_id: PlanId,
    asked: PlanAsked,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Seek the plan anew with other wishes, locks or limits; both have to accept it anew."""
    changeable_plan(session, caller, plan_id)
    seen = seen_version(if_match, plan_id)
    kept = plans.change(session, service, champion, caller, plan_id, asked.asked(), seen)
    with_tag(response, kept)
    return kept.to_dict()


@router.post(
    "/plans/{plan_id}/acceptance",
    response_model=PlanOut,
    summary="Accept a growth plan",
    dependencies=[Depends(require_json)],
    responses=documented(*PROBLEMS, *CHANGING),
)
def accept_plan(
    plan_id: PlanId,
    _accepted: AcceptanceIn,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    response: Response,
    if_match: IfMatch = None,
) -> dict[str, Any]:
    """Accept a plan, as the teacher or as the coach; accepting twice changes nothing."""
    acceptable_plan(session, caller, plan_id)
    kept = plans.accept(service, caller, plan_id, seen_version(if_match, plan_id))
    with_tag(response, kept)
    return kept.to_dict()


@router.delete(
    "/plans/{plan_id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Delete a growth plan",
    responses=documented(*PROBLEMS, *CHANGING),
)
def delete_plan(
    plan_id: PlanId,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    if_match: IfMatch = None,
) -> None:
    """Delete a plan; nobody sees it any more."""
    changeable_plan(session, caller, plan_id)
    plans.remove(service, caller, plan_id, seen_version(if_match, plan_id))


@router.get(
    "/plans/{plan_id}/calendar",
    response_class=Response,
    summary="A growth plan as a calendar file",
    responses=documented(*READING_ONE)
    | {200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def get_plan_calendar(plan_id: PlanId, caller: CallerDep, session: SessionDep) -> Response:
    """Return an iCalendar file: each micro-credential with its days."""
    return calendar_answer(readable_plan(session, caller, plan_id).calendar(), plan_id)


def calendar_answer(text: str, plan_id: int) -> Response:
    """Return a calendar file that a browser saves."""
    name = f"growth-plan-{plan_id}.ics"
    return Response(
        text,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
