"""'Your next micro-credentials': one teacher's page, also for the coach."""

from datetime import date
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from recommender.store.tables import Teacher
from recommender.vocabulary import Role
from serving.api.suggestions.schemas import MAX_K
from serving.deps import (
    ChampionDep,
    ServiceDep,
    SessionDep,
    VisitedTeacherDep,
    VisitorDep,
    voice_to,
)
from serving.live.suggestions import Suggested, suggest_to
from serving.portal.rendering import render

STEPS: Final = (5, 10, 20)
"""How many suggestions there are at first, and at each 'Show more'."""

router = APIRouter(include_in_schema=False)


def address_of(teacher: Teacher) -> str:
    """Return the address of a teacher's page."""
    return f"/teachers/{quote(teacher.source_id, safe='')}"


def name_of(teacher: Teacher) -> str:
    """Return a teacher's name, or the id where no roster gave one."""
    return f"{teacher.given_name} {teacher.family_name}".strip() or teacher.source_id


@router.get("/teachers/{teacher_id:path}")  # noqa: FAST003 - VisitedTeacherDep reads it
def open_teacher(
    visitor: VisitorDep,
    teacher: VisitedTeacherDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    k: Annotated[int, Query(ge=1, le=MAX_K)] = STEPS[0],
) -> Response:
    """Show a teacher's suggestions with their reasons."""
    policy = service.policy(session, teacher.district_id)
    (suggested,) = suggest_to(
        session,
        champion,
        service.catalog,
        policy,
        [teacher],
        k,
        voice=voice_to(visitor),
        metrics=service.metrics,
    )
    return render(
        "teacher.html",
        role=visitor.role,
        own=visitor.role is Role.TEACHER,
        name=name_of(teacher),
        address=address_of(teacher),
        trained_on=champion.version.as_of,
        more=_more(suggested, k),
        **_shown(suggested),
    )


def _shown(suggested: Suggested) -> dict[str, Any]:
    plain = suggested.as_dict()
    return {
        "items": plain["items"],
        "policy": plain["policy"],
        "segment": plain["segment"],
        "model_version": plain["model_version"],
        "as_of": date.fromisoformat(plain["as_of"]),
        "facts": _fact_counts(suggested),
    }


def _fact_counts(suggested: Suggested) -> list[tuple[str, int]]:
    """Return how many facts of each kind are known of the teacher."""
    state = suggested.state
    return [
        ("Micro-credentials earned or under way", len(state.history.rows)),
        ("Evaluation ratings", len(state.ratings.rows)),
        ("Self-assessments", len(state.assessments.rows)),
        ("Growth goals", len(state.goals.rows)),
    ]


def _more(suggested: Suggested, k: int) -> int | None:
    """Return how many the next 'Show more' asks for, None where there are no more."""
    longer = [step for step in STEPS if step > k]
    return longer[0] if longer and len(suggested.suggestions.items) == k else None
