"""The store's rows as the renewal account wants them: teacher, credentials, records.

No pandas: a serving process loads this. Only direct alignments are told, since one that only the
crosswalk makes is no ground for credit.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import and_
from sqlmodel import Session, col, select

from features.catalog import words
from features.catalog_rows import end_of
from features.licence_rows import RosterRow, credible
from recommender.axes import CredentialKey, StandardKey
from recommender.errors import NotFound
from recommender.renewal.facts import CredentialFacts, Record, TeacherFacts
from recommender.renewal.offered import Offer, offer
from recommender.states.amounts import exact_hours
from recommender.states.schema import Pack
from recommender.states.shelf import Shelf
from recommender.store.columns import UNDATED
from recommender.store.ids import by_query
from recommender.store.tables import (
    Alignment,
    Credential,
    CredentialRecord,
    District,
    Standard,
    Teacher,
    TeacherContext,
)


def read_teacher_facts(
    session: Session, teachers: Sequence[Teacher], on: date
) -> list[TeacherFacts]:
    """Return the roster entries of some teachers that hold on a day, in the order given.

    One query for up to `IDS_A_QUERY` teachers. A state that the roster does not tell is the
    district's. A licence that ends in an impossible year (some systems write 9999 for 'no end') has
    no end that is known.
    """
    entry = and_(
        col(TeacherContext.teacher_id) == col(Teacher.id),
        col(TeacherContext.valid_from) <= on,
        col(TeacherContext.valid_to) >= on,
    )
    statement = (
        select(Teacher.id, District, TeacherContext)
        .join_from(Teacher, District)
        .outerjoin(TeacherContext, entry)
        .order_by(col(TeacherContext.valid_from))
    )
    found: dict[int | None, TeacherFacts] = {}
    for ids in by_query([teacher.id for teacher in teachers]):
        for id_, district, context in session.execute(statement.where(col(Teacher.id).in_(ids))):
            found[id_] = _teacher(district, context)
    return [found[teacher.id] for teacher in teachers]


def read_records(session: Session, teacher: Teacher, on: date) -> tuple[Record, ...]:
    """Return a teacher's records in force up to the end of a day, by two queries."""
    statement = (
        select(CredentialRecord, Credential)
        .join_from(CredentialRecord, Credential)
        .where(
            CredentialRecord.teacher_id == teacher.id,
            col(CredentialRecord.superseded_at).is_(None),
            col(CredentialRecord.on) < end_of(on),
        )
        .order_by(col(CredentialRecord.on), col(CredentialRecord.id))
    )
    rows = session.execute(statement).all()
    told = _told_of([credential for _, credential in rows], session, on)
    return tuple(
        Record(
            told[credential.district_id, credential.source_id],
            record.status,
            None if record.on == UNDATED else record.on.date(),
        )
        for record, credential in rows
    )


def read_credential_facts(
    session: Session, keys: Iterable[CredentialKey], on: date
) -> dict[CredentialKey, CredentialFacts]:
    """Return what the catalog says of some credentials on a day, by two queries."""
    wanted = set(keys)
    found: list[Credential] = []
    for ids in by_query(sorted({source_id for _, source_id in wanted})):
        found += session.exec(select(Credential).where(col(Credential.source_id).in_(ids)))
    rows = [row for row in found if (row.district_id, row.source_id) in wanted]
    return _told_of(rows, session, on)


def rules_for(shelf: Shelf, teacher: TeacherFacts, on: date) -> Pack | None:
    """Return the rules that hold for a teacher on a day; None where none are known."""
    try:
        return shelf.find(teacher.state, on, teacher.district)
    except NotFound:
        return None


def read_offers(
    session: Session,
    shelf: Shelf,
    wanted: Sequence[tuple[Teacher, Sequence[CredentialKey]]],
    on: date,
) -> list[dict[CredentialKey, Offer]]:
    """Return what each of some credentials might give a teacher who earned it on a day.

    Three queries, however many teachers with the credentials of each are asked for.
    """
    told = read_credential_facts(session, {key for _, keys in wanted for key in keys}, on)
    facts = read_teacher_facts(session, [teacher for teacher, _ in wanted], on)
    made = []
    for known, (_, keys) in zip(facts, wanted, strict=True):
        pack = rules_for(shelf, known, on)
        made.append({key: offer(told[key], known, pack, on) for key in keys if key in told})
    return made


def _teacher(district: District, context: TeacherContext | None) -> TeacherFacts:
    entry = context or TeacherContext(teacher_id=0)
    row = RosterRow(
        district=district.district_id,
        state=entry.state or district.state,
        grade_bands=entry.grade_bands,
        subjects=entry.subjects,
        license_type=entry.license_type,
        role=entry.role,
        employer=entry.employer,
    )
    return replace(row.facts(), license_expires_on=credible(entry.license_expires_on))


def _told_of(
    rows: Sequence[Credential], session: Session, on: date
) -> dict[CredentialKey, CredentialFacts]:
    standards = _standards(session, sorted({row.id for row in rows if row.id is not None}), on)
    return {
        (row.district_id, row.source_id): CredentialFacts(
            key=(row.district_id, row.source_id),
            title=row.title,
            hours=exact_hours(row.hours),
            kind=row.kind,
            issuer=row.issuer,
            stack=row.stack,
            subjects=frozenset(words(row.subjects)),
            serves=frozenset(words(row.serves)),
            standards=frozenset(standards[row.id or 0]),
        )
        for row in rows
    }


def _standards(session: Session, ids: Sequence[int], on: date) -> dict[int, set[StandardKey]]:
    """Return the standards that each credential is itself aligned to on a day."""
    found: defaultdict[int, set[StandardKey]] = defaultdict(set)
    for chunk in by_query(ids):
        statement = (
            select(Alignment.credential_id, Standard.framework, Standard.code)
            .join_from(Alignment, Standard)
            .where(
                col(Alignment.credential_id).in_(chunk),
                col(Alignment.valid_from) <= on,
                col(Alignment.valid_to) >= on,
            )
        )
        for credential, framework, code in session.execute(statement):
            found[credential].add((framework, code))
    return found
