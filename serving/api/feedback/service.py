"""Keeping feedback events, in order and each at a moment of its own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, func, select

from recommender.errors import NotFound
from recommender.store.columns import utc_now
from recommender.store.tables import Credential, FeedbackEvent, Teacher
from recommender.vocabulary import EventKind
from serving.api.credentials.queries import find_credentials
from serving.api.feedback.schemas import DismissalReason, EventIn, FeedbackOut, KeptEventOut

STEP: Final = timedelta(milliseconds=1)
"""Arrays hold milliseconds: events closer than this would have no order."""


def keep_events(session: Session, teacher: Teacher, events: Sequence[EventIn]) -> dict[str, Any]:
    """Keep what a teacher did, and return the answer as JSON values.

    The teacher's row must be locked.

    Raises
    ------
    NotFound
        An event names a micro-credential that the catalog does not have.
    """
    found = find_credentials(
        session, [event.credential_id for event in events], teacher.district_id
    )
    for event in events:
        if event.credential_id not in found:
            raise NotFound(f"There is no micro-credential '{event.credential_id}' in your catalog.")
    start = first_moment(_latest(session, teacher), len(events))
    shown = []
    for place, event in enumerate(events):
        credential, moment = found[event.credential_id], start + place * STEP
        if event.undoes is not None:
            supersede(session, teacher, credential, event.undoes)
        else:
            session.add(_row(teacher, credential, EventKind(event.kind), event.reason, moment))
            session.flush()
        shown.append(_shown(credential, event, moment))
    return FeedbackOut(events=shown).model_dump(mode="json")


def supersede(session: Session, teacher: Teacher, credential: Credential, kind: EventKind) -> int:
    """Let a word of a teacher's hold no longer, however often it was said; return how often.

    As with every fact, the row is kept and only marked as superseded. The teacher's row must be
    locked.
    """
    rows = session.exec(
        select(FeedbackEvent).where(
            FeedbackEvent.teacher_id == teacher.id,
            FeedbackEvent.credential_id == credential.id,
            FeedbackEvent.kind == kind,
            col(FeedbackEvent.superseded_at).is_(None),
        )
    ).all()
    for row in rows:
        row.superseded_at = utc_now()
    session.flush()
    return len(rows)


def first_moment(latest: datetime | None, count: int) -> datetime:
    """Return when the first of some events is said to have happened, the last being now.

    A teacher's events follow each other: behind the latest there is, whatever another worker's
    clock says.
    """
    start = utc_now() - (count - 1) * STEP
    return start if latest is None else max(start, latest + STEP)


def _latest(session: Session, teacher: Teacher) -> datetime | None:
    """Return the moment of the latest event that has happened; an imported one may lie ahead."""
    return session.exec(
        select(func.max(col(FeedbackEvent.at))).where(
            FeedbackEvent.teacher_id == teacher.id,
            col(FeedbackEvent.at) <= utc_now() + timedelta(seconds=1),
        )
    ).one()


def _row(
    teacher: Teacher,
    credential: Credential,
    kind: EventKind,
    reason: DismissalReason | None,
    moment: datetime,
) -> FeedbackEvent:
    return FeedbackEvent(
        teacher_id=teacher.id or 0,
        credential_id=credential.id or 0,
        kind=kind,
        at=moment,
        reason=reason or "",
    )


def _shown(credential: Credential, event: EventIn, moment: datetime) -> KeptEventOut:
    return KeptEventOut(
        credential_id=credential.source_id,
        district_id=credential.district_id,
        kind=event.kind,
        reason=event.reason,
        undoes=event.undoes,
        at=moment,
    )
