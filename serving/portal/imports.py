"""For data staff: what was imported, which rows were rejected, which badges wait."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from features.reviews import accept, badges_to_review, refuse, titles_of
from serving.api.imports.queries import (
    files_of,
    import_of,
    imports_of,
    rejected_rows,
    totals,
)
from serving.api.imports.schemas import DecisionIn
from serving.auth.access import require_staff
from serving.deps import MAX_ID_LENGTH, ServiceDep, SessionDep, VisitorDep, WritingSessionDep
from serving.portal.forms import FormDep, SenderDep, csrf_token, read_as, see
from serving.portal.rendering import render

LATEST: Final = 50
"""So many imports and badges are shown, the latest first."""

router = APIRouter(include_in_schema=False)


@router.get("/imports")
def open_imports(
    request: Request, visitor: VisitorDep, session: SessionDep, service: ServiceDep
) -> Response:
    """Show the latest imports and the badges that wait; no name, no rating."""
    require_staff(visitor)
    runs = imports_of(session, visitor.district_id, LATEST)
    reviews = badges_to_review(session, visitor.district_id, limit=LATEST)
    return render(
        "imports.html",
        role=visitor.role,
        imports=[(run, totals(run.summary)) for run in runs],
        reviews=reviews,
        titles=titles_of(session, {one.proposed for one in reviews}, visitor.district_id),
        longest=MAX_ID_LENGTH,
        csrf=csrf_token(request, service.settings, visitor),
    )


@router.post("/reviews/{review_id}")
def decide_on_badge(
    sender: SenderDep,
    form: FormDep,
    session: WritingSessionDep,
    review_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Count a badge as earned, or leave it uncounted for good."""
    require_staff(sender)
    said = {"decision": form.get("decision"), "credential_id": form.get("credential_id", "")}
    asked = read_as(DecisionIn, said)
    if asked.decision == "accepted":
        named = asked.credential_id.strip()
        accept(session, review_id, sender.district_id, sender.key, named)
    else:
        refuse(session, review_id, sender.district_id, sender.key)
    return see("/imports#reviews")


@router.get("/imports/{import_id}")
def open_import(
    visitor: VisitorDep,
    session: SessionDep,
    import_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Show what came of each file, and where which rule was broken."""
    require_staff(visitor)
    run = import_of(session, visitor.district_id, import_id)
    return render(
        "import.html",
        role=visitor.role,
        run=run,
        counts=totals(run.summary),
        files=files_of(run.summary),
        rejected=rejected_rows(run.summary),
        left_alone=run.summary.get("left_alone") or {},
    )
