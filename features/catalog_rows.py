"""Read the catalog's rows from the store, as of a day; for snapshots and the live catalog alike.

A stub (`known = false`) is on the axes only once a fact of that day or before names it, so that a
record of next month that names a new credential leaves last month's catalog as it was.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, or_, select, union
from sqlmodel import col

from features.catalog import CatalogRows, CredentialRow, StandardRow, words
from features.quality_facts import read_quality_rows
from recommender.axes import Axes, CredentialKey, StandardKey
from recommender.catalog import CredentialCard
from recommender.clock import day_start_ms
from recommender.states.shelf import Shelf, shelf_in_force
from recommender.store.columns import FOREVER
from recommender.store.tables import (
    Alignment,
    Credential,
    CredentialRecord,
    CrosswalkLink,
    EvaluationRating,
    FeedbackEvent,
    GrowthGoal,
    SelfAssessment,
    Standard,
    TeacherContext,
)

Ids = Select[int]


def read_catalog_rows(
    connection: Connection, as_of: date, axes: Axes | None = None, shelf: Shelf | None = None
) -> CatalogRows:
    """Return the catalog's rows.

    Parameters
    ----------
    connection
        A connection to the store.
    as_of
        Alignments are those valid on this day.
    axes
        Where left out: the catalog as it was seen on that day (what began or was retired later is
        not there, or not retired). Where given, for scoring now: every row, with its own dates.
    shelf
        The packs in force, whose checklists reviews of quality are held against; those of the
        settings where left out.
    """
    credentials, standards = select(Credential), select(Standard)
    if axes is None:
        credentials = credentials.where(_credential_seen(as_of))
        standards = standards.where(_standard_seen(as_of))
    seen = as_of if axes is None else FOREVER
    credential_rows = {row.id: _credential(row, seen) for row in connection.execute(credentials)}
    standard_rows = {
        row.id: StandardRow((row.framework, row.code), row.title, row.parent)
        for row in connection.execute(standards)
    }
    credential_keys = {id_: row.key for id_, row in credential_rows.items()}
    standard_keys = {id_: row.key for id_, row in standard_rows.items()}
    bands, subjects = _roster_words(connection, as_of) if axes is None else (set(), set())
    return CatalogRows(
        credentials=tuple(credential_rows.values()),
        standards=tuple(standard_rows.values()),
        alignments=_alignments(connection, as_of, credential_keys, standard_keys),
        crosswalk=_crosswalk(connection, standard_keys),
        grade_bands=bands,
        subjects=subjects,
        quality=read_quality_rows(connection, as_of, shelf or shelf_in_force()),
    )


def end_of(day: date) -> datetime:
    """Return the first moment after a day: facts of the day are before it."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _credential_seen(as_of: date) -> ColumnElement[bool]:
    """Condition: on offer by then, or named by a fact of then."""
    end = end_of(as_of)
    records: Ids = select(col(CredentialRecord.credential_id)).where(
        col(CredentialRecord.superseded_at).is_(None), col(CredentialRecord.on) < end
    )
    events: Ids = select(col(FeedbackEvent.credential_id)).where(
        col(FeedbackEvent.superseded_at).is_(None), col(FeedbackEvent.at) < end
    )
    offered = col(Credential.known) & (col(Credential.valid_from) <= as_of)
    return or_(offered, col(Credential.id).in_(union(records, events)))


def _standard_seen(as_of: date) -> ColumnElement[bool]:
    """Condition: from a framework's file, or named by a fact, alignment or link of then."""
    ratings: Ids = select(col(EvaluationRating.standard_id)).where(
        col(EvaluationRating.superseded_at).is_(None), col(EvaluationRating.rated_on) <= as_of
    )
    assessments: Ids = select(col(SelfAssessment.standard_id)).where(
        col(SelfAssessment.superseded_at).is_(None), col(SelfAssessment.taken_on) <= as_of
    )
    goals: Select[Any] = select(col(GrowthGoal.standard_id)).where(
        col(GrowthGoal.superseded_at).is_(None),
        col(GrowthGoal.set_on) <= as_of,
        col(GrowthGoal.standard_id).is_not(None),
    )
    aligned: Ids = select(col(Alignment.standard_id)).where(_aligned_on(as_of))
    starts: Ids = select(col(CrosswalkLink.from_standard_id))
    ends: Ids = select(col(CrosswalkLink.to_standard_id))
    named: CompoundSelect[int] = union(ratings, assessments, goals, aligned, starts, ends)
    return or_(col(Standard.known), col(Standard.id).in_(named))


def _aligned_on(as_of: date) -> ColumnElement[bool]:
    return (col(Alignment.valid_from) <= as_of) & (as_of <= col(Alignment.valid_to))


def _credential(row: Any, seen: date) -> CredentialRow:  # noqa: ANN401 - a row has the columns of its statement
    return CredentialRow(
        key=(row.district_id, row.source_id),
        card=CredentialCard(
            title=row.title,
            issuer=row.issuer,
            competency=row.competency,
            description=row.description,
            hours=row.hours,
            cost_usd=row.cost_usd,
            grade_bands=words(row.grade_bands),
            subjects=words(row.subjects),
            stack=row.stack,
            url=row.url,
            kind=row.kind,
            format=row.format,
            serves=words(row.serves),
            needs_students=row.needs_students,
        ),
        known=row.known,
        valid_from=day_start_ms(row.valid_from),
        retired_on=day_start_ms(row.retired_on if row.retired_on <= seen else FOREVER),
        quality=row.qa_status.code,
        prerequisites=words(row.prerequisites),
    )


def _alignments(
    connection: Connection,
    as_of: date,
    credentials: dict[int, CredentialKey],
    standards: dict[int, StandardKey],
) -> tuple[tuple[CredentialKey, StandardKey, float], ...]:
    statement = select(
        col(Alignment.credential_id), col(Alignment.standard_id), col(Alignment.strength)
    ).where(_aligned_on(as_of))
    return tuple(
        (credentials[credential], standards[standard], strength)
        for credential, standard, strength in connection.execute(statement)
        if credential in credentials
    )


def _crosswalk(
    connection: Connection, standards: dict[int, StandardKey]
) -> tuple[tuple[StandardKey, StandardKey, float], ...]:
    statement = select(
        col(CrosswalkLink.from_standard_id),
        col(CrosswalkLink.to_standard_id),
        col(CrosswalkLink.strength),
    )
    return tuple(
        (standards[start], standards[end], strength)
        for start, end, strength in connection.execute(statement)
    )


def _roster_words(connection: Connection, as_of: date) -> tuple[set[str], set[str]]:
    """Return the grade bands and the subjects of every roster entry up to then."""
    statement = (
        select(col(TeacherContext.grade_bands), col(TeacherContext.subjects))
        .where(col(TeacherContext.valid_from) <= as_of)
        .distinct()
    )
    rows = connection.execute(statement).all()
    bands = {word for row in rows for word in words(row[0])}
    return bands, {word for row in rows for word in words(row[1])}
