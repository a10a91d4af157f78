"""Quality assurance as the gate of suggestions: reviews held against each district's checklist.

A credential that was reviewed on any component of the checklist has the status that its reviews
make, since each of them has a reviewer, a day and a component; only where nobody reviewed it does
the catalog's bare word (`qa_status`) stand. No pandas: a serving process loads this.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from recommender.axes import CredentialKey
from recommender.errors import NotFound
from recommender.quality import QualityResult, Review, review_quality
from recommender.states.checklists import Checklist
from recommender.states.shelf import Shelf
from recommender.store.tables import Credential, District, QualityReview
from recommender.vocabulary import QualityStatus


@dataclass(frozen=True)
class QualityRows:
    """What reviews make of credentials, by checklist, and whose checklist is which."""

    results: tuple[tuple[str, CredentialKey, QualityStatus], ...] = ()
    """Checklist, credential, status; only of credentials that were reviewed."""
    checklists: tuple[tuple[str, str], ...] = ()
    """District and its checklist."""


def read_quality_rows(connection: Connection, as_of: date, shelf: Shelf) -> QualityRows:
    """Return what the reviews up to a day make of credentials, in the order of their keys.

    Parameters
    ----------
    connection
        A connection to the store.
    as_of
        The day; the checklists are those of the packs that hold on it.
    shelf
        The packs and checklists in force.
    """
    reviews = _reviews(connection, as_of)
    if not reviews:
        return QualityRows()
    districts = connection.execute(select(col(District.district_id), col(District.state)))
    named = [
        (id_, checklist_of(shelf, state, as_of, id_))
        for id_, state in sorted(map(tuple, districts))
    ]
    checklists = tuple((id_, name) for id_, name in named if name in shelf.checklists)
    results = tuple(
        (name, key, found.status)
        for name in sorted({name for _, name in checklists})
        for key, own in sorted(reviews.items())
        if (found := reviewed(own, shelf.checklists[name], as_of)) is not None
    )
    return QualityRows(results, checklists)


def reviewed(reviews: Iterable[Review], checklist: Checklist, on: date) -> QualityResult | None:
    """Return how a credential stands by its reviews; None where no component was reviewed."""
    found = review_quality(reviews, checklist, on)
    return found if any(item.review for item in found.components) else None


def checklist_of(shelf: Shelf, state: str, on: date, district: str) -> str:
    """Return the name of the checklist that a district's pack asks for, '' where none does."""
    try:
        pack = shelf.find(state.strip().upper(), on, district)
    except NotFound:
        return ""
    return pack.quality.checklist if pack.quality else ""


@dataclass(frozen=True)
class Quality:
    """The status that suggestions go by, and the reviews that make it.

    `reviews` is None where no component of the district's checklist was reviewed.
    """

    status: QualityStatus
    reviews: QualityResult | None


def read_quality(
    session: Session, credentials: Sequence[Credential], district_id: str, shelf: Shelf, on: date
) -> dict[int, Quality]:
    """Return what suggestions in a district go by, for some credentials by their ids; two queries.

    Parameters
    ----------
    session
        A session on the store.
    credentials
        Rows of the store.
    district_id
        Whose checklist counts.
    shelf
        The packs and checklists in force.
    on
        The day.
    """
    district = session.get(District, district_id)
    name = checklist_of(shelf, district.state, on, district_id) if district else ""
    checklist = shelf.checklists.get(name)
    ids = [row.id for row in credentials if row.id is not None]
    own: defaultdict[int, list[Review]] = defaultdict(list)
    if checklist is not None and ids:
        statement = select(QualityReview).where(col(QualityReview.credential_id).in_(ids))
        for row in session.execute(statement).scalars():
            own[row.credential_id].append(_review(row))
    found = {}
    for row in credentials:
        made = reviewed(own[row.id or 0], checklist, on) if checklist else None
        found[row.id or 0] = Quality(made.status if made else row.qa_status, made)
    return found


def _reviews(connection: Connection, as_of: date) -> Mapping[CredentialKey, list[Review]]:
    statement = (
        select(
            col(Credential.district_id),
            col(Credential.source_id),
            col(QualityReview.component),
            col(QualityReview.met),
            col(QualityReview.reviewer),
            col(QualityReview.reviewed_on),
        )
        .join_from(QualityReview, Credential)
        .where(col(QualityReview.reviewed_on) <= as_of)
    )
    found: defaultdict[CredentialKey, list[Review]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.district_id, row.source_id].append(_review(row))
    return found


def _review(row: Any) -> Review:  # noqa: ANN401 - a row of the statement, or of the table
    return Review(row.component, row.met, row.reviewer, row.reviewed_on)
