"""`GET /v1/teachers/{teacher_id}/suggestions`."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from recommender.errors import (
    BundleRefused,
    InvalidInput,
    NoChampion,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StoreUnavailable,
)
from serving.api.suggestions.schemas import SuggestionListOut
from serving.deps import ChampionDep, ServiceDep, SessionDep, TeacherDep
from serving.live.suggestions import suggest_to
from serving.problems import documented

DEFAULT_K: Final = 10
MAX_K: Final = 50

router = APIRouter(prefix="/v1/teachers", tags=["suggestions"])


@router.get(
    # An id may hold a slash; the rest of the address says where it ends.
    "/{teacher_id:path}/suggestions",  # noqa: FAST003 - TeacherDep reads it
    response_model=SuggestionListOut,
    summary="A teacher's next micro-credentials, with reasons",
    responses=documented(
        NotSignedIn,
        NotAllowed,
        NotFound,
        InvalidInput,
        NoChampion,
        BundleRefused,
        StoreUnavailable,
    ),
)
def list_suggestions(
    teacher: TeacherDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    k: Annotated[
        int, Query(ge=1, le=MAX_K, description="At most so many suggestions.")
    ] = DEFAULT_K,
) -> dict[str, Any]:
    """Suggest what to earn next, from the facts of this moment.

    For the teacher, a coach to whom the teacher is assigned today, and the district's portal.
    Fewer than `k` come back where fewer are eligible.
    """
    (suggested,) = suggest_to(session, champion, service.catalog, service.policy, [teacher], k)
    return suggested.as_dict()
