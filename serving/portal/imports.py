"""For data staff: what was imported, which rows were rejected, which badges wait."""

from typing import Annotated, Final

from fastapi import APIRouter, Path
from starlette.responses import Response

from features.reviews import badges_to_review
from serving.api.imports.queries import (
    files_of,
    import_of,
    imports_of,
    rejected_rows,
    require_staff,
    totals,
)
from serving.deps import SessionDep, VisitorDep
from serving.portal.rendering import render

LATEST: Final = 50
"""So many imports and badges are shown, the latest first."""

router = APIRouter(include_in_schema=False)


@router.get("/imports")
def open_imports(visitor: VisitorDep, session: SessionDep) -> Response:
    """Show the latest imports and the badges that wait; no name, no rating."""
    require_staff(visitor)
    runs = imports_of(session, visitor.district_id, LATEST)
    return render(
        "imports.html",
        role=visitor.role,
        imports=[(run, totals(run.summary)) for run in runs],
        reviews=badges_to_review(session, visitor.district_id, limit=LATEST),
    )


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
