"""Requests that change something: sent twice under one key, they count once."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Header
from pydantic import BaseModel
from sqlalchemy import delete
from sqlmodel import Session, col, select

from recommender.errors import (
    AlreadyUsed,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotJson,
    NotSignedIn,
    StoreUnavailable,
    TooLarge,
    TooManyRequests,
)
from recommender.store.columns import utc_now
from recommender.store.tables import IdempotencyKey, Teacher
from serving.auth.caller import Caller

PROBLEMS: Final = (
    *(NotSignedIn, NotAllowed, NotFound, AlreadyUsed, TooLarge, NotJson, InvalidInput),
    *(TooManyRequests, StoreUnavailable),
)

KEPT: Final = timedelta(hours=24)
"""So long the answer under a key is kept."""

SWEPT_AT_ONCE: Final = 100
"""So many expired keys, of anybody, are removed with each request that brings one."""

IdempotencyKeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Send the same key with a request that you send again: it counts once, and "
        "the first answer comes back. Kept for 24 hours.",
        examples=["5f0c6a6e-7c1b-4a55-8b0e-0c9f7a4b1d22"],
    ),
]


def lock_teacher(session: Session, teacher_id: int) -> Teacher:
    """Return a teacher's row, locked: requests that change one teacher follow each other."""
    return session.exec(select(Teacher).where(Teacher.id == teacher_id).with_for_update()).one()


def once(
    session: Session,
    caller: Caller,
    key: str | None,
    request: tuple[str, BaseModel],
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Do what a request asks, or return what was answered to it before.

    Must follow a lock that makes the caller's requests follow each other.

    Parameters
    ----------
    session
        The request's unit of work; the key is kept if, and only if, the rest is.
    caller
        Whose key it is: keys of different callers have nothing to do with each other.
    key
        None where the request may count each time it is sent.
    request
        The operation and its body.
    act
        Does it and returns the answer, as JSON values.

    Raises
    ------
    AlreadyUsed
        The key came with another request before.
    """
    if key is None:
        return act()
    asked = _hash(request)
    _sweep(session)
    known = session.exec(
        select(IdempotencyKey).where(IdempotencyKey.caller == caller.key, IdempotencyKey.key == key)
    ).one_or_none()
    if known is not None and known.expires_at > utc_now():
        if known.request_hash != asked:
            raise AlreadyUsed("This Idempotency-Key came with another request before.")
        return known.answer
    if known is not None:
        session.delete(known)
        session.flush()
    kept = IdempotencyKey(
        caller=caller.key,
        key=key,
        request_hash=asked,
        answer=act(),
        expires_at=utc_now() + KEPT,
    )
    session.add(kept)
    return kept.answer


def _hash(request: tuple[str, BaseModel]) -> str:
    operation, body = request
    text = json.dumps([operation, body.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _sweep(session: Session) -> None:
    expired = (
        select(IdempotencyKey.id)
        .where(col(IdempotencyKey.expires_at) < utc_now())
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = session.exec(expired).all()
    if ids:
        session.execute(delete(IdempotencyKey).where(col(IdempotencyKey.id).in_(ids)))
