"""`GET /v1/imports`, one of them, and the reviews of badges, for data staff."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path

from features.reviews import Review, accept, badges_to_review, refuse
from recommender.errors import NotFound, NotJson, TooLarge
from recommender.store.tables import ImportRun
from serving.api.imports.queries import (
    files_of,
    import_of,
    imports_of,
    rejected_rows,
    totals,
)
from serving.api.imports.schemas import (
    DecisionIn,
    ImportOut,
    ImportReportOut,
    ImportsOut,
    ReviewOut,
    ReviewsOut,
)
from serving.api.paging import DEFAULT_LINES, Limit
from serving.auth.access import require_staff
from serving.deps import CallerDep, SessionDep, WriterDep, WritingSessionDep, require_json
from serving.problems import READING, READING_ONE, documented

LARGEST: Final = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST, examples=[4])]

router = APIRouter(prefix="/v1", tags=["imports"])


@router.get(
    "/imports",
    summary="What was imported of late",
    responses=documented(*READING),
)
def list_imports(
    caller: CallerDep, session: SessionDep, limit: Limit = DEFAULT_LINES
) -> ImportsOut:
    """List the imports of the caller's district, and those that named several; latest first."""
    require_staff(caller)
    runs = imports_of(session, caller.district_id, limit)
    return ImportsOut(imports=[_shown(run) for run in runs])


@router.get(
    "/imports/{import_id}",
    summary="One import and its rejected rows",
    responses=documented(*READING_ONE),
)
def get_import(caller: CallerDep, session: SessionDep, import_id: Number) -> ImportReportOut:
    """Tell what came of each file, and which rules rows broke where; no value of a row."""
    require_staff(caller)
    run = import_of(session, caller.district_id, import_id)
    return ImportReportOut.model_validate(
        {
            **_shown(run).model_dump(),
            "by_file": files_of(run.summary),
            "rejected_rows": rejected_rows(run.summary),
            "left_alone": run.summary.get("left_alone") or {},
        }
    )


@router.get(
    "/reviews",
    summary="Badges that wait for staff",
    responses=documented(*READING),
)
def list_reviews(
    caller: CallerDep, session: SessionDep, limit: Limit = DEFAULT_LINES
) -> ReviewsOut:
    """List verified badges that are not surely one of the catalog, without names."""
    require_staff(caller)
    found = badges_to_review(session, caller.district_id, limit=limit)
    return ReviewsOut(reviews=[_review(review) for review in found])


@router.put(
    "/reviews/{review_id}",
    summary="Say what a badge is, or that it does not count",
    dependencies=[Depends(require_json)],
    responses=documented(NotFound, TooLarge, NotJson, *READING),
)
def decide_review(
    asked: DecisionIn, writer: WriterDep, session: WritingSessionDep, review_id: Number
) -> ReviewOut:
    """Count a badge as earned, or leave it uncounted for good; who said so is kept."""
    require_staff(writer)
    if asked.decision == "accepted":
        done = accept(session, review_id, writer.district_id, writer.key, asked.credential_id)
    else:
        done = refuse(session, review_id, writer.district_id, writer.key)
    return _review(done)


def _shown(run: ImportRun) -> ImportOut:
    return ImportOut.model_validate(
        {
            "id": run.id,
            "finished_at": run.finished_at,
            "district_id": run.district_id,
            **totals(run.summary),
        }
    )


def _review(review: Review) -> ReviewOut:
    return ReviewOut.model_validate(review, from_attributes=True)
