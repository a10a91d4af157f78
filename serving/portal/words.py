"""A teacher's own words about micro-credentials: which stand, and taking one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, or_, select

from recommender.axes import CredentialKey
from recommender.store.columns import utc_now
from recommender.store.tables import Credential, FeedbackEvent, Teacher
from recommender.vocabulary import EventKind
from serving.api.credentials.queries import find_any_credential
from serving.api.feedback.schemas import SAID
from serving.api.feedback.service import supersede

MOST_WORDS: Final = 300
FRESH: Final = timedelta(hours=1)
"""So long a page may confirm what was just said."""


@dataclass(frozen=True)
class Word:
    """The latest that a teacher said of one micro-credential."""

    kind: EventKind
    at: datetime
    key: CredentialKey
    title: str

    @property
    def credential_id(self) -> str:
        """Its id in its district."""
        return self.key[1]


def standing_words(session: Session, teacher: Teacher) -> dict[CredentialKey, Word]:
    """Return the latest word about each micro-credential, the latest first; one query."""
    rows = session.exec(
        select(FeedbackEvent, Credential)
        .join_from(FeedbackEvent, Credential)
        .where(
            FeedbackEvent.teacher_id == teacher.id,
            col(FeedbackEvent.superseded_at).is_(None),
            or_(*(col(FeedbackEvent.kind) == kind for kind in SAID)),
        )
        .order_by(col(FeedbackEvent.at).desc(), col(FeedbackEvent.id).desc())
        .limit(MOST_WORDS)
    )
    words: dict[CredentialKey, Word] = {}
    for event, credential in rows:
        key = (credential.district_id, credential.source_id)
        words.setdefault(key, Word(event.kind, event.at, key, credential.title or key[1]))
    return words


def of_kind(words: dict[CredentialKey, Word], kind: EventKind) -> Sequence[Word]:
    """Return the words of one kind."""
    return [word for word in words.values() if word.kind is kind]


def just_said(
    words: dict[CredentialKey, Word], kind: EventKind | None, credential_id: str | None
) -> Word | None:
    """Return the word that an address says was just said, if it was: an address proves nothing."""
    since = utc_now() - FRESH
    return next(
        (
            word
            for word in words.values()
            if word.kind is kind and word.credential_id == credential_id and word.at >= since
        ),
        None,
    )


def take_back(session: Session, teacher: Teacher, credential_id: str, kind: EventKind) -> int:
    """Let a word of a teacher's hold no longer, however often it was said; return how often.

    As with every fact, the row is kept and only marked as superseded. The teacher's row must be
    locked.

    Raises
    ------
    NotFound
        The catalog has no such micro-credential.
    """
    credential = find_any_credential(session, credential_id, teacher.district_id)
    return supersede(session, teacher, credential, kind)
