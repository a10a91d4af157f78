"""`GET /v1/teachers/{teacher_id}/suggestions` and its neighbours."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query

from recommender.clock import today
from recommender.errors import (
    BundleRefused,
    NoChampion,
    NotFound,
    NotJson,
    TooLarge,
)
from serving.api.credentials.queries import count_new, find_any_credential
from serving.api.suggestions.query import SuggestionQuery
from serving.api.suggestions.schemas import (
    BatchIn,
    BatchOut,
    ExclusionsOut,
    SuggestionPageOut,
)
from serving.api.suggestions.shapes import counts_of, excluded_of, page_of, refused
from serving.auth.access import readable_teachers
from serving.deps import (
    MAX_ID_LENGTH,
    PRINTABLE,
    CallerDep,
    ChampionDep,
    ServiceDep,
    SessionDep,
    TeacherDep,
    require_json,
    voice_to,
)
from serving.live.filters import Filters
from serving.live.suggestions import rule_on, suggest_to
from serving.problems import READING, documented

router = APIRouter(prefix="/v1", tags=["suggestions"])

PROBLEMS: Final = (NoChampion, BundleRefused, *READING)


@router.get(
    "/teachers/{teacher_id:path}/suggestions/excluded",  # noqa: FAST003 - TeacherDep reads it
    summary="Why a micro-credential is not among a teacher's suggestions",
    response_model=ExclusionsOut,
    responses=documented(NotFound, *PROBLEMS),
)
def list_exclusions(
    teacher: TeacherDep,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    credential: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="Ask for this one; the district's own goes before a shared one.",
        ),
    ] = None,
    *,
    renewal: Annotated[
        bool, Query(description="Say it of a list that holds only what counts toward renewal.")
    ] = False,
) -> dict[str, Any]:
    """Count what each rule keeps out, and say it of one micro-credential if one is named."""
    asked = credential and find_any_credential(session, credential, teacher.district_id)
    policy = service.policy(session, teacher.district_id)
    filters = Filters(renewal=renewal)
    ruled = rule_on(session, champion, service.catalog, policy, teacher, filters=filters)
    voice = voice_to(caller)
    return {
        "teacher_id": teacher.source_id,
        "counts": counts_of(ruled, voice, count_new(session, teacher, ruled.catalog, today())),
        "credential": excluded_of(ruled, asked, voice) if asked else None,
    }


@router.get(
    # An id may hold a slash; the rest of the address says where it ends.
    "/teachers/{teacher_id:path}/suggestions",  # noqa: FAST003 - TeacherDep reads it
    response_model=SuggestionPageOut,
    summary="A teacher's next micro-credentials, with reasons",
    responses=documented(NotFound, *PROBLEMS),
)
def list_suggestions(
    teacher: TeacherDep,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
    query: Annotated[SuggestionQuery, Query()],
) -> dict[str, Any]:
    """Suggest what to earn next, from the facts of this moment.

    For the teacher, a coach to whom the teacher is assigned today, and the district's portal.
    Fewer than `k` come back where fewer are eligible. A filter takes lines out of the list; it
    changes neither their order nor their reasons.
    """
    policy = service.policy(session, teacher.district_id)
    (suggested,) = suggest_to(
        session,
        champion,
        service.catalog,
        policy,
        [teacher],
        query.k,
        filters=query.filters(),
        after=query.behind(),
        reasons=query.include_reasons,
        voice=voice_to(caller),
        metrics=service.metrics,
        slates=service.slates,
        credit=True,
    )
    return page_of(suggested)


@router.post(
    "/suggestions:batch",
    response_model=BatchOut,
    summary="The next micro-credentials of several teachers",
    dependencies=[Depends(require_json)],
    responses=documented(NotJson, TooLarge, *PROBLEMS),
)
def suggest_in_batch(
    asked: BatchIn,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    champion: ChampionDep,
) -> dict[str, Any]:
    """Suggest to several teachers of the caller's district in one call.

    Whoever the caller may not see, or who does not exist, is named under `refused`.
    """
    found = readable_teachers(session, caller, asked.teacher_ids)
    lists = suggest_to(
        session,
        champion,
        service.catalog,
        service.policy(session, caller.district_id),
        found.teachers,
        asked.k,
        reasons=asked.include_reasons,
        voice=voice_to(caller),
        metrics=service.metrics,
        slates=service.slates,
        credit=True,
    )
    return {
        "lists": [made.as_dict() for made in lists],
        "refused": [refused(id_, error) for id_, error in found.refused.items()],
    }
