"""The coach's caseload: each teacher with growth areas, goals, activity, licence and suggestion."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from features.renewal_facts import read_teacher_facts
from models.plans.keeping import KeptPlan, read_plans
from recommender.clock import today
from recommender.errors import NotAllowed
from recommender.renewal.facts import TeacherFacts
from recommender.store.tables import Coach, Teacher
from recommender.vocabulary import Role
from serving.api.coaches.queries import assigned_teachers
from serving.deps import ChampionDep, ServiceDep, SessionDep, VisitorDep
from serving.portal.addresses import address_of, name_of
from serving.portal.firsts import First, firsts_of
from serving.portal.rendering import render_frame_first

SOON: Final = timedelta(days=365)
"""A licence that ends within this time runs out soon."""

MOST_LINES: Final = 100
"""So many teachers stand on the page: it stays within its bytes."""

router = APIRouter(include_in_schema=False)


class Order(StrEnum):
    """How a caseload is sorted."""

    NAME = "name"
    ACTIVITY = "activity"
    LICENCE = "licence"


class Show(StrEnum):
    """Whom a caseload shows."""

    ALL = "all"
    NO_GOAL = "no_goal"
    LICENCE = "licence"
    NO_PLAN = "no_plan"


ORDERS: Final = {
    Order.NAME: "Name",
    Order.ACTIVITY: "Longest without activity",
    Order.LICENCE: "Licence that ends first",
}
SHOWN: Final = {
    Show.ALL: "Everybody",
    Show.NO_GOAL: "Without a goal",
    Show.LICENCE: "Licence ends within a year",
    Show.NO_PLAN: "Without a growth plan",
}


class CaseloadQuery(BaseModel):
    """How the page is sorted and narrowed."""

    order: Order = Order.NAME
    show: Show = Show.ALL


@dataclass(frozen=True)
class Assigned:
    """One line of a caseload."""

    name: str
    address: str
    school: str
    first: First
    licence_ends: date | None
    licence_soon: bool
    plan: str


@router.get("/caseload")
def open_caseload(
    visitor: VisitorDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    query: Annotated[CaseloadQuery, Query()],
) -> Response:
    """Show the teachers who are assigned to the coach today."""
    if visitor.role is not Role.COACH:
        raise NotAllowed("Only a coach has a caseload.")
    coach = session.get_one(Coach, visitor.coach_id)
    assigned = assigned_teachers(session, coach, today())
    teachers = [teacher for teacher, _ in assigned]

    def look() -> _Lines:
        policy = service.policy(session, coach.district_id)
        firsts = firsts_of(session, service, champion, policy, teachers)
        facts = read_teacher_facts(session, teachers, today())
        plans = {kept.teacher.id: kept for kept in reversed(read_plans(session, teachers))}
        lines = [
            _line(teacher, school, first, known, plans.get(teacher.id))
            for (teacher, school), first, known in zip(assigned, firsts, facts, strict=True)
        ]
        shown = _sorted([line for line in lines if _is_shown(line, query.show)], query.order)
        counts = {show: sum(_is_shown(line, show) for line in lines) for show in Show}
        return _Lines(shown[:MOST_LINES], len(shown), counts)

    return render_frame_first(
        "caseload.html",
        role=visitor.role,
        name=coach.name or coach.source_id,
        count=len(assigned),
        look=look,
        orders=ORDERS,
        shows=SHOWN,
        query=query,
        model_version=champion.version.version,
        trained_on=champion.version.as_of,
    )


class _Lines(NamedTuple):
    """The lines shown, how many there are to show, and how many each narrowing would show."""

    lines: list[Assigned]
    found: int
    counts: dict[Show, int]


def _line(
    teacher: Teacher, school: str, first: First, known: TeacherFacts, plan: KeptPlan | None
) -> Assigned:
    ends = known.license_expires_on
    return Assigned(
        name=name_of(teacher),
        address=address_of(teacher),
        school=school,
        first=first,
        licence_ends=ends,
        licence_soon=ends is not None and ends <= today() + SOON,
        plan=_plan_in_words(plan),
    )


def _plan_in_words(plan: KeptPlan | None) -> str:
    if plan is None:
        return ""
    accepted = (plan.row.accepted_by_teacher_at, plan.row.accepted_by_coach_at)
    if all(accepted):
        return "accepted by both"
    return "accepted by one of you" if any(accepted) else "not accepted yet"


def _is_shown(line: Assigned, show: Show) -> bool:
    return {
        Show.ALL: True,
        Show.NO_GOAL: not line.first.goals,
        Show.LICENCE: line.licence_soon,
        Show.NO_PLAN: not line.plan,
    }[show]


def _sorted(lines: list[Assigned], order: Order) -> list[Assigned]:
    """Return the lines in order; what is not known comes first by activity, last by licence."""
    if order is Order.ACTIVITY:
        return sorted(lines, key=lambda line: line.first.last_activity or date.min)
    if order is Order.LICENCE:
        return sorted(lines, key=lambda line: line.licence_ends or date.max)
    return lines
