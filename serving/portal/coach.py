"""The coach's caseload, each teacher with the first suggestion."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from fastapi import APIRouter
from starlette.responses import Response

from recommender.clock import ms_to_date, today
from recommender.errors import NotAllowed
from recommender.sentences import credential_title
from recommender.store.tables import Coach
from recommender.teacher_state import UNDATED_MS, TeacherStates
from recommender.vocabulary import Role, Segment
from serving.api.coaches.queries import assigned_teachers
from serving.deps import ChampionDep, ServiceDep, SessionDep, VisitorDep, voice_to
from serving.live.suggestions import Suggested, suggest_to
from serving.portal.addresses import address_of, name_of
from serving.portal.rendering import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Assigned:
    """One line of a caseload."""

    name: str
    address: str
    school: str
    segment: Segment
    last_activity: date | None
    suggestion: str
    reason: str


@router.get("/caseload")
def open_caseload(
    visitor: VisitorDep, session: SessionDep, service: ServiceDep, champion: ChampionDep
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
    lines = [_line(made, school) for made, (_, school) in zip(lists, assigned, strict=True)]
    return render(
        "caseload.html",
        role=visitor.role,
        name=coach.name or coach.source_id,
        lines=lines,
        model_version=champion.version.version,
        trained_on=champion.version.as_of,
    )


def last_activity(state: TeacherStates) -> date | None:
    """Return the day of a teacher's latest record or event, None where none is dated."""
    moments = np.concatenate([state.records.rows["on"], state.events.rows["on"]])
    dated = moments[moments != UNDATED_MS]
    return ms_to_date(int(dated.max())) if len(dated) else None


def _line(made: Suggested, school: str) -> Assigned:
    first = made.suggestions.items[0] if made.suggestions.items else None
    return Assigned(
        name=name_of(made.teacher),
        address=address_of(made.teacher),
        school=school,
        segment=made.suggestions.segment,
        last_activity=last_activity(made.state),
        suggestion=credential_title(first.column, made.catalog) if first else "",
        reason=first.reasons[0].text if first else "",
    )
