"""The coach's caseload: each teacher with growth areas, goals, activity, licence and suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response

from features.renewal_facts import read_teacher_facts
from models.plans.keeping import KeptPlan, read_plans
from recommender.catalog import Catalog
from recommender.clock import ms_to_date, today
from recommender.errors import NotAllowed
from recommender.renewal.facts import TeacherFacts
from recommender.sentences import credential_title, standard_title
from recommender.store.tables import Coach
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import Role, Segment
from serving.api.coaches.queries import assigned_teachers
from serving.deps import ChampionDep, ServiceDep, SessionDep, VisitorDep, voice_to
from serving.live.suggestions import Suggested, suggest_to
from serving.portal.addresses import address_of, name_of
from serving.portal.rendering import render

SOON: Final = timedelta(days=365)
"""A licence that ends within this time runs out soon."""

AREAS_SHOWN: Final = 3
MOST_LINES: Final = 100
"""So many teachers stand on the page: it stays within its bytes."""

ROOM: Final = 0.5
"""A level below this share of its scale is shown as a growth area."""

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
    segment: Segment
    areas: tuple[str, ...]
    goals: tuple[str, ...]
    last_activity: date | None
    licence_ends: date | None
    licence_soon: bool
    plan: str
    suggestion: str
    reason: str


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
    policy = service.policy(session, coach.district_id)
    voice = voice_to(visitor)
    lists = suggest_to(session, champion, service.catalog, policy, teachers, k=1, voice=voice)
    facts = read_teacher_facts(session, teachers, today())
    plans = {kept.teacher.id: kept for kept in reversed(read_plans(session, teachers))}
    lines = [
        _line(made, school, known, plans.get(made.teacher.id))
        for made, (_, school), known in zip(lists, assigned, facts, strict=True)
    ]
    shown = _sorted([line for line in lines if _is_shown(line, query.show)], query.order)
    return render(
        "caseload.html",
        role=visitor.role,
        name=coach.name or coach.source_id,
        count=len(lines),
        lines=shown[:MOST_LINES],
        found=len(shown),
        counts={show: sum(_is_shown(line, show) for line in lines) for show in Show},
        orders=ORDERS,
        shows=SHOWN,
        query=query,
        model_version=champion.version.version,
        trained_on=champion.version.as_of,
    )


def last_activity(state: TeacherStates) -> date | None:
    """Return the day of a teacher's latest record or event, None where none is dated."""
    moments = np.concatenate([state.records.rows["on"], state.events.rows["on"]])
    dated = moments[moments != UNDATED_MS]
    return ms_to_date(int(dated.max())) if len(dated) else None


def needs_of(state: TeacherStates, catalog: Catalog) -> dict[int, float]:
    """Return the latest level of each standard that leaves room to grow, lowest first.

    What no micro-credential develops is left out, a framework's root among it.
    """
    latest: dict[int, tuple[int, float]] = {}
    for rows in (state.ratings.rows, state.assessments.rows):
        for row in rows[~np.isnan(rows["level"])]:
            told = (int(row["on"]), float(row["level"]))
            latest[int(row["standard"])] = max(latest.get(int(row["standard"]), told), told)
    reachable = catalog.reach.max(axis=0, initial=0) > 0
    low = [
        (level, column)
        for column, (_, level) in latest.items()
        if level < ROOM and reachable[column]
    ]
    return {column: level for level, column in sorted(low)}


def _line(made: Suggested, school: str, known: TeacherFacts, plan: KeptPlan | None) -> Assigned:
    first = made.suggestions.items[0] if made.suggestions.items else None
    ends = known.license_expires_on
    goals = dict.fromkeys(made.state.goals.rows["standard"].tolist())
    return Assigned(
        name=name_of(made.teacher),
        address=address_of(made.teacher),
        school=school,
        segment=made.suggestions.segment,
        areas=_titles(list(needs_of(made.state, made.catalog))[:AREAS_SHOWN], made.catalog),
        goals=_titles(list(goals)[:AREAS_SHOWN], made.catalog),
        last_activity=last_activity(made.state),
        licence_ends=ends,
        licence_soon=ends is not None and ends <= today() + SOON,
        plan=_plan_in_words(plan),
        suggestion=credential_title(first.column, made.catalog) if first else "",
        reason=first.reasons[0].text if first else "",
    )


def _titles(columns: Sequence[int], catalog: Catalog) -> tuple[str, ...]:
    return tuple(standard_title(column, catalog) for column in columns if column >= 0)


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
        Show.NO_GOAL: not line.goals,
        Show.LICENCE: line.licence_soon,
        Show.NO_PLAN: not line.plan,
    }[show]


def _sorted(lines: list[Assigned], order: Order) -> list[Assigned]:
    """Return the lines in order; what is not known comes first by activity, last by licence."""
    if order is Order.ACTIVITY:
        return sorted(lines, key=lambda line: line.last_activity or date.min)
    if order is Order.LICENCE:
        return sorted(lines, key=lambda line: line.licence_ends or date.max)
    return lines
