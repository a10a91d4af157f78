"""Reading the catalog, a district's own part and the shared one."""

from datetime import date

from sqlmodel import Session, col, select

from recommender.errors import NotFound
from recommender.store.tables import Alignment, Credential, Standard
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


def alignments_of(
    session: Session, credential: Credential, on: date
) -> list[tuple[Standard, float]]:
    """Return the standards that a micro-credential develops on a day, strongest first."""
    rows = session.exec(
        select(Standard, Alignment.strength)
        .join(Alignment, col(Alignment.standard_id) == Standard.id)
        .where(
            Alignment.credential_id == credential.id,
            col(Alignment.valid_from) <= on,
            col(Alignment.valid_to) >= on,
        )
        .order_by(col(Alignment.strength).desc(), Standard.framework, Standard.code)
    )
    return [(standard, strength) for standard, strength in rows]
