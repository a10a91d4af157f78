"""`GET /v1/credentials` and `GET /v1/credentials/{credential_id}`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from features.quality_facts import Quality, read_quality
from recommender.clock import today
from recommender.quality import QualityResult
from recommender.store.columns import ALWAYS, FOREVER
from recommender.store.tables import Credential, Standard
from serving.api.credentials.queries import alignments_of, find_credential
from serving.api.credentials.schemas import (
    AlignmentOut,
    ComponentOut,
    CredentialOut,
    CredentialPageOut,
    QualityReviewOut,
)
from serving.api.credentials.search import CredentialQuery, search_credentials
from serving.api.paging import cursor_of
from serving.deps import MAX_ID_LENGTH, PRINTABLE, CallerDep, ServiceDep, SessionDep
from serving.etags import UNCHANGED, answer_or_unchanged
from serving.problems import READING, READING_ONE, documented

router = APIRouter(prefix="/v1/credentials", tags=["credentials"])


@router.get(
    "",
    response_model=CredentialPageOut,
    summary="Search the catalog",
    responses=documented(*READING) | UNCHANGED,
)
def list_credentials(
    request: Request,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    query: Annotated[CredentialQuery, Query()],
) -> Response:
    """Search the micro-credentials of the caller's district and of the shared catalog."""
    found = search_credentials(session, query, caller.district_id, today())
    shown = found[: query.limit]
    alignments = alignments_of(session, shown, today())
    shelf = service.states.current()
    quality = read_quality(session, shown, caller.district_id, shelf, today())
    page = CredentialPageOut(
        items=[_shown(row, alignments[row.id], quality[row.id or 0]) for row in shown],
        next=cursor_of(shown[-1].source_id, shown[-1].district_id)
        if len(found) > query.limit
        else None,
    )
    return answer_or_unchanged(request, page)


@router.get(
    "/{credential_id:path}",
    response_model=CredentialOut,
    summary="One micro-credential and the standards that it develops",
    responses=documented(*READING_ONE) | UNCHANGED,
)
def get_credential(
    request: Request,
    caller: CallerDep,
    session: SessionDep,
    service: ServiceDep,
    credential_id: Annotated[
        str,
        Path(
            min_length=1,
            max_length=MAX_ID_LENGTH,
            pattern=PRINTABLE,
            description="The id in the caller's district, or in the shared catalog.",
            examples=["MC-0017"],
        ),
    ],
) -> Response:
    """Show a micro-credential of the caller's district, or of the shared catalog."""
    credential = find_credential(session, credential_id, caller.district_id)
    alignments = alignments_of(session, [credential], today())
    shelf = service.states.current()
    quality = read_quality(session, [credential], caller.district_id, shelf, today())
    shown = _shown(credential, alignments[credential.id], quality[credential.id or 0])
    return answer_or_unchanged(request, shown)


def _shown(
    credential: Credential, alignments: list[tuple[Standard, float]], quality: Quality
) -> CredentialOut:
    fields = credential.model_dump(
        include={
            *("district_id", "title", "issuer", "competency", "description", "hours", "cost_usd"),
            *("stack", "url", "format", "needs_students", "fee_usd", "turnaround_days", "kind"),
        }
    )
    return CredentialOut(
        **fields,
        credential_id=credential.source_id,
        grade_bands=_parts(credential.grade_bands),
        subjects=_parts(credential.subjects),
        prerequisites=_parts(credential.prerequisites),
        serves=_parts(credential.serves),
        quality=quality.status,
        quality_review=None if quality.reviews is None else _reviews(quality.reviews),
        valid_from=_known(credential.valid_from),
        retired_on=_known(credential.retired_on),
        alignments=[
            AlignmentOut(
                framework=standard.framework,
                code=standard.code,
                title=standard.title,
                strength=strength,
            )
            for standard, strength in alignments
        ],
    )


def _reviews(result: QualityResult) -> QualityReviewOut:
    return QualityReviewOut(
        checklist=result.checklist,
        provisional=result.provisional,
        components=[
            ComponentOut(
                component=item.key,
                title=item.title,
                met=item.met,
                reviewer=item.review.reviewer if item.review else "",
                reviewed_on=_known(item.review.reviewed_on) if item.review else None,
            )
            for item in result.components
        ],
    )


def _parts(text: str) -> list[str]:
    return [part for part in text.split("|") if part]


def _known(day: date) -> date | None:
    return None if day in {ALWAYS, FOREVER} else day
