"""`GET /v1/coaches/{coach_id}/caseload`."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query

from recommender.clock import today
from recommender.errors import NotFound
from serving.api.coaches.queries import assigned_teachers, readable_coach
from serving.api.coaches.schemas import CaseloadOut
from serving.api.paging import After, cursor_of, read_cursor
from serving.api.suggestions.endpoints import PROBLEMS
from serving.api.suggestions.query import MAX_K
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    CallerDep,
    ChampionDep,
    ServiceDep,
    SessionDep,
    voice_to,
)
from serving.live.suggestions import suggest_to
from serving.problems import documented

MOST_TEACHERS: Final = 100

router = APIRouter(prefix="/v1/coaches", tags=["suggestions"])


@router.get(
    "/{coach_id:path}/caseload",
    response_model=CaseloadOut,
    summary="A coach's teachers, each with the first suggestions",
    responses=documented(NotFound, *PROBLEMS),
)
def list_caseload(
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    coach_id: Annotated[
        str,
        Path(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="The coach's id in the caller's district.",
            examples=["C008"],
        ),
    ],
    k: Annotated[int, Query(ge=1, le=MAX_K, description="Suggestions a teacher.")] = 3,
    limit: Annotated[int, Query(ge=1, le=MOST_TEACHERS, description="Teachers a page.")] = 25,
    after: After = None,
) -> dict[str, Any]:
    """List the teachers who are assigned to the coach today.

    For the coach, and for an admin of the district.
    """
    coach = readable_coach(session, caller, coach_id)
    family, given, id_ = read_cursor(after, 3) if after else ("", "", "")
    behind = (family, given, id_) if after else None
    assigned = assigned_teachers(session, coach, today(), after=behind, limit=limit + 1)
    shown = assigned[:limit]
    lists = suggest_to(
        session,
        champion,
        service.catalog,
        service.policy(session, coach.district_id),
        [teacher for teacher, _ in shown],
        k,
        voice=voice_to(caller),
        metrics=service.metrics,
        slates=service.slates,
        credit=True,
    )
    last = shown[-1][0] if len(assigned) > limit else None
    return {
        "coach_id": coach.source_id,
        "next": last and cursor_of(last.family_name, last.given_name, last.source_id),
        "teachers": [
            {
                "name": f"{teacher.given_name} {teacher.family_name}".strip(),
                "school_id": school,
                "suggestions": made.as_dict(),
            }
            for (teacher, school), made in zip(shown, lists, strict=True)
        ],
    }
