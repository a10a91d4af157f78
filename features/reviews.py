"""Badges that wait for staff: verified, but not surely one of the catalog.

Whom a badge belongs to plays no part in what it is, and so it is not told.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from recommender.errors import InvalidInput, NotFound
from recommender.store.columns import utc_now
from recommender.store.tables import Credential, CredentialRecord, EarnedBadge, Teacher
from recommender.vocabulary import SHARED, BadgeStanding, RecordStatus, ReviewDecision


@dataclass(frozen=True)
class Review:
    """One badge to review, without a name."""

    id: int
    district_id: str
    title: str
    issuer: str
    issuer_name: str
    format: str
    standing: BadgeStanding
    why: str
    proposed: str
    """Id of the credential that it may be; empty where nothing looks like it."""
    confidence: float
    matched_by: str
    decision: ReviewDecision | None
    decided_by: str
    decided_at: datetime | None


def badges_to_review(
    session: Session, district_id: str | None, *, every: bool = False, limit: int = 200
) -> list[Review]:
    """Return a district's badges that wait (None: all districts'), or `every` badge kept apart."""
    rows = select(EarnedBadge, Teacher.district_id).join(
        Teacher, col(Teacher.id) == EarnedBadge.teacher_id
    )
    if district_id is not None:
        rows = rows.where(Teacher.district_id == district_id)
    if every:
        rows = rows.where(EarnedBadge.standing != BadgeStanding.COUNTED)
    else:
        rows = rows.where(
            EarnedBadge.standing == BadgeStanding.TO_REVIEW, col(EarnedBadge.decision).is_(None)
        )
    found = session.exec(rows.order_by(col(EarnedBadge.id)).limit(limit))
    return [_review(badge, district) for badge, district in found]


def titles_of(session: Session, ids: Collection[str], district_id: str) -> dict[str, str]:
    """Return the titles of credentials by id; a district's own stands before a shared one."""
    found = session.exec(
        select(Credential.source_id, Credential.title)
        .where(col(Credential.source_id).in_(ids))
        .where(col(Credential.district_id).in_([district_id, SHARED]))
        .order_by(col(Credential.district_id))
    )
    return dict(found.all())


def accept(
    session: Session, review_id: int, district_id: str | None, by: str, credential_id: str = ""
) -> Review:
    """Count a badge as earned: what it seems to be, or the credential that is named.

    Raises
    ------
    NotFound
        The district has no such badge, or no such credential.
    InvalidInput
        It is not verified, was decided before, or nothing says what it is.
    """
    badge, district = _waiting(session, review_id, district_id)
    source_id = credential_id or badge.proposed
    if not source_id:
        raise InvalidInput("Nothing in the catalog looks like this badge: say what it is.")
    credential = _credential(session, source_id, district)
    badge.decision, badge.credential_id = ReviewDecision.ACCEPTED, credential.id
    _decided(session, badge, by)
    on = badge.earned_on
    known = session.exec(
        select(CredentialRecord.id).where(
            CredentialRecord.teacher_id == badge.teacher_id,
            CredentialRecord.credential_id == credential.id,
            CredentialRecord.status == RecordStatus.EARNED,
            CredentialRecord.on == on,
            col(CredentialRecord.superseded_at).is_(None),
        )
    ).first()
    if known is None:
        session.add(
            CredentialRecord(
                teacher_id=badge.teacher_id,
                credential_id=credential.id or 0,
                status=RecordStatus.EARNED,
                on=on,
                source=f"{badge.format}, reviewed: {badge.badge_key}",
            )
        )
    session.flush()
    return _review(badge, district)


def refuse(session: Session, review_id: int, district_id: str | None, by: str) -> Review:
    """Leave a badge uncounted, for good.

    Raises
    ------
    NotFound
        The district has no such badge.
    InvalidInput
        It is not verified, or was decided before.
    """
    badge, district = _waiting(session, review_id, district_id)
    badge.decision = ReviewDecision.REFUSED
    _decided(session, badge, by)
    session.flush()
    return _review(badge, district)


def _waiting(session: Session, review_id: int, district_id: str | None) -> tuple[EarnedBadge, str]:
    # Locked where the database locks rows: of two who decide at once the second is told so.
    badge = session.get(EarnedBadge, review_id, with_for_update=True)
    teacher = session.get(Teacher, badge.teacher_id) if badge else None
    if badge is None or teacher is None or district_id not in {None, teacher.district_id}:
        raise NotFound(f"There is no badge {review_id} to review.")
    if badge.standing is not BadgeStanding.TO_REVIEW:
        raise InvalidInput(f"Badge {review_id} does not wait for a review: {badge.standing.value}.")
    if badge.decision is not None:
        raise InvalidInput(f"Badge {review_id} has been {badge.decision.value} before.")
    return badge, teacher.district_id


def _decided(session: Session, badge: EarnedBadge, by: str) -> None:
    badge.decided_by, badge.decided_at = by, utc_now()
    session.add(badge)


def _credential(session: Session, source_id: str, district: str) -> Credential:
    """Return the district's own credential with this id, else the shared one."""
    found = session.exec(
        select(Credential)
        .where(Credential.source_id == source_id)
        .where(col(Credential.district_id).in_([district, SHARED]))
        .order_by(col(Credential.district_id).desc())
    ).first()
    if found is None:
        raise NotFound(f"There is no micro-credential '{source_id}'.")
    return found


def _review(badge: EarnedBadge, district_id: str) -> Review:
    return Review(
        id=badge.id or 0,
        district_id=district_id,
        title=badge.title or badge.achievement,
        issuer=badge.issuer,
        issuer_name=badge.issuer_name,
        format=badge.format,
        standing=badge.standing,
        why=badge.why,
        proposed=badge.proposed,
        confidence=badge.confidence,
        matched_by=badge.matched_by,
        decision=badge.decision,
        decided_by=badge.decided_by or "",
        decided_at=badge.decided_at,
    )
