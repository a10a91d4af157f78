"""`GET /v1/standards`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel import Session, col, or_, select, tuple_
from starlette.responses import Response

from recommender.store.tables import Standard
from serving.api.paging import DEFAULT_LINES, After, Limit, cursor_of, read_cursor
from serving.api.standards.schemas import StandardOut, StandardPageOut
from serving.deps import MAX_ID_LENGTH, PRINTABLE, CallerDep, SessionDep
from serving.etags import UNCHANGED, answer_or_unchanged
from serving.problems import READING, documented

Word = Annotated[str | None, Query(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]

router = APIRouter(prefix="/v1", tags=["standards"])


@router.get(
    "/standards",
    response_model=StandardPageOut,
    summary="The standards that ratings and micro-credentials speak of",
    responses=documented(*READING) | UNCHANGED,
)
def list_standards(
    request: Request,
    _caller: CallerDep,
    session: SessionDep,
    framework: Word = None,
    q: Word = None,
    limit: Limit = DEFAULT_LINES,
    after: After = None,
) -> Response:
    """List standards by framework and code; `q` stands in the code or the title."""
    found = _search(session, framework, q, after, limit + 1)
    shown = found[:limit]
    page = StandardPageOut(
        items=[StandardOut.model_validate(row, from_attributes=True) for row in shown],
        next=cursor_of(shown[-1].framework, shown[-1].code) if len(found) > limit else None,
    )
    return answer_or_unchanged(request, page)


def _search(
    session: Session, framework: str | None, q: str | None, after: str | None, limit: int
) -> list[Standard]:
    order = (col(Standard.framework), col(Standard.code))
    statement = select(Standard).order_by(*order).limit(limit)
    if framework is not None:
        statement = statement.where(Standard.framework == framework)
    if q is not None:
        texts = (col(Standard.title), col(Standard.code))
        statement = statement.where(or_(*(text.icontains(q, autoescape=True) for text in texts)))
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple(read_cursor(after, 2)))
    return list(session.exec(statement).all())
