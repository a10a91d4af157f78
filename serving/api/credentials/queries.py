"""Reading the catalog, a district's own part and the shared one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from recommender.catalog import Catalog
from recommender.eligibility import Exclusion
from recommender.errors import NotFound
from recommender.store.tables import Alignment, Credential, Standard, Teacher
from recommender.vocabulary import SHARED


def find_credential(session: Session, source_id: str, district_id: str) -> Credential:
    """Return a micro-credential that a district may see: its own before a shared one.

    Raises
    ------
    NotFound
        Neither the district nor the shared catalog has it, or only a record named it.
    """
    found = session.exec(
        select(Credential)
        .where(
            Credential.source_id == source_id,
            col(Credential.district_id).in_([district_id, SHARED]),
            col(Credential.known).is_(True),
        )
        .order_by(col(Credential.district_id).desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound(f"There is no micro-credential '{source_id}' in your catalog.")
    return found


def count_new(session: Session, teacher: Teacher, catalog: Catalog, on: date) -> Counter[Exclusion]:
    """Return how many described micro-credentials of a teacher's catalog no model knows, by why."""
    rows = session.exec(
        select(Credential).where(
            col(Credential.district_id).in_([teacher.district_id, SHARED]),
            col(Credential.known).is_(True),
        )
    )
    columns = catalog.axes.credential_columns
    return Counter(
        rule_of_new(row, on) for row in rows if (row.district_id, row.source_id) not in columns
    )


def rule_of_new(credential: Credential, on: date) -> Exclusion:
    """Return what keeps a micro-credential out that the model does not know.

    The next training changes nothing for what can no longer be started, or not yet, or is not
    described.
    """
    if credential.retired_on <= on:
        return Exclusion.RETIRED
    if credential.valid_from > on:
        return Exclusion.NOT_YET_VALID
    return Exclusion.NEW_TO_MODEL if credential.known else Exclusion.STUB


def alignments_of(
    session: Session, credentials: Sequence[Credential], on: date
) -> dict[int | None, list[tuple[Standard, float]]]:
    """Return the standards that each micro-credential develops on a day, strongest first."""
    rows = session.exec(
        select(Alignment.credential_id, Standard, Alignment.strength)
        .join(Standard, col(Alignment.standard_id) == Standard.id)
        .where(
            col(Alignment.credential_id).in_([credential.id for credential in credentials]),
            col(Alignment.valid_from) <= on,
            col(Alignment.valid_to) >= on,
        )
        .order_by(col(Alignment.strength).desc(), Standard.framework, Standard.code)
    )
    found: dict[int | None, list[tuple[Standard, float]]] = defaultdict(list)
    for id_, standard, strength in rows:
        found[id_].append((standard, strength))
    return found


def find_any_credential(session: Session, source_id: str, district_id: str) -> Credential:
    """Return a micro-credential as `find_credential` does, even one that only a record named.

    Raises
    ------
    NotFound
        Neither the district nor the shared catalog has it.
    """
    found = find_credentials(session, [source_id], district_id)
    if source_id not in found:
        raise NotFound(f"There is no micro-credential '{source_id}' in your catalog.")
    return found[source_id]


def find_credentials(
    session: Session, source_ids: Iterable[str], district_id: str
) -> dict[str, Credential]:
    """Return micro-credentials by id, a district's own before a shared one; one query."""
    rows = session.exec(
        select(Credential)
        .where(
            col(Credential.source_id).in_(set(source_ids)),
            col(Credential.district_id).in_([district_id, SHARED]),
        )
        .order_by(col(Credential.district_id))
    )
    return {credential.source_id: credential for credential in rows}
