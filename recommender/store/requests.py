"""Requests that may be sent twice and count once."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from recommender.store.columns import UtcDateTime


class IdempotencyKey(SQLModel, table=True):
    """A key under which a caller sent a request, what it asked for and how it was answered.

    Holds hashes of the caller and of the request, and an answer that tells no rating.
    """

    __tablename__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("caller", "key"),
        Index("ix_idempotency_key_expires_at", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    caller: str
    key: str
    request_hash: str
    answer: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    expires_at: datetime = Field(sa_type=UtcDateTime)
