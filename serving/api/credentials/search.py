"""Searching the catalog."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, or_, select, tuple_

from recommender.store.tables import Alignment, Credential, Standard
from recommender.vocabulary import SHARED
from serving.api.paging import DEFAULT_LINES, MAX_CURSOR, MOST_LINES, read_cursor
from serving.deps import MAX_ID_LENGTH, PRINTABLE

Word = Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_LENGTH, pattern=PRINTABLE)]

MOST_WORDS = 10


class CredentialQuery(BaseModel):
    """What is looked for; every condition must hold."""

    q: Word | None = Field(
        default=None,
        description="Words that must all stand in the title, competency, description or issuer.",
    )
    issuer: Word | None = Field(default=None, description="Only this issuer's.")
    stack: Word | None = Field(default=None, description="Only of this stack.")
    kind: Word | None = Field(default=None, examples=["micro_credential"])
    standard: str | None = Field(
        default=None,
        max_length=2 * MAX_ID_LENGTH,
        pattern=r"^[^:\x00-\x1f\x7f]+:[^\x00-\x1f\x7f]+$",
        description="FRAMEWORK:CODE: only what is aligned with it directly.",
        examples=["Danielson:3b"],
    )
    max_hours: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Unknown hours stay in, as null."
    )
    max_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="An unknown cost stays in, as null."
    )
    retired: bool = Field(default=False, description="Whether to list what was retired, too.")
    limit: int = Field(default=DEFAULT_LINES, ge=1, le=MOST_LINES)
    after: str | None = Field(
        default=None, max_length=MAX_CURSOR, description="The `next` of the page before this one."
    )


def search_credentials(
    session: Session, query: CredentialQuery, district_id: str, on: date
) -> list[Credential]:
    """Return what a district may see and the query asks for, by id; one more than its limit."""
    order = (col(Credential.source_id), col(Credential.district_id))
    statement = (
        select(Credential)
        .where(
            col(Credential.district_id).in_([district_id, SHARED]),
            col(Credential.known).is_(True),
            *_conditions(query, on),
        )
        .order_by(*order)
        .limit(query.limit + 1)
    )
    if query.after is not None:
        statement = statement.where(tuple_(*order) > tuple(read_cursor(query.after, 2)))
    return list(session.exec(statement).all())


def _conditions(query: CredentialQuery, on: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.q is not None:
        found += [_says(word) for word in query.q.split()[:MOST_WORDS]]
    if query.issuer is not None:
        found.append(func.lower(col(Credential.issuer)) == query.issuer.lower())
    if query.stack is not None:
        found.append(col(Credential.stack) == query.stack)
    if query.kind is not None:
        found.append(col(Credential.kind) == query.kind)
    if query.standard is not None:
        found.append(_develops(query.standard, on))
    if query.max_hours is not None:
        found.append(_at_most(col(Credential.hours), query.max_hours))
    if query.max_cost is not None:
        found.append(_at_most(col(Credential.cost_usd), query.max_cost))
    if not query.retired:
        found.append(col(Credential.retired_on) > on)
    return found


def _says(word: str) -> ColumnElement[bool]:
    texts = (Credential.title, Credential.competency, Credential.description, Credential.issuer)
    return or_(*(col(text).icontains(word, autoescape=True) for text in texts))


def _at_most(column: Mapped[float | None], limit: float) -> ColumnElement[bool]:
    return or_(column.is_(None), column <= limit)


def _develops(standard: str, on: date) -> ColumnElement[bool]:
    framework, _, code = standard.partition(":")
    aligned = (
        select(Alignment.credential_id)
        .join(Standard, col(Standard.id) == Alignment.standard_id)
        .where(
            Standard.framework == framework,
            Standard.code == code,
            col(Alignment.valid_from) <= on,
            col(Alignment.valid_to) >= on,
        )
    )
    return col(Credential.id).in_(aligned)
